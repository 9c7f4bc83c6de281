"""The attributes of one component of a form file: its options, rules, conditions and bounds.

What cannot be honoured becomes a finding on the `Place` where the component stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import ExpressionInvalid
from engine.expression import Expression, parse
from engine.forms.fields import Bound, Option, Rules
from engine.forms.patterns import Unsafe, compile_safe

CHOICES = frozenset({"select", "radio", "checklist", "taglist"})


@dataclass(frozen=True)
class FormFinding:
    """What is wrong with which component, and what to do about it; in Indonesian, for the analyst."""

    component: str
    message: str
    remedy: str


Findings = list[FormFinding]
Raw = Mapping[str, object]


@dataclass(frozen=True)
class Place:
    """Where a component stands: the prefix of its path, names taken so far, and FEEL seen so far."""

    prefix: str
    taken: set[str]
    expressions: list[tuple[str, Expression, bool]]
    findings: Findings
    depth: int = 0
    in_list: bool = False

    def refuse(self, name: str, message: str, remedy: str) -> None:
        self.findings.append(FormFinding(name, message, remedy))


def read_options(raw: Raw, kind: str, name: str, place: Place) -> tuple[Option, ...]:
    """The fixed choices; empty for an input without choices. Computed ones are refused."""
    if kind not in CHOICES:
        return ()
    if raw.get("valuesKey") or raw.get("valuesExpression"):
        place.refuse(name, "Pilihan yang dihitung dari data tidak didukung.", "Tulis pilihan di formulir.")
        return ()
    values = raw.get("values")
    options = [
        Option(one["value"], str(one.get("label") or one["value"]))
        for one in (values if isinstance(values, list) else [])
        if isinstance(one, dict)
        and isinstance(one.get("value"), str | int | float)
        and not isinstance(one["value"], bool)
        and one["value"] != ""
    ]
    kinds = {isinstance(option.value, str) for option in options}
    if not isinstance(values, list) or len(options) != len(values) or len(kinds) != 1:
        place.refuse(
            name, "Pilihannya kosong, atau bukan semua teks atau semua angka.", "Perbaiki daftar pilihan."
        )
    if len({option.value for option in options}) != len(options):
        place.refuse(name, "Dua pilihan mempunyai nilai yang sama.", "Beri setiap pilihan nilai sendiri.")
    return tuple(options)


def read_rules(raw: Raw, name: str, place: Place) -> Rules:
    """What the `validate` block and the number and date attributes demand."""
    given = raw.get("validate")
    block = given if isinstance(given, dict) else {}
    pattern = block.get("pattern") or None
    if pattern is not None:
        try:
            compile_safe(str(pattern))
        except Unsafe as problem:
            place.refuse(name, f"Pola (pattern) ditolak: {problem}.", "Sederhanakan polanya.")
            pattern = None
    preset = block.get("validationType")
    digits, step = raw.get("decimalDigits"), raw.get("increment")
    if step is not None and (not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", str(step)) or Decimal(str(step)) == 0):
        place.refuse(
            name, f"Kelipatan (increment) {step!r} bukan angka di atas nol.", "Perbaiki kelipatannya."
        )
        step = None
    return Rules(
        required=block.get("required") is True,
        min_length=_bound(block, "minLength", name, place),
        max_length=_bound(block, "maxLength", name, place),
        minimum=_bound(block, "min", name, place),
        maximum=_bound(block, "max", name, place),
        pattern=None if pattern is None else str(pattern),
        pattern_message=text_of(block, "patternErrorMessage") or None,
        validation_type=preset if preset in ("email", "phone") else None,
        decimal_digits=digits if isinstance(digits, int) and 0 <= digits <= 15 else None,
        increment=None if step is None else str(step),
        disallow_past=raw.get("disallowPassedDates") is True,
    )


def _bound(block: Raw, rule: str, name: str, place: Place) -> Bound | None:
    value = block.get(rule)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.startswith("="):
        return _feel(value, name, place)
    if isinstance(value, bool) or not isinstance(value, int | float):
        place.refuse(name, f"Batas {rule} {value!r} bukan angka.", "Isi angka, atau FEEL yang diawali '='.")
        return None
    return value


def read_readonly(raw: Raw, name: str, place: Place) -> bool | Expression:
    """True, False or FEEL; FEEL that cannot be read locks the field, beside its finding."""
    value = raw.get("readonly")
    if isinstance(value, str) and value.startswith("="):
        return _feel(value, name, place) or True
    return value is True


def read_condition(raw: Raw, name: str, place: Place) -> Expression | None:
    """When the component is hidden (`conditional.hide`); None when it never is."""
    block = raw.get("conditional")
    source = block.get("hide") if isinstance(block, dict) else None
    if source is None or source == "":
        return None
    if not isinstance(source, str) or not source.startswith("="):
        place.refuse(name, "Syarat sembunyi bukan FEEL yang diawali '='.", 'Tulis misalnya =jenis = "lain".')
        return None
    return _feel(source, name, place)


def _feel(source: str, name: str, place: Place) -> Expression | None:
    try:
        expression = parse(source.removeprefix("="))
    except ExpressionInvalid as problem:
        place.refuse(name, f"FEEL {source!r} tidak dapat dibaca: {problem.message}", "Perbaiki ungkapannya.")
        return None
    place.expressions.append((name, expression, place.in_list))
    return expression


def text_of(raw: Raw, attribute: str) -> str:
    """A text attribute; "" when it is absent or no text."""
    value = raw.get(attribute)
    return value if isinstance(value, str) else ""
