"""The process of a case with its token, what is done and what is late, as a picture for a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from flask_babel import gettext as _
from markupsafe import Markup

from engine.definition.diagram import Heat, draw
from engine.definition.model import Element, ProcessDefinition
from engine.errors import DefinitionInvalid
from engine.queries.case import Activation


class Drawn(Protocol):
    """As much of a case as its picture shows."""

    @property
    def definition(self) -> ProcessDefinition: ...
    @property
    def activations(self) -> Sequence[Activation]: ...
    @property
    def ending(self) -> Element | None: ...
    @property
    def now(self) -> datetime: ...


def diagram(case: Drawn, *, also_at: Sequence[Element] = ()) -> Markup | None:
    """The picture; None for a process that was never drawn. `also_at` are elements, beside tasks, where it waits."""
    opened = [task for task in case.activations if task.is_open]
    lit = {task.element.id for task in opened} | {element.id for element in also_at}
    if case.ending:
        lit.add(case.ending.id)
    late = {t.element.id for t in opened if t.overdue or (t.due is not None and t.due <= case.now)}
    done = {task.element.id for task in case.activations if task.ended_how == "completed"}
    return picture(case.definition, lit=lit, done=done, late=late)


def picture(
    definition: ProcessDefinition,
    *,
    lit: Collection[str] = (),
    done: Collection[str] = (),
    late: Collection[str] = (),
    moving: Collection[str] = (),
    heat: Mapping[str, Heat] = MappingProxyType({}),
    changes: Mapping[str, str] = MappingProxyType({}),
    title: str | None = None,
) -> Markup | None:
    """The process with these elements marked (`engine.definition.diagram`); None for one that was never drawn."""
    title = title or _("Alur pengaduan: %(name)s", name=definition.name)
    drawn = {"lit": lit, "done": done, "late": late, "moving": moving}
    try:
        return Markup(draw(definition.source, **drawn, heat=heat, changes=changes, title=title))  # noqa: S704
    except DefinitionInvalid:
        return None
