"""The calendar file as a Pengelola writes it, read and checked: every refusal says where, what and what to do.

The format explains itself in `processes/kalender.toml`.
"""

from __future__ import annotations

import re
import tomllib
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Final, TypeVar

from engine.errors import CalendarInvalid
from engine.office_hours import Hours, Period

#: A name of some ten thousand parts, a.a.a.a…, keeps Python's parser busy for minutes, and nobody else is served.
MOST_DOTS: Final = 200

WEEKDAYS: Final = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")

_HOURS: Final = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})", re.ASCII)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What the file says, before any holiday is known."""

    version: int | str
    timezone: str
    #: The ordinary hours by weekday, Monday first.
    week: tuple[Hours, ...]
    #: Stretches with hours of their own, in order, none overlapping another.
    periods: tuple[Period, ...]
    #: Dates on which the office closes, and why.
    closing: Mapping[date, str]
    #: Dates that are no holiday here, and why.
    reopened: Mapping[date, str]
    #: Dates with hours of their own.
    opened: Mapping[date, Hours]


def read(text: str) -> CalendarFile:
    """Read a calendar file. Raises `CalendarInvalid` as `engine.definition.calendar.resolve` describes."""
    text = text.removeprefix("\ufeff")  # as some editors begin a file
    data, root, ordinary = _parse(text), _Place(text), _Place(text, "jam_kerja")
    root.check_keys(data, ("zona_waktu", "jam_kerja"), ("versi", "periode", "tutup", "bukan_libur", "buka"))
    hours = ordinary.table_of(data["jam_kerja"])
    ordinary.check_keys(hours, (), WEEKDAYS)
    file = CalendarFile(
        version=_version(root.at("versi"), data.get("versi", "")),
        timezone=_timezone(root.at("zona_waktu"), data["zona_waktu"]),
        week=_week(ordinary, hours),
        periods=_special_periods(text, data),
        closing=_dated(text, data, "tutup", "alasan", _text),
        reopened=_dated(text, data, "bukan_libur", "alasan", _text),
        opened=_dated(text, data, "buka", "jam", _hours),
    )
    for table, dates in (("buka", file.opened), ("bukan_libur", file.reopened)):
        for nth, day in enumerate(dates, 1):
            if day in file.closing:
                raise _Place(text, table, nth).refuse(
                    "a date that is either open or closed",
                    f"{day}, also in [[tutup]]",
                    "Remove one of the two entries.",
                )
    return file


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file we are, to say so when something there is wrong."""

    text: str
    table: str = ""
    #: Which of several [[tables]] of that name, from 1; 0 for a single [table].
    nth: int = 0
    key: str = ""

    def at(self, key: str) -> _Place:
        return replace(self, key=key)

    def line(self) -> int | None:
        """The line of the key, else of its section; None when neither is written in the usual form."""
        header = f"{self.table or self.key}]"
        inside, seen, found = not self.table, 0, None
        for number, line in enumerate(map(str.strip, self.text.splitlines()), 1):
            if line.startswith("["):
                is_header = line.lstrip("[").startswith(header)
                seen += is_header
                inside = is_header and seen == max(self.nth, 1)
                found = number if inside else found
            elif inside and self.key and re.match(rf"{re.escape(self.key)}\s*=", line):
                return number
        return found

    def refuse(self, expected: str, found: object, remedy: str) -> CalendarInvalid:
        line = self.line()
        table = f"[[{self.table}]] number {self.nth}" if self.nth else f"[{self.table}]" if self.table else ""
        place = (
            ", ".join(part for part in (f"line {line}" if line else "", table, self.key) if part)
            or "the file"
        )
        return CalendarInvalid(
            f"Calendar, {place}: expected {expected}, found {found}. {remedy}",
            place=place,
            line=line,
            expected=expected,
            found=str(found),
            remedy=remedy,
        )

    def table_of(self, value: object) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        raise self.refuse(
            f"a section [{self.table}]", repr(value), "Write it as in the file that was shipped."
        )

    def check_keys(self, table: Mapping[str, Any], required: Iterable[str], optional: Iterable[str]) -> None:
        required, known = tuple(required), (*required, *optional)
        for key in table:
            if key not in known:
                close = get_close_matches(key.lower(), known, n=1)
                remedy = f"Did you mean {close[0]!r}?" if close else "Remove it, or correct its name."
                raise self.at(key).refuse(f"one of {', '.join(known)}", repr(key), remedy)
        for key in required:
            if key not in table:
                raise self.refuse(f"an entry {key!r}", "none", f"Add a line {key} = … here.")


def _parse(text: str) -> dict[str, Any]:
    try:
        for number, written in enumerate(text.split("\n"), 1):
            if written.count(".") > MOST_DOTS:
                raise ValueError(f"more than {MOST_DOTS} dots in one line (at line {number})")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        cause = str(error) if isinstance(error, ValueError) else "lists nested too deeply"
        at = re.search(r"at line (\d+)", cause)
        line = int(at[1]) if at else None
        place = f"line {line}" if line else "the end of the file"
        remedy = "Look there, and just before: a missing quotation mark or bracket, a date that does not exist, a name twice."
        raise CalendarInvalid(
            f"Calendar, {place}: expected a TOML file, found: {cause}. {remedy}",
            place=place,
            line=line,
            expected="a TOML file",
            found=cause,
            remedy=remedy,
        ) from error


def _timezone(place: _Place, value: object) -> str:
    known = zoneinfo.available_timezones()
    if isinstance(value, str) and value in known:
        return value
    close = get_close_matches(str(value), known, n=1)
    remedy = f"Did you mean {close[0]!r}?" if close else "Samarinda is in 'Asia/Makassar' (WITA)."
    raise place.refuse("the name of a time zone such as 'Asia/Makassar'", repr(value), remedy)


def _version(place: _Place, value: object) -> int | str:
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        return value
    raise place.refuse("a short name or number", repr(value), 'Write it in quotation marks: "2026-1".')


def _week(place: _Place, table: Mapping[str, Any]) -> tuple[Hours, ...]:
    return tuple(_hours(place.at(day), table.get(day, [])) for day in WEEKDAYS)


def _hours(place: _Place, value: object) -> Hours:
    """The spans of one day; [] is a day without any."""
    example = 'a list such as ["08:00-12:00", "13:00-16:00"]'
    if not isinstance(value, list):
        raise place.refuse(example, repr(value), "Put the hours in quotation marks, between [ and ].")
    spans: list[tuple[int, int]] = []
    for entry in value:
        match = _HOURS.fullmatch(entry.strip()) if isinstance(entry, str) else None
        if match is None:
            raise place.refuse(example, repr(entry), "Write hours and minutes, from-to: 08:00-12:00.")
        hour, minute, end_hour, end_minute = map(int, match.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if minute > 59 or end_minute > 59 or end > 24 * 60:
            raise place.refuse("times from 00:00 to 24:00", repr(entry), "Correct the time.")
        if start >= end:
            raise place.refuse(
                "hours that begin before they end",
                repr(entry),
                "Exchange the two; hours past midnight belong to the next day.",
            )
        spans.append((start, end))
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise place.refuse(
                "hours that do not overlap",
                ", ".join(map(repr, value)),
                "Let one end before the next begins.",
            )
    return tuple(spans)


def _special_periods(text: str, data: Mapping[str, Any]) -> tuple[Period, ...]:
    found: list[tuple[Period, _Place]] = []
    for place, table in _tables(text, data, "periode"):
        place.check_keys(table, ("nama", "dari", "sampai"), WEEKDAYS)
        first, last = _date(place.at("dari"), table["dari"]), _date(place.at("sampai"), table["sampai"])
        if first > last:
            raise place.at("sampai").refuse(
                "a period that begins before it ends", f"{first} to {last}", "Exchange 'dari' and 'sampai'."
            )
        name = _text(place.at("nama"), table["nama"])
        found.append((Period(first, last, _week(place, table), name), place))
    found.sort(key=lambda each: each[0].first)
    for (before, _), (after, place) in pairwise(found):
        if after.first <= before.last:
            raise place.refuse(
                "periods that do not overlap",
                f"{after.name!r} from {after.first} while {before.name!r} lasts until {before.last}",
                "Let one end on the day before the next begins.",
            )
    return tuple(period for period, _ in found)


def _dated(
    text: str, data: Mapping[str, Any], name: str, key: str, read: Callable[[_Place, object], Value]
) -> dict[date, Value]:
    """The entries of a [[table]] about single dates: what `read` makes of their `key`."""
    found: dict[date, Value] = {}
    for place, table in _tables(text, data, name):
        place.check_keys(table, ("tanggal", key), ("alasan",))
        day = _date(place.at("tanggal"), table["tanggal"])
        if day in found:
            raise place.refuse("each date once", f"{day} again", "Remove one of the two entries.")
        found[day] = read(place.at(key), table[key])
    return found


def _tables(text: str, data: Mapping[str, Any], name: str) -> list[tuple[_Place, Mapping[str, Any]]]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
        raise _Place(text, name).refuse(
            f"sections [[{name}]]",
            repr(value),
            f"Write [[{name}]], in double brackets, on a line of its own.",
        )
    return [(_Place(text, name, nth), table) for nth, table in enumerate(value, 1)]


def _date(place: _Place, value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise place.refuse("a date such as 2026-03-19", repr(value), "Write year-month-day, a day that exists.")


def _text(place: _Place, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise place.refuse("a few words in quotation marks", repr(value), "Say what people should read here.")
