"""A case as the office sees it, whole: what was complained of and answered, who held it how long, what is due and why.

Who it is kept from is told the same as of a number that was never given out: a case referred as *berkadar* is not
even said to be there. Only whose own complaint it is gets to know that, for they entered it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine import events
from engine.definition.model import Element, ProcessDefinition
from engine.history import log
from engine.identity.policy import Actor, Shield, Subject, allowed, complaint_of, shield_of, subject_of
from engine.office_hours import Calendar, elapsed
from engine.queries.answered import OPENED, Answered, Sealed, open_answers
from engine.queries.case import (
    Activation,
    Entry,
    Limit,
    Step,
    activations,
    case_row,
    limits,
    must,
    names_of,
    rail,
    seen_as,
    timeline,
)
from engine.queries.stays import Spent, Stay, stays
from engine.runtime.ports import Ports
from engine.store import access_log, comments
from engine.store.tables import external_tasks, incidents

#: So many comments are opened for a page, the newest.
COMMENTS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A comment of the staff."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident of the case, without what failed inside: that is for the Pengelola."""

    id: str
    opened: datetime
    resolved: datetime | None
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class Service:
    """A service task that waits for a worker outside."""

    element: Element
    created: datetime
    locked_by: str | None


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody read the complainant's identity without an act on the case."""

    at: datetime
    by: str
    why: str | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one case, for one actor, at one moment."""

    number: str
    definition: ProcessDefinition
    status: str  # "open" | "halted" | "ended"
    submitted_at: datetime
    ended_at: datetime | None
    #: The end event that the case reached.
    ending: Element | None
    now: datetime
    #: The member of the staff who entered it for the complainant, not for themselves.
    entered_by: str | None
    #: What they looked at to know whom they act for (`engine.commands.ATTESTATIONS`).
    attested: str | None
    shield: Shield
    #: The steps of the diagram: done, now, to come.
    rail: tuple[Step, ...]
    #: Every activation of a step with its times, in the order they came up.
    stays: tuple[Stay, ...]
    #: From the submission to the end, or to now.
    spent: Spent
    #: Every timer, the earliest due first.
    limits: tuple[Limit, ...]
    services: tuple[Service, ...]
    #: Everything that happened, ascending.
    timeline: tuple[Entry, ...]
    #: Newest first; the last is the complaint itself. Empty once the person was erased.
    answered: tuple[Answered, ...]
    erased: bool
    comments: tuple[Said, ...]
    incidents: tuple[Incident, ...]
    accesses: tuple[Access, ...]
    #: What the actor may do here: "comment", "reveal".
    may: frozenset[str]
    #: The reader answers for the complainant at the counter.
    at_counter: bool
    #: Open tasks whose page the actor has, by id.
    reachable: frozenset[str]
    #: User id -> display name, of everybody on the page.
    names: Mapping[str, str]

    @property
    def activations(self) -> tuple[Activation, ...]:
        return tuple(stay.task for stay in self.stays)

    @property
    def open_stays(self) -> tuple[Stay, ...]:
        """Where the case is now."""
        return tuple(stay for stay in self.stays if stay.task.is_open)

    @property
    def open_tasks(self) -> tuple[Activation, ...]:
        return tuple(stay.task for stay in self.open_stays)

    @property
    def escalations(self) -> tuple[Entry, ...]:
        """Who was told of what was late."""
        return tuple(entry for entry in self.timeline if entry.type == events.ESCALATION_RAISED)

    @property
    def halted_by(self) -> str | None:
        """The number of the incident that halts the case."""
        unresolved = (one.id for one in self.incidents if one.resolved is None)
        return next(unresolved, None) if self.status == "halted" else None

    @property
    def veiled(self) -> bool:
        """The complainant's identity is kept from this page."""
        return any(one.veiled for one in self.answered)


def case_file(
    ports: Ports,
    connection: Connection,
    actor: Actor,
    number: str,
    *,
    identity: bool = False,
    opened: int = OPENED,
) -> CaseFile:
    """The case `number` as `actor` may see it; `identity` after they have revealed it, `opened` forms at most.

    Raises `NotFound` for a number that was never given out and for a case that is kept from the actor, and
    `NotAllowed` with `own` in its detail: whether it is their own complaint. Twelve statements, however long the case.
    """
    row = case_row(connection, number)
    definition, shield = ports.definition(connection, row.definition_id), shield_of(row)
    subject = Subject(case=number, lane_groups=definition.lane_groups, shield=shield)
    must(actor, subject, "case:read")
    now = ports.clock(connection)
    found = activations(connection, number, definition, row.own_of)
    timers = limits(connection, number, definition)
    sealed = Sealed(number, definition, row.wrapped)
    answered = [
        replace(one, by=seen_as(one.by, row.own_of))
        for one in open_answers(ports, connection, sealed, identity=identity, most=opened)
    ]
    history = timeline(log.read(connection, number), definition, row.own_of)
    said = _comments(ports, connection, number, row.wrapped)
    stopped, accesses = _incidents(connection, number), _accesses(connection, number)

    def calendar_of(version: int | None) -> Calendar:
        return ports.active_calendar(connection) if version is None else ports.calendar(connection, version)

    until = row.ended_at or max(now, row.submitted_at)
    first = next((limit.calendar for limit in timers if limit.calendar is not None), None)
    complaint = complaint_of(definition, number, shield)
    possible = {
        "comment": row.wrapped is not None and allowed(actor, "case:comment", subject),
        "reveal": any(one.veiled for one in answered) and allowed(actor, "identity:reveal", complaint),
    }
    return CaseFile(
        number=number,
        definition=definition,
        status=row.status,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        ending=definition.elements.get(row.ending) if row.ending else None,
        now=now,
        entered_by=None if row.own_of else row.entered_by,
        attested=history[0].facts.get("attested") if history else None,
        shield=shield,
        rail=rail(definition, found),
        stays=stays(found, history, timers, calendar_of, now),
        spent=Spent(elapsed(calendar_of(first), row.submitted_at, until), until - row.submitted_at),
        limits=timers,
        services=_services(connection, number, definition),
        timeline=history,
        answered=tuple(answered),
        erased=row.wrapped is None,
        comments=said,
        incidents=stopped,
        accesses=accesses,
        may=frozenset(act for act, fits in possible.items() if fits),
        at_counter=not complaint.trial and allowed(actor, "case:submit", complaint),
        reachable=frozenset(
            task.id
            for task in found
            if task.is_open
            and allowed(actor, "work_item:list", subject_of(definition, task.element, number, shield))
        ),
        names=names_of(connection, _people(row, found, history, answered, said, stopped, accesses)),
    )


def _comments(ports: Ports, connection: Connection, number: str, wrapped: bytes | None) -> tuple[Said, ...]:
    if wrapped is None:
        return ()
    key = ports.keyring.unwrap(number, wrapped)
    return tuple(
        Said(row.at, row.author, comments.opened(ports.keyring, key, row.id, row.blob))
        for row in comments.of_case(connection, number, limit=COMMENTS)
    )


def _incidents(connection: Connection, number: str) -> tuple[Incident, ...]:
    columns = (incidents.c.id, incidents.c.opened_at, incidents.c.resolved_at, incidents.c.resolved_by)
    query = select(*columns).where(incidents.c.case_number == number).order_by(incidents.c.opened_at)
    return tuple(Incident(*row) for row in connection.execute(query))


def _services(connection: Connection, number: str, definition: ProcessDefinition) -> tuple[Service, ...]:
    query = (
        select(external_tasks)
        .where(external_tasks.c.case_number == number, external_tasks.c.ended_at.is_(None))
        .order_by(external_tasks.c.created_at, external_tasks.c.id)
    )
    return tuple(
        Service(definition.elements[row.element], row.created_at, row.worker_id)
        for row in connection.execute(query)
    )


def _accesses(connection: Connection, number: str) -> tuple[Access, ...]:
    rows = access_log.of_case(connection, number)
    return tuple(Access(row.at, row.actor, row.why) for row in rows if row.act == "identity:reveal")


def _people(
    row: Row[Any],
    found: Iterable[Activation],
    history: Iterable[Entry],
    answered: Iterable[Answered],
    said: Iterable[Said],
    stopped: Iterable[Incident],
    accesses: Iterable[Access],
) -> Iterable[str | None]:
    yield from (None if row.own_of else row.entered_by, row.referred_by)
    for task in found:
        yield from (task.assignee, task.ended_by)
    for entry in history:
        yield from (entry.actor, str(entry.facts.get("to", "")))
    yield from (one.by for one in answered)
    yield from (one.by for one in said)
    yield from (one.resolved_by for one in stopped)
    yield from (one.by for one in accesses)
