"""What becomes of a command that failed inside: an incident with a number, and what was typed kept as a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from engine import events
from engine.commands import Command, Complete, OfCase, OfWorkItem
from engine.errors import Disturbed, EngineError
from engine.events import Event
from engine.history import log
from engine.runtime.open_case import OpenCase
from engine.runtime.ports import Ports
from engine.store import drafts, incidents
from engine.store.tables import SYSTEM_CHAIN

program_log = structlog.get_logger(__name__)


def record_failure(case: OpenCase, failure: EngineError, command: Command) -> EngineError:
    """A person's command failed inside: keep what was typed, open an incident, tell its number."""
    if isinstance(command, Complete) and command.answers is not None and case.key is not None:
        keyring, item = case.ports.keyring, command.work_item
        typed = drafts.sealed(keyring, case.key, item, command.actor, command.answers, case.received_at)
        drafts.save(case.connection, typed)
    return Disturbed(incident=open_incident(case, command, failure))


def record_fault(ports: Ports, command: Command, failure: Exception) -> str:
    """Everything was rolled back: a submission that failed inside, or a fault of the program itself.

    When the database is what failed (away, locked, a full disk), the number stands in the program's log only: the
    person is told it all the same, and gets back what they typed.
    """
    number = incidents.new_number()
    case = command.case if isinstance(command, OfCase | OfWorkItem) else SYSTEM_CHAIN
    try:
        with ports.database.write() as connection:
            now = ports.clock(connection)
            incidents.open_incident(connection, _row(number, case, now, command, failure))
            raised = _raised(number, command, failure)
            payload = {**raised.payload, "case": case}
            log.append_system(connection, raised.type, now, command.actor, command.source, payload)
    except SQLAlchemyError as away:
        program_log.error(
            "fault_not_recorded", incident=number, error=type(failure).__name__, because=type(away).__name__
        )
    return number


def open_incident(
    case: OpenCase, command: Command, failure: EngineError, timer_due: datetime | None = None
) -> str:
    """An incident of this case, in its rows and in its history; gives its number."""
    number = incidents.new_number()
    row = _row(number, case.number, case.received_at, command, failure)
    incidents.open_incident(case.connection, {**row, "timer_due": timer_due})
    case.note(replace(command, at=case.at), [_raised(number, command, failure)])
    return number


def _row(number: str, case: str, at: datetime, command: Command, failure: Exception) -> dict[str, Any]:
    return {
        "id": number,
        "case_number": case,
        "opened_at": at,
        "what": type(command).__name__,
        "work_item_id": command.work_item if isinstance(command, OfWorkItem) else None,
        "timer_due": None,
        "error_code": _code(failure),
        # What a fault says may quote what was typed; its type and place are in the log.
        "message": failure.message if isinstance(failure, EngineError) else type(failure).__name__,
        "actor": command.actor,
    }


def _raised(number: str, command: Command, failure: Exception) -> Event:
    said = {"incident": number, "what": type(command).__name__, "error": _code(failure)}
    return Event(events.INCIDENT_RAISED, said)


def _code(failure: Exception) -> str:
    return failure.code if isinstance(failure, EngineError) else "fault"
