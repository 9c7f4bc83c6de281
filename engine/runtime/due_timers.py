"""The timers of a case that are due before a command, and what becomes of one that fails.

A timer that failed is tried again after `BACKOFF`, then it becomes an incident that halts its case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.commands import SYSTEM, Command, FireTimers, RetryIncident
from engine.errors import CaseHalted, EngineError, ExecutionFailed, NotFound, Refused
from engine.runtime.failures import open_incident
from engine.runtime.firings import MOST_FIRINGS, endless
from engine.runtime.open_case import OpenCase
from engine.store import external_tasks, incidents, timers

#: A timer that failed is tried again after these, then it becomes an incident that halts its case.
BACKOFF = (timedelta(minutes=1), timedelta(minutes=10))


class TimerFailed(Exception):
    """The timers due at `due` could not be fired."""

    def __init__(self, due: datetime, error: EngineError, *, endless: bool = False) -> None:
        self.due = due
        self.error = error
        #: Trying again would only do the same again.
        self.endless = endless


def fire_due(case: OpenCase, command: Command) -> None:
    """Fire everything due by now, instant by instant; firing may start timers that are due as well.

    What is left after `MOST_FIRINGS` comes with the next command, so that no case keeps all others waiting.
    """
    assert case.state is not None
    first = None
    for _ in range(MOST_FIRINGS):
        due = case.state.due(case.at)
        if not due:
            return
        first = first or due[0]
        try:
            case.fire(due[0], cause=command.command_id)
        except EngineError as error:
            raise TimerFailed(due[0], error) from error
        except Exception as error:
            # Whatever it is, it must not be tried for ever nor keep other cases waiting.
            raise TimerFailed(due[0], ExecutionFailed(f"{type(error).__name__} in the engine")) from error
    left = case.state.due(case.at)
    stuck = endless(first, left[0] if left else None)
    if stuck is not None:
        raise TimerFailed(left[0], stuck, endless=True)
    if left:
        raise CaseHalted(incident=None, retry_at=case.at)


def record_failed_timer(case: OpenCase, failure: TimerFailed, command: Command) -> EngineError:
    """Count the try; the third opens an incident and halts the case."""
    which = timers.due_at(case.number, failure.due)
    tries = timers.tries(case.connection, which) + 1
    given_up = failure.endless or tries > len(BACKOFF)
    next_try = None if given_up else case.received_at + BACKOFF[tries - 1]
    timers.failed(case.connection, which, next_try)
    if not given_up:
        return CaseHalted(incident=None, retry_at=next_try)
    case.status = "halted"
    system = FireTimers(
        actor=SYSTEM, source="sweeper", command_id=command.command_id, case=case.number, due=failure.due
    )
    return CaseHalted(incident=open_incident(case, system, failure.error, timer_due=failure.due))


def retried(case: OpenCase, command: RetryIncident) -> incidents.Incident:
    """The incident to try again: what a timer stopped or a worker gave up; a person sends their command again."""
    incident = incidents.get(case.connection, command.incident)
    if incident.case_number != case.number or incident.resolved_at is not None:
        raise NotFound(
            f"Case {case.number} has no open incident {command.incident}.", incident=command.incident
        )
    if incident.what == external_tasks.GIVEN_UP and incident.work_item_id:
        if case.status == "halted":
            raise CaseHalted(incident=None)
        external_tasks.change(case.connection, incident.work_item_id, retries=1, locked_until=None)
        return incident
    if incident.timer_due is None:
        raise Refused(
            f"Incident {incident.id} stopped a person's command; their entries are kept as a draft, and they "
            "send them again when the cause is mended.",
            incident=incident.id,
        )
    case.status = "open"
    return incident
