"""Office hours: the cases that other engines got wrong, and properties held against a slow reference."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition.calendar import resolve
from engine.errors import DurationInvalid, NoOfficeHours
from engine.office_hours import (
    Calendar,
    Counted,
    Duration,
    Explanation,
    Hours,
    Period,
    Skipped,
    due,
    elapsed,
    is_open,
    parse_duration,
    spans,
    wall_clock_due,
)

SHIPPED = Path(__file__).parents[2] / "processes" / "kalender.toml"
MPP = resolve(SHIPPED.read_text(encoding="utf-8"), first_year=2026).calendar
WITA = ZoneInfo("Asia/Makassar")


def at(text: str) -> datetime:
    """`2026-11-24 15:30` in Samarinda."""
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


def due_at(start: str, duration: str, calendar: Calendar = MPP) -> datetime:
    return due(calendar, at(start), parse_duration(duration)).at


# Named cases. 24 November 2026 is a Tuesday; in that week nothing is closed.


def test_two_hours_in_the_morning_are_two_hours() -> None:
    assert due_at("2026-11-24 08:30", "PT2H") == at("2026-11-24 10:30")


def test_created_before_opening_counts_from_opening() -> None:
    """jbpm#1830"""
    assert due_at("2026-11-24 05:10", "PT2H") == at("2026-11-24 10:00")


def test_created_after_closing_counts_from_the_next_opening() -> None:
    """jbpm#1342"""
    assert due_at("2026-11-24 21:40", "PT2H") == at("2026-11-25 10:00")


def test_created_at_the_closing_instant_counts_from_the_next_opening() -> None:
    assert due_at("2026-11-24 16:00", "PT2H") == at("2026-11-25 10:00")


def test_created_in_the_lunch_break_counts_from_its_end() -> None:
    assert due_at("2026-11-24 12:20", "PT2H") == at("2026-11-24 15:00")


def test_the_lunch_break_does_not_count() -> None:
    assert due_at("2026-11-24 11:15", "PT2H") == at("2026-11-24 14:15")


def test_created_on_a_holiday_counts_from_the_next_working_day() -> None:
    """jbpm#233; Maulid, Tuesday 25 August 2026"""
    assert due_at("2026-08-25 10:00", "PT2H") == at("2026-08-26 10:00")


def test_a_holiday_in_between_does_not_count() -> None:
    assert due_at("2026-08-24 15:00", "PT2H") == at("2026-08-26 09:00")


def test_friday_afternoon_goes_on_on_monday() -> None:
    assert due_at("2026-11-27 13:15", "PT2H") == at("2026-11-30 09:15")


def test_the_long_friday_break_does_not_count() -> None:
    assert due_at("2026-11-27 11:00", "PT1H") == at("2026-11-27 13:30")


def test_created_on_a_saturday_counts_from_monday() -> None:
    assert due_at("2026-11-28 10:00", "PT2H") == at("2026-11-30 10:00")


def test_the_week_of_idul_fitri_with_its_joint_leave_does_not_count() -> None:
    assert due_at("2026-03-17 14:30", "PT2H") == at("2026-03-25 09:30")


def test_a_complaint_of_half_past_three_is_not_late_at_half_past_five() -> None:
    limit = due_at("2026-11-24 15:30", "PT2H")
    assert limit > at("2026-11-24 17:30")
    assert limit == at("2026-11-25 09:30")


def test_two_hours_that_end_with_the_day_are_due_at_closing_not_at_the_next_opening() -> None:
    assert due_at("2026-11-24 14:00", "PT2H") == at("2026-11-24 16:00")
    assert due_at("2026-11-24 10:00", "PT2H") == at("2026-11-24 12:00")
    assert due_at("2026-11-27 13:00", "PT1H") == at("2026-11-27 14:00")


def test_the_year_may_change_in_between() -> None:
    """31 December 2026 is a Thursday, 1 January 2027 a holiday."""
    assert due_at("2026-12-31 15:00", "PT2H") == at("2027-01-04 09:00")


def test_ramadan_has_its_own_hours() -> None:
    """Tuesday 24 February 2026: 08-12, 12:30-15"""
    assert due_at("2026-02-24 11:30", "PT2H") == at("2026-02-24 14:00")
    assert due_at("2026-02-24 14:00", "PT2H") == at("2026-02-25 09:00")
    assert due_at("2026-02-27 11:00", "PT1H") == at("2026-02-27 13:30")


def test_the_hours_change_between_two_days_when_ramadan_begins() -> None:
    """Wednesday 18 February closes at 16:00, Thursday the 19th at 15:00."""
    assert due_at("2026-02-18 15:00", "PT8H") == at("2026-02-20 08:30")


def test_seconds_are_kept() -> None:
    assert due_at("2026-11-24 15:59:30", "PT1M") == at("2026-11-25 08:00:30")


def test_a_start_in_another_time_zone_is_the_same_instant() -> None:
    start = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert due(MPP, start, Duration(0, 7200)).at == at("2026-11-25 09:30")


# Working days


def test_one_day_is_the_next_working_day_at_the_same_clock_time_not_24_business_hours() -> None:
    """jmix#790"""
    assert due_at("2026-11-24 10:15", "P1D") == at("2026-11-25 10:15")


def test_working_days_pass_over_weekends_and_holidays() -> None:
    assert due_at("2026-11-26 10:15", "P3D") == at("2026-12-01 10:15")
    assert due_at("2026-03-17 10:15", "P1D") == at("2026-03-25 10:15")


def test_days_from_outside_office_hours_count_from_the_next_opening() -> None:
    assert due_at("2026-11-24 20:00", "P1D") == at("2026-11-26 08:00")
    assert due_at("2026-11-28 11:00", "P1D") == at("2026-12-01 08:00")
    assert due_at("2026-11-24 16:00", "P1D") == at("2026-11-26 08:00")


def test_a_day_limit_on_a_shorter_day_is_due_at_its_closing() -> None:
    assert due_at("2026-11-26 15:30", "P1D") == at("2026-11-27 14:00")


def test_a_day_limit_that_falls_into_a_break_is_due_when_the_break_begins() -> None:
    assert due_at("2026-11-26 11:45", "P1D") == at("2026-11-27 11:30")


def test_a_day_limit_on_a_day_that_opens_later_is_due_at_its_opening() -> None:
    later = Calendar(
        version="",
        timezone="Asia/Makassar",
        periods=MPP.periods,
        closed={},
        overrides={date(2026, 11, 25): ((10 * 60, 12 * 60),)},
    )
    assert due_at("2026-11-24 08:15", "P1D", later) == at("2026-11-25 10:00")


def test_days_come_before_hours() -> None:
    assert due_at("2026-11-24 15:30", "P1DT2H") == at("2026-11-26 09:30")


# The wall clock


def test_a_wall_clock_timer_runs_through_the_night_and_its_days_have_24_hours() -> None:
    limit = wall_clock_due(at("2026-11-28 15:30"), parse_duration("P1DT2H"))
    assert limit.at == at("2026-11-29 17:30")
    assert limit.explanation.clock == "wall"


def test_a_wall_clock_day_has_24_hours_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    limit = wall_clock_due(datetime(2026, 3, 28, 12, 0, tzinfo=berlin), parse_duration("P1D"))
    assert limit.at == datetime(2026, 3, 29, 13, 0, tzinfo=berlin)


# Open, and time passed


def test_the_office_is_open_from_its_opening_until_just_before_closing() -> None:
    assert is_open(MPP, at("2026-11-24 08:00"))
    assert is_open(MPP, at("2026-11-24 15:59:59"))
    assert not is_open(MPP, at("2026-11-24 07:59:59"))
    assert not is_open(MPP, at("2026-11-24 12:30"))
    assert not is_open(MPP, at("2026-11-24 16:00"))
    assert not is_open(MPP, at("2026-08-25 10:00"))


def test_the_spans_of_a_day_are_local() -> None:
    assert spans(MPP, date(2026, 11, 27)) == (
        (at("2026-11-27 08:00"), at("2026-11-27 11:30")),
        (at("2026-11-27 13:00"), at("2026-11-27 14:00")),
    )
    assert str(spans(MPP, date(2026, 11, 27))[0][0]) == "2026-11-27 08:00:00+08:00"
    assert spans(MPP, date(2026, 11, 28)) == ()


def test_lateness_is_measured_in_office_time() -> None:
    assert elapsed(MPP, at("2026-11-24 15:30"), at("2026-11-25 08:40")) == timedelta(hours=1, minutes=10)
    assert elapsed(MPP, at("2026-11-27 13:15"), at("2026-11-29 20:00")) == timedelta(minutes=45)


def test_nothing_has_passed_when_the_end_is_not_later() -> None:
    assert elapsed(MPP, at("2026-11-25 10:00"), at("2026-11-24 10:00")) == timedelta()
    assert elapsed(MPP, at("2026-11-25 10:00"), at("2026-11-25 10:00")) == timedelta()


def test_an_opened_saturday_counts_and_a_closed_override_does_not() -> None:
    changed = Calendar(
        version="",
        timezone="Asia/Makassar",
        periods=MPP.periods,
        closed={date(2026, 11, 28): "libur"},
        overrides={date(2026, 11, 28): ((480, 720),), date(2026, 11, 30): ()},
    )
    assert due_at("2026-11-27 13:15", "PT2H", changed) == at("2026-11-28 09:15")
    limit = due(changed, at("2026-11-28 11:00"), parse_duration("PT2H"))
    assert limit.at == at("2026-12-01 09:00")
    assert limit.explanation.skipped[-1] == Skipped(date(2026, 11, 30), date(2026, 11, 30), "closed")


def test_office_time_is_real_time_when_clocks_change_at_work() -> None:
    """Open 00:00 to 06:00 in Berlin on 29 March 2026: the hour from 2 to 3 does not exist and does not count twice."""
    night = Calendar("", "Europe/Berlin", MPP.periods, {}, {date(2026, 3, 29): ((0, 150), (180, 360))})
    berlin = night.zone
    start, end = datetime(2026, 3, 29, tzinfo=berlin), datetime(2026, 3, 29, 6, tzinfo=berlin)
    assert elapsed(night, start, end) == timedelta(hours=5)
    assert due(night, start, Duration(0, 5 * 3600)).at == end


# Limits that cannot be computed


def test_a_calendar_without_hours_is_refused_and_not_searched_for_ever() -> None:
    closed = Calendar(
        "rusak", "Asia/Makassar", (Period(date(2020, 1, 1), date(2040, 1, 1), ((),) * 7),), {}, {}
    )
    with pytest.raises(NoOfficeHours, match="'rusak'"):
        due(closed, at("2026-11-24 10:00"), parse_duration("PT2H"))
    with pytest.raises(NoOfficeHours, match="'rusak'"):
        due(closed, at("2026-11-24 10:00"), parse_duration("P1D"))


def test_a_limit_beyond_what_the_calendar_knows_is_refused_instead_of_guessed() -> None:
    with pytest.raises(NoOfficeHours, match="2028-12-31"):
        due_at("2028-12-29 13:30", "PT2H")
    with pytest.raises(NoOfficeHours, match="2026-01-01"):
        due_at("2025-12-31 15:30", "PT2H")
    with pytest.raises(NoOfficeHours):
        due_at("2026-11-24 10:00", "P999999D")
    assert not is_open(MPP, at("2029-01-03 10:00"))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(MPP, datetime(2026, 11, 24, 10, 0), Duration(0, 60))  # noqa: DTZ001  the point of the test


# Durations


@pytest.mark.parametrize(
    ("text", "days", "seconds"),
    [
        ("PT2H", 0, 7200),
        ("PT30M", 0, 1800),
        ("PT90S", 0, 90),
        ("P3D", 3, 0),
        ("P1DT2H", 1, 7200),
        ("PT1H30M5S", 0, 5405),
    ],
)
def test_a_duration_is_read(text: str, days: int, seconds: int) -> None:
    assert parse_duration(text) == Duration(days, seconds)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PT2X", "Expected a duration such as PT2H"),
        ("", "Expected a duration"),
        ("P", "Expected a duration"),
        ("PT", "Expected a duration"),
        ("P1DT", "Expected a duration"),
        ("2 Jam", "Expected a duration"),
        ("pt2h", "Expected a duration"),
        (" PT2H", "Expected a duration"),
        ("PT2H\n", "Expected a duration"),
        ("PT٢H", "Expected a duration"),
        ("PT9999999999H", "Expected a duration"),
        ("P1W", "P5D for a week"),
        ("P1M", "PT30M"),
        ("P1Y", "Months and years"),
        ("PT1.5H", "Fractions"),
        ("PT1,5H", "Fractions"),
        ("-PT2H", "Signs"),
        ("PT-2H", "Signs"),
        ("R3/PT2H", "timeCycle"),
        ("P2H", "after a T"),
        ("PT0S", "Give it a length"),
        ("P0D", "Give it a length"),
    ],
)
def test_a_duration_that_an_office_cannot_mean_is_refused_with_a_remedy(text: str, said: str) -> None:
    with pytest.raises(DurationInvalid, match=said) as refusal:
        parse_duration(text)
    assert refusal.value.detail["found"] == text


def test_a_negative_duration_cannot_be_made() -> None:
    with pytest.raises(DurationInvalid):
        Duration(0, -1)


# Explanations


def test_an_explanation_says_what_counted_and_what_did_not() -> None:
    """dihitung mulai Jumat 13.15, Sabtu dan Minggu tidak, sampai Senin 09.15"""
    found = due(MPP, at("2026-11-27 13:15"), parse_duration("PT2H")).explanation
    assert found == Explanation(
        clock="office",
        started=at("2026-11-27 13:15"),
        duration=Duration(0, 7200),
        counted=(
            Counted(at("2026-11-27 13:15"), at("2026-11-27 14:00"), 2700),
            Counted(at("2026-11-30 08:00"), at("2026-11-30 09:15"), 4500),
        ),
        skipped=(Skipped(date(2026, 11, 28), date(2026, 11, 29), "weekend"),),
    )


def test_an_explanation_names_the_holiday_and_the_break() -> None:
    found = due(MPP, at("2026-08-24 11:30"), parse_duration("PT4H")).explanation
    assert found.skipped == (
        Skipped(date(2026, 8, 24), date(2026, 8, 24), "break"),
        Skipped(date(2026, 8, 25), date(2026, 8, 25), "holiday", "Maulid Nabi Muhammad"),
    )


def test_counting_begins_at_the_opening_after_a_start_at_closing_time() -> None:
    found = due(MPP, at("2026-11-24 16:00"), parse_duration("PT2H")).explanation
    assert found.counted == (Counted(at("2026-11-25 08:00"), at("2026-11-25 10:00"), 7200),)


def test_nothing_is_said_about_days_after_the_limit() -> None:
    assert due(MPP, at("2026-11-27 13:00"), parse_duration("PT1H")).explanation.skipped == ()


@pytest.mark.parametrize("duration", ["PT2H", "PT400H", "P3D", "P60D", "P1DT2H"])
def test_an_explanation_stays_short_loses_no_second_and_survives_json(duration: str) -> None:
    limit = due(MPP, at("2026-03-16 14:10"), parse_duration(duration))
    found = limit.explanation
    assert len(found.counted) <= 10
    assert len(found.skipped) <= 10
    assert found.counted[-1].end == limit.at
    assert sum(c.seconds for c in found.counted) == elapsed(MPP, found.started, limit.at).total_seconds()
    assert Explanation.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_what_is_left_out_of_an_explanation_is_counted() -> None:
    found = due(MPP, at("2026-03-16 14:10"), parse_duration("P60D")).explanation
    assert found.skipped_more > 0


# Properties, on calendars of all kinds

#: Around the day on which clocks change in Berlin; hours from 04:00 on, for at 02:00 the change happens.
FIRST_DAY = date(2026, 3, 23)
DAYS = 400

#: No deadline: the minute-by-minute walks and a busy machine are no fault.
EXAMPLES = settings(max_examples=50, deadline=None)


@st.composite
def hours(draw: st.DrawFn, *, least: int = 0) -> Hours:
    edges = sorted(draw(st.sets(st.integers(240, 1440), min_size=2 * least, max_size=4)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def week() -> tuple[Hours, ...]:
        return (draw(hours(least=1)), *(draw(hours()) for _ in range(6)))

    days = st.integers(0, 20).map(lambda n: FIRST_DAY + timedelta(days=n))
    change = FIRST_DAY + timedelta(days=draw(st.integers(1, 15)))
    return Calendar(
        version=draw(st.one_of(st.integers(1, 9), st.just(""))),
        timezone=draw(st.sampled_from(["Asia/Makassar", "Europe/Berlin"])),
        periods=(
            Period(FIRST_DAY, change, week()),
            Period(change + timedelta(days=1), FIRST_DAY + timedelta(days=DAYS), week(), "Ramadan"),
        ),
        closed=draw(st.dictionaries(days, st.just("libur"), max_size=4)),
        overrides=draw(st.dictionaries(days, hours(), max_size=3)),
    )


# From the second day on: the local date of the first instants is then covered in every zone.
starts = st.integers(1440, 15 * 1440).map(
    lambda minutes: datetime.combine(FIRST_DAY, time.min, UTC) + timedelta(minutes=minutes)
)
durations = st.builds(Duration, st.integers(0, 5), st.integers(0, 30 * 3600))
office_seconds = st.integers(1, 30 * 3600)


def reference_open(calendar: Calendar, instant: datetime) -> bool:
    """The definition itself, from the raw tables, for one minute."""
    local = instant.astimezone(ZoneInfo(calendar.timezone))
    day, minute = local.date(), local.hour * 60 + local.minute
    if day in calendar.overrides:
        today = calendar.overrides[day]
    elif day in calendar.closed:
        today = ()
    else:
        today = next(p.week[day.weekday()] for p in calendar.periods if p.first <= day <= p.last)
    return any(start <= minute < end for start, end in today)


def reference_due(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """Walk minute by minute; the limit is the end of the last minute that counted."""
    instant = start
    while minutes:
        minutes -= reference_open(calendar, instant)
        instant += timedelta(minutes=1)
    return instant


@EXAMPLES
@given(calendars(), starts, st.integers(1, 600))
def test_the_limit_is_where_a_minute_by_minute_count_arrives(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    assert due(calendar, start, Duration(0, minutes * 60)).at == reference_due(calendar, start, minutes)


@EXAMPLES
@given(calendars(), starts, st.integers(0, 3 * 1440))
def test_time_passed_is_what_a_minute_by_minute_count_finds(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    counted = sum(reference_open(calendar, start + timedelta(minutes=n)) for n in range(minutes))
    assert elapsed(calendar, start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)


@EXAMPLES
@given(calendars(), starts, starts, durations)
def test_a_later_start_is_never_due_earlier(
    calendar: Calendar, one: datetime, two: datetime, duration: Duration
) -> None:
    earlier, later = sorted((one, two))
    assert due(calendar, earlier, duration).at <= due(calendar, later, duration).at


@EXAMPLES
@given(calendars(), starts, durations, st.integers(0, 3), st.integers(0, 36_000))
def test_a_longer_limit_is_never_due_earlier(
    calendar: Calendar, start: datetime, duration: Duration, days: int, seconds: int
) -> None:
    longer = Duration(duration.days + days, duration.seconds + seconds)
    assert due(calendar, start, duration).at <= due(calendar, start, longer).at


@EXAMPLES
@given(calendars(), starts, office_seconds, office_seconds)
def test_a_limit_split_in_two_is_due_at_the_same_instant(
    calendar: Calendar, start: datetime, one: int, two: int
) -> None:
    halfway = due(calendar, start, Duration(0, one)).at
    assert due(calendar, halfway, Duration(0, two)).at == due(calendar, start, Duration(0, one + two)).at


@EXAMPLES
@given(calendars(), starts, durations)
def test_a_limit_is_always_within_office_hours(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    limit = due(calendar, start, duration).at
    assert limit >= start
    assert any(
        opens <= limit <= closes for opens, closes in spans(calendar, (limit - timedelta.resolution).date())
    )


@EXAMPLES
@given(calendars(), starts, office_seconds)
def test_the_office_time_up_to_a_limit_is_the_limit(
    calendar: Calendar, start: datetime, seconds: int
) -> None:
    assert elapsed(calendar, start, due(calendar, start, Duration(0, seconds)).at) == timedelta(
        seconds=seconds
    )


@EXAMPLES
@given(calendars(), starts, st.integers(1, 5))
def test_a_day_limit_is_due_on_the_nth_open_day_after_the_one_it_started_on(
    calendar: Calendar, start: datetime, days: int
) -> None:
    first = due(calendar, start, Duration(0, 0)).at.date()
    limit = due(calendar, start, Duration(days, 0)).at
    last = (limit - timedelta.resolution).date() if limit.time() == time.min else limit.date()
    passed = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(bool(spans(calendar, day)) for day in passed) == days


@EXAMPLES
@given(calendars())
def test_a_calendar_survives_json(calendar: Calendar) -> None:
    assert Calendar.from_json(json.loads(json.dumps(calendar.to_json()))) == calendar


@EXAMPLES
@given(calendars(), starts, durations)
def test_a_warm_calendar_answers_as_a_fresh_one(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    fresh = Calendar.from_json(calendar.to_json())
    due(calendar, start, duration)
    assert due(calendar, start, duration) == due(fresh, start, duration)
