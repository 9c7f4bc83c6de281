"""What every page about a case shows: the activations of its steps, the rail, and the time line.

Data only; screens put it into words (`webapp.timeline`, `webapp.due`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, select

from engine.definition.model import Element, ProcessDefinition
from engine.history.chain import StoredEvent
from engine.store.tables import work_items

StepState = Literal["done", "now", "future"]


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation of a step: open, completed, or cancelled by an event of the diagram."""

    id: str
    element: Element
    nth: int
    group: str
    assignee: str | None
    created: datetime
    due: datetime | None
    overdue: bool
    ended: datetime | None
    #: "completed", "cancelled", or None while it is open.
    ended_how: str | None
    ended_by: str | None
    #: What took it away: the boundary or end event of the diagram.
    cause: Element | None

    @property
    def is_open(self) -> bool:
        return self.ended is None


class Activated(Protocol):
    """As much of an activation as the rail needs."""

    @property
    def element(self) -> Element: ...
    @property
    def created(self) -> datetime: ...
    @property
    def ended(self) -> datetime | None: ...
    @property
    def ended_how(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One user task of the diagram on the rail of a case."""

    name: str
    lane: str
    state: StepState
    #: How often the case has come here.
    times: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's time line: an event with the elements of the diagram that it names."""

    at: datetime
    type: str
    actor: str
    on_behalf: str | None
    source: str
    #: The step, event or end that it is about, where it is about one.
    element: Element | None
    facts: Mapping[str, Any]


def activations(connection: Connection, number: str, definition: ProcessDefinition) -> tuple[Activation, ...]:
    """Every activation of the case, in the order they came up. One statement."""
    query = (
        select(work_items)
        .where(work_items.c.case_number == number)
        .order_by(work_items.c.created_at, work_items.c.id)
    )
    return tuple(
        Activation(
            id=row.id,
            element=definition.elements[row.element],
            nth=row.nth,
            group=row.candidate_group,
            assignee=row.assignee,
            created=row.created_at,
            due=row.due_at,
            overdue=row.overdue,
            ended=row.ended_at,
            ended_how=row.ended_how,
            ended_by=row.ended_by,
            cause=definition.elements.get(row.cause) if row.cause else None,
        )
        for row in connection.execute(query)
    )


def rail(definition: ProcessDefinition, items: Iterable[Activated]) -> tuple[Step, ...]:
    """Every user task once, in the order of its property `no`, else of the file.

    A step is *done* in the present round only: after a loop back, what lies ahead is *future* again, although
    it was completed before. What was completed while an earlier step is still open (a parallel branch) is done.
    """
    by_element: dict[str, list[Activated]] = {}
    for item in items:
        by_element.setdefault(item.element.id, []).append(item)
    tasks = sorted(definition.user_tasks(), key=_order)
    open_at = [i for i, t in enumerate(tasks) if any(a.ended is None for a in by_element.get(t.id, ()))]
    round_began = min(
        (a.created for found in by_element.values() for a in found if a.ended is None), default=None
    )
    steps = []
    for index, task in enumerate(tasks):
        found = by_element.get(task.id, [])
        finished = [a.ended for a in found if a.ended is not None and a.ended_how == "completed"]
        state: StepState = "future"
        if index in open_at:
            state = "now"
        elif finished and (
            round_began is None or any(index < at for at in open_at) or max(finished) > round_began
        ):
            state = "done"
        steps.append(Step(task.name, task.lane.name if task.lane else "", state, len(found)))
    return tuple(steps)


def timeline(events: Sequence[StoredEvent], definition: ProcessDefinition) -> tuple[Entry, ...]:
    """A case's events as entries, ascending; nothing is left out and nothing put into words."""
    return tuple(
        Entry(
            at=event.at,
            type=event.type,
            actor=event.actor,
            on_behalf=event.on_behalf,
            source=event.source,
            element=definition.elements.get(_about(event.payload)),
            facts=event.payload,
        )
        for event in events
    )


def _order(task: Element) -> tuple[float, int]:
    number = task.properties.get("no", "")
    return (float(number) if number.isdigit() else float("inf"), task.line)


def _about(payload: Mapping[str, Any]) -> str:
    """The id of the element: an event names a work item (`<element>:<nth>`), a timer, or an element."""
    for name in ("work_item", "element", "timer"):
        if isinstance(value := payload.get(name), str):
            return value.partition(":")[0]
    return ""
