"""What the editor's script asks of the server, in JSON, as the modeler's does.

    POST …/editor/simpan  {"revision", "content"} → 200 {"revision", "saved_at", "clock", "saved_by", "address"}
                          409 {"error", "revision", "saved_by", "saved_at", "compare", "changes"}; 422 {"error"}
    POST …/editor/hadir   {} → {"editors": [{"name", "since"}], "revision", "saved_by", "csrf"}
    GET  …/editor/token   {"csrf"}: a fresh one in place of one that ran out

The script names the form by its file, which stays when the id in it is changed.
"""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection

from engine.errors import DraftStale
from engine.queries.drafted_forms import form_id
from engine.store import design_drafts, users
from engine.store.design_drafts import DesignDraft
from webapp.context import now, ports
from webapp.designer.open_draft import others, saved, sent
from webapp.forms.blueprint import blueprint, the_form
from webapp.forms.keep import changes, shown_at, store
from webapp.forms.refusals import unfit
from webapp.languages import clock
from webapp.security import current_actor, needs
from webapp.uploads import takes_json


@blueprint.post("/<id>/editor/simpan")
@needs("definition:edit")
@takes_json
def autosave(id: str) -> ResponseReturnValue:
    """Keep what the editor has as the form's draft."""
    chosen = the_form(id)
    revision, text = sent().get("revision"), sent().get("content")
    if not isinstance(revision, int) or not isinstance(text, str):
        return {"error": _("Kiriman ini tidak dapat dibaca; muat ulang halamannya.")}, 400
    content = text.encode(errors="replace")
    problem = unfit(content, chosen.form, chosen.siblings)
    if problem is not None:
        return {"error": f"{problem.what} {problem.advice}"}, 422
    try:
        kept = store(chosen, content, revision)
    except DraftStale as refused:
        there = refused.detail["draft"]
        return {
            "error": _("Konsep ini sudah berubah sejak Anda membukanya."),
            **_saved(there if isinstance(there, DesignDraft) else None),
            "compare": chosen.address(),
            "changes": changes(refused, chosen, content),
        }, 409
    return {**_saved(kept), "address": shown_at(chosen, form_id(content))}


@blueprint.post("/<id>/editor/hadir")
@needs("definition:edit")
@takes_json
def present(id: str) -> ResponseReturnValue:
    """The page is open; who else has it open, and what was saved last."""
    form, at = the_form(id).form, now()
    with ports().database.write() as connection:
        design_drafts.seen(connection, form.process, form.name, current_actor().id, at)
        here = others(connection, form.process, form.name, _names(connection), at)
    editors = [{"name": name, "since": clock(since)} for name, since in here]
    return {**_saved(form.draft), "editors": editors, "csrf": generate_csrf()}


@blueprint.get("/<id>/editor/token")
@needs("definition:edit")
def token(id: str) -> ResponseReturnValue:
    """A token for the next POST."""
    the_form(id)
    return {"csrf": generate_csrf()}


def _saved(draft: DesignDraft | None) -> dict[str, Any]:
    with ports().database.read() as connection:
        return saved(draft, _names(connection))


def _names(connection: Connection) -> dict[str, str]:
    return {user.id: user.name for user in users.everyone(connection)}
