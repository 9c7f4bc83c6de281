"""The deployment check: everything that is wrong with a diagram, at once, in words that help.

* `document`     the file: platform, extensions, ids, XML schema
* `constructs`   what the engine would break or ignore, by name
* `references`   what points to nothing
* `gateways`     conditions and defaults
* `instances`    what is done several times
* `expressions`  FEEL; `names`: what it may read
* `timers`, `lanes`, `steps`, `forms`
* `paths`        what cannot be reached, left or ended
* `draft`        what all of them read
"""

from engine.definition.lint.check import lint

__all__ = ["lint"]
