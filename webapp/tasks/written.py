"""What completed forms got, to be read: the complaint, the newest answer of each step, and earlier rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from engine.forms.answers import mapping
from engine.forms.conditions import rows_of
from engine.forms.fields import Component, Field, FormSchema, Group, RepeatedGroup, Static
from engine.queries.answered import Answered
from webapp.form_text import shown


@dataclass(frozen=True)
class Line:
    """One answer: the field's label and what was written."""

    label: str
    html: Markup


@dataclass(frozen=True)
class Written:
    """One completed step."""

    step: str
    lane: str
    nth: int
    at: datetime
    by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Dossier:
    """What was written in a case so far, as an officer reads it."""

    complaint: Written | None
    #: The newest answer of each step, newest first.
    latest: tuple[Written, ...]
    #: Answers of earlier rounds, newest first.
    earlier: tuple[Written, ...]


def dossier(answered: Sequence[Answered], *, without: str) -> Dossier:
    """Sort the answers of a case, given newest first with the complaint last; the task `without` has its own place."""
    if not answered:
        return Dossier(None, (), ())
    *steps, complaint = answered
    seen: set[str] = set()
    latest, earlier = [], []
    for one in steps:
        if one.work_item != without:
            (earlier if one.element.id in seen else latest).append(_written(one))
        seen.add(one.element.id)
    return Dossier(_written(complaint), tuple(latest), tuple(earlier))


def lines(schema: FormSchema | None, answers: Mapping[str, Any], *, masked: bool = False) -> tuple[Line, ...]:
    """The answers that were given, in the order of the form; what it showed read-only was written elsewhere.

    `masked`: of what is personal only that it was given.
    """
    return tuple(_lines(schema.components, answers, masked)) if schema else ()


def _written(one: Answered) -> Written:
    lane = one.element.lane.name if one.element.lane else ""
    return Written(one.element.name, lane, one.nth, one.at, one.by, lines(one.schema, one.answers))


def _lines(components: Sequence[Component], answers: Mapping[str, Any], masked: bool) -> Iterator[Line]:
    for component in components:
        match component:
            case Field():
                value = answers.get(component.key)
                locked = component.disabled or component.readonly is True
                if not locked and value not in (None, "", [], False):
                    kept = masked and (component.personal or component.identity)
                    yield Line(component.label, mask() if kept else shown(component, value))
            case Group(path=""):
                yield from _lines(component.components, answers, masked)
            case Group():
                yield from _lines(component.components, mapping(answers, component), masked)
            case RepeatedGroup():
                for number, row in enumerate(rows_of(component, answers), 1):
                    for line in _lines(component.components, row, masked):
                        yield Line(f"{component.label} {number}: {line.label}", line.html)
            case Static():
                pass


def mask() -> Markup:
    """Stands for what is personal and was given."""
    return Markup('<span class="app-muted"><span aria-hidden="true">••• </span>({})</span>').format(
        _("data pribadi")
    )
