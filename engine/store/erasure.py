"""Removing a person: the key of their case, and every row that was sealed with it or made from what they wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from engine.commands import COMPLAINANT
from engine.store.session import BUSY_TIMEOUT_MS, Database
from engine.store.tables import (
    answers,
    attachments,
    case_keys,
    cases,
    comments,
    drafts,
    external_tasks,
    outbox,
    search_tokens,
)


def _personal(number: str) -> Mapping[Table, ColumnElement[bool]]:
    """The rows of a case that go; the key first, without which the others are noise."""
    of_case = {
        table: table.c.case_number == number
        for table in (case_keys, answers, comments, attachments, drafts, search_tokens)
    }
    letters = and_(outbox.c.case_number == number, outbox.c.recipient == COMPLAINANT)
    return {**of_case, outbox: letters}


#: What workers outside said of a case; the row itself is history's.
_SAID: Final = external_tasks.c.error


def erase(connection: Connection, number: str) -> dict[str, int]:
    """Delete what is personal in a case; gives how many rows of each table went."""
    gone = {
        table.name: connection.execute(delete(table).where(which)).rowcount
        for table, which in _personal(number).items()
    }
    said = update(external_tasks).where(external_tasks.c.case_number == number, _SAID.is_not(None))
    gone[external_tasks.name] = connection.execute(said.values(error=None)).rowcount
    return gone


def left(connection: Connection, number: str) -> list[str]:
    """Tables that hold something personal of a case."""
    return list(counted(connection, number))


def counted(connection: Connection, number: str) -> dict[str, int]:
    """Those tables, and how many rows of each `erase` would take or empty."""
    whichs = {
        **_personal(number),
        external_tasks: and_(external_tasks.c.case_number == number, _SAID.is_not(None)),
    }
    counts = {
        table.name: connection.scalar(select(func.count()).select_from(table).where(which)) or 0
        for table, which in whichs.items()
    }
    return {name: rows for name, rows in counts.items() if rows}


def move_head(connection: Connection, number: str, head: tuple[int, str]) -> None:
    """The case's row knows its new last event; its revision tells whoever loaded it before."""
    moved = update(cases).where(cases.c.number == number)
    connection.execute(moved.values(last_seq=head[0], last_hash=head[1], revision=cases.c.revision + 1))


def forget_log(database: Database) -> bool:
    """Empties SQLite's write-ahead log, which keeps pages as they were; whether that could be done now.

    It cannot while somebody reads what was there before; the log then goes with the next time or the last
    connection. `secure_delete` has overwritten the bytes in the file itself. PostgreSQL has no such act.
    """
    if database.dialect != "sqlite":
        return False
    with closing(sqlite3.connect(str(database.url.database), timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy
