"""From the calendar file to plain dates that never change again.

The `holidays` package is asked here and nowhere else: its releases differ on past dates, so what it said
on the day of deployment is stored. Source: DESIGN 3, The calendar; Keppres 8/2024 (public holidays); the
yearly joint decree of three ministers, SKB 3 Menteri (*cuti bersama*).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import holidays

from engine.definition import calendar_file
from engine.errors import CalendarInvalid
from engine.office_hours import Calendar, Hours, Period

#: How the package marks a date that follows from an estimate, in Indonesian.
ESTIMATED: Final = "(perkiraan)"

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A calendar to deploy, and what the Pengelola should know before."""

    calendar: Calendar
    #: Sentences in Indonesian; none of them stops the deployment.
    warnings: tuple[str, ...]


def resolve(text: str, *, first_year: int, years: int = 3) -> Resolved:
    """Read a calendar file and expand it to the dates of `years` years from `first_year` on.

    The result knows nothing outside of these years: begin with the year before the current one if timers
    that run across New Year are to be counted anew. Raises `CalendarInvalid`, whose `detail` has `place`,
    `line` (or None), `expected`, `found` and `remedy`.
    """
    first, last = _range(first_year, years)
    file = calendar_file.read(text)
    named, warnings = _holidays(range(first.year, last.year + 1))
    closed = {day: name for day, name in named.items() if day not in file.reopened} | dict(file.closing)
    calendar = Calendar(
        version=file.version,
        timezone=file.timezone,
        periods=_cover(first, last, file.week, file.periods),
        closed={day: name for day, name in closed.items() if first <= day <= last},
        overrides={day: hours for day, hours in file.opened.items() if first <= day <= last},
    )
    warnings += [
        f"{day}: tertulis di [[bukan_libur]] tetapi bukan hari libur, jadi tidak berpengaruh; periksa tanggalnya."
        for day in sorted(file.reopened.keys() - named.keys())
        if first <= day <= last
    ]
    written = {*file.closing, *file.reopened, *file.opened, *(period.first for period in file.periods)}
    warnings += [
        f"{day}: setelah tahun terakhir yang dihitung ({last.year}), jadi belum berlaku; periksa tahunnya."
        for day in sorted(written)
        if day > last
    ]
    return Resolved(calendar, tuple(warnings))


def content_hash(calendar: Calendar) -> str:
    """SHA-256 (hex) over canonical JSON of what the calendar says, whatever version it is called."""
    content = {key: value for key, value in calendar.to_json().items() if key != "version"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _range(first_year: int, years: int) -> tuple[date, date]:
    known = holidays.country_holidays("ID")
    if years < 1 or first_year < known.start_year or first_year + years - 1 > known.end_year:
        expected = f"one year or more within {known.start_year} to {known.end_year}, whose holidays are known"
        found = f"{years} from {first_year} on"
        remedy = "Resolve the calendar for the current year and the next ones."
        raise CalendarInvalid(
            f"Calendar, the years: expected {expected}, found {found}. {remedy}",
            place="the years",
            line=None,
            expected=expected,
            found=found,
            remedy=remedy,
        )
    return date(first_year, 1, 1), date(first_year + years - 1, 12, 31)


def _cover(
    first: date, last: date, ordinary: tuple[Hours, ...], special: Iterable[Period]
) -> tuple[Period, ...]:
    """Every date from `first` to `last` in exactly one period: the special ones, the ordinary between."""
    covered: list[Period] = []
    for period in special:
        if period.last < first or period.first > last:
            continue
        begins, ends = max(period.first, first), min(period.last, last)
        if first < begins:
            covered.append(Period(first, begins - _DAY, ordinary))
        covered.append(replace(period, first=begins, last=ends))
        first = ends + _DAY
    if first <= last:
        covered.append(Period(first, last, ordinary))
    return tuple(covered)


def _holidays(years: Iterable[int]) -> tuple[dict[date, str], list[str]]:
    """The names of the holidays, and a warning for each year that is not yet certain.

    The language is named because the package would otherwise follow the locale of the machine.
    """
    closed: dict[date, str] = {}
    warnings: list[str] = []
    for year in years:
        joint = holidays.country_holidays("ID", years=year, categories=("government",), language="id")
        both = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
        closed |= both
        if not joint:
            warnings.append(
                f"{year}: cuti bersama belum diketahui; tambahkan di [[tutup]] setelah SKB 3 Menteri terbit."
            )
        estimated = [f"{day.isoformat()} {name}" for day, name in sorted(both.items()) if ESTIMATED in name]
        if estimated:
            warnings.append(
                f"{year}: tanggal masih perkiraan, periksa dengan SKB 3 Menteri: {'; '.join(estimated)}."
            )
    return closed, warnings
