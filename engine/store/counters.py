"""Case numbers without gaps: taken inside the transaction that uses them, given back by its rollback."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection

from engine.store.session import upsert
from engine.store.tables import case_numbers

#: How every case number begins; people leave it out.
PREFIX: Final = "PGD"
#: How the number of an analyst's trial (*uji*) begins: a case by which nobody is told, and that nothing counts.
TRIAL: Final = "UJI"


def next_case_number(connection: Connection, year: int, series: str = PREFIX) -> str:
    """The next number of the year ("PGD-2026-000123"); concurrent takers wait for each other's commit."""
    taken = upsert(connection, case_numbers).values(series=series, year=year, last=1)
    taken = taken.on_conflict_do_update(
        index_elements=[case_numbers.c.series, case_numbers.c.year], set_={"last": case_numbers.c.last + 1}
    )
    last: int = connection.execute(taken.returning(case_numbers.c.last)).scalar_one()
    return case_number(year, last, series)


def case_number(year: int, serial: int, series: str = PREFIX) -> str:
    """How a case number is written."""
    return f"{series}-{year}-{serial:06d}"


def is_trial(number: str) -> bool:
    """Whether it is the number of a trial."""
    return number.startswith(f"{TRIAL}-")


def no_trial(number: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that leaves trials out of a list or a count; `number` is the column with the case's number."""
    return number.not_like(f"{TRIAL}-%")
