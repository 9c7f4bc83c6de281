"""*Hitung ulang*: which running limits the calendar in force would move, and moving them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import NotFound
from engine.runtime import recount as engine
from webapp.admin.blueprint import blueprint, may, needs
from webapp.command_id import command_id, fresh
from webapp.context import ports
from webapp.given_back import given_back_by
from webapp.security import current_actor

#: So many moves are shown; so many cases are moved by one press, that no page waits for long.
SHOWN: Final = 50
BATCH: Final = 200
_REFUSED = re.compile(r"(PGD-\d{4}-\d{6,}) ([a-z_]{1,40})")


@blueprint.get("/kalender/hitung-ulang")
@needs("calendar:read")
def recount() -> ResponseReturnValue:
    """The moves, the first of them by name, and how many there are; nothing is moved yet."""
    with ports().database.read() as connection:
        try:
            plan = engine.plan(ports(), connection)
        except NotFound:
            return redirect(url_for("admin.calendar"))
    return render_template(
        "admin/recount.html",
        wide=True,
        plan=plan,
        shown=plan.moves[:SHOWN],
        batch=BATCH,
        moved=request.args.get("pindah", type=int),
        superseded=request.args.get("diganti") == "1",
        failed=list(_failed()),
        change=may("calendar:recount"),
        command_id=fresh(),
    )


@blueprint.post("/kalender/hitung-ulang")
@given_back_by(recount)
@needs("calendar:recount")
def move_limits() -> ResponseReturnValue:
    """Move up to `BATCH` cases to the calendar that the page was about; the page tells the rest."""
    with ports().database.read() as connection:
        plan = engine.plan(ports(), connection)
    calendar = request.form.get("kalender", type=int)
    if calendar != plan.calendar:
        return redirect(url_for("admin.recount", diganti=1), 303)
    done = engine.recount(
        ports(),
        plan.cases,
        calendar=calendar,
        actor=current_actor().id,
        source="web",
        command_id=command_id(),
        most=BATCH,
    )
    told = [f"{number} {code}" for number, code in done.failed[:SHOWN]]
    superseded = 1 if done.superseded else None
    return redirect(url_for("admin.recount", pindah=len(done.moved), gagal=told, diganti=superseded), 303)


def _failed() -> Iterator[tuple[str, str]]:
    """Cases that stayed as they were, and why."""
    for entry in request.args.getlist("gagal")[:SHOWN]:
        match = _REFUSED.fullmatch(entry)
        if match:
            yield match[1], _why(match[2])


def _why(code: str) -> str:
    return {
        "not_allowed": _("ini pengaduan Anda sendiri; minta Pengelola lain"),
        "case_ended": _("pengaduannya sudah berakhir"),
        "case_halted": _("tertahan karena kendala"),
    }.get(code, _("gagal di dalam program; lihat Kendala"))
