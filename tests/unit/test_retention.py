"""When a person's time is over: calendar months in the office's zone, never a day too early."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retention import ANY, Rule, due_for_erasure, ended_before, kept_until, rule_of

ZONE = ZoneInfo("Asia/Makassar")
SET_AT = datetime(2026, 1, 1, tzinfo=UTC)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
months = st.integers(1, 1_200)


def rule(category: str, months: int) -> Rule:
    return Rule(category, months, "Perwali 1/2026", "pengelola", SET_AT)


@pytest.mark.parametrize(
    ("ended", "months", "last"),
    [
        ("2026-11-24", 12, "2027-11-24"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
    ],
)
def test_the_last_day_is_the_same_of_a_later_month_or_that_months_last(
    ended: str, months: int, last: str
) -> None:
    assert kept_until(date.fromisoformat(ended), months) == date.fromisoformat(last)


def test_the_day_is_that_of_the_office_not_that_of_greenwich() -> None:
    ended = datetime(2026, 11, 24, 0, 30, tzinfo=ZONE)  # still the 23rd in UTC
    rules = {ANY: rule(ANY, 1)}

    def due(today: str) -> date | None:
        found = due_for_erasure(
            rules, category=None, ended_at=ended.astimezone(UTC), today=date.fromisoformat(today), zone=ZONE
        )
        return found.since if found else None

    assert due("2026-12-24") is None
    assert due("2026-12-25") == date(2026, 12, 25)


def test_a_category_has_its_own_rule_or_that_of_all_others() -> None:
    rules = {"pungli": rule("pungli", 60), ANY: rule(ANY, 12)}
    assert rule_of(rules, "pungli") == rules["pungli"]
    assert rule_of(rules, "lainnya") == rule_of(rules, None) == rules[ANY]
    assert rule_of({"pungli": rule("pungli", 60)}, "lainnya") is None
    assert rule_of({}, "pungli") is None


def test_who_runs_is_held_or_is_erased_is_never_due() -> None:
    rules, today, long_ago = {ANY: rule(ANY, 1)}, date(2026, 11, 24), datetime(2000, 1, 1, tzinfo=UTC)

    def due(ended: datetime | None, **how: bool) -> bool:
        found = due_for_erasure(rules, category=None, ended_at=ended, today=today, zone=ZONE, **how)
        return found is not None

    assert due(long_ago)
    assert not due(None)
    assert not due(long_ago, held=True)
    assert not due(long_ago, erased=True)
    assert due_for_erasure({}, category=None, ended_at=long_ago, today=today, zone=ZONE) is None


@given(ended=days, clock=st.times(), months=months, wait=st.integers(-40, 40))
def test_the_comparison_of_lists_is_the_rule(ended: date, clock: time, months: int, wait: int) -> None:
    ended_at = datetime.combine(ended, clock, ZONE).astimezone(UTC)
    today = kept_until(ended, months) + timedelta(days=wait)
    found = due_for_erasure(
        {ANY: rule(ANY, months)}, category=None, ended_at=ended_at, today=today, zone=ZONE
    )
    assert (ended_at < ended_before(months, today, ZONE)) == (found is not None) == (wait > 0)


@given(ended=days, months=months)
def test_a_longer_rule_never_lets_go_earlier(ended: date, months: int) -> None:
    assert kept_until(ended, months) <= kept_until(ended, months + 1)
    assert kept_until(ended, months) <= kept_until(ended + timedelta(days=1), months)
