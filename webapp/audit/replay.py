"""A case put through its history again, step by step, on the diagram that it ran on."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.queries.replayed import Moment, replayed
from webapp.audit.blueprint import blueprint
from webapp.context import ports
from webapp.diagram import picture
from webapp.security import current_actor, sign_in_required
from webapp.timeline import for_staff, person, who


@blueprint.get("/<number>")
@sign_in_required
def replay(number: str) -> ResponseReturnValue:
    """The case `number` at the event `?ke=`, by default the last."""
    with ports().database.read() as connection:
        case = replayed(ports(), connection, current_actor(), number)
    count = len(case.moments)
    at = min(max(request.args.get("ke", count, type=int), 1), count)
    moment = case.moments[at - 1]
    said = {
        m.event.seq: next((line.text for line in for_staff([m.entry], case.names)), "") for m in case.moments
    }
    return render_template(
        "audit/replay.html",
        case=case,
        at=at,
        count=count,
        moment=moment,
        said=said,
        picture=_picture(moment),
        person=person,
        who=who,
    )


def _picture(moment: Moment) -> Markup | None:
    """The diagram of the event's own definition; None where it was never drawn or nothing was replayed."""
    state = moment.state
    if state is None:
        return None
    items = state.work_items.values()
    lit = {item.element for item in items} | ({state.ending} if state.ending else set())
    late = {item.element for item in items if item.overdue}
    return picture(moment.definition, lit=lit, done=moment.done, late=late)
