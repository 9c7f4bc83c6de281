"""What a typed value must satisfy: form-js's `validate` block, in form-js's order.

Two rules are stricter than form-js on purpose: a past date is refused where its picker only hides it, and
a telephone number may be a domestic one, because this office's callers write 0812 and not +62.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from engine.expression import Expression
from engine.forms.fields import Bound, Field
from engine.forms.messages import Message
from engine.forms.patterns import matches

#: Gives the value of FEEL in a rule over the answers shown; None when it has none.
Evaluate = Callable[[Expression], object]

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+", re.ASCII)
# E.164 has at most 15 digits; the shortest Indonesian subscriber number with its area code has 8.
_INTERNATIONAL = re.compile(r"(\+|00)[1-9]\d{6,14}", re.ASCII)
_DOMESTIC = re.compile(r"0[1-9]\d{6,12}", re.ASCII)


def broken_rules(field: Field, value: object, evaluate: Evaluate, now: datetime) -> list[Message]:
    """Every rule of the field that the value breaks; `now` is in the office's zone (for past dates)."""
    found = list(_of_number(field, value)) if field.component == "number" else []
    found += _of_text_pattern(field, value)
    if field.rules.required and (value is None or value is False or value == "" or value == []):
        found.append(_required(field))
    found += _of_bounds(field, value, evaluate)
    found += _of_length(field, value, evaluate)
    found += _of_preset(field, value)
    if field.rules.disallow_past and isinstance(value, str) and value < _today(field, now):
        found.append(Message("past"))
    return found


def is_email(value: str) -> bool:
    """The address syntax of HTML's `input type=email` (WHATWG), which form-js uses."""
    local, at, domain = value.partition("@")
    if not at or len(value) > 320 or not _LOCAL_PART.fullmatch(local):
        return False
    return all(_LABEL.fullmatch(label) for label in domain.split("."))


def is_phone(value: str) -> bool:
    """An international number with + or 00, or a domestic one with 0; blanks, dots and hyphens may part it."""
    digits = re.sub(r"[ .\-()]", "", value)
    return bool(_INTERNATIONAL.fullmatch(digits) or _DOMESTIC.fullmatch(digits))


def _required(field: Field) -> Message:
    if field.component == "checkbox":
        return Message("required_tick")
    return Message("required_choice" if field.options else "required")


def _today(field: Field, now: datetime) -> str:
    return now.date().isoformat() if field.type == "date" else now.strftime("%Y-%m-%dT%H:%M")


def _of_number(field: Field, value: object) -> list[Message]:
    if value in (None, ""):
        return []
    found: list[Message] = []
    exact = Decimal(str(value))
    digits = field.rules.decimal_digits
    if digits is not None and exact != round(exact, digits):
        found.append(Message("decimals", {"limit": digits}))
    if field.rules.increment is not None and exact % Decimal(field.rules.increment) != 0:
        found.append(Message("step", {"step": field.rules.increment}))
    return found


def _of_text_pattern(field: Field, value: object) -> list[Message]:
    pattern = field.rules.pattern
    if pattern is None or not value or not isinstance(value, str) or matches(pattern, value):
        return []
    if field.rules.pattern_message:
        return [Message("own_words", {"words": field.rules.pattern_message})]
    return [Message("pattern", {"pattern": pattern})]


def _of_bounds(field: Field, value: object, evaluate: Evaluate) -> list[Message]:
    if value in (None, "") or field.component != "number":
        return []
    exact = Decimal(str(value))
    found: list[Message] = []
    for code, bound in (("minimum", field.rules.minimum), ("maximum", field.rules.maximum)):
        limit = _limit(bound, evaluate)
        if isinstance(limit, Message):
            found.append(limit)
        elif limit is not None and (exact < limit if code == "minimum" else exact > limit):
            found.append(Message(code, {"limit": _plain(limit)}))
    return found


def _of_length(field: Field, value: object, evaluate: Evaluate) -> list[Message]:
    if not value or field.component not in ("textfield", "textarea"):
        return []
    length = len(str(value))
    found: list[Message] = []
    for code, bound in (("min_length", field.rules.min_length), ("max_length", field.rules.max_length)):
        limit = _limit(bound, evaluate)
        if isinstance(limit, Message):
            found.append(limit)
        elif limit is not None and (length < limit if code == "min_length" else length > limit):
            found.append(Message(code, {"limit": _plain(limit), "found": length}))
    return found


def _of_preset(field: Field, value: object) -> list[Message]:
    preset = field.rules.validation_type
    if preset is None or not value:
        return []
    fits = is_email(str(value)) if preset == "email" else is_phone(str(value))
    return [] if fits else [Message(preset)]


def _limit(bound: Bound | None, evaluate: Evaluate) -> Decimal | Message | None:
    """A bound as a number; None when it is not set or its FEEL gives null (form-js drops the rule then)."""
    value = evaluate(bound) if isinstance(bound, Expression) else bound
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Message("rule")
    return Decimal(str(value))


def _plain(limit: Decimal) -> int | float:
    return int(limit) if limit == limit.to_integral_value() else float(limit)
