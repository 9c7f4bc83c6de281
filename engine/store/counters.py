"""Case numbers without gaps: taken inside the transaction that uses them, given back by its rollback."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from engine.store.session import upsert
from engine.store.tables import case_numbers

#: How every case number begins; people leave it out.
PREFIX: Final = "PGD"


def next_case_number(connection: Connection, year: int) -> str:
    """The next number of the year ("PGD-2026-000123"); concurrent takers wait for each other's commit."""
    taken = upsert(connection, case_numbers).values(year=year, last=1)
    taken = taken.on_conflict_do_update(
        index_elements=[case_numbers.c.year], set_={"last": case_numbers.c.last + 1}
    )
    last: int = connection.execute(taken.returning(case_numbers.c.last)).scalar_one()
    return case_number(year, last)


def case_number(year: int, serial: int) -> str:
    """How a case number is written."""
    return f"{PREFIX}-{year}-{serial:06d}"
