"""Errors and escalations reach the nearest event around them that catches them, and no other.

SpiffWorkflow 3.2 gives one to every waiting event of the level above, also to those of other activities that go on
there, and at last to all of the case. Source: BPMN 2.0.2, 10.5.1 and 10.5.6. Until behaviour 1 that was the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser.event_parsers import (
    EndEventParser,
    EventDefinitionParser,
    IntermediateThrowEventParser,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.task import Task

from engine.spiff.instances import holder_of

#: The first behaviour in which only the nearest event catches.
NEAREST = 2


class Thrown(EventDefinition):  # type: ignore[misc]  # the library has no types
    """An error or escalation as an end event or an intermediate event throws it."""

    def __init__(self, plain: Any) -> None:
        super().__init__(plain.name, description=plain.description)
        self.plain = plain

    def throw(self, my_task: Task) -> None:
        top = my_task.workflow.top_workflow
        if top.script_engine.behaviour < NEAREST:
            self.plain.throw(my_task)
            return
        event = BpmnEvent(self.plain)
        catching = catcher(my_task, type(self.plain), self.plain.code)
        if catching is None:
            top.bpmn_events.append(event)
        else:
            caught(catching, event)


def catcher(task: Task, kind: type[Any], code: str | None) -> Task | None:
    """The waiting event that catches `code` thrown in `task`: on the task itself, or on what holds it, outwards.

    On one activity an event for this very code goes before one for all.
    """
    for holder in _outwards(task):
        siblings = holder.parent.children if holder.parent is not None else ()
        waiting = [
            sibling
            for sibling in siblings
            if sibling.state == TaskState.WAITING
            and isinstance(getattr(sibling.task_spec, "event_definition", None), kind)
            and sibling.task_spec.event_definition.code in (None, code)
        ]
        if waiting:
            return min(waiting, key=lambda sibling: sibling.task_spec.event_definition.code is None)
    return None


def caught(catching: Task, event: BpmnEvent) -> None:
    """Let the event happen there."""
    catching.task_spec.catch(catching, event)
    catching.task_spec._update(catching)


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


class _Throwing(EventDefinitionParser):  # type: ignore[misc]
    def parse_error_event(self, error_event: Any) -> Thrown:
        return Thrown(super().parse_error_event(error_event))

    def parse_escalation_event(self, escalation_event: Any) -> Thrown:
        return Thrown(super().parse_escalation_event(escalation_event))


class EndParser(_Throwing, EndEventParser):  # type: ignore[misc]
    """End events."""


class ThrowParser(_Throwing, IntermediateThrowEventParser):  # type: ignore[misc]
    """Intermediate events that throw."""
