"""A new form for a process: its id and its heading; all else is done on its page."""

from __future__ import annotations

import json

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import DraftStale
from engine.queries.drafted import drafted
from engine.queries.drafted_forms import forms_of
from engine.queries.processes import processes
from engine.store import design_drafts
from webapp.context import ports
from webapp.forms.blueprint import PROCESS, blueprint
from webapp.forms.refusals import Unfit, unfit_id
from webapp.given_back import given_back_by
from webapp.security import current_actor, needs

#: Longest heading.
LONGEST = 200


@blueprint.get("/baru")
@needs("definition:edit")
def new() -> ResponseReturnValue:
    """The small form that asks for them."""
    return _page()


@blueprint.post("/baru")
@given_back_by(new)
@needs("definition:edit")
def add() -> ResponseReturnValue:
    """Keep an empty form of that id as a draft, and go to its page."""
    key, id = request.form.get(PROCESS, ""), request.form.get("id", "").strip()
    title = " ".join(request.form.get("judul", "").split())[:LONGEST]
    with ports().database.read() as connection:
        whole = drafted(ports(), connection, key)
    problem = unfit_id(id, None, forms_of(key, whole))
    name = f"{id}.form"
    if problem is None:
        try:
            with ports().database.write() as connection:
                design_drafts.save(
                    connection,
                    key,
                    name,
                    empty_form(id, title),
                    had=0,
                    base=whole.active.id if whole.active else None,
                    by=current_actor().id,
                    at=ports().clock(connection),
                )
        except DraftStale:  # somebody made one of this name just now
            problem = Unfit(_("Id %(id)s baru saja dipakai.", id=id), _("Beri formulir ini id lain."))
    if problem is not None:
        return _page(problem), 422
    return redirect(url_for("forms.show", id=id, proses=key, sudah="baru"), 303)


def empty_form(id: str, title: str) -> bytes:
    """A form file as the editor of form-js 1.23 writes one, with nothing but its heading."""
    heading = {
        "text": f"# {title}",
        "type": "text",
        "id": "Text_judul",
        "layout": {"row": "Row_judul", "columns": None},
    }
    whole = {
        "components": [heading] if title else [],
        "type": "default",
        "id": id,
        "executionPlatform": "Camunda Platform",
        "executionPlatformVersion": "7.24.0",
        "schemaVersion": 19,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode(errors="replace")


def _page(problem: Unfit | None = None) -> str:
    with ports().database.read() as connection:
        known = processes(ports(), connection)
    return render_template(
        "designer/form_new.html",
        processes=known,
        chosen=request.values.get(PROCESS, ""),
        id=request.form.get("id", ""),
        title=request.form.get("judul", ""),
        problem=problem,
        errors=[{"text": problem.what, "href": "#id"}] if problem else [],
    )
