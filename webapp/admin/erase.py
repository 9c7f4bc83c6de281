"""Erasing a person by hand: number and ground, what would go, and afterwards the proof. Nothing of the content is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import EngineError, NotAllowed, NotFound, Refused
from engine.history import seal_file
from engine.identity.policy import Subject, allowed, shield_of
from engine.queries import erased as read
from engine.queries.public import normalise_number
from engine.runtime import erase as engine
from engine.runtime.ground import LONGEST
from engine.store import cases
from webapp.admin.account import summary
from webapp.admin.blueprint import blueprint, names, needs
from webapp.admin.keeping_words import what_goes, why_not
from webapp.context import ports, settings
from webapp.given_back import given_back_by
from webapp.security import current_actor

#: Refusals that are about the ground; the others are about the case.
OF_THE_GROUND: Final = frozenset({"ground_length", "ground_personal"})


@blueprint.get("/hapus")
@needs("case:erase")
def erase() -> ResponseReturnValue:
    """The form: which case, and on which ground."""
    return _form({})


@blueprint.post("/hapus")
@given_back_by(erase)
@needs("case:erase")
def check_erasure() -> ResponseReturnValue:
    """What would go, by kind; nothing goes yet."""
    number, why = _typed()
    try:
        with ports().database.read() as connection:
            goes = engine.examine(ports(), connection, current_actor(), number, why)
            known = names(connection)
    except Refused as error:
        return _form(errors_of(error)), 422
    if not goes:
        return redirect(url_for("admin.erased", number=number), 303)
    return render_template(
        "admin/erase_confirm.html",
        number=number,
        why=why,
        goes=[(what_goes(table), rows) for table, rows in goes.items()],
        by=known.get(current_actor().id, current_actor().id),
    )


@blueprint.post("/hapus/ya")
@given_back_by(erase)
@needs("case:erase")
def erase_now() -> ResponseReturnValue:
    """Erase; sent twice it gives what was done the first time."""
    number, why = _typed()
    seals = settings().data_dir / seal_file.NAME
    try:
        engine.erase(ports(), current_actor(), number, why, source="web", seals=seals)
    except Refused as error:
        return _form(errors_of(error)), 422
    return redirect(url_for("admin.erased", number=number, sudah="hapus"), 303)


@blueprint.get("/hapus/<number>")
@needs("retention:read")
def erased(number: str) -> ResponseReturnValue:
    """The proof of an erasure: its events, what went by kind, and the seal over it."""
    with ports().database.read() as connection:
        row = cases.load(connection, number)
        if not allowed(current_actor(), "retention:read", Subject(case=number, shield=shield_of(row))):
            raise NotAllowed(act="retention:read")
        found = read.proof_of_erasure(connection, number)
        known = names(connection)
    if found is None:
        raise NotFound(case=number)
    return render_template(
        "admin/erased.html",
        proof=found,
        names=known,
        went=[(what_goes(table), rows) for table, rows in found.removed.items()],
        done=request.args.get("sudah") == "hapus",
    )


def errors_of(error: EngineError) -> dict[str, str]:
    """A refusal at the field it is about: `alasan` or `nomor`."""
    return {"alasan" if error.detail.get("reason") in OF_THE_GROUND else "nomor": why_not(error)}


def _typed() -> tuple[str, str]:
    number = normalise_number(request.form.get("nomor", "")[:60])
    return number, " ".join(request.form.get("alasan", "").split())


def _form(wrong: Mapping[str, str]) -> str:
    typed = request.form if request.form else request.args
    return render_template(
        "admin/erase.html",
        number=typed.get("nomor", "")[:60],
        why=typed.get("alasan", ""),
        wrong=wrong,
        errors=summary(dict(wrong)),
        longest=LONGEST,
    )
