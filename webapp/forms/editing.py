"""What the editor's script asks of the server, in JSON, as the modeler's does.

    POST …/editor/simpan  {"revision", "content"} → 200 {"revision", "saved_at", "clock", "saved_by", "address"}
                          409 {"error", "revision", "saved_by", "saved_at", "compare", "changes"}; 422 {"error"}
    POST …/editor/hadir   {} → {"editors": [{"name", "since"}], "revision", "saved_by", "csrf"}
    GET  …/editor/token   {"csrf"}: a fresh one in place of one that ran out

The script names the form by its file, which stays when the id in it is changed.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from engine.errors import DraftStale
from engine.queries.drafted_forms import form_id
from engine.store import design_drafts, users
from engine.store.design_drafts import DesignDraft
from webapp.context import now, ports
from webapp.forms.blueprint import blueprint, the_form
from webapp.forms.keep import changes, shown_at, store
from webapp.forms.refusals import unfit
from webapp.languages import clock, moment
from webapp.security import current_actor, needs
from webapp.timeline import person
from webapp.uploads import takes_json


@blueprint.post("/<id>/editor/simpan")
@needs("definition:edit")
@takes_json
def autosave(id: str) -> ResponseReturnValue:
    """Keep what the editor has as the form's draft."""
    chosen = the_form(id)
    sent = request.get_json(silent=True)
    revision, text = (sent.get("revision"), sent.get("content")) if isinstance(sent, dict) else (None, None)
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
            **_said(there if isinstance(there, DesignDraft) else None),
            "compare": chosen.address(),
            "changes": changes(refused, chosen, content),
        }, 409
    return {**_said(kept), "address": shown_at(chosen, form_id(content))}


@blueprint.post("/<id>/editor/hadir")
@needs("definition:edit")
@takes_json
def here(id: str) -> ResponseReturnValue:
    """The page is open; who else has it open, and what was saved last."""
    form, me, at = the_form(id).form, current_actor().id, now()
    with ports().database.write() as connection:
        design_drafts.seen(connection, form.process, form.name, me, at)
        others = design_drafts.editors(connection, form.process, form.name, at)
        names = {user.id: user.name for user in users.everyone(connection)}
    editors = [{"name": person(user, names), "since": clock(since)} for user, since in others if user != me]
    return {**_said(form.draft), "editors": editors, "csrf": generate_csrf()}


@blueprint.get("/<id>/editor/token")
@needs("definition:edit")
def token(id: str) -> ResponseReturnValue:
    """A token for the next POST."""
    the_form(id)
    return {"csrf": generate_csrf()}


def _said(draft: DesignDraft | None) -> dict[str, Any]:
    """Who saved last, and when; empty where nobody did."""
    if draft is None:
        return {"revision": 0, "saved_by": "", "saved_at": "", "clock": ""}
    with ports().database.read() as connection:
        names = {user.id: user.name for user in users.everyone(connection)}
    by = person(draft.saved_by, names)
    at = draft.saved_at
    return {"revision": draft.revision, "saved_by": by, "saved_at": moment(at), "clock": clock(at)}
