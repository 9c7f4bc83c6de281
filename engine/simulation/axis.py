"""The time of a simulation: milliseconds in which the office is open, one after the other, from a first working day on.

Nobody works, nothing arrives and no limit of office hours runs while the office is closed, so that time is left out. A
limit of *n* working days and one of the wall clock are counted by `engine.office_hours` on the calendar's own dates.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.errors import NoOfficeHours
from engine.office_hours import Calendar, Duration, due, wall_clock_due
from engine.office_hours.calendar import Span

_MILLISECOND: Final = timedelta(milliseconds=1)
_DAY: Final = timedelta(days=1)


class Axis:
    """The open hours of `days` working days: from `first` on or, where the calendar ends too early, just before."""

    def __init__(self, calendar: Calendar, first: date, days: int) -> None:
        self._calendar = calendar
        ahead = list(_working_days(calendar, first, days))
        missing = days - len(ahead)
        behind = list(_working_days(calendar, first - _DAY, missing, step=-_DAY)) if missing else []
        found = behind[::-1] + ahead
        if len(found) < days:
            raise NoOfficeHours(
                f"expected a calendar with {days} working days, found {len(found)}; simulate fewer days, or deploy "
                "a calendar that covers more",
                calendar=calendar.version,
            )
        self._opens: list[datetime] = []
        self._closes: list[datetime] = []
        #: Where each open stretch begins, and where it ends, on the axis.
        self._from: list[int] = []
        self._to: list[int] = []
        #: Where each working day begins; the last entry is the end of the axis.
        self.days: list[int] = []
        at = 0
        for spans in found:
            self.days.append(at)
            for opens, closes in spans:
                self._opens.append(opens)
                self._closes.append(closes)
                self._from.append(at)
                at += (closes - opens) // _MILLISECOND
                self._to.append(at)
        self.days.append(at)

    @property
    def end(self) -> int:
        return self.days[-1]

    @property
    def began(self) -> datetime:
        """The first open instant."""
        return self._opens[0]

    def within(self, days: float) -> int:
        """So many working days after the beginning; a part of a day is that part of its hours."""
        whole = int(days)
        start, end = self.days[whole], self.days[whole + 1]
        return start + int((days - whole) * (end - start))

    def instant(self, at: int) -> datetime:
        """When that is; the end of a stretch is its closing time, not the next opening."""
        n = min(bisect_left(self._to, at), len(self._to) - 1)
        return self._opens[n] + (at - self._from[n]) * _MILLISECOND

    def position(self, instant: datetime) -> int | None:
        """Where an instant lies; while the office is closed, where it opens again. None after the end."""
        n = bisect_right(self._opens, instant) - 1
        if n < 0:
            return 0
        if instant <= self._closes[n]:
            return self._from[n] + (instant - self._opens[n]) // _MILLISECOND
        return self._from[n + 1] if n + 1 < len(self._from) else None

    def due(self, at: int, duration: Duration, *, wall_clock: bool) -> int | None:
        """When a limit that begins now runs out; None: not within this axis."""
        if not wall_clock and not duration.days:
            return at + duration.seconds * 1000
        start = self.instant(at)
        try:
            found = wall_clock_due(start, duration) if wall_clock else due(self._calendar, start, duration)
        except NoOfficeHours:
            return None
        return self.position(found.at.astimezone(UTC))


def _working_days(
    calendar: Calendar, day: date, count: int, step: timedelta = _DAY
) -> Iterator[tuple[Span, ...]]:
    """The open spans of `count` days that have any; ends where the calendar does."""
    found = 0
    while found < count:
        today = calendar.day(day)
        if today.reason == "outside":
            return
        if today.spans:
            found += 1
            yield today.spans
        day += step
