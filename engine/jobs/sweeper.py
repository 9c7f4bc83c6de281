"""The sweeper: finds the cases with a timer that is due and asks `handle` to fire it. It decides nothing.

Two sweepers never do one timer twice: `handle` locks the case, and a `FireTimers` that finds nothing due
changes nothing. Nobody depends on it for what happened when, either: whoever touches the case fires what is
due before, each timer at its own instant (DESIGN section 4).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import structlog

from engine.commands import SYSTEM, FireTimers
from engine.errors import CaseHalted, Disturbed
from engine.jobs.embedded import INTERVAL
from engine.jobs.faults import told
from engine.runtime.due_timers import BACKOFF
from engine.runtime.handle import handle
from engine.runtime.ports import Ports
from engine.store import timers

log = structlog.get_logger(__name__)

#: Timers looked at in one round.
MOST = 1_000


def sweep(ports: Ports) -> int:
    """Fire what is due now; gives the number of cases in which that worked. One failure never stops a sweep."""
    with ports.database.read() as connection:
        now = ports.clock(connection)
        numbers = timers.cases_to_try(connection, now, MOST)
    return sum(_fire(ports, number, now) for number in numbers)


def until_next_due(ports: Ports) -> timedelta:
    """How long there is nothing to sweep; `INTERVAL` at most is what a sweeper sleeps."""
    with ports.database.read() as connection:
        next_try = timers.earliest_try(connection)
        now = ports.clock(connection)
    if next_try is None or next_try <= now:  # what is due and could not be fired must not be tried in a ring
        return INTERVAL
    return next_try - now


def _fire(ports: Ports, number: str, now: datetime) -> bool:
    command = FireTimers(actor=SYSTEM, source="sweeper", command_id=str(uuid.uuid4()), case=number, due=now)
    try:
        handle(ports, command)
    except Disturbed as fault:
        # `handle` could not pin it on a timer (a case that cannot be read, say), and opens an incident each time
        log.error("timer_not_fired", case=number, incident=fault.detail.get("incident"))
        _again_later(ports, number, now)
    except CaseHalted as halt:
        log.warning("timer_not_fired", case=number, incident=halt.detail.get("incident"))
        if halt.detail.get("incident"):  # else `handle` has set the next try
            _leave_alone(ports, number, now)
    except Exception as fault:
        log.error("sweep_failed", case=number, **told(fault))
    else:
        return True
    return False


def _again_later(ports: Ports, number: str, now: datetime) -> None:
    """As often as `handle` tries a timer that fails; after that the case waits for whoever mends it."""
    which = timers.to_try(number, now)
    with ports.database.write() as connection:
        tries = timers.tries(connection, which)
        timers.failed(connection, which, now + BACKOFF[tries] if tries < len(BACKOFF) else None)


def _leave_alone(ports: Ports, number: str, now: datetime) -> None:
    """A halted case is not asked again every few seconds: retrying its incident fires whatever is due by then."""
    with ports.database.write() as connection:
        timers.leave_alone(connection, timers.to_try(number, now))
