"""Dates, times and durations from text (DMN 1.4, 10.3.2.3; ISO 8601 extended form) and back."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_DURATION = re.compile(
    r"(?P<sign>-)?P(?=[0-9T])(?:(?P<days>[0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})(?:\.(?P<micros>[0-9]{1,6}))?S)?)?"
)


def date_from(text: str) -> date | None:
    """`2026-11-24`; null where there is no such day."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def time_from(text: str) -> time | None:
    """`08:00`, `08:00:30`, `08:00:00+08:00`; null where there is no such time."""
    if not _TIME.fullmatch(text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def datetime_from(text: str) -> datetime | None:
    """`2026-11-24T08:00:00+08:00`, or a date alone, which means its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = date_from(day_text)
    moment = time_from(time_text) if separator else time()
    return None if day is None or moment is None else datetime.combine(day, moment)


def duration_from(text: str) -> timedelta | None:
    """`P1DT2H`, `-PT30M`; null for years and months, which have no fixed length."""
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    amount = timedelta(
        days=int(found["days"] or 0),
        hours=int(found["hours"] or 0),
        minutes=int(found["minutes"] or 0),
        seconds=int(found["seconds"] or 0),
        microseconds=int((found["micros"] or "").ljust(6, "0")),
    )
    return -amount if found["sign"] else amount


def duration_text(duration: timedelta) -> str:
    """The shortest text that `duration_from` reads back: `P1DT2H`."""
    if duration < timedelta():
        return "-" + duration_text(-duration)
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06}".rstrip("0") if duration.microseconds else ""
    days = f"{duration.days}D" if duration.days else ""
    clock = "".join(
        (
            f"{hours}H" if hours else "",
            f"{minutes}M" if minutes else "",
            f"{seconds}{fraction}S" if seconds or fraction else "",
        )
    )
    if not days and not clock:
        return "PT0S"
    return "P" + days + ("T" + clock if clock else "")
