"""Functions over text (DMN 1.4, 10.3.4.3). Positions count from 1, or back from -1."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from engine.expression.function import Function, into
from engine.expression.moments import duration_text
from engine.expression.values import Run, Value, whole

FUNCTIONS: dict[str, Function] = {}
function = into(FUNCTIONS)


@function("string", object)
def _string(run: Run, value: Value) -> Value:
    """A simple value as text; null for lists and contexts."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case timedelta():
            return duration_text(value)
        case date() | time():
            return value.isoformat()
        case _:
            return None


@function("string length", str)
def _string_length(run: Run, text: str) -> Value:
    return Decimal(len(text))


@function("upper case", str)
def _upper_case(run: Run, text: str) -> Value:
    return text.upper()


@function("lower case", str)
def _lower_case(run: Run, text: str) -> Value:
    return text.lower()


@function("substring", str, Decimal, Decimal, least=2)
def _substring(run: Run, text: str, position: Decimal, length: Decimal | None = None) -> Value:
    start = whole(position)
    if not start or abs(start) > len(text):
        return None
    first = start - 1 if start > 0 else len(text) + start
    if length is None:
        return text[first:]
    many = whole(length)
    return text[first : first + many] if many is not None and many >= 1 else None


@function("substring before", str, str)
def _substring_before(run: Run, text: str, mark: str) -> Value:
    before, found, _ = text.partition(mark) if mark else ("", "", "")
    return before if found else ""


@function("substring after", str, str)
def _substring_after(run: Run, text: str, mark: str) -> Value:
    return text.partition(mark)[2] if mark else text


@function("contains", str, str)
def _contains(run: Run, text: str, part: str) -> Value:
    return part in text


@function("starts with", str, str)
def _starts_with(run: Run, text: str, part: str) -> Value:
    return text.startswith(part)


@function("ends with", str, str)
def _ends_with(run: Run, text: str, part: str) -> Value:
    return text.endswith(part)


@function("split", str, str)
def _split(run: Run, text: str, delimiter: str) -> Value:
    """FEEL's delimiter is a pattern; here it is plain text, which no input can make slow."""
    return list(text.split(delimiter)) if delimiter else None


@function("string join", list, str, least=1)
def _string_join(run: Run, items: list[Value], delimiter: str = "") -> Value:
    parts = [item for item in items if isinstance(item, str)]
    if any(item is not None and not isinstance(item, str) for item in items):
        return None
    run.room_for(sum(len(part) for part in parts) + len(delimiter) * len(parts))
    return delimiter.join(parts)
