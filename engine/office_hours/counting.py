"""Adding office time to an instant, and measuring it between two.

Everything is computed in UTC and shown in the office's time zone. One rule decides the edges: a limit that
is used up at closing time is due at that closing time, not at the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from engine.errors import NoOfficeHours
from engine.office_hours.calendar import Calendar, OpenDay, Span, to_utc
from engine.office_hours.duration import Duration
from engine.office_hours.explanation import Counted, Due, Explanation, Skipped
from engine.office_hours.trail import Trail

#: A limit is looked for on this many days from its start (three years), then refused.
SEARCH_DAYS: Final = 3 * 366
_DAY: Final = timedelta(days=1)


def due(calendar: Calendar, start: datetime, duration: Duration) -> Due:
    """When a timer that starts at `start` falls due, always within office hours (closing time included).

    1. A start outside office hours counts from the next opening.
    2. Working days: that many open days later at the same clock time. If the office is not open then, the
       last open instant before that time (closing time on a shorter day, the beginning of the break), or
       the opening when the day starts later.
    3. Then the seconds, counted while the office is open.

    Raises `NoOfficeHours` if the way there leads over a day that the calendar does not cover, or past
    `SEARCH_DAYS`. Source: DESIGN 3, Timers.
    """
    at = to_utc(start)
    trail = Trail(calendar, started=at)
    if duration.days:
        at = _add_days(calendar, at, duration.days, trail)
    if duration.seconds or not duration.days:
        at = _add_time(calendar, at, timedelta(seconds=duration.seconds), trail)
    return Due(at.astimezone(calendar.zone), trail.explain(duration))


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The office time between two instants: "terlambat 1 jam 10 menit". Zero when `end` is not later.

    Time that the calendar does not cover counts as closed.
    """
    start, end = to_utc(start), to_utc(end)
    total = timedelta()
    if end <= start:
        return total
    day, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in calendar.day(day).spans:
            if opens < end and start < closes:
                total += min(closes, end) - max(opens, start)
        day += _DAY
    return total


def wall_clock_due(start: datetime, duration: Duration) -> Due:
    """When a timer that runs day and night falls due (`kalender=24jam`); a day is 24 hours.

    In the time zone of `start`.
    """
    seconds = duration.days * 86_400 + duration.seconds
    at = (to_utc(start) + timedelta(seconds=seconds)).astimezone(start.tzinfo)
    return Due(at, Explanation("wall", start, duration, (Counted(start, at, seconds),), ()))


def _add_time(calendar: Calendar, at: datetime, remaining: timedelta, trail: Trail) -> datetime:
    for opens, closes in _open_from(calendar, at, trail):
        if remaining <= closes - opens:
            trail.count(opens, opens + remaining, remaining)
            return opens + remaining
        trail.count(opens, closes, closes - opens)
        remaining -= closes - opens
    raise _no_office_hours(calendar, trail.started)


def _add_days(calendar: Calendar, at: datetime, days: int, trail: Trail) -> datetime:
    opening = next(_open_from(calendar, at, trail), None)
    if opening is None:
        raise _no_office_hours(calendar, trail.started)
    start = opening[0]
    local = start.astimezone(calendar.zone)
    day = local.date()
    for _ in range(SEARCH_DAYS):
        day += _DAY
        today = calendar.day(day)
        if not today.spans:
            _pass_over(calendar, day, today, trail)
            continue
        days -= 1
        if days == 0:
            reached = _nearest_open(today.spans, to_utc(datetime.combine(day, local.time(), calendar.zone)))
            trail.count(start, reached, elapsed(calendar, start, reached))
            return reached
    raise _no_office_hours(calendar, trail.started)


def _nearest_open(spans: tuple[Span, ...], wanted: datetime) -> datetime:
    """The last open instant up to `wanted`, the opening if there is none: later stays later."""
    reached = spans[0][0]
    for opens, closes in spans:
        if opens <= wanted:
            reached = min(wanted, closes)
    return reached


def _open_from(calendar: Calendar, at: datetime, trail: Trail) -> Iterator[Span]:
    """What is left of the open spans from `at` on, ascending, noting what is passed over on the way."""
    day = at.astimezone(calendar.zone).date()
    for _ in range(SEARCH_DAYS):
        today = calendar.day(day)
        if not today.spans:
            _pass_over(calendar, day, today, trail)
        pause_from = None
        for opens, closes in today.spans:
            if at < closes:
                if pause_from is not None and at < opens and pause_from < opens:
                    trail.skip(Skipped(day, day, "break"))
                yield max(opens, at), closes
            pause_from = closes
        day += _DAY


def _pass_over(calendar: Calendar, day: date, today: OpenDay, trail: Trail) -> None:
    """Note a day without hours; a day that the calendar does not reach is not guessed at."""
    if today.reason is None or today.reason == "outside":
        raise _no_office_hours(calendar, trail.started)
    trail.skip(Skipped(day, day, today.reason, today.name))


def _no_office_hours(calendar: Calendar, started: datetime) -> NoOfficeHours:
    start = started.astimezone(calendar.zone).isoformat()
    first = calendar.periods[0].first.isoformat() if calendar.periods else "-"
    last = calendar.periods[-1].last.isoformat() if calendar.periods else "-"
    return NoOfficeHours(
        "Expected a calendar with enough office hours all the way from the start to the due time, within"
        f" three years; found a start at {start} and calendar {calendar.version!r}, which knows {first} to"
        f" {last}. Deploy a calendar that covers these dates, or shorten the limit.",
        started=start,
        calendar=calendar.version,
        first=first,
        last=last,
    )
