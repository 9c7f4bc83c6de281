"""What the office did with the complaints of a period: counts, lateness, office time of the steps.

Only cases that the asker may read are counted, and every figure is of cases submitted in the period. Two
statements bring plain rows; what is late is decided by the database, office time is a difference of running totals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from engine.definition.model import Element, ProcessDefinition
from engine.identity.policy import Actor
from engine.office_hours import RunningTotal
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store.counters import no_trial
from engine.store.tables import calendars, cases, incidents, timers, work_items
from engine.store.types import Instant

#: Rows that are fetched at once.
_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Span:
    """A period, [first, end)."""

    first: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stays:
    """How often cases came to a step (or a lane), and how long they stayed."""

    count: int
    #: Ended within their limit, or without one.
    in_time: int
    #: Past their limit, ended or not.
    late: int
    #: Office time from created to ended, of those that ended; None when none did.
    median: timedelta | None
    ninth: timedelta | None


@dataclass(frozen=True, slots=True)
class StepFigures:
    """A step of one process, by the newest of its versions that has it."""

    key: str  #: "process key:element id"
    element: Element
    stays: Stays


@dataclass(frozen=True, slots=True)
class LaneFigures:
    name: str
    stays: Stays


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """One version of a process, and its steps by element id."""

    definition: ProcessDefinition
    #: Cases that run by it, or ended by it.
    cases: int
    steps: Mapping[str, Stays]


@dataclass(frozen=True, slots=True)
class Share:
    """How many cases have a value; None: they have none."""

    value: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period."""

    cases: int
    ended: int
    open: int
    #: Cases with an open task that is past its limit now.
    overdue: int
    #: Incidents that cases had, resolved or not, and how many cases had any.
    incidents: int
    halted: int
    #: Cases in which some step came up a second time.
    repeated: int
    #: Mean of the ratings given, and how many.
    rating: float | None
    rated: int
    steps: tuple[StepFigures, ...]
    lanes: tuple[LaneFigures, ...]
    #: That which has most cases first.
    versions: tuple[VersionFigures, ...]
    categories: tuple[Share, ...]
    channels: tuple[Share, ...]
    endings: tuple[Share, ...]
    #: Outcome -> what the diagram calls the end.
    ending_names: Mapping[str, str]


def report(ports: Ports, connection: Connection, actor: Actor, span: Span, now: datetime) -> Report:
    """All figures of the cases submitted in `span` that `actor` may read."""
    which = within(ports, connection, actor, span)
    kinds = (
        cases.c.definition_id,
        cases.c.ended_at.is_not(None).label("ended"),
        cases.c.category,
        cases.c.channel,
        cases.c.outcome,
        cases.c.rating,
    )
    rows = connection.execute(
        select(*kinds, func.count().label("number")).where(which).group_by(*kinds)
    ).all()
    definitions = _definitions(ports, connection, {row.definition_id for row in rows})
    total = sum(row.number for row in rows)
    ended = sum(row.number for row in rows if row.ended)
    rated = sum(row.number for row in rows if row.rating is not None)
    marks = sum(row.rating * row.number for row in rows if row.rating is not None)
    trouble, halted = connection.execute(
        select(func.count(), func.count(incidents.c.case_number.distinct()))
        .select_from(incidents.join(cases, cases.c.number == incidents.c.case_number))
        .where(which)
    ).one()
    found = _stays(ports, connection, which, definitions, span, now)
    return Report(
        cases=total,
        ended=ended,
        open=total - ended,
        overdue=found.overdue,
        incidents=trouble,
        halted=halted,
        repeated=found.repeated,
        rating=marks / rated if rated else None,
        rated=rated,
        steps=found.steps,
        lanes=found.lanes,
        versions=_versions(
            definitions, _shares((row.definition_id, row.number) for row in rows), found.steps_of
        ),
        categories=_shares((row.category, row.number) for row in rows),
        channels=_shares((row.channel, row.number) for row in rows),
        endings=_shares((row.outcome, row.number) for row in rows if row.ended),
        ending_names={
            e.outcome: e.name or e.outcome
            for definition in definitions.values()
            for e in definition.elements.values()
            if e.kind == "endEvent"
        },
    )


def within(ports: Ports, connection: Connection, actor: Actor, span: Span) -> ColumnElement[bool]:
    """The condition of the cases that are counted."""
    return and_(
        cases.c.submitted_at >= span.first,
        cases.c.submitted_at < span.end,
        readable_cases(ports, connection, actor),
        no_trial(cases.c.number),  # whatever else they are who ask
    )


def is_late(now: datetime) -> ColumnElement[bool]:
    """Whether a task is or was past its limit: the one rule of all figures."""
    ended = func.coalesce(work_items.c.ended_at, literal(now, Instant))
    return or_(work_items.c.overdue, and_(work_items.c.due_at.is_not(None), ended > work_items.c.due_at))


@dataclass(frozen=True, slots=True)
class _Found:
    steps: tuple[StepFigures, ...]
    lanes: tuple[LaneFigures, ...]
    overdue: int
    repeated: int
    #: Definition -> element -> its figures.
    steps_of: Mapping[str, Mapping[str, Stays]]


class _Tally:
    """One step's or lane's counts while rows are read."""

    __slots__ = ("count", "in_time", "late", "times")

    def __init__(self) -> None:
        self.count = self.late = self.in_time = 0
        self.times: list[int] = []

    def add(self, other: _Tally) -> None:
        self.count += other.count
        self.late += other.late
        self.in_time += other.in_time
        self.times += other.times

    def stays(self) -> Stays:
        self.times.sort()  # in place: what is put together of sorted runs is sorted soon
        return Stays(
            self.count, self.in_time, self.late, _percentile(self.times, 50), _percentile(self.times, 90)
        )


def _stays(
    ports: Ports,
    connection: Connection,
    which: ColumnElement[bool],
    definitions: Mapping[str, ProcessDefinition],
    span: Span,
    now: datetime,
) -> _Found:
    tallies: dict[tuple[str, str], _Tally] = {}
    overdue: set[str] = set()
    repeated: set[str] = set()
    if not definitions:
        return _Found((), (), 0, 0, {})
    totals, otherwise = _clocks(ports, connection, which, span, now)
    rows = connection.execute(
        select(
            cases.c.definition_id,
            work_items.c.element,
            case((or_(work_items.c.nth > 1, work_items.c.ended_at.is_(None)), work_items.c.case_number)),
            work_items.c.nth,
            case((is_late(now), 1), else_=0),
            type_coerce(work_items.c.created_at, NullType()),
            type_coerce(work_items.c.ended_at, NullType()),
            work_items.c.id if otherwise else null(),
        )
        .select_from(work_items.join(cases, cases.c.number == work_items.c.case_number))
        .where(which)
    )
    for batch in _batches(rows):
        for definition_id, element, number, nth, late, created, ended, id_ in batch:
            tally = tallies.get((definition_id, element))
            if tally is None:
                tally = tallies[definition_id, element] = _Tally()
            tally.count += 1
            tally.late += late
            if nth > 1:
                repeated.add(number)
            if ended is not None:
                tally.in_time += 1 - late
                clock = otherwise.get(id_, totals) if otherwise else totals
                tally.times.append(clock[ended] - clock[created])
            elif late:
                overdue.add(number)
    for definition in definitions.values():  # nobody waits for a submission
        tallies.pop((definition.id, definition.entry), None)
    steps_of: dict[str, dict[str, Stays]] = {}
    for (definition_id, element), tally in tallies.items():
        steps_of.setdefault(definition_id, {})[element] = tally.stays()
    return _Found(
        _by_step(definitions, tallies),
        _by_lane(definitions, tallies),
        len(overdue),
        len(repeated),
        steps_of,
    )


def _clocks(
    ports: Ports, connection: Connection, which: ColumnElement[bool], span: Span, now: datetime
) -> tuple[_Totals, Mapping[str, _Totals]]:
    """Office time by the calendar in force, and by that of their own timer for the tasks where it differs.

    Most new calendars add a year and say of the past what the old ones said: those need no look at the timers.
    Where every timer of the period took another one, the report takes about two thirds longer (`bench report`).
    """
    active = ports.active_calendar(connection)
    running = RunningTotal(active, span.first, now)
    others: dict[int, _Totals] = {}
    for version in connection.scalars(
        select(calendars.c.version).where(calendars.c.version != active.version)
    ):
        other = RunningTotal(ports.calendar(connection, version), span.first, now, beyond=active)
        if not other.same_as(running):
            others[version] = _Totals(other)
    if not others:
        return _Totals(running), {}
    rows = connection.execute(
        select(timers.c.work_item_id, timers.c.calendar_version)
        .select_from(timers.join(cases, cases.c.number == timers.c.case_number))
        .where(which, timers.c.calendar_version.in_(others), timers.c.work_item_id.is_not(None))
    )
    return _Totals(running), {
        work_item: others[version] for batch in _batches(rows) for work_item, version in batch
    }


def _versions(
    definitions: Mapping[str, ProcessDefinition],
    counts: Iterable[Share],
    steps_of: Mapping[str, Mapping[str, Stays]],
) -> tuple[VersionFigures, ...]:
    return tuple(
        VersionFigures(definitions[one.value], one.count, steps_of.get(one.value, {}))
        for one in counts
        if one.value is not None
    )


def _by_step(
    definitions: Mapping[str, ProcessDefinition], tallies: Mapping[tuple[str, str], _Tally]
) -> tuple[StepFigures, ...]:
    """In the order of the diagram's elements, versions of a process together."""
    merged: dict[tuple[str, str], _Tally] = {}
    for (definition_id, step), tally in tallies.items():
        merged.setdefault((definitions[definition_id].key, step), _Tally()).add(tally)
    found: dict[str, StepFigures] = {}
    for definition in sorted(definitions.values(), key=lambda d: (d.key, -d.version)):
        for element in definition.elements.values():
            key = f"{definition.key}:{element.id}"
            if key not in found and (one := merged.get((definition.key, element.id))):
                found[key] = StepFigures(key, element, one.stays())
    return tuple(found.values())


def _by_lane(
    definitions: Mapping[str, ProcessDefinition], tallies: Mapping[tuple[str, str], _Tally]
) -> tuple[LaneFigures, ...]:
    merged: dict[str, _Tally] = {}
    for (definition_id, element), tally in sorted(tallies.items()):
        lane = definitions[definition_id].element(element).lane
        merged.setdefault(lane.name if lane else "", _Tally()).add(tally)
    return tuple(LaneFigures(name, tally.stays()) for name, tally in sorted(merged.items()))


def _definitions(ports: Ports, connection: Connection, ids: Iterable[str]) -> dict[str, ProcessDefinition]:
    return {id_: ports.definition(connection, id_) for id_ in sorted(ids)}


def _shares(pairs: Iterable[tuple[str | None, int]]) -> tuple[Share, ...]:
    """The most frequent first."""
    counted: Counter[str | None] = Counter()
    for value, count in pairs:
        counted[value] += count
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0] or ""))
    return tuple(Share(value, count) for value, count in ordered)


def _percentile(times: list[int], percent: int) -> timedelta | None:
    """The least of sorted times that at least so many per cent do not exceed (nearest rank)."""
    if not times:
        return None
    return timedelta(microseconds=max(0, times[ceil(len(times) * percent / 100) - 1]))


def _batches(rows: CursorResult[Any]) -> Iterator[Sequence[Any]]:
    """The driver's own tuples: a `Row` for each of hundreds of thousands takes as long as reading them."""
    cursor = rows.cursor
    assert cursor is not None
    while batch := cursor.fetchmany(_BATCH):
        yield batch
    rows.close()


class _Totals(dict[Any, int]):
    """Instant as stored -> office time up to it. One task mostly begins when another ends, so half are known.

    Read as `Instant` reads it, without its cost for every row: SQLite's text ends in Z, PostgreSQL gives a datetime.
    """

    def __init__(self, running: RunningTotal) -> None:
        super().__init__()
        self._running = running

    def __missing__(self, stored: Any) -> int:
        at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        found = self[stored] = self._running.at(at)
        return found
