"""Typed variables `{"value", "type", "valueInfo"}` and dates `2026-11-24T08:00:00.000+0800`, both ways.

An answer leaves as String, Boolean, Integer, Long, Double, Null, or Json (lists and groups of a form). A Date
comes in only: forms keep days and times as text, in the office's zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, Final

import orjson
from flask import g
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from engine.errors import NotFound
from engine.forms.fields import Field, FormSchema
from webapp import context
from webapp.engine_rest.dto import Dto, Flag
from webapp.engine_rest.errors import invalid

#: Camunda's Integer is Java's: 32 bits. What is larger is a Long.
_INT32: Final = 2**31
_INT64: Final = 2**63

_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}", re.ASCII)


class VariableValue(Dto):
    """A variable with its type."""

    value: Any = None
    type: str | None = None
    value_info: dict[str, Any] | None = None
    #: Sent by clients that copy a task's variables; there are no local ones here.
    local: Flag | None = None


class TypedValue(Dto):
    """A variable as it is given out."""

    type: str
    value: Any
    value_info: dict[str, Any]


# --- dates -------------------------------------------------------------------


def zone() -> tzinfo:
    """The office's time zone, or UTC where no calendar says one."""
    if "rest_zone" not in g:
        try:
            g.rest_zone = context.zone()
        except NotFound:
            g.rest_zone = UTC
    return g.rest_zone  # type: ignore[no-any-return]


def date_text(at: datetime) -> str:
    """An instant as Camunda writes it, in the office's zone."""
    local = at.astimezone(zone())
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def read_date(text: object) -> datetime:
    """The instant that `text` names. Raises `ValueError` with what was expected."""
    if isinstance(text, str):
        written = text.replace(" ", "+")  # what becomes of a plus sign that a client did not escape
        if _WRITTEN.fullmatch(written):
            return datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
    elif isinstance(text, datetime):
        return text
    raise ValueError("expected a date like 2026-11-24T08:00:00.000+0800")


def _read_date(text: object) -> datetime:
    try:
        return read_date(text)
    except OverflowError:
        raise ValueError("expected a date between the years 1 and 9999") from None


#: A date in a query, a body or an answer.
Moment = Annotated[
    datetime,
    BeforeValidator(_read_date),
    PlainSerializer(date_text),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$",
            "examples": ["2026-11-24T08:00:00.000+0800"],
        }
    ),
]


# --- out ---------------------------------------------------------------------


def typed(value: object) -> TypedValue:
    """An answer with the type that Camunda has for it."""
    match value:
        case None:
            return TypedValue(type="Null", value=None, value_info={})
        case bool():
            return TypedValue(type="Boolean", value=value, value_info={})
        case int():
            kind = "Integer" if -_INT32 <= value < _INT32 else "Long"
            return TypedValue(type=kind, value=value, value_info={})
        case float():
            return TypedValue(type="Double", value=value, value_info={})
        case str():
            return TypedValue(type="String", value=value, value_info={})
    return TypedValue(type="Json", value=orjson.dumps(value).decode(), value_info={})


def all_typed(answers: Mapping[str, object]) -> dict[str, TypedValue]:
    """Answers by name, typed."""
    return {name: typed(value) for name, value in answers.items()}


# --- in ----------------------------------------------------------------------


def answers_of(variables: Mapping[str, VariableValue], schema: FormSchema | None) -> dict[str, Any]:
    """A form's answers from a client's variables. Raises 400 that names every one that cannot be taken.

    What the form only shows is taken from the store, so that a client may send back what it was given; a name
    that the form does not have at all would be lost in silence, so it is refused.
    """
    fields = {key: f for key, f in (schema.fields if schema else {}).items() if key == f.key}
    known = {path.partition(".")[0].partition("[")[0] for path in (schema.fields if schema else ())}
    problems = {n: "this form has no such field" for n in variables if n not in known}
    answers: dict[str, Any] = {}
    for name, variable in variables.items():
        if name in problems:
            continue
        try:
            answers[name] = plain(variable, fields.get(name))
        except ValueError as wrong:
            problems[name] = str(wrong)
    if problems:
        shown = {name[:100]: said for name, said in sorted(problems.items())}
        listed = "; ".join(f"{name}: {said}" for name, said in shown.items())
        error = invalid(f"Some variables cannot be taken: {listed}.")
        error.details = {name: [said] for name, said in shown.items()}
        raise error
    return answers


def plain(variable: VariableValue, field: Field | None = None) -> Any:
    """The JSON value of a typed variable. Raises `ValueError` with what was expected."""
    value, kind = variable.value, variable.type or ""
    if value is None or kind.lower() == "null":
        return None
    if not kind:
        return value
    read = _READ.get(kind[:1].upper() + kind[1:])
    if read is None:
        raise ValueError(f"variables of type {kind[:40]} are not served; send {', '.join(sorted(_READ))}")
    return _local_text(read(value), field) if read is _date else read(value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a text, as the type String says")
    return value


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise ValueError("expected true or false, as the type Boolean says")


def _whole(limit: int, kind: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,19}", value, re.ASCII):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
            raise ValueError(f"expected a whole number, as the type {kind} says")
        return value

    return read


def _double(value: object) -> float | int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?", value, re.ASCII):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("expected a number, as the type Double says")
    return value


def _date(value: object) -> datetime:
    return _read_date(value)


def _json(value: object) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise ValueError("expected JSON in the text, as the type says") from None


_READ: Final[Mapping[str, Callable[[object], Any]]] = {
    "String": _string,
    "Boolean": _boolean,
    "Short": _whole(2**15, "Short"),
    "Integer": _whole(_INT32, "Integer"),
    "Long": _whole(_INT64, "Long"),
    "Double": _double,
    "Date": _date,
    "Json": _json,
    "Object": _json,
}


def _local_text(at: datetime, field: Field | None) -> str:
    """An instant as the form keeps it: day, time, or both, in the office's zone."""
    local = at.astimezone(zone())
    kind = field.type if field else "datetime"
    shape = {"date": "%Y-%m-%d", "time": "%H:%M"}.get(kind, "%Y-%m-%dT%H:%M")
    return local.strftime(shape)
