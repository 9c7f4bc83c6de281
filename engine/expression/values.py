"""What FEEL computes with, and how much of it one evaluation may use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias, TypeVar, cast

from engine.errors import ExpressionFailed

Value: TypeAlias = (
    bool | Decimal | str | date | time | datetime | timedelta | list["Value"] | dict[str, "Value"] | None
)
#: The variables of `for`, `some`, `every`, filters and contexts; they hide the case's variables.
Scope: TypeAlias = dict[str, Value]

V = TypeVar("V", bound=Value)

#: One evaluation may take this many steps: a node evaluated, or twenty elements or characters worked through.
MAX_STEPS = 20_000
ELEMENTS_PER_STEP = 20
#: No list, context or text may be longer than this.
MAX_ELEMENTS = 100_000
#: No list or context that is read may be nested deeper than this.
MAX_NESTING = 32

#: DMN 1.4, 10.3.2.3: numbers are IEEE 754 decimal128. What leaves that range raises, and so becomes null.
NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)

_SIMPLE = frozenset({type(None), bool, date, time, datetime, timedelta})


class Run:
    """One evaluation: the variables it may read, the time it may know, the steps it has left."""

    __slots__ = ("_context", "_read", "_steps_left", "now")

    def __init__(self, context: Mapping[str, object], now: datetime | None) -> None:
        self.now = now
        self._context = context
        self._read: dict[str, Value] = {}
        self._steps_left = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise ExpressionFailed(
                f"Expected an expression that ends within {MAX_STEPS} steps, found one that goes on;"
                " work on shorter lists or nest fewer loops.",
                limit=MAX_STEPS,
            )

    def room_for(self, length: int) -> None:
        """Pay for a text, list or context of this length, or refuse it before it is made."""
        if length > MAX_ELEMENTS:
            raise ExpressionFailed(
                f"Expected a text or list of at most {MAX_ELEMENTS} elements, found {length};"
                " work on less at once.",
                limit=MAX_ELEMENTS,
            )
        self.spend(length // ELEMENTS_PER_STEP)

    def sized(self, value: V) -> V:
        if isinstance(value, str | list | dict):
            self.room_for(len(value))
        return value

    def read(self, name: str) -> Value:
        """The variable as a FEEL value; null where there is none. Converted once, when first read."""
        try:
            return self._read[name]
        except KeyError:
            value = self._read[name] = self._from_python(self._context.get(name), name, MAX_NESTING)
            return value

    def _from_python(self, value: object, name: str, nesting: int) -> Value:
        kind = type(value)
        if kind is str or kind in _SIMPLE:
            return self.sized(cast(Value, value))
        if isinstance(value, Decimal | int | float):
            return number(value)
        if nesting == 0:
            raise ExpressionFailed(
                f"Expected {name} to be nested at most {MAX_NESTING} deep, found more; flatten it.", name=name
            )
        if isinstance(value, list | tuple):
            self.spend()
            self.room_for(len(value))
            return [self._from_python(item, name, nesting - 1) for item in value]
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            self.spend()
            self.room_for(len(value))
            return {key: self._from_python(item, name, nesting - 1) for key, item in value.items()}
        raise ExpressionFailed(
            f"Expected {name} to hold text, a number, true or false, a date or time, a list"
            f" or a context (a dict with text keys), found {kind.__name__}; give one of these.",
            name=name,
        )


def number(value: Decimal | int | float | str) -> Decimal | None:
    """A FEEL number of 34 digits; null where it is none (NaN, infinity, over 10**6144)."""
    try:
        found = NUMBERS.create_decimal(repr(value) if isinstance(value, float) else value)
    except (ArithmeticError, ValueError):
        return None
    return found if found.is_finite() else None


def whole(value: Decimal) -> int | None:
    """As an integer; null where it has a fraction, or more digits than any position or date."""
    if not -1_000_000_000 < value < 1_000_000_000 or value != value.to_integral_value():
        return None
    return int(value)
