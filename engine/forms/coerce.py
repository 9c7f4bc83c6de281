"""One raw answer to one typed value, or the message that says why not.

Values are as form-js holds them ("" for an untouched text, [] for no choice); `validate` makes "" None.
Text is NFC, without control and direction-override characters, without white space at its ends.
Numbers are int when whole, else float, so that an answer survives JSON; a number kept as text stays as written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType

from engine.forms.fields import Field
from engine.forms.messages import Message

#: No single text is longer, whatever a form allows.
LONGEST_TEXT = 20_000

#: Past this a JSON number of a browser is no longer exact.
MOST_DIGITS = 15
LONGEST_NUMBER = 40

#: What form-js holds for an input that is no number, and what the form's FEEL then reads.
NOT_A_NUMBER = "NaN"

# Control characters but tab and newline; marks that make text read in another order than it is stored.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{2}:\d{2})(:\d{2})?", re.ASCII)
_DATETIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?", re.ASCII)

Coerced = tuple[object, Message | None]


def coerce(field: Field, raw: object) -> Coerced:
    """The typed value of a raw answer (JSON, or text of an HTML form); None and "" are no answer."""
    if raw is None or raw == "":
        return field.empty, None
    return _BY_COMPONENT[field.component](field, raw)


def clean_text(raw: str, *, lines: bool) -> str:
    """Text as it is kept; without `lines`, line breaks and tabs become spaces as form-js does it."""
    whole = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        whole = re.sub("[\n\t]", " ", whole)
    whole = _LONE_SURROGATE.sub("\ufffd", _UNSEEN.sub("", whole))
    return unicodedata.normalize("NFC", whole).strip()


def _text(field: Field, raw: object) -> Coerced:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return field.empty, Message("type", {"expected": "teks"})
    value = clean_text(raw if isinstance(raw, str) else _written(raw), lines=field.component == "textarea")
    if len(value) > LONGEST_TEXT:
        # What was typed goes back to the page; it is never stored, because an answer with a message is not.
        return value, Message("max_length", {"limit": LONGEST_TEXT, "found": len(value)})
    return value, None


def _number(field: Field, raw: object) -> Coerced:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None, Message("type", {"expected": "angka"})
    written = _written(raw)
    if not written:
        return None, None
    if len(written) > LONGEST_NUMBER or not _NUMBER.fullmatch(written):
        return NOT_A_NUMBER, Message("number")
    exact = Decimal(written)
    if len(exact.as_tuple().digits) > MOST_DIGITS:
        return NOT_A_NUMBER, Message("number")
    if field.as_text:
        return written, None
    return int(exact) if exact == exact.to_integral_value() else float(exact), None


def _written(raw: str | int | float) -> str:
    """A number as one would type it: without exponent, with the point that JSON has."""
    if isinstance(raw, float):
        return format(Decimal(format(raw, f".{MOST_DIGITS}g")), "f")
    if isinstance(raw, int):
        # A whole number of thousands of digits cannot even be written out; any that is too long says so.
        return str(raw) if abs(raw) < 10**LONGEST_NUMBER else NOT_A_NUMBER
    return raw.strip().replace(",", ".")


def _checkbox(field: Field, raw: object) -> Coerced:
    if isinstance(raw, bool):
        return raw, None
    return field.empty, Message("type", {"expected": "ya atau tidak"})


def _single(field: Field, raw: object) -> Coerced:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None, Message("type", {"expected": "satu pilihan"})
    for option in field.options:
        # An HTML form sends a choice that is a number as text.
        if raw == option.value or raw == str(option.value):
            return option.value, None
    return None, Message("choice", {"found": _shown(raw)})


def _several(field: Field, raw: object) -> Coerced:
    if not isinstance(raw, list):
        return field.empty, Message("type", {"expected": "daftar pilihan"})
    chosen: list[object] = []
    for one in raw[: len(field.options) * 2]:
        value, problem = _single(field, one)
        if problem:
            return field.empty, problem
        if value not in chosen:
            chosen.append(value)
    return chosen, None


def _datetime(field: Field, raw: object) -> Coerced:
    if not isinstance(raw, str):
        return None, Message(field.type)
    written = raw.strip()
    try:
        if field.type == "date" and _DATE.fullmatch(written):
            return date.fromisoformat(written).isoformat(), None
        if field.type == "time" and (found := _TIME.fullmatch(written)):
            return time.fromisoformat(found[1]).strftime("%H:%M"), None
        if field.type == "datetime" and (found := _DATETIME.fullmatch(written)):
            return datetime.fromisoformat(found[1]).isoformat(timespec="minutes"), None
    except ValueError:
        pass
    return None, Message(field.type)


def _shown(raw: str | int | float) -> str:
    return clean_text(raw if isinstance(raw, str) else _written(raw), lines=False)[:60]


_BY_COMPONENT: Mapping[str, Callable[[Field, object], Coerced]] = MappingProxyType(
    {
        "textfield": _text,
        "textarea": _text,
        "number": _number,
        "checkbox": _checkbox,
        "select": _single,
        "radio": _single,
        "checklist": _several,
        "taglist": _several,
        "datetime": _datetime,
    }
)
