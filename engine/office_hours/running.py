"""Office time as a running total, for reports that measure hundreds of thousands of stays.

`elapsed` walks over the days between two instants; here the days are walked over once, and what passed between
two instants is the difference of two totals, each found by bisection. Both give the same to the microsecond.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.office_hours.calendar import Calendar, to_utc

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


class RunningTotal:
    """Office time from `first` on; it stands still after the local day of `last`.

    Days that `calendar` does not know are as `beyond` has them.
    """

    def __init__(
        self, calendar: Calendar, first: datetime, last: datetime, beyond: Calendar | None = None
    ) -> None:
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []
        total = 0
        day = to_utc(first).astimezone(calendar.zone).date()
        until = to_utc(last).astimezone(calendar.zone).date()
        while day <= until:
            known = calendar.day(day)
            if beyond is not None and known.reason == "outside":
                known = beyond.day(day)
            for opens, closes in known.spans:
                start, end = _microseconds(opens), _microseconds(closes)
                self._opens.append(start)
                self._closes.append(end)
                self._before.append(total)
                total += end - start
            day += _DAY

    def same_as(self, other: RunningTotal) -> bool:
        """Whether both say the same of every instant."""
        return self._opens == other._opens and self._closes == other._closes

    def at(self, instant: datetime) -> int:
        """Microseconds of office time since the first day began."""
        here = _microseconds(instant)
        n = bisect_right(self._opens, here) - 1
        return self._before[n] + min(here, self._closes[n]) - self._opens[n] if n >= 0 else 0


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
