"""When the office is open: a calendar resolved to plain dates, and its hours of any day.

A `Calendar` holds no rule that would have to be looked up later: weekly hours with the dates they are valid
for, the closed dates with their names, the dates with hours of their own. Outside its periods it knows
nothing: the office counts as closed, and nothing can fall due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

#: Open spans of a day, ascending and apart, each (start, end) in minutes since local midnight, 0 to 1440.
Hours = tuple[tuple[int, int], ...]
#: An open stretch of real time, [start, end): the closing instant itself is no longer open.
Span = tuple[datetime, datetime]
#: Why a day has no hours. `outside`: the calendar does not reach it, so nothing is known about it.
Reason = Literal["weekend", "holiday", "closed", "outside"]


@dataclass(frozen=True, slots=True)
class Period:
    """Weekly hours and the dates they are valid for, both included."""

    first: date
    last: date
    #: Hours by weekday, Monday (0) to Sunday (6): always seven.
    week: tuple[Hours, ...]
    #: As in the file ("Ramadan 1447 H"); empty for the ordinary hours.
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"Expected the hours of 7 weekdays, found {len(self.week)}.")


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day as the counting needs it: its spans in UTC or, when there are none, the reason."""

    spans: tuple[Span, ...]
    reason: Reason | None = None
    #: The holiday's name, when that is the reason.
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """The office hours in force, as stored with a deployment: plain data, safe to keep for ever."""

    #: The number or name it was deployed under; may be "".
    version: int | str
    #: IANA name, `Asia/Makassar`.
    timezone: str
    #: In order of date, none overlapping another. About a date in none of them nothing is known.
    periods: tuple[Period, ...]
    #: Closed dates and why: holidays, *cuti bersama*, closings of the office.
    closed: Mapping[date, str]
    #: Dates with hours of their own; they win over `closed` and the week. No spans: closed.
    overrides: Mapping[date, Hours]
    #: Built on first use; holds nothing that the other fields do not say.
    _days: dict[date, OpenDay] = field(default_factory=dict, init=False, repr=False, compare=False)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "closed", MappingProxyType(dict(sorted(self.closed.items()))))
        object.__setattr__(self, "overrides", MappingProxyType(dict(sorted(self.overrides.items()))))
        object.__setattr__(self, "_zone", ZoneInfo(self.timezone))

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self._zone

    def day(self, day: date) -> OpenDay:
        """What is open on a local date, kept after the first look."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = _open_day(self, day)
        return found

    def to_json(self) -> dict[str, Any]:
        """As a dict for JSON; `from_json` gives an equal calendar back."""
        return {
            "version": self.version,
            "timezone": self.timezone,
            "periods": [
                {
                    "first": period.first.isoformat(),
                    "last": period.last.isoformat(),
                    "name": period.name,
                    "week": [_hours_to_json(hours) for hours in period.week],
                }
                for period in self.periods
            ],
            "closed": {day.isoformat(): reason for day, reason in self.closed.items()},
            "overrides": {day.isoformat(): _hours_to_json(hours) for day, hours in self.overrides.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The calendar that `to_json` wrote."""
        return cls(
            version=data["version"],
            timezone=data["timezone"],
            periods=tuple(
                Period(
                    first=date.fromisoformat(period["first"]),
                    last=date.fromisoformat(period["last"]),
                    name=period["name"],
                    week=tuple(_hours_from_json(hours) for hours in period["week"]),
                )
                for period in data["periods"]
            ),
            closed={date.fromisoformat(day): reason for day, reason in data["closed"].items()},
            overrides={date.fromisoformat(day): _hours_from_json(h) for day, h in data["overrides"].items()},
        )


def spans(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """The open spans of a local date, ascending, in the office's time zone."""
    zone = calendar.zone
    return tuple((start.astimezone(zone), end.astimezone(zone)) for start, end in calendar.day(day).spans)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the office is open at an instant: at 08:00 it is, at 16:00 no longer."""
    at = to_utc(at)
    today = calendar.day(at.astimezone(calendar.zone).date())
    return any(start <= at < end for start, end in today.spans)


def to_utc(at: datetime) -> datetime:
    """The same instant in UTC, where differences are real time even across a change of the clock.

    (Two datetimes of one `ZoneInfo` are compared and subtracted by their wall clocks.)
    """
    if at.tzinfo is None:
        raise ValueError(f"Expected a datetime with a time zone, found {at.isoformat()}.")
    return at.astimezone(UTC)


def _open_day(calendar: Calendar, day: date) -> OpenDay:
    if day in calendar.overrides:
        return _with_hours(calendar, day, calendar.overrides[day], otherwise="closed")
    if day in calendar.closed:
        return OpenDay((), "holiday", calendar.closed[day])
    period = next((p for p in calendar.periods if p.first <= day <= p.last), None)
    if period is None:
        return OpenDay((), "outside")
    return _with_hours(calendar, day, period.week[day.weekday()], otherwise="weekend")


def _with_hours(calendar: Calendar, day: date, hours: Hours, *, otherwise: Reason) -> OpenDay:
    spans = _to_spans(calendar.zone, day, hours)
    return OpenDay(spans, None if spans else otherwise)


def _to_spans(zone: ZoneInfo, day: date, hours: Hours) -> tuple[Span, ...]:
    midnight = datetime.combine(day, time.min)
    found: list[Span] = []
    for first, last in hours:
        start, end = (
            (midnight + timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(UTC)
            for minute in (first, last)
        )
        # When clocks go forward, hours that do not exist land on later ones: no instant counts twice.
        if found:
            start = max(start, found[-1][1])
        if start < end:
            found.append((start, end))
    return tuple(found)


def _hours_to_json(hours: Hours) -> list[list[int]]:
    return [[start, end] for start, end in hours]


def _hours_from_json(data: list[list[int]]) -> Hours:
    return tuple((start, end) for start, end in data)
