"""Case numbers without gaps: taken inside the transaction that uses them, given back by its rollback."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, literal_column

from engine.numbers import PREFIX, TRIAL, case_number
from engine.store.session import upsert
from engine.store.tables import case_numbers

#: Written into the statement, not bound: the index of trials is found by it (`ix_cases_trials`).
_OF_TRIALS: ColumnElement[str] = literal_column(f"'{TRIAL}-%'")


def next_case_number(connection: Connection, year: int, series: str = PREFIX) -> str:
    """The next number of the year ("PGD-2026-000123"); concurrent takers wait for each other's commit."""
    taken = upsert(connection, case_numbers).values(series=series, year=year, last=1)
    taken = taken.on_conflict_do_update(
        index_elements=[case_numbers.c.series, case_numbers.c.year], set_={"last": case_numbers.c.last + 1}
    )
    last: int = connection.execute(taken.returning(case_numbers.c.last)).scalar_one()
    return case_number(year, last, series)


def trial(number: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that keeps trials only; `number` is the column with the case's number."""
    return number.like(_OF_TRIALS)


def no_trial(number: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that leaves trials out of a list or a count; `number` is the column with the case's number."""
    return number.not_like(_OF_TRIALS)
