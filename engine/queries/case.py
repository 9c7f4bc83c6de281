"""What every page about a case shows: the activations of its steps, their limits, the rail, and the time line.

Data only; screens put it into words (`webapp.timeline`, `webapp.due`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, Row, Select, bindparam, select

from engine.commands import COMPLAINANT
from engine.definition.model import Element, ProcessDefinition
from engine.errors import NotAllowed, NotFound
from engine.events import Event
from engine.history.chain import StoredEvent
from engine.identity.policy import Actor, Shield, Subject, allowed
from engine.office_hours import Explanation
from engine.store.tables import case_keys, cases, timers, users, work_items

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
class Limit:
    """A timer of the case, running or ended, with why it falls due when it does."""

    #: The task whose limit it is; None for a timer between steps.
    work_item: str | None
    #: The timer event of the diagram.
    event: Element | None
    started: datetime
    due: datetime
    explanation: Explanation
    status: Literal["pending", "fired", "cancelled"]
    ended: datetime | None
    #: The version of the calendar it counts by; None when it runs day and night.
    calendar: int | None

    @property
    def time(self) -> timedelta:
        """How long it is: office time, or plain time when it runs day and night."""
        return timedelta(seconds=sum(stretch.seconds for stretch in self.explanation.counted))

    @property
    def wall_clock(self) -> bool:
        return self.explanation.clock == "wall"


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


_CASE: Select[Any] = (
    select(*(column for column in cases.columns if column is not cases.c.state), case_keys.c.wrapped)
    .outerjoin_from(cases, case_keys, case_keys.c.case_number == cases.c.number)
    .where(cases.c.number == bindparam("number"))
)


def case_row(connection: Connection, number: str) -> Row[Any]:
    """The row of a case with its wrapped key, which is None once the person was erased, and without its state.

    Raises `NotFound`.
    """
    row = connection.execute(_CASE, {"number": number}).first()
    if row is None:
        raise no_case(number)
    return row


def no_case(number: str) -> NotFound:
    """What is told of a number that was never given out, and of a case that is kept from whoever asks."""
    return NotFound(f"There is no case {number} that you may open; check the number.", case=number)


def hidden(actor: Actor, subject: Subject, *acts: str) -> bool:
    """Whether nothing but its shield keeps the case from `actor`: then it is not even said to be there, and no more
    is a trial.

    Of their own complaint they know: they entered it.
    """
    if subject.shield.own_of == actor.id:
        return False
    return subject.trial or any(allowed(actor, act, replace(subject, shield=Shield())) for act in acts)


def must(actor: Actor, subject: Subject, *acts: str) -> None:
    """Let `actor` on if they may do one of `acts` on the case.

    Raises `NotFound` where its shield alone keeps it from them, else `NotAllowed` with `own` in its detail:
    whether it is their own complaint.
    """
    if any(allowed(actor, act, subject) for act in acts):
        return
    if hidden(actor, subject, *acts):
        raise no_case(subject.case or "")
    raise NotAllowed(act=acts[-1], case=subject.case, own=subject.shield.own_of == actor.id)


def activations(
    connection: Connection, number: str, definition: ProcessDefinition, own_of: str | None = None
) -> tuple[Activation, ...]:
    """Every activation of the case, in the order they came up; `own_of` as for `seen_as`. One statement."""
    query = (
        select(work_items)
        .where(work_items.c.case_number == number)
        .order_by(work_items.c.created_at, work_items.c.id)
    )
    return tuple(
        Activation(
            id=row.id,
            element=definition.element(row.element),
            nth=row.nth,
            group=row.candidate_group,
            assignee=row.assignee,
            created=row.created_at,
            due=row.due_at,
            overdue=row.overdue,
            ended=row.ended_at,
            ended_how=row.ended_how,
            ended_by=seen_as(row.ended_by, own_of),
            cause=_known(definition, row.cause),
        )
        for row in connection.execute(query)
    )


def limits(
    connection: Connection,
    number: str,
    definition: ProcessDefinition,
    work_item_ids: Collection[str] | None = None,
) -> tuple[Limit, ...]:
    """The timers of the case, or of some of its tasks, the earliest due first. One statement."""
    query = select(timers).where(timers.c.case_number == number).order_by(timers.c.due_at, timers.c.id)
    if work_item_ids is not None:
        query = query.where(timers.c.work_item_id.in_(work_item_ids))
    return tuple(
        Limit(
            work_item=row.work_item_id,
            event=_known(definition, row.id.split(":")[1]),
            started=row.started_at,
            due=row.due_at,
            explanation=Explanation.from_json(row.explanation),
            status=row.status,
            ended=row.ended_at,
            calendar=row.calendar_version,
        )
        for row in connection.execute(query)
    )


def by_task(found: Iterable[Limit]) -> dict[str, Limit]:
    """Task id -> the limit that its due instant comes from: of several, the earliest."""
    first: dict[str, Limit] = {}
    for limit in found:
        if limit.work_item is not None:
            first.setdefault(limit.work_item, limit)
    return first


def names_of(connection: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """User id -> display name; who is no user is left out. One statement."""
    wanted = sorted({id for id in ids if id})
    query = select(users.c.id, users.c.name).where(users.c.id.in_(wanted))
    return {row.id: row.name for row in connection.execute(query)}


def rail(definition: ProcessDefinition, items: Iterable[Activated]) -> tuple[Step, ...]:
    """Every user task once, in the order of its property `no`, else of the file.

    A step is *done* in the present round only: after a loop back, what lies ahead is *future* again, although
    it was completed before. What was completed while an earlier step is still open (a parallel branch) is done.
    """
    by_element: dict[str, list[Activated]] = {}
    for item in items:
        by_element.setdefault(item.element.id, []).append(item)
    tasks = in_order(definition)
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


def in_order(definition: ProcessDefinition) -> list[Element]:
    """Every user task, in the order of its property `no`, else of the file."""
    return sorted(definition.user_tasks(), key=_order)


def seen_as(actor: str, own_of: str | None) -> str:
    """Who acted, as staff see them: a member of the staff whose own complaint it is (`own_of`) is its complainant.

    They may have asked for secrecy, so their name is told where the form's is and nowhere else.
    """
    return COMPLAINANT if actor == own_of else actor


def timeline(
    events: Sequence[StoredEvent], definition: ProcessDefinition, own_of: str | None = None
) -> tuple[Entry, ...]:
    """A case's events as entries, ascending; nothing is left out and nothing put into words."""
    return tuple(
        Entry(
            at=event.at,
            type=event.type,
            actor=seen_as(event.actor, own_of),
            on_behalf=event.on_behalf,
            source=event.source,
            element=_known(definition, _about(event.payload)),
            facts=event.payload,
        )
        for event in events
    )


def entry_of(event: Event, definition: ProcessDefinition, *, at: datetime, actor: str) -> Entry:
    """An event that is in no history, as the time line would have it."""
    element = _known(definition, _about(event.payload))
    return Entry(at, event.type, actor, None, "web", element, event.payload)


def _known(definition: ProcessDefinition, element_id: str | None) -> Element | None:
    try:
        return definition.element(element_id or "")
    except KeyError:
        return None


def _order(task: Element) -> tuple[float, int]:
    number = task.properties.get("no", "")
    return (float(number) if number.isdigit() else float("inf"), task.line)


def _about(payload: Mapping[str, Any]) -> str:
    """The id of the element: an event names a work item (`<element>:<nth>`), a timer, or an element."""
    for name in ("work_item", "element", "timer", "external_task"):
        if isinstance(value := payload.get(name), str):
            return value.partition(":")[0]
    return ""
