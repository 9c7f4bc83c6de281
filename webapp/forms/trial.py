"""*Coba isi*: the draft's own form filled in and judged as staff will be; nothing is stored."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from webapp.forms import preview
from webapp.forms.blueprint import blueprint, the_form
from webapp.forms.page import show, shown
from webapp.given_back import given_back_by
from webapp.security import needs

#: A field of the page's script: only show anew what was filled in, after the draft was saved.
AGAIN = "_gambar"


@blueprint.post("/<id>/coba")
@given_back_by(show)
@needs("definition:try")
def try_out(id: str) -> ResponseReturnValue:
    """The page with the preview as it was filled in: with its errors, or with what would be kept."""
    chosen = the_form(id)
    seen = preview.given_back(chosen) if AGAIN in request.form else preview.tried(chosen)
    status = 422 if seen.errors else 200
    return shown(chosen, tried=seen, status=status)
