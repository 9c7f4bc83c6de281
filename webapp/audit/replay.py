"""A case put through its history again, step by step, on the diagram that it ran on.

Every event is in the page, in a table; a script (`assets/js/replay.js`) shows them one after the other.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.identity.disclosure import LONGEST_REASON, disclose, note
from engine.queries.public import normalise_number
from engine.queries.replayed import ACT, Replayed, replayed
from webapp.audit.blueprint import blueprint
from webapp.audit.frames import diagrams, frames
from webapp.context import ports
from webapp.given_back import given_back_by
from webapp.security import current_actor, sign_in_required

#: Field of the form that opens what is personal.
REASON = "alasan"


@blueprint.get("/<number>")
@sign_in_required
def replay(number: str) -> ResponseReturnValue:
    """The case `number` at the event `?ke=`, by default the last; what is personal is masked."""
    written = normalise_number(number)
    if written != number and request.method == "GET":
        return redirect(url_for("audit.replay", number=written, **request.args.to_dict()))
    case = _load(written)
    note(ports(), current_actor(), ACT, case.number)
    return _page(case)


@blueprint.post("/<number>")
@given_back_by(replay)
@sign_in_required
def reveal(number: str) -> ResponseReturnValue:
    """The same with all that was entered, on this one page, once the reason is in the access log."""
    case = _load(number)
    why = request.form.get(REASON, "").strip()
    if not case.may_open:
        return _page(case), 409
    if not 0 < len(why) <= LONGEST_REASON:
        return _page(case, problem=_("Tulis alasannya, paling panjang 500 karakter.")), 422
    disclose(ports(), current_actor(), number, why=why, source="web")
    return _page(case, opened=True)


def _load(number: str) -> Replayed:
    with ports().database.read() as connection:
        return replayed(ports(), connection, current_actor(), number)


def _page(case: Replayed, *, opened: bool = False, problem: str = "") -> str:
    count = len(case.moments)
    at = min(max(request.values.get("ke", count, type=int), 1), count)
    found = frames(case, masked=not opened)
    return render_template(
        "audit/replay.html",
        wide=True,
        case=case,
        at=at,
        count=count,
        frames=found,
        now=found[at - 1],
        diagrams=diagrams(case, found, at),
        opened=opened,
        problem=problem,
        errors=[{"text": problem, "href": f"#{REASON}"}] if problem else [],
        reason=request.form.get(REASON, ""),
        longest=LONGEST_REASON,
    )
