"""The counter: who serves there, what came in today and what waits for a complainant, and one case across the desk.

Whoever works here acts for the complainant, so they see what the complainant sees, without a secret identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.commands import COMPLAINANT
from engine.definition.model import Element, Lane, ProcessDefinition
from engine.identity.policy import Actor, Shield, Subject, allowed, complaint_of, shield_of, subject_of
from engine.numbers import PREFIX, case_number
from engine.queries.answered import Answered, Sealed, merged, open_answers
from engine.queries.case import Activation, case_row, must
from engine.queries.public import Said, Tracking, Waiting, normalise_number, tracking
from engine.queries.readable import admitted
from engine.queries.search import Found, described
from engine.queries.tasks import TaskRow, task_list
from engine.runtime.ports import Ports
from engine.store import definitions
from engine.store.counters import no_trial
from engine.store.tables import cases, memberships

#: So many rows of each list: what is older is found by looking it up.
ROWS = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """What is at hand at the counter now."""

    #: Entered for a complainant since the given moment by members of this counter, the latest first.
    entered: tuple[Found, ...]
    #: Tasks that wait for a complainant, the earliest due first.
    waiting: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class AtCounter:
    """One case across the desk."""

    #: What the complainant may see; who they are is veiled here too when they asked for it.
    case: Tracking
    #: The task that waits for the complainant and may be answered here, if there is one.
    own: Waiting | None
    #: Tasks of the office that this person holds, and those that they could take.
    mine: tuple[Activation, ...]
    free: tuple[Activation, ...]

    @property
    def answered(self) -> bool:
        """The office has said something to the complainant."""
        return any(not said.element.public for said in self.case.said)


def serves(ports: Ports, connection: Connection, actor: Actor) -> bool:
    """Whether the actor may act for complainants: an active process has a public step that they may answer."""
    return any(allowed(actor, "work_item:complete", subject) for _, subject in _public(ports, connection))


def counters(ports: Ports, connection: Connection) -> tuple[tuple[str, str], ...]:
    """Who serves at the counter: (group, the name of its lane, or the group again where it has none)."""
    found: dict[str, str] = {}
    for definition, subject in _public(ports, connection):
        if group := subject.counter_group:
            found[group] = _lane_name(definition.lanes, group)
    return tuple(sorted(found.items()))


def number_in(text: str, year: int) -> str | None:
    """The case number that somebody typed or scanned: in any spelling, as an address, or its digits of this year."""
    written = re.findall(rf"{PREFIX}\W*\d{{4}}\W*\d{{1,6}}(?!\d)", text, re.IGNORECASE)
    if written:  # a scanner adds to what is in the field already: the last counts
        return normalise_number(written[-1])
    typed = "".join(filter(str.isalnum, text))
    if re.fullmatch(r"(19|20)\d{2}\d{1,6}", typed):
        return normalise_number(typed)
    if re.fullmatch(r"\d{1,6}", typed):
        return case_number(year, int(typed))
    return None


def is_known(connection: Connection, actor: Actor, number: str) -> bool:
    """Whether there is a case of this number, as far as the actor may know: one that is kept from them is not there."""
    known = or_(admitted(actor), cases.c.own_of == actor.id)
    query = select(cases.c.number).where(cases.c.number == number, known, no_trial(cases.c.number))
    return connection.scalar(query) is not None


def is_own(connection: Connection, actor: Actor, number: str) -> bool:
    """Whether the case is the actor's own complaint: they follow it as its complainant, never as staff."""
    return connection.scalar(select(cases.c.own_of).where(cases.c.number == number)) == actor.id


def desk(ports: Ports, connection: Connection, actor: Actor, *, since: datetime) -> Desk:
    """What this person has at hand at the counter, entries from `since` on."""
    groups = {s.counter_group for _, s in _public(ports, connection)} & actor.groups
    colleagues = select(memberships.c.user_id).where(memberships.c.group_id.in_(sorted(filter(None, groups))))
    query = (
        select(cases.c.number)
        .where(
            cases.c.submitted_at >= since,
            cases.c.entered_by.in_(colleagues),
            cases.c.own_of.is_(None),
            no_trial(cases.c.number),
            admitted(actor),
        )
        .order_by(cases.c.submitted_at.desc(), cases.c.number.desc())
        .limit(ROWS)
    )
    entered = described(ports, connection, actor, connection.scalars(query).all())
    waiting = task_list(ports, connection, actor, "waiting", limit=ROWS)
    return Desk(entered, tuple(row for row in waiting.rows if row.public))


def at_counter(ports: Ports, connection: Connection, actor: Actor, number: str) -> AtCounter:
    """The case as it may be shown across the desk.

    Raises `NotFound`, also for a case that is kept from them, and `NotAllowed` with `own` in its detail: whether it
    is the actor's own complaint.
    """
    row = case_row(connection, number)
    definition = ports.definition(connection, row.definition_id)
    shield = shield_of(row)
    complaint = complaint_of(definition, number, shield)
    must(actor, complaint, "work_item:complete")
    seen = tracking(ports, connection, Actor(COMPLAINANT, case=number), number)
    answered = open_answers(ports, connection, Sealed(number, definition, row.wrapped))
    case = replace(seen, said=tuple(_told(seen.said, answered)), stored=merged(answered))
    tasks = [waiting.task for waiting in case.waiting if not waiting.task.element.public]
    return AtCounter(
        case=case,
        own=_answerable(case, actor, shield),
        mine=tuple(task for task in tasks if task.assignee == actor.id),
        free=tuple(task for task in tasks if task.assignee is None and _may_take(case, task, actor, shield)),
    )


def _public(ports: Ports, connection: Connection) -> Iterator[tuple[ProcessDefinition, Subject]]:
    """The steps of active processes that the public answers, as the policy is asked about them."""
    for definition_id in definitions.active_ids(connection):
        definition = ports.definition(connection, definition_id)
        for step in definition.user_tasks():
            if step.public:
                yield definition, subject_of(definition, step)


def _lane_name(lanes: Iterable[Lane], group: str) -> str:
    return next((lane.name for lane in lanes if lane.group == group), group)


def _answerable(case: Tracking, actor: Actor, shield: Shield) -> Waiting | None:
    def may(step: Element) -> bool:
        subject = subject_of(case.definition, step, case.number, shield)
        return step.public and allowed(actor, "work_item:complete", subject)

    return next((waiting for waiting in case.waiting if may(waiting.task.element)), None)


def _may_take(case: Tracking, task: Activation, actor: Actor, shield: Shield) -> bool:
    subject = subject_of(case.definition, task.element, case.number, shield)
    return allowed(actor, "work_item:claim", subject)


def _told(said: Iterable[Said], answered: Iterable[Answered]) -> Iterator[Said]:
    """What is told to the complainant, without what is veiled from everybody else."""
    veiled = frozenset(key for one in answered for key in one.veiled)
    for one in said:
        if values := tuple((field, value) for field, value in one.values if field.key not in veiled):
            yield replace(one, values=values)
