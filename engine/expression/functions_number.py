"""Functions over numbers (DMN 1.4, 10.3.4.5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from engine.expression.function import Function, into
from engine.expression.values import NUMBERS, Run, Value, number, whole

FUNCTIONS: dict[str, Function] = {}
function = into(FUNCTIONS)


@function("number", str)
def _number(run: Run, text: str) -> Value:
    """`number("1234.5")`; null where the text is no number in that notation."""
    return number(text) if text.isascii() and "_" not in text and text.strip() == text else None


@function("abs", Decimal | timedelta)
def _abs(run: Run, value: Decimal | timedelta) -> Value:
    return abs(value) if isinstance(value, timedelta) else NUMBERS.abs(value)


@function("floor", Decimal, Decimal, least=1)
def _floor(run: Run, value: Decimal, scale: Decimal = Decimal(0)) -> Value:
    return _rounded(value, scale, ROUND_FLOOR)


@function("ceiling", Decimal, Decimal, least=1)
def _ceiling(run: Run, value: Decimal, scale: Decimal = Decimal(0)) -> Value:
    return _rounded(value, scale, ROUND_CEILING)


@function("round half up", Decimal, Decimal)
def _round_half_up(run: Run, value: Decimal, scale: Decimal) -> Value:
    """A half goes away from zero."""
    return _rounded(value, scale, ROUND_HALF_UP)


@function("modulo", Decimal, Decimal)
def _modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    """With the sign of the divisor: `modulo(-12, 5)` is 3."""
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Value:
    places = whole(scale)
    if places is None or not -6111 <= places <= 6176:
        return None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -places:
        return value  # nothing stands behind that place
    shifted = NUMBERS.scaleb(value, places).to_integral_value(rounding, NUMBERS)
    return NUMBERS.scaleb(shifted, -places)
