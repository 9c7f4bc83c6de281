"""What changed from one version of a process to another, as pages list it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from engine.definition.diff import Change, Difference, place, text
from engine.definition.findings import Language
from engine.definition.sop import document
from webapp.designer.findings import spoken


@dataclass(frozen=True)
class Line:
    """A change as the page lists it; `where` only if the heading does not say it."""

    kind: str
    text: str
    where: str


@dataclass(frozen=True)
class Group:
    """What changed at one step."""

    title: str
    id: str
    lines: tuple[Line, ...]


def groups(difference: Difference) -> list[Group]:
    """Step by step, in the reader's language."""
    said = spoken()
    titles = {
        row.element.id: f"{row.no}. {row.text}"
        for definition in (difference.old, difference.new)
        for row in document(definition).rows
    }
    return [
        Group(_title(difference, step, titles), step or "", tuple(_line(one, step, said) for one in changes))
        for step, changes in difference.groups()
    ]


def _title(difference: Difference, step: str | None, titles: dict[str, str]) -> str:
    if step is None:
        return str(_("Proses dan lajur"))
    if not step:
        return str(_("Tata letak"))
    element = difference.new.elements.get(step) or difference.old.elements.get(step)
    return titles.get(step) or (element.name if element and element.name else step)


def _line(change: Change, step: str | None, said: Language) -> Line:
    where = place(change, said)
    return Line(change.kind, text(change, said), "" if step is None or where == step or not step else where)
