"""Where the last seal stands besides the database and the file in DATA_DIR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from engine.history.seal_copies import COPY, MAIL, message_id
from engine.store import seals
from engine.store.tables import outbox

State = Literal["sent", "waiting", "failing", "given_up"]


@dataclass(frozen=True, slots=True)
class SealCopy:
    """How one copy of a seal fares."""

    state: State
    #: When it arrived, was given up, or is tried next.
    at: datetime
    #: Why the last try failed, as the name of the failure.
    error: str | None


@dataclass(frozen=True, slots=True)
class SealCopies:
    """The copies of a seal; None where no such copy was to be made when it was sealed."""

    number: int
    mail: SealCopy | None
    file: SealCopy | None


def copies_of(connection: Connection) -> SealCopies | None:
    """The copies of the last seal; None before the first."""
    last = seals.last(connection)
    if last is None:
        return None
    ids = {kind: message_id(kind, last.number) for kind in (MAIL, COPY)}
    query = select(
        outbox.c.id, outbox.c.sent_at, outbox.c.failed_at, outbox.c.next_try, outbox.c.error
    ).where(outbox.c.id.in_(ids.values()))
    found = {id: _copy(*row) for id, *row in connection.execute(query)}
    return SealCopies(last.number, found.get(ids[MAIL]), found.get(ids[COPY]))


def _copy(
    sent: datetime | None, failed: datetime | None, next_try: datetime | None, error: str | None
) -> SealCopy:
    if sent is not None:
        return SealCopy("sent", sent, None)
    if failed is not None:
        return SealCopy("given_up", failed, error)
    assert next_try is not None
    return SealCopy("failing" if error else "waiting", next_try, error)
