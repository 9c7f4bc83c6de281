"""Keeping a form as its process's draft, written in the page or brought as a file; throwing that draft away."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import DraftStale
from engine.queries.drafted_forms import form_id
from engine.store import design_drafts
from engine.store.design_drafts import DesignDraft
from webapp.context import ports
from webapp.forms.blueprint import Chosen, blueprint, the_form
from webapp.forms.page import show, shown
from webapp.forms.refusals import differences, unfit
from webapp.given_back import given_back_by
from webapp.security import current_actor, needs


@blueprint.post("/<id>/simpan")
@given_back_by(show)
@needs("definition:edit")
def save(id: str) -> ResponseReturnValue:
    """Keep the text of the page, or the file that came with it; both are refused alike, and nothing typed is lost."""
    chosen = the_form(id)
    form, content = chosen.form, brought()
    text = content.decode("utf-8-sig", "replace")
    problem = unfit(content, form, chosen.siblings)
    if problem is not None:
        return shown(chosen, typed=text, unfit=problem, status=422)
    if content == form.content and not form.gone:
        return redirect(shown_at(chosen, form.id, sudah="sama"), 303)
    try:
        store(chosen, content, had())
    except DraftStale as refused:
        return shown(
            the_form(id), typed=text, is_stale=True, changes=changes(refused, chosen, content), status=409
        )
    now_called = form_id(content)
    renamed = {"dari": form.id} if now_called != form.id else {}
    return redirect(shown_at(chosen, now_called, sudah="simpan", **renamed), 303)


@blueprint.post("/<id>/buang")
@given_back_by(show)
@needs("definition:edit")
def discard(id: str) -> ResponseReturnValue:
    """Throw the draft away: the form is again what is in force, and gone where it never was."""
    chosen = the_form(id)
    form = chosen.form
    with ports().database.write() as connection:
        there = design_drafts.load(connection, form.process, form.name)
        is_stale = (there.revision if there else 0) != had()
        if not is_stale:
            design_drafts.discard(connection, form.process, {form.name})
    if is_stale:
        return shown(the_form(id), is_stale=True, status=409)
    if chosen.in_force is None:
        return redirect(url_for("forms.home", dibuang=form.id), 303)
    return redirect(shown_at(chosen, form_id(chosen.in_force) or form.name, sudah="buang"), 303)


def store(chosen: Chosen, content: bytes | None, revision: int) -> DesignDraft:
    """The next draft of the form; None takes it out of the next version. Raises `DraftStale`."""
    active = chosen.whole.active
    with ports().database.write() as connection:
        return design_drafts.save(
            connection,
            chosen.form.process,
            chosen.form.name,
            content,
            had=revision,
            base=active.id if active else None,
            by=current_actor().id,
            at=ports().clock(connection),
        )


def had() -> int:
    """The revision that whoever posts had before them."""
    return request.form.get("revisi", 0, type=int)


def brought() -> bytes:
    """The file that came, else the text that was typed, with line ends as editors write them."""
    upload = request.files.get("berkas")
    if upload and upload.filename:
        return upload.read()
    return request.form.get("isi", "").replace("\r\n", "\n").encode(errors="replace")


def changes(refused: DraftStale, chosen: Chosen, content: bytes) -> tuple[str, ...]:
    """How what came too late differs from what stands there."""
    there = refused.detail["draft"]
    standing = there.content if isinstance(there, DesignDraft) else chosen.in_force
    return differences(standing, content) if standing is not None else ()


def shown_at(chosen: Chosen, id: str, **more: str) -> str:
    """The page of the form, now that its id is this."""
    return url_for("forms.show", id=id, proses=chosen.form.process, **more)
