"""What checks of the whole record found, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.store.session import upsert
from engine.store.tables import verifications


@dataclass(frozen=True, slots=True)
class Verification:
    """One check of everything."""

    at: datetime  #: when it began
    took_ms: int
    by: str
    cases: int
    events: int
    #: As `engine.history.whole_check` writes it.
    found: Mapping[str, Any]


def add(connection: Connection, made: Verification) -> None:
    """Keep it; of two that began at the same instant the later."""
    row = asdict(made)
    statement = upsert(connection, verifications).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["at"], set_=row))


def newest(connection: Connection) -> Verification | None:
    """The last one that began, whatever came of it."""
    row = connection.execute(select(verifications).order_by(verifications.c.at.desc()).limit(1)).first()
    return Verification(row.at, row.took_ms, row.by, row.cases, row.events, row.found) if row else None
