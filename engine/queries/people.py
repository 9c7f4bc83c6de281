"""The office's people for the Pengelola: who is in which groups, what they hold, and which groups mean something.

Of a case only its number and its step are read here, never what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, func, select

from engine.definition.model import ProcessDefinition
from engine.identity.ending import today, working
from engine.identity.policy import ADMINISTRATORS, ANALYSTS, AUDITORS, SUPERVISORS
from engine.runtime.ports import Ports
from engine.store import definitions, users
from engine.store.counters import no_trial
from engine.store.tables import cases, memberships, work_items
from engine.store.users import User

#: Why a group means something: a role of the policy, a lane's, its counter's, the sender of a message event, whom an
#: escalation tells, the only readers of a case that was referred. `unknown`: people are in it and no diagram has it.
Kind = Literal["role", "lane", "counter", "sender", "escalation", "restricted", "unknown"]

ROLES: Final = (SUPERVISORS, ANALYSTS, AUDITORS, ADMINISTRATORS)
#: So many of somebody's tasks are listed.
LISTED: Final = 100
#: So long before its last day an account that ends is told.
AHEAD: Final = timedelta(days=30)

#: Tasks that somebody must take over when their holder leaves: a trial's wait for nobody.
_OPEN = work_items.c.ended_at.is_(None) & no_trial(work_items.c.id)


@dataclass(frozen=True, slots=True)
class Person:
    """A user, and how many open tasks they hold."""

    user: User
    held: int
    #: Neither disabled nor past its last day.
    works: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group that a person can be put into; `name` is the lane's, where it has one."""

    id: str
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An open task in somebody's hands."""

    id: str
    case: str
    step: str
    due: datetime | None
    overdue: bool


def people(ports: Ports, connection: Connection, search: str = "") -> list[Person]:
    """Everybody whose user name, name or group holds `search`; the active ones first, then by name."""
    wanted, held = search.strip().casefold(), _held_counts(connection)
    found = [user for user in users.everyone(connection) if _fits(user, wanted)]
    on = {user.id for user in working(connection, found, ports.clock)}
    found.sort(key=lambda user: (user.id not in on, user.name.casefold(), user.id))
    return [Person(user, held.get(user.id, 0), user.id in on) for user in found]


def ending(ports: Ports, connection: Connection) -> tuple[list[User], list[User]]:
    """Accounts whose last day is over, and those whose last day is within `AHEAD`; the earliest first."""
    now = today(connection, ports.clock)
    dated = [user for user in users.everyone(connection) if user.active and user.ends_on is not None]
    dated.sort(key=lambda user: (user.ends_on or now, user.id))
    ended = [user for user in dated if user.ends_on is not None and user.ends_on < now]
    return ended, [user for user in dated if user.ends_on is not None and now <= user.ends_on <= now + AHEAD]


def held_by(ports: Ports, connection: Connection, user_id: str) -> list[Held]:
    """The open tasks that somebody holds, the earliest due first; `LISTED` at most."""
    query = (
        select(work_items, cases.c.definition_id)
        .join(cases, cases.c.number == work_items.c.case_number)
        .where(_OPEN, work_items.c.assignee == user_id)
        .order_by(work_items.c.due_order, work_items.c.id)
        .limit(LISTED)
    )
    return [
        Held(
            id=row.id,
            case=row.case_number,
            step=ports.definition(connection, row.definition_id).elements[row.element].name,
            due=row.due_at,
            overdue=row.overdue,
        )
        for row in connection.execute(query)
    ]


def held_count(connection: Connection, user_id: str) -> int:
    """How many open tasks somebody holds."""
    query = select(func.count()).select_from(work_items).where(_OPEN, work_items.c.assignee == user_id)
    return connection.scalar(query) or 0


def known_groups(ports: Ports, connection: Connection) -> list[Group]:
    """Every group once, the first reason counts: roles, then what the diagrams in force name, then what is left."""
    found: dict[str, Group] = {role: Group(role, "role") for role in ROLES}
    for definition in active_definitions(ports, connection):
        for group in _named(definition):
            found.setdefault(group.id, group)
    for id in connection.scalars(select(memberships.c.group_id).distinct().order_by(memberships.c.group_id)):
        found.setdefault(id, Group(id, "unknown"))
    return list(found.values())


def active_definitions(ports: Ports, connection: Connection) -> list[ProcessDefinition]:
    """The versions that new cases take."""
    return [ports.definition(connection, id) for id in definitions.active_ids(connection)]


def unstaffed(ports: Ports, connection: Connection, everybody: Sequence[User]) -> list[Group]:
    """The groups of lanes in which nobody works who may: their tasks would wait until somebody sees it."""
    staffed = {group for user in working(connection, everybody, ports.clock) for group in user.groups}
    lanes = [group for group in known_groups(ports, connection) if group.kind == "lane"]
    return [group for group in lanes if group.id not in staffed]


def without_address(ports: Ports, connection: Connection, everybody: Sequence[User]) -> list[Group]:
    """The groups with members of whom none has an e-mail address: nobody there is told of a new task."""
    active = working(connection, everybody, ports.clock)
    reached = {group for user in active if user.email for group in user.groups}
    staffed = {group for user in active for group in user.groups}
    told = [
        g for g in known_groups(ports, connection) if g.kind in ("lane", "escalation") or g.id == SUPERVISORS
    ]
    return [group for group in told if group.id in staffed - reached]


def _named(definition: ProcessDefinition) -> Iterator[Group]:
    """The groups of one diagram, without the complainant's own lane."""
    lanes = [lane for lane in definition.lanes if not lane.public]
    yield from (Group(lane.group, "lane", lane.name) for lane in lanes)
    yield from (
        Group(lane.counter_group, "counter", lane.name) for lane in definition.lanes if lane.counter_group
    )
    elements = definition.elements.values()
    yield from (Group(e.group, "sender", e.name) for e in elements if e.group and e.message and not e.public)
    yield from (Group(e.group, "lane", e.name) for e in elements if e.group and "kelompok" in e.properties)
    yield from (Group(e.escalation, "escalation", e.name) for e in elements if e.escalation)
    yield from (Group(e.restricted_to, "restricted", e.name) for e in elements if e.restricted_to)


def _fits(user: User, wanted: str) -> bool:
    return not wanted or any(wanted in text.casefold() for text in (user.id, user.name, *user.groups))


def _held_counts(connection: Connection) -> dict[str, int]:
    query = (
        select(work_items.c.assignee, func.count())
        .where(_OPEN, work_items.c.assignee.is_not(None))
        .group_by(work_items.c.assignee)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
