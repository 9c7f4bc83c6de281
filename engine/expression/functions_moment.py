"""Functions over dates, times and durations (DMN 1.4, 10.3.4)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from engine.expression.function import Function, into
from engine.expression.moments import date_from, datetime_from, duration_from, time_from
from engine.expression.values import Run, Value, whole

FUNCTIONS: dict[str, Function] = {}
function = into(FUNCTIONS)


@function("date", str | date | Decimal, Decimal, Decimal, least=1)
def _date(
    run: Run, first: str | date | Decimal, month: Decimal | None = None, day: Decimal | None = None
) -> Value:
    """Of a text, of a date and time, or of year, month, day."""
    match first:
        case Decimal() if month is not None and day is not None:
            return date_from(f"{_padded(first, 4)}-{_padded(month)}-{_padded(day)}")
        case str() if month is None:
            return date_from(first)
        case datetime() if month is None:
            return first.date()
        case date() if month is None:
            return first
        case _:
            return None


@function("time", str | time | datetime | Decimal, Decimal, Decimal, least=1)
def _time(
    run: Run,
    first: str | time | datetime | Decimal,
    minute: Decimal | None = None,
    second: Decimal | None = None,
) -> Value:
    """Of a text, of a date and time, or of hour, minute, second."""
    match first:
        case Decimal() if minute is not None and second is not None:
            return time_from(":".join(_padded(part) for part in (first, minute, second)))
        case str() if minute is None:
            return time_from(first)
        case datetime() if minute is None:
            return first.timetz()
        case time() if minute is None:
            return first
        case _:
            return None


@function("date and time", str | date, time, least=1)
def _date_and_time(run: Run, first: str | date, moment: time | None = None) -> Value:
    """Of a text, or of a date and a time."""
    if isinstance(first, str):
        return datetime_from(first) if moment is None else None
    if moment is None:
        return first if isinstance(first, datetime) else None
    return datetime.combine(first, moment)


@function("duration", str)
def _duration(run: Run, text: str) -> Value:
    return duration_from(text)


@function("today", least=0)
def _today(run: Run) -> Value:
    return run.now.date() if run.now else None


@function("now", least=0)
def _now(run: Run) -> Value:
    return run.now


@function("day of week", date)
def _day_of_week(run: Run, day: date) -> Value:
    """In English, as DMN says it: `"Monday"`."""
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]


def _padded(value: Decimal, width: int = 2) -> str:
    """A part of a date or time; what is no whole number gives text that is no date."""
    amount = whole(value)
    return "" if amount is None else f"{amount:0{width}}"
