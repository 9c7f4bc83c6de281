"""Values come back as they were put in, and sort as they should, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, cast, insert, select, text
from sqlalchemy import types as sa_types
from sqlalchemy.exc import StatementError

from engine.canonical_json import canonical, from_canonical, instant_text, parse_instant
from engine.store.session import Database
from engine.store.tables import work_items
from engine.store.types import Instant, Json
from tests.store.rows import AT, a_case, a_work_item

SAMARINDA = timezone(timedelta(hours=8))
trial = Table(
    "trial", MetaData(), Column("id", Integer, primary_key=True), Column("at", Instant), Column("data", Json)
)

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
instants = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001  the strategy adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.just(SAMARINDA),
)


def _kept(connection: Connection, **columns: Any) -> Any:
    connection.execute(insert(trial).values(columns))
    return connection.execute(select(trial)).one()


def test_an_instant_comes_back_equal_and_in_utc(database: Database) -> None:
    at = datetime(2026, 11, 24, 9, 30, 0, 5, tzinfo=SAMARINDA)
    with database.write() as connection:
        trial.create(connection)
        kept = _kept(connection, at=at, data=None)
    assert kept.at == at
    assert kept.at.tzinfo is UTC
    assert kept.data is None


def test_no_instant_stays_none(database: Database) -> None:
    with database.write() as connection:
        trial.create(connection)
        assert _kept(connection, at=None, data={}).at is None


def test_a_naive_datetime_is_refused(database: Database) -> None:
    with database.write() as connection:
        trial.create(connection)
        with pytest.raises(StatementError, match="needs a time zone"):
            _kept(connection, at=AT.replace(tzinfo=None))


def test_instants_are_compared_in_time_order(database: Database) -> None:
    moments = [AT + timedelta(microseconds=step) for step in (0, 1, 10, 1_000_000)]
    with database.write() as connection:
        trial.create(connection)
        connection.execute(insert(trial), [{"at": at} for at in reversed(moments)])
        assert connection.execute(select(trial.c.at).order_by(trial.c.at)).scalars().all() == moments
        later = select(trial.c.at).where(trial.c.at > AT).order_by(trial.c.at)
        assert connection.execute(later).scalars().all() == moments[1:]


def test_json_keeps_the_exact_canonical_bytes(database: Database) -> None:
    data = {"b": [1, 1.0, True, None], "a": "Jalan “Kesuma Bangsa” \u0000".replace("\u0000", "")}
    with database.write() as connection:
        trial.create(connection)
        assert _kept(connection, data=data).data == data
        raw = connection.execute(select(cast(trial.c.data, sa_types.Text))).scalar_one()
    assert raw.encode() == canonical(data)


def test_a_task_without_limit_comes_after_all_limits_by_the_index(database: Database) -> None:
    with database.write() as connection:
        case = a_case(connection)
        never = a_work_item(connection, case, 1)
        late = a_work_item(connection, case, 2, due_at=AT + timedelta(days=400))
        soon = a_work_item(connection, case, 3, due_at=AT)
        page = (
            select(work_items.c.id)
            .where(work_items.c.candidate_group == "petugas", work_items.c.ended_at.is_(None))
            .order_by(work_items.c.due_order, work_items.c.id)
        )
        assert connection.execute(page).scalars().all() == [soon, late, never]
        if database.dialect == "sqlite":
            sql = page.compile(connection, compile_kwargs={"literal_binds": True})
            plan = " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
            assert "ix_work_items_open_group" in plan
            assert "TEMP B-TREE" not in plan


@given(values)
def test_canonical_json_reads_back_and_is_stable(value: Any) -> None:
    try:
        written = canonical(value)
    except UnicodeEncodeError:
        return  # a lone surrogate is no text
    assert from_canonical(written) == value
    assert canonical(from_canonical(written)) == written


@given(instants, instants)
def test_instant_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    assert len(instant_text(one)) == 27
    assert parse_instant(instant_text(one)) == one
    assert (instant_text(one) < instant_text(other)) == (one < other)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}, "\ud800"])
def test_canonical_json_refuses_what_has_no_one_reading(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@pytest.mark.parametrize("value", [{1: "a"}, {"a": [{None: 1}]}, Decimal("1.5"), b"x", {1, 2}])
def test_canonical_json_refuses_what_json_cannot_tell_apart(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_canonical_json_writes_instants_and_dates() -> None:
    assert canonical({"at": AT, "on": date(2026, 11, 24)}) == (
        b'{"at":"2026-11-24T01:30:00.000000Z","on":"2026-11-24"}'
    )
