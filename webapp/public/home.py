"""The first page: what this is, and the two things one can do."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.public.blueprint import blueprint


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Submit or track; the staff's way in is at the foot of every page."""
    return render_template("public/home.html")
