"""What waits for the Pengelola: facts for their front page, each with what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from engine.errors import NotFound
from engine.events import BACKUP_MADE
from engine.identity.ending import working
from engine.queries.calendar_month import covered, without_joint_leave
from engine.queries.people import unstaffed, without_address
from engine.runtime.ports import Ports
from engine.store import incidents, users
from engine.store.tables import SYSTEM_CHAIN, events, seals

#: So long before its last day a calendar that ends is told.
AHEAD: Final = timedelta(days=180)
#: From this month on the joint leave of the next year is usually decreed.
DECREED_BY: Final = 10


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything at once; empty tuples and zeros are good news."""

    halting: int
    letters: int
    other: int
    #: The last day that the calendar in force covers, if that is near; None else.
    calendar_ends: date | None
    #: Whether there is a calendar at all: without one nothing can be submitted.
    has_calendar: bool
    #: Years whose joint leave should be known by now and is not.
    without_joint_leave: tuple[int, ...]
    people: int
    without_group: tuple[str, ...]
    without_password: tuple[str, ...]
    #: Names of lanes in which nobody works, and of groups whom no letter reaches.
    unstaffed: tuple[str, ...]
    without_address: tuple[str, ...]
    last_backup: datetime | None
    last_seal: datetime | None


def attention(ports: Ports, connection: Connection) -> Attention:
    """What the front page of the Pengelola tells."""
    everybody = users.everyone(connection)
    active = working(connection, everybody, ports.clock)
    halting, letters, other = incidents.open_counts(connection)
    ends, joint, has_calendar = _calendar(ports, connection)
    return Attention(
        halting=halting,
        letters=letters,
        other=other,
        calendar_ends=ends,
        has_calendar=has_calendar,
        without_joint_leave=joint,
        people=len(active),
        without_group=tuple(user.id for user in active if not user.groups),
        without_password=tuple(user.id for user in active if not user.password_hash),
        unstaffed=tuple(group.name or group.id for group in unstaffed(ports, connection, everybody)),
        without_address=tuple(group.id for group in without_address(ports, connection, everybody)),
        last_backup=_last_backup(connection),
        last_seal=connection.scalar(select(func.max(seals.c.at))),
    )


def _calendar(ports: Ports, connection: Connection) -> tuple[date | None, tuple[int, ...], bool]:
    try:
        calendar = ports.active_calendar(connection)
    except NotFound:
        return None, (), False
    today = ports.clock(connection).astimezone(calendar.zone).date()
    reach = covered(calendar)
    ends = reach[1] if reach and reach[1] - today < AHEAD else None
    expected = today.year + (today.month >= DECREED_BY)
    missing = tuple(year for year in without_joint_leave(calendar, today) if year <= expected)
    return ends, missing, True


def _last_backup(connection: Connection) -> datetime | None:
    query = select(func.max(events.c.at)).where(
        events.c.case_number == SYSTEM_CHAIN, events.c.type == BACKUP_MADE
    )
    found: datetime | None = connection.scalar(query)
    return found
