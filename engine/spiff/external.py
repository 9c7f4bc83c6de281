"""Service tasks as wait states: the work is done by a worker outside, and comes back as a command.

The library would call the service from inside the step, without a transaction or a retry. Source: Camunda 7,
external tasks; DESIGN 3. A worker's business error goes to the nearest error event around the task.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.defaults import ManualTask
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.task import Task

from engine.definition.xml import CAMUNDA
from engine.spiff.instances import StepParser, holder_of


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


def catcher(task: Task, code: str) -> tuple[Task, BpmnEvent] | None:
    """The waiting error event that catches `code` thrown in `task`: on the task itself, or on what holds it."""
    event = BpmnEvent(ErrorEventDefinition(code, code=code))
    for holder in _outwards(task):
        siblings = holder.parent.children if holder.parent is not None else ()
        for sibling in siblings:
            definition = getattr(sibling.task_spec, "event_definition", None)
            if (
                sibling.state == TaskState.WAITING
                and isinstance(definition, ErrorEventDefinition)
                and (definition.code is None or sibling.task_spec.catches(sibling, event))
            ):
                return sibling, event
    return None


def _outwards(task: Task) -> Iterator[Task]:
    """The task, then the sub-process or call activity that holds it, outwards; of several instances, the whole."""
    top = task.workflow.top_workflow
    while True:
        yield task
        if (whole := holder_of(task)) is not None:
            yield whole
        if task.workflow is top:
            return
        task = top.get_task_from_id(task.workflow.parent_task_id)
