"""The sender: takes due rows of the outbox, renders them now and hands them to a channel, at least once.

Claim, send and mark are three steps with a commit after the first and the last: a sender that dies between
them leaves a claimed row, which is due again after its lease, and the letter's id tells a repetition.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy import Connection

from engine import events
from engine.commands import SYSTEM
from engine.history.log import append_system
from engine.history.seal_copies import COPY, MAIL
from engine.jobs.seal_copies import Places, copied, mailed
from engine.notifications.letters import letter
from engine.notifications.port import Sender, Unreachable
from engine.runtime.ports import Ports
from engine.store import incidents, outbox
from engine.store.outbox import Message
from engine.store.tables import SYSTEM_CHAIN

log = structlog.get_logger(__name__)

#: Letters in one round; all of them running into a time-out stay within the lease.
BATCH = 10

NOWHERE: Final = Places()


def send(ports: Ports, sender: Sender, *, base_url: str, seals_to: Places = NOWHERE) -> int:
    """Send what is due; gives the number of messages dealt with, `BATCH` when more may wait.

    Links in letters begin with `base_url`; copies of seals go to `seals_to`.
    """
    with ports.database.write() as connection:
        claimed = outbox.claim(connection, ports.clock(connection), BATCH)
    for message in claimed:
        _send(ports, sender, message, base_url, seals_to)
    return len(claimed)


def _send(ports: Ports, sender: Sender, message: Message, base_url: str, seals_to: Places) -> None:
    try:
        if message.kind == COPY:
            copied(ports.database, message, seals_to)
        else:
            with ports.database.read() as connection:
                rendered = (
                    mailed(connection, message, seals_to)
                    if message.kind == MAIL
                    else letter(ports, connection, message, base_url=base_url)
                )
            sender.send(rendered)
    except Unreachable as reason:
        _close(ports, message, str(reason))
    except Exception as failure:
        # What a server answers may quote an address: the class name is all that is kept.
        _failed(ports, message, type(failure).__name__)
    else:
        with ports.database.write() as connection:
            outbox.mark_sent(connection, message.id, ports.clock(connection))


def _close(ports: Ports, message: Message, reason: str) -> None:
    """Nobody to send it to is no disturbance: the row is closed with its reason, as after a last try."""
    last = replace(message, tries=len(outbox.BACKOFF) + 1)
    with ports.database.write() as connection:
        outbox.mark_failed(connection, last, ports.clock(connection), reason)


def _failed(ports: Ports, message: Message, error: str) -> None:
    with ports.database.write() as connection:
        given_up = outbox.mark_failed(connection, message, ports.clock(connection), error)
        if given_up:
            _open_incident(ports, connection, message, error)
    log.warning("message_not_sent", message=message.id, error=error, given_up=given_up)


def _open_incident(ports: Ports, connection: Connection, message: Message, error: str) -> None:
    number, now = incidents.new_number(), ports.clock(connection)
    case = message.case_number or SYSTEM_CHAIN
    incidents.open_incident(
        connection,
        {
            "id": number,
            "case_number": case,
            "opened_at": now,
            "what": "notification",
            "work_item_id": None,
            "timer_due": None,
            "error_code": "not_sent",
            "message": f"{message.kind} to {message.recipient}: {error}",
            "actor": SYSTEM,
            "tries": message.tries,
        },
    )
    said = {"incident": number, "case": case, "what": "notification", "error": "not_sent"}
    append_system(connection, events.INCIDENT_RAISED, now, SYSTEM, "worker", said)
