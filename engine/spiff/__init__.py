"""The only place that imports SpiffWorkflow. `workflow.Workflow` is the whole of it to everyone else."""

from importlib.metadata import version

#: The library's version, recorded with every command.
VERSION = version("SpiffWorkflow")
