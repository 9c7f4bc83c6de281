"""The shape of a form's answers: raw ones typed by the schema, and typed ones made ready to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.forms.coerce import coerce
from engine.forms.conditions import Locked, Values
from engine.forms.fields import Component, Field, Group, RepeatedGroup, Static
from engine.forms.messages import Message

MOST_ROWS = 50
MOST_UNKNOWN = 50


@dataclass
class Read:
    """Typed values as form-js would hold them, and what was wrong or unknown on the way."""

    values: dict[str, object]
    problems: dict[str, Message] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read_answers(
    components: tuple[Component, ...], raw: Mapping[str, object], stored: Values, locked: Locked
) -> Read:
    """Raw answers as typed values; those of locked fields come from the store."""
    read = Read({})
    _read_into(read, read.values, components, raw, stored, "", locked)
    del read.unknown[MOST_UNKNOWN:]
    return read


def initial_values(components: tuple[Component, ...], stored: Values) -> dict[str, object]:
    """What the form opens with: the stored value, else the form's own default, else empty."""
    values: dict[str, object] = {}
    for component in components:
        match component:
            case Field():
                values[component.key] = from_store(component, stored)
            case Group():
                if component.path:
                    values[component.path] = initial_values(component.components, mapping(stored, component))
                else:
                    values.update(initial_values(component.components, stored))
            case RepeatedGroup():
                before = stored.get(component.path)
                rows: list[object] = before if isinstance(before, list) else [{}] * component.default_rows
                values[component.path] = [
                    initial_values(component.components, row if isinstance(row, Mapping) else {})
                    for row in rows
                ]
            case Static():
                pass
    return values


def from_store(field: Field, stored: Values) -> object:
    """A field's stored value as form-js would hold it; what no longer fits the field counts as absent."""
    kept = stored.get(field.key)
    if kept is None:
        return field.empty if field.default is None else field.default
    value, problem = coerce(field, kept)
    return field.empty if problem else value


def mapping(values: Values, group: Group) -> Values:
    """The values inside a group with a path of its own."""
    inner = values.get(group.path)
    return inner if isinstance(inner, Mapping) else {}


def kept(value: object) -> object:
    """A typed value as it is kept: an empty text is no answer."""
    return None if value == "" else value


def _read_into(
    read: Read,
    into: dict[str, object],
    components: tuple[Component, ...],
    raw: Mapping[str, object],
    stored: Values,
    prefix: str,
    locked: Locked,
) -> None:
    known = _read_level(read, into, components, raw, stored, prefix, locked)
    read.unknown += [f"{prefix}{name}"[:100] for name in map(str, raw) if name not in known]


def _read_level(
    read: Read,
    into: dict[str, object],
    components: tuple[Component, ...],
    raw: Mapping[str, object],
    stored: Values,
    prefix: str,
    locked: Locked,
) -> set[str]:
    known: set[str] = set()
    for component in components:
        match component:
            case Field():
                known.add(component.key)
                _read_field(read, into, component, raw, stored, prefix + component.key, locked)
            case Group(path=""):
                known |= _read_level(read, into, component.components, raw, stored, prefix, locked)
            case Group():
                known.add(component.path)
                inner: dict[str, object] = {}
                into[component.path] = inner
                given = raw.get(component.path)
                if given is not None and not isinstance(given, Mapping):
                    read.problems[prefix + component.path] = Message(
                        "type", {"expected": "satu kelompok isian"}
                    )
                _read_into(
                    read,
                    inner,
                    component.components,
                    given if isinstance(given, Mapping) else {},
                    mapping(stored, component),
                    f"{prefix}{component.path}.",
                    locked,
                )
            case RepeatedGroup():
                known.add(component.path)
                into[component.path] = _read_rows(read, component, raw, stored, prefix, locked)
            case Static():
                pass
    return known


def _read_rows(
    read: Read,
    component: RepeatedGroup,
    raw: Mapping[str, object],
    stored: Values,
    prefix: str,
    locked: Locked,
) -> list[object]:
    path = prefix + component.path
    given = raw.get(component.path)
    if given is None:
        given = []
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        read.problems[path] = Message("type", {"expected": "daftar baris"})
        return []
    if len(given) > MOST_ROWS:
        read.problems[path] = Message("too_many_rows", {"limit": MOST_ROWS})
    before = stored.get(component.path)
    stored_rows = before if isinstance(before, list) else []
    rows: list[object] = []
    for at, row in enumerate(given[:MOST_ROWS]):
        row_before = stored_rows[at] if at < len(stored_rows) else {}
        inner: dict[str, object] = {}
        rows.append(inner)
        _read_into(
            read,
            inner,
            component.components,
            row,
            row_before if isinstance(row_before, Mapping) else {},
            f"{path}[{at}].",
            locked,
        )
    return rows


def _read_field(
    read: Read,
    into: dict[str, object],
    field: Field,
    raw: Mapping[str, object],
    stored: Values,
    path: str,
    locked: Locked,
) -> None:
    if locked(field, path):
        into[field.key] = from_store(field, stored)
        return
    into[field.key], problem = coerce(field, raw.get(field.key))
    if problem:
        read.problems[path] = problem
