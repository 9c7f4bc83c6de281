"""What staff say to each other about a case: its event is in the history, its text is here, sealed with the case's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from engine.store.keyring import Keyring
from engine.store.tables import comments


def seal_name(comment_id: str) -> str:
    """What a comment is sealed as (`Keyring.seal`), so that it opens as nothing else."""
    return f"{comment_id}:comment"


def sealed(keyring: Keyring, case_key: bytes, comment_id: str, text: str) -> bytes:
    """The `blob` of a comment's row."""
    return keyring.seal(case_key, seal_name(comment_id), text.encode())


def opened(keyring: Keyring, case_key: bytes, comment_id: str, blob: bytes) -> str:
    """What was written. Raises `StateUnreadable` when the row was changed or moved."""
    return keyring.open(case_key, seal_name(comment_id), blob).decode()


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep comments: rows of id, case_number, author, at, blob."""
    if rows:
        connection.execute(insert(comments), [dict(row) for row in rows])


def of_case(connection: Connection, number: str, *, limit: int | None = None) -> Sequence[Any]:
    """The comments of a case, oldest first: rows of `comments`; with `limit` the newest ones only."""
    query = (
        select(comments)
        .where(comments.c.case_number == number)
        # of one instant: as numbers, "…:9" before "…:10"
        .order_by(comments.c.at.desc(), func.length(comments.c.id).desc(), comments.c.id.desc())
        .limit(limit)
    )
    return connection.execute(query).all()[::-1]
