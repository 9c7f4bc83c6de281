"""A form that the next version goes without: first what would break, then taken out, as a draft."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from engine.definition.bundle import Bundle, check
from engine.errors import DraftStale
from webapp.designer.findings import checked
from webapp.forms.blueprint import Chosen, blueprint, the_form
from webapp.forms.keep import discard, had, store
from webapp.forms.page import Said, said, shown
from webapp.given_back import given_back_by
from webapp.security import needs


@blueprint.get("/<id>/keluarkan")
@needs("definition:edit")
def confirm_take_out(id: str) -> ResponseReturnValue:
    """The steps that use the form, and what the check would find without it."""
    chosen = the_form(id)
    return render_template("designer/form_out.html", chosen=chosen, form=chosen.form, broken=_broken(chosen))


@blueprint.post("/<id>/keluarkan")
@given_back_by(confirm_take_out)
@needs("definition:edit")
def take_out(id: str) -> ResponseReturnValue:
    """Take it out of the drafts; what is in force stays until that is deployed."""
    chosen = the_form(id)
    if chosen.in_force is None:  # nothing but a draft
        return discard(id)
    try:
        store(chosen, None, had())
    except DraftStale:
        return shown(the_form(id), is_stale=True, status=409)
    return redirect(chosen.address(sudah="keluarkan"), 303)


def _broken(chosen: Chosen) -> list[Said]:
    """What the check says of the process without the form, and does not say with it."""
    without = {name: data for name, data in chosen.whole.bundle.files.items() if name != chosen.form.name}
    already = set(map(str, checked(chosen.whole.bundle).findings))
    found = check(Bundle(without)).findings
    return [said(finding) for finding in found if str(finding) not in already]
