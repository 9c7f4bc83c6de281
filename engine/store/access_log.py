"""Who read what is personal without changing the case: rows that are only ever added (DESIGN 6, the auditor)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from engine.store.tables import access_log


def add(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    act: str,
    source: str,
    case_number: str | None = None,
    why: str | None = None,
    shown: int | None = None,
) -> str:
    """Note that `actor` did `act` (as in `engine.identity.policy`); gives the row's id."""
    row = {"id": str(uuid4()), "at": at, "actor": actor, "act": act, "source": source}
    connection.execute(insert(access_log), [{**row, "case_number": case_number, "why": why, "shown": shown}])
    return row["id"]  # type: ignore[return-value]


def of_case(connection: Connection, number: str) -> Sequence[Any]:
    """Who read what of a case, oldest first: rows of `access_log`."""
    query = select(access_log).where(access_log.c.case_number == number)
    return connection.execute(query.order_by(access_log.c.at, access_log.c.id)).all()
