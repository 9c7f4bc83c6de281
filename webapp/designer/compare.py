"""Two versions of a process: what changed in terms of the SOP, and where in both diagrams."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.definition.diff import Change, Difference, compare, place, text
from engine.definition.findings import Language
from engine.definition.model import ProcessDefinition
from engine.definition.sop import document
from engine.queries.processes import Process, Version, process
from webapp.context import ports
from webapp.designer.blueprint import blueprint
from webapp.diagram import picture
from webapp.languages import language
from webapp.security import needs


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


@blueprint.get("/<key>/banding", endpoint="compare")
@needs("definition:read")
def show(key: str) -> ResponseReturnValue:
    """From version `?dari=` to version `?ke=`; without them from the one before the newest to the newest."""
    with ports().database.read() as connection:
        whole = process(ports(), connection, key)
    if len(whole.versions) < 2:
        return render_template("designer/compare.html", wide=True, process=whole, difference=None)
    new = _chosen(whole, "ke") or whole.versions[0]
    old = _chosen(whole, "dari") or _before(whole, new)
    difference = compare(old.definition, new.definition)
    return render_template(
        "designer/compare.html",
        wide=True,
        process=whole,
        old=old,
        new=new,
        difference=difference,
        steps=_groups(difference),
        pictures=[_picture(difference, definition) for definition in (difference.old, difference.new)],
    )


def _chosen(whole: Process, name: str) -> Version | None:
    wanted = request.args.get(name, type=int)
    return next((one for one in whole.versions if one.definition.version == wanted), None)


def _before(whole: Process, new: Version) -> Version:
    """The version before this one; the one after it where there is none."""
    others = [one for one in whole.versions if one is not new]
    return next((one for one in others if one.definition.version < new.definition.version), others[-1])


def _groups(difference: Difference) -> list[Group]:
    spoken: Language = "id" if language() == "id" else "en"
    titles = {
        row.element.id: f"{row.no}. {row.text}"
        for definition in (difference.old, difference.new)
        for row in document(definition).rows
    }
    return [
        Group(
            _title(difference, step, titles), step or "", tuple(_line(one, step, spoken) for one in changes)
        )
        for step, changes in difference.groups()
    ]


def _title(difference: Difference, step: str | None, titles: dict[str, str]) -> str:
    if step is None:
        return str(_("Proses dan lajur"))
    if not step:
        return str(_("Tata letak"))
    element = difference.new.elements.get(step) or difference.old.elements.get(step)
    return titles.get(step) or (element.name if element and element.name else step)


def _line(change: Change, step: str | None, spoken: Language) -> Line:
    where = place(change, spoken)
    return Line(change.kind, text(change, spoken), "" if step is None or where == step or not step else where)


def _picture(difference: Difference, definition: ProcessDefinition) -> Markup | None:
    title = _("Diagram versi %(version)d", version=definition.version)
    return picture(definition, changes=difference.marks(definition), title=title)
