"""The first page: what this is, the two things one can do, and the course that a complaint takes."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.queries.case import rail
from engine.queries.public import public_process
from webapp.context import ports
from webapp.given_back import given_back_by
from webapp.public.blueprint import blueprint


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Submit or track; the staff's way in is at the foot of every page."""
    with ports().database.read() as connection:
        course = rail(public_process(ports(), connection), ())
    typed = {name: request.form.get(name, "") for name in ("nomor", "kode")}
    return render_template("public/home.html", course=course, typed=typed)


@blueprint.post("/")
@given_back_by(home)
def stay() -> ResponseReturnValue:
    """For the language switch over a number half typed; nothing else is posted here."""
    return redirect(url_for("public.home"), 303)
