"""Rows of `legal_holds`: the cases that nothing erases while somebody needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from engine.store.tables import legal_holds


@dataclass(frozen=True, slots=True)
class Hold:
    """One of them."""

    case: str
    ground: str
    set_by: str
    set_at: datetime


def get(connection: Connection, number: str) -> Hold | None:
    """The hold on this case."""
    row = connection.execute(select(legal_holds).where(legal_holds.c.case_number == number)).first()
    return Hold(*row) if row else None


def add(connection: Connection, hold: Hold) -> None:
    """A case has one at most."""
    values = {"case_number": hold.case, "ground": hold.ground, "set_by": hold.set_by, "set_at": hold.set_at}
    connection.execute(insert(legal_holds).values(**values))


def remove(connection: Connection, number: str) -> None:
    """It holds no more."""
    connection.execute(delete(legal_holds).where(legal_holds.c.case_number == number))
