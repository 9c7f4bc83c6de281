"""What was counted and what was passed over on the way to a due instant, kept short enough to be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from engine.office_hours.calendar import Calendar
from engine.office_hours.duration import Duration
from engine.office_hours.explanation import LISTED, Counted, Explanation, Skipped

_DAY: Final = timedelta(days=1)
#: Of a long list of stretches the first and the last ones stay as they are, the middle becomes one.
_HEAD: Final = LISTED // 2
_TAIL: Final = LISTED - _HEAD - 1


class Trail:
    """Grows while `due` counts; instants come in UTC and leave in the office's time zone."""

    def __init__(self, calendar: Calendar, started: datetime) -> None:
        self.started = started
        self._zone = calendar.zone
        self._counted: list[Counted] = []
        self._skipped: list[Skipped] = []

    def count(self, start: datetime, end: datetime, time: timedelta) -> None:
        """A stretch that counted, with the office time in it."""
        counted = Counted(
            start.astimezone(self._zone), end.astimezone(self._zone), round(time.total_seconds())
        )
        self._counted.append(counted)

    def skip(self, new: Skipped) -> None:
        """A day or break that did not count; one entry with the last when it goes on for the same reason."""
        last = self._skipped[-1] if self._skipped else None
        if last and (last.reason, last.name) == (new.reason, new.name) and new.first <= last.last + _DAY:
            self._skipped[-1] = replace(last, last=new.last)
        else:
            self._skipped.append(new)

    def explain(self, duration: Duration) -> Explanation:
        """All of it, as data."""
        return Explanation(
            clock="office",
            started=self.started.astimezone(self._zone),
            duration=duration,
            counted=_shortened(self._counted),
            skipped=tuple(self._skipped[:LISTED]),
            skipped_more=max(0, len(self._skipped) - LISTED),
        )


def _shortened(counted: list[Counted]) -> tuple[Counted, ...]:
    if len(counted) <= LISTED:
        return tuple(counted)
    head, middle, tail = counted[:_HEAD], counted[_HEAD:-_TAIL], counted[-_TAIL:]
    together = Counted(middle[0].start, middle[-1].end, sum(c.seconds for c in middle))
    return (*head, together, *tail)
