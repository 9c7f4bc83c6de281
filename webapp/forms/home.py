"""Every form of the processes in force or drafted, and the steps that use it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.identity.policy import allowed
from engine.queries.drafted_forms import DraftedForm, drafted_forms
from webapp.context import ports
from webapp.forms.blueprint import address, blueprint
from webapp.security import current_actor, needs


@blueprint.get("")
@needs("definition:read")
def home() -> ResponseReturnValue:
    """The list, process by process."""
    with ports().database.read() as connection:
        found = drafted_forms(ports(), connection)
    held = Counter(form.id for form in found)

    def where(form: DraftedForm) -> str:
        return address(form, named=held[form.id] > 1)

    return render_template(
        "designer/forms.html",
        wide=True,
        processes=[(key, list(forms)) for key, forms in groupby(found, lambda form: form.process)],
        where=where,
        may_edit=allowed(current_actor(), "definition:edit"),
        gone=request.args.get("dibuang", ""),
    )
