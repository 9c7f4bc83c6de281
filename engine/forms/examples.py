"""A lawful answer to a form, made of nothing but the form: for whoever tries a process and has nothing to say.

No example is anybody's: texts say that they are one, the telephone number has no subscriber, the address no domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from engine.expression import Expression
from engine.forms.conditions import Values
from engine.forms.fields import Bound, Component, Field, FormSchema, Group, RepeatedGroup, Static
from engine.forms.rules import broken_rules
from engine.forms.validate import validate_json

_EMAIL: Final = "contoh@contoh.invalid"
_PHONE: Final = "0210000000"
#: For fields with a pattern: figures and letters in the lengths that numbers and codes have.
_CODES: Final = tuple(one * length for length in range(1, 21) for one in ("0", "1", "A", "a"))


def example(schema: FormSchema, *, stored: Values, now: datetime) -> dict[str, object]:
    """Answers for what the form asks; `stored` and `now` as for `validate_json`.

    A field whose rules no example meets has one all the same: then the form says what is wrong with it.
    """
    raw = dict(_answers(schema.components, {}, now))
    found = validate_json(schema, raw, stored=stored, now=now).answers
    return {key: found[key] for key in schema.own_keys if found.get(key) is not None}


def _answers(
    components: tuple[Component, ...], before: dict[str, object], now: datetime
) -> Iterator[tuple[str, object]]:
    """(key, answer) of every field below; `before` are those so far, which bounds in FEEL may read."""
    for component in components:
        match component:
            case Field():
                before[component.key] = _answer(component, before, now)
                yield component.key, before[component.key]
            case Group(path=""):
                yield from _answers(component.components, before, now)
            case Group():
                yield component.path, dict(_answers(component.components, {}, now))
            case RepeatedGroup():
                rows = max(component.default_rows, 1)
                yield component.path, [dict(_answers(component.components, {}, now)) for _ in range(rows)]
            case Static():
                pass


def _answer(field: Field, before: dict[str, object], now: datetime) -> object:
    def evaluate(expression: Expression) -> object:
        return expression.evaluate(before, now=now)

    candidates = list(_candidates(field, now))
    fitting = (one for one in candidates if not broken_rules(field, one, evaluate, now))
    return next(fitting, candidates[0] if candidates else None)


def _candidates(field: Field, now: datetime) -> Iterator[Any]:
    """Typed values, the best first."""
    if field.options:
        values = [option.value for option in field.options]
        yield from ([[value] for value in values] if field.type == "list" else values)
        return
    match field.type:
        case "boolean":
            yield field.required
        case "date":
            yield now.date().isoformat()
        case "time":
            yield now.strftime("%H:%M")
        case "datetime":
            yield now.strftime("%Y-%m-%dT%H:%M")
        case "number":
            yield from _numbers(field)
        case "string":
            yield from _texts(field)


def _numbers(field: Field) -> Iterator[int | float | str]:
    step = Decimal(field.rules.increment or 1)
    least, most = _number(field.rules.minimum), _number(field.rules.maximum)
    for start in (least if least is not None else Decimal(1), most, Decimal(0)):
        if start is None:
            continue
        for exact in (start, -(-start // step) * step):
            value = int(exact) if exact == exact.to_integral_value() else float(exact)
            yield str(value) if field.as_text else value


def _texts(field: Field) -> Iterator[str]:
    if field.component == "number":
        yield from map(str, _numbers(field))
        return
    preset = {"email": _EMAIL, "phone": _PHONE}.get(field.rules.validation_type or "")
    if preset:
        yield preset
    yield from field.suggestions[:1]
    text = f"Contoh: {field.label or field.key}"
    shortest = _number(field.rules.min_length)
    while shortest is not None and len(text) < shortest and len(text) < 20_000:
        text += ". " + text
    longest = _number(field.rules.max_length)
    yield text if longest is None else text[: int(longest)].strip()
    yield from (text[:length].strip() for length in (100, 20, 6, 4, 2, 1))
    if field.rules.pattern is not None:
        yield from _CODES


def _number(bound: Bound | None) -> Decimal | None:
    return Decimal(str(bound)) if isinstance(bound, int | float) else None
