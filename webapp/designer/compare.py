"""Two versions of a process: what changed in terms of the SOP, and where in both diagrams.

A side is a version by its number, `konsep`, what is drafted now, or `saya`, what was set aside for whoever asks because
they saved too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Connection

from engine.definition.bundle import Bundle
from engine.definition.diff import Difference, compare
from engine.definition.model import ProcessDefinition
from engine.errors import DefinitionInvalid, EngineError
from engine.queries.drafted import Drafted, as_definition, drafted
from engine.queries.processes import processes
from engine.store import design_drafts, users
from engine.store.design_drafts import DesignDraft
from webapp.context import ports
from webapp.designer.blueprint import blueprint
from webapp.designer.changes import groups
from webapp.diagram import picture
from webapp.languages import brief
from webapp.security import current_actor, needs
from webapp.timeline import person

#: Words for a side that is no version.
DRAFT: Final = "konsep"
MINE: Final = "saya"


@dataclass(frozen=True)
class Side:
    """One of the two. `word` is what the address calls it."""

    word: str
    title: str
    #: The title within a sentence.
    said: str
    definition: ProcessDefinition
    note: str = ""


@blueprint.get("/<key>/banding", endpoint="compare")
@needs("definition:read")
def show(key: str) -> ResponseReturnValue:
    """From side `?dari=` to side `?ke=`; without them from the version in force to the draft.

    Where there is no draft, from the version before the newest to the newest.
    """
    with ports().database.read() as connection:
        whole = drafted(ports(), connection, key)
        mine = design_drafts.aside(connection, key, whole.diagram, current_actor().id)
        sides = _sides(connection, key, whole, mine)
    draft = next((one for one in whole.drafts if one.name == whole.diagram), None)
    about = {
        "key": key,
        "sides": sides,
        "mine": mine,
        "revision": draft.revision if draft else 0,
        "whole": whole,
    }
    if len(sides) < 2:
        return render_template("designer/compare.html", wide=True, difference=None, **about)
    versions = [one for one in sides if one.definition.version]
    usual = next((one for one in sides if one.word == DRAFT), versions[0] if len(versions) > 1 else sides[0])
    new = _chosen(sides, "ke") or usual
    active = whole.active.version if whole.active and new.word == DRAFT else None
    in_force = next((one for one in versions if one.definition.version == active), None)
    old = _chosen(sides, "dari") or in_force or _before(sides, new)
    difference = _difference(old, new)
    return render_template(
        "designer/compare.html",
        wide=True,
        **about,
        old=old,
        new=new,
        difference=difference,
        broken=difference is None,
        steps=groups(difference) if difference else [],
        pictures=[_picture(difference, one) for one in (old, new)],
    )


def _sides(connection: Connection, key: str, whole: Drafted, mine: DesignDraft | None) -> list[Side]:
    """Mine, the draft, then every version, the newest first."""
    versions = processes(ports(), connection, key)
    sides = [
        Side(
            str(one.definition.version),
            _("Versi %(version)d", version=one.definition.version),
            _("versi %(version)d", version=one.definition.version),
            one.definition,
            " ".join(filter(None, [_("(berlaku)") if one.active else "", one.note or ""])),
        )
        for process in versions
        for one in process.versions
    ]
    names = {user.id: user.name for user in users.everyone(connection)}
    if whole.drafts:
        last = max(whole.drafts, key=lambda draft: draft.saved_at)
        by = _("(%(name)s, %(when)s)", name=person(last.saved_by, names), when=brief(last.saved_at))
        sides = [*_drafted(DRAFT, _("Konsep"), _("konsep"), whole.bundle, whole.diagram, by), *sides]
    if mine is not None and mine.content is not None:
        files = Bundle({**whole.bundle.files, whole.diagram: mine.content})
        when = _("(belum tersimpan, %(when)s)", when=brief(mine.saved_at))
        sides = [*_drafted(MINE, _("Milik Anda"), _("milik Anda"), files, whole.diagram, when), *sides]
    return sides


def _drafted(word: str, title: str, said: str, bundle: Bundle, diagram: str, note: str) -> Iterator[Side]:
    """The side, if its diagram can be read at all."""
    try:
        yield Side(word, title, said, as_definition(bundle, diagram), note)
    except DefinitionInvalid:
        return


def _chosen(sides: list[Side], name: str) -> Side | None:
    """As the address says; where there is no draft, it is what is in force."""
    wanted = request.args.get(name, "")
    return next((one for one in sides if one.word == wanted), None)


def _before(sides: list[Side], new: Side) -> Side:
    """The next older one; the one after it where there is none."""
    at = sides.index(new)
    return sides[at + 1] if at + 1 < len(sides) else sides[at - 1]


def _difference(old: Side, new: Side) -> Difference | None:
    """None where a draft is too far from sound for it."""
    try:
        return compare(old.definition, new.definition)
    except (EngineError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        if {old.word, new.word} & {DRAFT, MINE}:
            return None
        raise


def _picture(difference: Difference | None, side: Side) -> Markup | None:
    title = _("Diagram: %(side)s", side=side.title)
    marks = difference.marks(side.definition) if difference else {}
    return picture(side.definition, changes=marks, title=title)
