"""Writing and reading the history. The table refuses everything else (engine/store/triggers.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from engine.history.chain import GENESIS, EventDraft, StoredEvent, event_hash
from engine.store.session import lock
from engine.store.tables import SYSTEM_CHAIN, events

_DRAFTED = tuple(field.name for field in fields(EventDraft))


def append(
    connection: Connection, case_number: str, last_seq: int, last_hash: str, drafts: Sequence[EventDraft]
) -> tuple[int, str]:
    """Writes `drafts` after the event (`last_seq`, `last_hash`), in one statement; gives the new head.

    A new case starts at (0, GENESIS). Raises sqlalchemy's IntegrityError if another transaction has written
    there meanwhile, or if (actor, command_id) was used before: of two writers one wins.
    """
    rows = []
    for draft in drafts:
        last_seq += 1
        row: dict[str, Any] = {"case_number": case_number, "seq": last_seq, "previous": last_hash}
        row |= {name: getattr(draft, name) for name in _DRAFTED}  # asdict would copy the payload deeply
        last_hash = event_hash(last_hash, row)
        rows.append(row | {"hash": last_hash})
    if rows:
        connection.execute(_APPEND, rows)
    return last_seq, last_hash


def append_system(
    connection: Connection,
    type: str,
    at: datetime,
    actor: str,
    source: str,
    payload: Mapping[str, Any],
    *,
    command_id: str | None = None,
    request_digest: str | None = None,
    definition_id: str | None = None,
    cause: str | None = None,
) -> tuple[int, str]:
    """Writes one event to the chain `sistem` (deployments, users, settings …); gives its new head."""
    lock(connection, "chain sistem")  # its head is in no row that could be locked
    draft = EventDraft(
        type=type,
        at=at,
        received_at=at,
        actor=actor,
        source=source,
        payload=payload,
        command_id=command_id,
        request_digest=request_digest,
        definition_id=definition_id,
        cause=cause,
    )
    return append(connection, SYSTEM_CHAIN, *head(connection, SYSTEM_CHAIN), [draft])


def head(connection: Connection, case_number: str) -> tuple[int, str]:
    """(seq, hash) of the last event of a chain; (0, GENESIS) where there is none."""
    row = connection.execute(
        select(events.c.seq, events.c.hash)
        .where(events.c.case_number == case_number)
        .order_by(events.c.seq.desc())
        .limit(1)
    ).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def read(connection: Connection, case_number: str, until: int | None = None) -> list[StoredEvent]:
    """The history of one case, ascending, up to and with event `until`."""
    query = select(events).where(events.c.case_number == case_number).order_by(events.c.seq)
    if until is not None:
        query = query.where(events.c.seq <= until)
    return [StoredEvent(*row) for row in connection.execute(query)]


#: Statements of every command are built once.
_APPEND = insert(events)
_COMMAND = select(events).where(
    events.c.actor == bindparam("of_actor"), events.c.command_id == bindparam("of_command")
)


def find_command(connection: Connection, actor: str, command_id: str) -> StoredEvent | None:
    """The event that recorded this command, if it was carried out before."""
    row = connection.execute(_COMMAND, {"of_actor": actor, "of_command": command_id}).first()
    return StoredEvent(*row) if row else None
