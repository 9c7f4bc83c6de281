"""Arithmetic, equality and order. Operands that do not fit together give null (DMN 1.4, 10.3.2)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from engine.expression.values import NUMBERS, Run, Value

Operator: TypeAlias = Callable[[Run, Value, Value], Value]
Comparison: TypeAlias = Callable[[Run, Value, Value], bool | None]

_ORDERED = frozenset({Decimal, str, date, time, datetime, timedelta})
_ANY_DAY = date(2000, 1, 1)


def add(run: Run, a: Value, b: Value) -> Value:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return NUMBERS.add(a, b)
    if isinstance(a, str) and isinstance(b, str):
        run.room_for(len(a) + len(b))
        return a + b
    if isinstance(b, timedelta):
        return _shift(a, b)
    if isinstance(a, timedelta):
        return _shift(b, a)
    return None


def subtract(run: Run, a: Value, b: Value) -> Value:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return NUMBERS.subtract(a, b)
    if isinstance(b, timedelta):
        return _shift(a, -b)
    if isinstance(a, datetime) and isinstance(b, datetime):
        return a - b if _same_zone_sort(a, b) else None
    if isinstance(a, time) and isinstance(b, time):
        return _on_any_day(a) - _on_any_day(b) if _same_zone_sort(a, b) else None
    if type(a) is date and type(b) is date:
        return a - b
    return None


def multiply(run: Run, a: Value, b: Value) -> Value:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return NUMBERS.multiply(a, b)
    if isinstance(a, timedelta) and isinstance(b, Decimal):
        return _from_seconds(NUMBERS.multiply(seconds(a), b))
    if isinstance(a, Decimal) and isinstance(b, timedelta):
        return multiply(run, b, a)
    return None


def divide(run: Run, a: Value, b: Value) -> Value:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return NUMBERS.divide(a, b)
    if isinstance(a, timedelta) and isinstance(b, Decimal):
        return _from_seconds(NUMBERS.divide(seconds(a), b))
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return NUMBERS.divide(seconds(a), seconds(b))
    return None


def power(run: Run, a: Value, b: Value) -> Value:
    run.spend(10)  # measured: a power with a fraction takes as long as some ten other steps
    return NUMBERS.power(a, b) if isinstance(a, Decimal) and isinstance(b, Decimal) else None


def negate(value: Value) -> Value:
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    return -value if isinstance(value, timedelta) else None


def equal(run: Run, a: Value, b: Value) -> bool | None:
    """Values of different kinds cannot be compared (null), except that only null equals null."""
    if a is None or b is None:
        return a is b
    if type(a) is not type(b):
        return None
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return False
        return settle((_equal_part(run, x, y) for x, y in zip(a, b, strict=True)), by=False)
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return False
        return settle((_equal_part(run, a[key], b[key]) for key in a), by=False)
    if isinstance(a, datetime | time) and isinstance(b, datetime | time) and not _same_zone_sort(a, b):
        return None
    return a == b


def unequal(run: Run, a: Value, b: Value) -> bool | None:
    same = equal(run, a, b)
    return None if same is None else not same


def settle(answers: Iterable[Value], by: bool) -> bool | None:
    """Three-valued logic: one answer `by` decides, else one that is no truth value makes it null, else not `by`.

    `settle(…, by=False)` is `and`, `settle(…, by=True)` is `or`.
    """
    result: bool | None = not by
    for answer in answers:
        if answer is by:
            return by
        if not isinstance(answer, bool):
            result = None
    return result


def _equal_part(run: Run, a: Value, b: Value) -> bool | None:
    run.spend()
    return equal(run, a, b)


def _ordered(holds: Callable[..., bool]) -> Comparison:
    def compare(run: Run, a: Value, b: Value) -> bool | None:
        if type(a) is not type(b) or type(a) not in _ORDERED:
            return None
        try:
            return holds(a, b)
        except TypeError:  # one has a time zone and the other has none
            return None

    return compare


def _same_zone_sort(a: datetime | time, b: datetime | time) -> bool:
    return (a.utcoffset() is None) == (b.utcoffset() is None)


def _shift(moment: Value, by: timedelta) -> Value:
    if isinstance(moment, time):
        return (datetime.combine(_ANY_DAY, moment) + by).timetz()
    if isinstance(moment, date | timedelta):  # a datetime is a date
        return moment + by
    return None


def _on_any_day(moment: time) -> datetime:
    # a time in a zone with summer time has no offset of its own: it counts as local
    return datetime.combine(
        _ANY_DAY, moment if moment.utcoffset() is not None else moment.replace(tzinfo=None)
    )


def seconds(duration: timedelta) -> Decimal:
    return NUMBERS.divide(Decimal(duration // timedelta(microseconds=1)), Decimal(1_000_000))


def _from_seconds(amount: Decimal) -> timedelta:
    return timedelta(microseconds=round(NUMBERS.multiply(amount, Decimal(1_000_000))))


COMPARISONS: Mapping[str, Comparison] = {
    "=": equal,
    "!=": unequal,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}
ARITHMETIC: Mapping[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
