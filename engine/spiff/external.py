"""Service tasks as wait states: the work is done by a worker outside, and comes back as a command.

The library would call the service from inside the step, without a transaction or a retry. Source: Camunda 7,
external tasks; DESIGN 3. A worker's business error goes to the nearest error event around the task (`thrown`).
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ManualTask

from engine.definition.xml import CAMUNDA
from engine.spiff.instances import StepParser


class ExternalTask(ManualTask):  # type: ignore[misc]  # the library has no types
    """A service task with a topic; `manual`, so that the workflow stops at it as at a person's."""

    def __init__(self, wf_spec: Any, bpmn_id: str, topic: str = "", **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.topic = topic


class ExternalTaskParser(StepParser):
    """Service tasks by `camunda:topic`."""

    def create_task(self) -> ExternalTask:
        return ExternalTask(
            self.spec, self.bpmn_id, topic=self.node.get(f"{{{CAMUNDA}}}topic", ""), **self.bpmn_attributes
        )
