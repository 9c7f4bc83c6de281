"""Timers that know our clock and calendar, and fire only when a `FireTimers` command says so.

The library's own look at the wall clock inside every step and evaluate `PT2H` as Python. These keep
their due instant in the task (`due`, ISO 8601 UTC) and ask the command's `Context` for leave to fire.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
)
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import PendingBpmnEvent

from engine.definition.xml import NAMESPACES, properties
from engine.office_hours import Calendar, Due, Explanation, due


class Timer(TimerEventDefinition):  # type: ignore[misc]
    """A duration or date timer of the diagram."""

    def __init__(
        self, name: str, expression: str, kind: str = "duration", wall_clock: bool = False, **kw: Any
    ) -> None:
        super().__init__(name, expression, **kw)
        self.kind = kind
        self.wall_clock = wall_clock

    def has_fired(self, my_task: Any) -> bool:
        """Start the timer when first asked; after that, fire when the command names this task."""
        context = my_task.workflow.script_engine
        if "due" not in my_task.internal_data:
            found = context.due(my_task, self.kind, self.expression, self.wall_clock)
            _keep(my_task, found)
        return my_task.id in context.firing

    def details(self, my_task: Any) -> PendingBpmnEvent:
        return PendingBpmnEvent(self.name, type(self).__name__, my_task.internal_data.get("due"))


def due_of(task: Any) -> datetime:
    """The due instant of a waiting timer task, UTC."""
    return datetime.fromisoformat(task.internal_data["due"])


def recount(task: Any, calendar: Calendar) -> None:
    """Let a waiting timer that counts office hours run by `calendar`, from the instant at which it began."""
    began = Explanation.from_json(task.internal_data["explanation"])
    if began.clock == "office":
        _keep(task, due(calendar, began.started, began.duration))


def _keep(task: Any, found: Due) -> None:
    task.internal_data["due"] = found.at.astimezone(UTC).isoformat()
    task.internal_data["explanation"] = found.explanation.to_json()


class _TimerParsing(EventDefinitionParser):  # type: ignore[misc]
    def parse_timer_event(self, event: Any) -> Timer:
        for kind in ("duration", "date"):
            node = event.find(f"bpmn:time{kind.capitalize()}", NAMESPACES)
            if node is not None:
                return Timer(
                    self.node.get("id"),
                    (node.text or "").strip(),
                    kind,
                    properties(self.node).get("kalender") == "24jam",
                    description=self.get_event_description(event),
                )
        raise ValidationException("expected a duration or a date in this timer", node=self.node)


class TimerBoundaryParser(_TimerParsing, BoundaryEventParser):  # type: ignore[misc]
    """Boundary events with our timers."""


class TimerCatchParser(_TimerParsing, IntermediateCatchEventParser):  # type: ignore[misc]
    """Intermediate catch events with our timers."""
