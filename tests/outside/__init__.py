"""Execution models from outside, such as Camunda 7's own test resources, judged and run by this engine.

    make outside MODELS=folder        (or: python -m tests.outside FOLDER [--json FILE])

* `juel`       conditions of Camunda 7 as FEEL, where the two say the same
* `adapt`      what this profile asks of a model and no other does: lanes, forms, a first step; each change is listed
* `play`       one model: lint as it stands, adapted, and run to its end or to its documented result
* `harness`    a folder of them, each with a time limit in a process of its own; a table and counts

The models stay outside this repository, and so do the documented results (`<model file>.expect.json` beside each).
"""
