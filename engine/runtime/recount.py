"""*Hitung ulang*: limits that began under an earlier calendar are counted anew under the one in force.

A new calendar moves nothing by itself. `plan` says what would move, `recount` moves it: one logged command a case,
so that a case that cannot be moved stops no other. Source: DESIGN 3, the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, select

from engine.commands import RecountTimers
from engine.errors import EngineError, NoOfficeHours
from engine.office_hours import Calendar, Explanation, due
from engine.runtime.handle import handle
from engine.runtime.ports import Ports
from engine.store import calendars
from engine.store.counters import no_trial
from engine.store.tables import cases, timers

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """A pending limit that the calendar in force would move; `step` is what it limits, or itself."""

    case: str
    step: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What "hitung ulang" would do under the calendar `calendar`."""

    calendar: int
    #: By case, then by the instant at which each is due now.
    moves: tuple[Move, ...]
    #: The cases to move, in order.
    cases: tuple[str, ...]
    #: Cases with a limit that the calendar has not enough days for: they stay as they are.
    beyond: tuple[str, ...]
    #: Cases that an incident halts: they stay as they are until it is mended.
    halted: tuple[str, ...]
    #: Pending limits that began under an earlier calendar, all in all.
    looked_at: int


@dataclass(frozen=True, slots=True)
class Recounted:
    """What became of it: the cases moved, and those that were refused with the error's code."""

    moved: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    #: The calendar was replaced meanwhile: the rest was left alone.
    superseded: bool = False


def plan(ports: Ports, connection: Connection) -> Plan:
    """Count every pending office-hours limit of an earlier calendar anew, without moving it.

    What is due already is left out: it fires first, as it was promised. So are trials. Raises `NotFound` without a calendar.
    """
    version, now = calendars.active_version(connection), ports.clock(connection)
    calendar = ports.calendar(connection, version)
    query = (
        select(timers, cases.c.definition_id, cases.c.status.label("case_status"))
        .join(cases, cases.c.number == timers.c.case_number)
        .where(
            timers.c.status == "pending",
            timers.c.calendar_version != version,
            timers.c.due_at > now,
            no_trial(timers.c.case_number),
        )
        .order_by(timers.c.case_number, timers.c.due_at, timers.c.id)
    )
    moves: list[Move] = []
    beyond: dict[str, None] = {}
    halted: dict[str, None] = {}
    looked_at = 0
    for row in connection.execute(query):
        looked_at += 1
        try:
            after = _counted(calendar, row.explanation)
        except NoOfficeHours:
            beyond[row.case_number] = None
            continue
        if after is None or after == row.due_at:
            continue
        if row.case_status == "halted":
            halted[row.case_number] = None
        else:
            step = _step(ports, connection, row.definition_id, row.work_item_id or row.id)
            moves.append(Move(row.case_number, step, row.due_at, after))
    kept = beyond.keys() | halted.keys()
    possible = tuple(move for move in moves if move.case not in kept)
    return Plan(
        calendar=version,
        moves=possible,
        cases=tuple(dict.fromkeys(move.case for move in possible)),
        beyond=tuple(beyond),
        halted=tuple(halted),
        looked_at=looked_at,
    )


def recount(
    ports: Ports,
    numbers: Iterable[str],
    *,
    calendar: int,
    actor: str,
    source: str,
    command_id: str,
    most: int,
) -> Recounted:
    """Move the limits of `most` of these cases to the calendar `calendar`, as long as that is the one in force.

    Each case is a command of its own, `<command_id>:<number>`; what was done under it before is not done again.
    """
    moved: list[str] = []
    failed: list[tuple[str, str]] = []
    for number in numbers:
        if len(moved) == most:
            break
        with ports.database.read() as connection:
            if calendars.active_version(connection) != calendar:
                return Recounted(tuple(moved), tuple(failed), superseded=True)
        command = RecountTimers(actor=actor, source=source, command_id=f"{command_id}:{number}", case=number)
        try:
            handle(ports, command)
        except EngineError as error:
            failed.append((number, error.code))
        except Exception as fault:  # whatever it is, the other cases go on
            log.error("not_recounted", case=number, error=type(fault).__name__)
            failed.append((number, "fault"))
        else:
            moved.append(number)
    return Recounted(tuple(moved), tuple(failed))


def _counted(calendar: Calendar, explanation: object) -> datetime | None:
    """When the limit falls due under `calendar`; None for one that runs day and night."""
    began = Explanation.from_json(explanation)  # type: ignore[arg-type]
    if began.clock != "office":
        return None
    return due(calendar, began.started, began.duration).at.astimezone(UTC)


def _step(ports: Ports, connection: Connection, definition_id: str, name: str) -> str:
    """The name of the element of `<case>:<element>:<nth>`."""
    element = ports.definition(connection, definition_id).elements[name.split(":")[1]]
    return element.name or element.id
