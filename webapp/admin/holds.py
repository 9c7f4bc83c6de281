"""The cases that are held: which, since when and why; holding another, and lifting a hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound, Refused
from engine.queries import held as read
from engine.queries.public import normalise_number
from engine.runtime import hold as engine
from engine.runtime.ground import LONGEST
from engine.store import holds as store
from webapp.admin.account import summary
from webapp.admin.blueprint import blueprint, may, names, needs
from webapp.admin.erase import errors_of
from webapp.context import ports
from webapp.given_back import given_back_by
from webapp.security import current_actor

#: So many on a page.
PAGE: Final = 50


@blueprint.get("/retensi/penahanan")
@needs("retention:read")
def holds() -> ResponseReturnValue:
    """Every hold, the newest first."""
    return _page({})


@blueprint.post("/retensi/penahanan")
@given_back_by(holds)
@needs("retention:change")
def set_hold() -> ResponseReturnValue:
    """Hold a case."""
    number = normalise_number(request.form.get("nomor", "")[:60])
    try:
        engine.hold(ports(), current_actor(), number, request.form.get("alasan", ""), source="web")
    except Refused as error:
        return _page(errors_of(error)), 422
    return redirect(url_for("admin.holds", sudah="tahan"), 303)


@blueprint.get("/retensi/penahanan/<number>")
@needs("retention:change")
def lift(number: str) -> ResponseReturnValue:
    """One hold, and the form that lifts it."""
    return _lift(number, {})


@blueprint.post("/retensi/penahanan/<number>")
@given_back_by(lift)
@needs("retention:change")
def lift_hold(number: str) -> ResponseReturnValue:
    """The hold stands no more."""
    try:
        engine.lift(ports(), current_actor(), number, request.form.get("alasan", ""), source="web")
    except NotFound:
        raise
    except Refused as error:
        wrong = errors_of(error)
        if "alasan" not in wrong:
            return _page(wrong), 409
        return _lift(number, wrong), 422
    return redirect(url_for("admin.holds", sudah="cabut"), 303)


def _page(wrong: Mapping[str, str]) -> str:
    page = max(1, request.args.get("halaman", 1, type=int))
    with ports().database.read() as connection:
        found = read.held(connection, current_actor(), first=(page - 1) * PAGE, limit=PAGE + 1)
        given: dict[str, Any] = {
            "count": read.held_count(connection, current_actor()),
            "names": names(connection),
        }
    return render_template(
        "admin/holds.html",
        wide=True,
        rows=found[:PAGE],
        page=page,
        further=len(found) > PAGE,
        typed={} if not wrong and not request.form else request.form,
        wrong=wrong,
        errors=summary(dict(wrong)),
        longest=LONGEST,
        change=may("retention:change"),
        done=None if wrong else request.args.get("sudah"),
        **given,
    )


def _lift(number: str, wrong: Mapping[str, str]) -> str:
    with ports().database.read() as connection:
        found = store.get(connection, number)
        known = names(connection)
    if found is None:
        raise NotFound(case=number)
    return render_template(
        "admin/hold_lift.html",
        hold=found,
        names=known,
        why=request.form.get("alasan", ""),
        wrong=wrong,
        errors=summary(dict(wrong)),
        longest=LONGEST,
    )
