"""The office's calendar as people look at it: a month of days, which versions there are, what a new one changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from engine.definition import calendar_file
from engine.definition.calendar_file import CalendarFile
from engine.errors import CalendarInvalid
from engine.office_hours import Calendar, Hours
from engine.store.calendars import KIND
from engine.store.tables import active_versions, calendars

#: What a day is: open in ordinary hours, by a period of its own, by hours of that day only; closed by a national
#: holiday, by joint leave (*cuti bersama*), by the office itself, by the week; or not known to this calendar.
DayKind = Literal["open", "period", "own_hours", "national", "joint", "office", "weekend", "outside"]

#: How the `holidays` package begins the name of a day of joint leave.
JOINT: Final = "cuti bersama"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its open spans in minutes since midnight, what it is, and the name people know it by."""

    date: date
    kind: DayKind
    hours: Hours = ()
    #: The holiday's, the closing's or the period's name.
    name: str = ""
    #: A national holiday on which this office works, and why (`[[bukan_libur]]`).
    reopened: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A deployed calendar, without its days."""

    version: int
    deployed_by: str
    deployed_at: Any
    note: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Days that a new calendar makes alike, from one thing to another."""

    days: tuple[date, ...]
    before: Day
    after: Day


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new calendar changes from a day on; `first` and `last` are the days that each one covers."""

    changes: tuple[Change, ...]
    #: Days before that day which differ too: limits that began then are counted anew by "hitung ulang" only.
    earlier: int
    covered: tuple[date, date] | None
    covered_before: tuple[date, date] | None


def month(calendar: Calendar, source: str, year: int, number: int) -> list[Day]:
    """Every day of a month."""
    file = _file(source)
    first = date(year, number, 1)
    return [day_of(calendar, file, day) for day in _until(first, _next_month(first) - _DAY)]


def day_of(calendar: Calendar, file: CalendarFile | None, day: date) -> Day:
    """What a day is in `calendar`; `file`, as it was written, tells the office's own closings apart."""
    reopened = file.reopened.get(day, "") if file else ""
    if calendar.overrides.get(day):
        return Day(day, "own_hours", calendar.overrides[day], calendar.closed.get(day, ""))
    if day in calendar.closed:
        name = calendar.closed[day]
        own = file is not None and day in file.closing
        return Day(day, "office" if own else "joint" if JOINT in name.casefold() else "national", (), name)
    if day in calendar.overrides:
        return Day(day, "office", (), "")
    period = next((p for p in calendar.periods if p.first <= day <= p.last), None)
    if period is None:
        return Day(day, "outside")
    hours = period.week[day.weekday()]
    if not hours:
        return Day(day, "weekend", (), period.name)
    return Day(day, "period" if period.name else "open", hours, period.name, reopened)


def versions(connection: Connection) -> list[Version]:
    """Every deployed calendar, the newest first."""
    active = connection.scalar(select(active_versions.c.version).where(active_versions.c.kind == KIND))
    query = select(
        calendars.c.version, calendars.c.deployed_by, calendars.c.deployed_at, calendars.c.note
    ).order_by(calendars.c.version.desc())
    return [Version(*row, active=row.version == active) for row in connection.execute(query)]


def covered(calendar: Calendar) -> tuple[date, date] | None:
    """The first and the last day that the calendar knows; None when it knows none."""
    if not calendar.periods:
        return None
    return calendar.periods[0].first, calendar.periods[-1].last


def without_joint_leave(calendar: Calendar, today: date) -> list[int]:
    """The years from this one on, as far as the calendar goes, for which no *cuti bersama* is known."""
    known = {day.year for day, name in calendar.closed.items() if JOINT in name.casefold()}
    reach = covered(calendar)
    return [
        year for year in range(today.year, (reach[1].year if reach else today.year) + 1) if year not in known
    ]


def difference(
    before: Calendar | None, before_source: str, after: Calendar, after_source: str, today: date
) -> Difference:
    """What `after` changes against `before`, alike days together, in the order of their first day.

    Days that only one of the two covers are not listed one by one: `covered` says them.
    """
    reach, was = covered(after), covered(before) if before else None
    if before is None or reach is None or was is None:
        return Difference((), 0, reach, was)
    old, new = _file(before_source), _file(after_source)
    alike: dict[Any, list[tuple[Day, Day]]] = {}
    earlier = 0
    for day in _until(max(reach[0], was[0]), min(reach[1], was[1])):
        one, other = day_of(before, old, day), day_of(after, new, day)
        if _said(one) != _said(other) and day < today:
            earlier += 1
        elif _said(one) != _said(other):
            alike.setdefault((_said(one), _said(other)), []).append((one, other))
    changes = [Change(tuple(o.date for _, o in pairs), *pairs[0]) for pairs in alike.values()]
    return Difference(tuple(sorted(changes, key=lambda c: c.days[0])), earlier, reach, was)


def stretches(days: tuple[date, ...]) -> list[tuple[date, date]]:
    """Days as stretches without a gap, first and last."""
    runs = groupby(enumerate(days), lambda pair: pair[1].toordinal() - pair[0])
    return [((run := [day for _, day in group])[0], run[-1]) for _, group in runs]


def _said(day: Day) -> tuple[Any, ...]:
    """What makes two days the same: hours, and why there are none."""
    return (day.hours, "" if day.hours else day.kind, day.name)


def _file(source: str) -> CalendarFile | None:
    """The calendar as written; None when a later release of the format no longer reads it."""
    try:
        return calendar_file.read(source)
    except CalendarInvalid:
        return None


def _until(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def weeks(days: list[Day]) -> list[list[Day | None]]:
    """A month's days in rows of seven, Monday first; None before the first and after the last."""
    padded: list[Day | None] = [*([None] * days[0].date.weekday()), *days]
    padded += [None] * (-len(padded) % 7)
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]
