"""The running total of office time says what `elapsed` says, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.office_hours import RunningTotal, elapsed
from tests.unit.test_office_hours import MPP, at

FIRST, LAST = at("2026-01-01 00:00"), at("2027-03-01 00:00")
RUNNING = RunningTotal(MPP, FIRST, LAST)
INSTANTS = st.datetimes(
    FIRST.astimezone(UTC).replace(tzinfo=None),
    LAST.astimezone(UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)


@given(INSTANTS, INSTANTS)
def test_it_agrees_with_the_walk_over_the_days(start: datetime, end: datetime) -> None:
    assert timedelta(microseconds=max(0, RUNNING.at(end) - RUNNING.at(start))) == elapsed(MPP, start, end)


def test_it_agrees_at_the_edges_of_the_day() -> None:
    morning = at("2026-11-24 06:00")
    for minutes in range(0, 16 * 60, 5):
        end = morning + timedelta(minutes=minutes)
        assert timedelta(microseconds=max(0, RUNNING.at(end) - RUNNING.at(morning))) == elapsed(
            MPP, morning, end
        )


def test_before_its_first_day_nothing_has_passed() -> None:
    assert RUNNING.at(FIRST - timedelta(days=40)) == 0
    assert RunningTotal(MPP, LAST, FIRST).at(LAST) == 0
