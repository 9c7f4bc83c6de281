"""An HTML form's names and texts to answers nested as the form is.

A field is posted under its path; each row of a repeated group also posts its number under the group's path,
so that a row of which nothing was ticked is still a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.forms.answers import MOST_ROWS, MOST_UNKNOWN
from engine.forms.fields import Component, Field, FormSchema, Group, RepeatedGroup, Static

Posted = Mapping[str, list[str]]


def read_post(
    schema: FormSchema, posted: Posted, prefix: str = ""
) -> tuple[dict[str, object], tuple[str, ...]]:
    """The raw answers, and the posted names (with `prefix`) that no field of the form has."""
    used: set[str] = set()
    raw = _read(schema.components, posted, prefix, used)
    unknown = [name[:100] for name in posted if name.startswith(prefix) and name not in used]
    return raw, tuple(unknown[:MOST_UNKNOWN])


def _read(
    components: tuple[Component, ...], posted: Posted, prefix: str, used: set[str]
) -> dict[str, object]:
    raw: dict[str, object] = {}
    for component in components:
        match component:
            case Field():
                name = prefix + component.key
                used.add(name)
                if name in posted or component.type in ("boolean", "list"):
                    raw[component.key] = _answer(component, posted.get(name, []))
            case Group(path=""):
                raw |= _read(component.components, posted, prefix, used)
            case Group():
                raw[component.path] = _read(component.components, posted, f"{prefix}{component.path}.", used)
            case RepeatedGroup():
                name = prefix + component.path
                used.add(name)
                raw[component.path] = [
                    _read(component.components, posted, f"{name}[{number}].", used)
                    for number in _row_numbers(posted.get(name, []))
                ]
            case Static():
                pass
    return raw


def _row_numbers(texts: list[str]) -> list[int]:
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 4]
    return list(dict.fromkeys(numbers))[: MOST_ROWS + 1]


def _answer(field: Field, texts: list[str]) -> object:
    if field.type == "boolean":
        return any(texts)
    if field.type == "list":
        return [text for text in texts if text]
    return texts[-1] if texts else ""
