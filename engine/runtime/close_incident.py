"""Closing an incident that halts no case: a letter is sent again, or the Pengelola has seen to its cause.

Either is an event of the chain `sistem`. What halts a case is closed by `RetryIncident` only, when it works.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from engine.errors import NotFound, Refused
from engine.history.log import append_system
from engine.store import incidents
from engine.store.incidents import Incident

#: System events, each with incident, case; and: letters (ids of the outbox).
INCIDENT_CLOSED: Final = "incident:closed"
LETTERS_RETRIED: Final = "letters:retried"


def close(connection: Connection, incident_id: str, *, by: str, at: datetime, source: str) -> None:
    """It was seen to. Raises `NotFound`, and `Refused` for one that halts its case."""
    found = _open(connection, incident_id)
    if found.halting:
        raise Refused(
            f"Incident {incident_id} halts case {found.case_number}; retry it once its cause is mended.",
            incident=incident_id,
            case=found.case_number,
        )
    said = {"incident": found.id, "case": found.case_number}
    incidents.resolve(connection, found.id, at=at, by=by)
    append_system(connection, INCIDENT_CLOSED, at, by, source, said)


def send_again(
    connection: Connection, incident_ids: Sequence[str], *, by: str, at: datetime, source: str
) -> int:
    """Send the letters of these incidents once more; gives their number. One that fails again opens another incident.

    Raises `NotFound`, and `Refused` for an incident of something else.
    """
    found = [_open(connection, id) for id in incident_ids]
    for incident in found:
        if not incident.is_letter:
            raise Refused(f"Incident {incident.id} is about no letter.", incident=incident.id)
    letters = incidents.send_again(connection, found, at=at)
    for incident in found:
        incidents.resolve(connection, incident.id, at=at, by=by)
        said = {"incident": incident.id, "case": incident.case_number, "letters": letters[incident.id]}
        append_system(connection, LETTERS_RETRIED, at, by, source, said)
    return sum(map(len, letters.values()))


def _open(connection: Connection, incident_id: str) -> Incident:
    found = incidents.get(connection, incident_id)
    if found.resolved_at is not None:
        raise NotFound(f"Incident {incident_id} is closed already.", incident=incident_id)
    return found
