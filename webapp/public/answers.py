"""What a form got, as rows to read: label, value in words, and where in the form to change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from engine.forms.fields import Component, Field, FormSchema, Group, RepeatedGroup
from engine.forms.validate import hidden_paths
from webapp import form_view


@dataclass(frozen=True)
class Row:
    """One answer; `anchor` is the id of its input."""

    label: str
    value: Markup
    anchor: str


def rows(schema: FormSchema, answers: Mapping[str, Any], *, now: datetime) -> list[Row]:
    """Every field that is answered here and applies to these answers, in the order of the form."""
    hidden = hidden_paths(schema, answers, {}, now)
    return list(_rows(schema.components, answers, hidden, "", ""))


def _rows(
    components: tuple[Component, ...], answers: Mapping[str, Any], hidden: frozenset[str], at: str, label: str
) -> Iterator[Row]:
    for component in components:
        match component:
            case Field(readonly=True) | Field(disabled=True):
                pass
            case Field() if at + component.key not in hidden:
                value = form_view.shown(component, answers.get(component.key))
                yield Row(label + component.label, value, form_view.dom_id(at + component.key))
            case Group(path=""):
                yield from _rows(component.components, answers, hidden, at, label)
            case Group():
                inner = answers.get(component.path) or {}
                yield from _rows(component.components, inner, hidden, f"{at}{component.path}.", label)
            case RepeatedGroup():
                for number, row in enumerate(answers.get(component.path) or []):
                    place = f"{at}{component.path}[{number}]."
                    named = f"{label}{component.label} {number + 1}, "
                    yield from _rows(component.components, row, hidden, place, named)
