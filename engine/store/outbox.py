"""What is to be sent, as rows: written with the act that causes it, sent after its commit, at least once.

A row refers (to a case, a group, a user) and holds no address and nothing personal; whoever sends renders it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from engine.numbers import is_trial
from engine.store.tables import outbox

#: How long after a failed sending the next is tried; when the list is used up the row is given up (DESIGN 4:
#: three times, then an incident).
BACKOFF: Final = (timedelta(minutes=1), timedelta(minutes=10))

#: A claimed row whose sender has died is due again after this.
LEASE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Message:
    """Something to send; `id` is also the idempotency key that the receiving gateway gets."""

    id: str
    case_number: str | None
    kind: str
    recipient: str  #: a group, "pengadu", or a user
    payload: Mapping[str, Any]
    created_at: datetime
    tries: int = 0  #: sendings begun, this one included once claimed


def enqueue(connection: Connection, messages: Iterable[Message]) -> None:
    """Writes `messages`, due at once, in one statement; nobody is told of a trial, so none of one is written."""
    rows = [
        {
            "id": message.id,
            "case_number": message.case_number,
            "kind": message.kind,
            "recipient": message.recipient,
            "payload": message.payload,
            "created_at": message.created_at,
            "next_try": message.created_at,
        }
        for message in messages
        if not is_trial(message.case_number or "")
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def claim(connection: Connection, now: datetime, limit: int = 20) -> list[Message]:
    """Takes up to `limit` due messages, oldest first; no other sender gets them before the lease ends."""
    due = (
        select(outbox.c.id)
        .where(outbox.c.next_try <= now)
        .order_by(outbox.c.next_try, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL: two senders share the work; SQLite has one writer
    )
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(due), outbox.c.next_try <= now)
        .values(next_try=now + LEASE, tries=outbox.c.tries + 1)
        .returning(*(outbox.c[name] for name in Message.__dataclass_fields__))
    )
    return sorted((Message(*row) for row in taken), key=lambda message: (message.created_at, message.id))


def mark_sent(connection: Connection, id: str, at: datetime) -> None:
    """The message has gone out."""
    connection.execute(update(outbox).where(outbox.c.id == id).values(next_try=None, sent_at=at, error=None))


def mark_failed(connection: Connection, message: Message, at: datetime, error: str) -> bool:
    """The sending failed: tried again later, or given up after the last time (then True: open an incident)."""
    given_up = message.tries > len(BACKOFF)
    connection.execute(
        update(outbox)
        .where(outbox.c.id == message.id)
        .values(
            next_try=None if given_up else at + BACKOFF[message.tries - 1],
            failed_at=at if given_up else None,
            error=error,
        )
    )
    return given_up
