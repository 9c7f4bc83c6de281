"""Every process with its versions: who put which in force when and why, and how many cases run by it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.identity.policy import allowed
from engine.queries.processes import processes
from engine.store import design_drafts
from webapp.context import ports
from webapp.designer.blueprint import blueprint
from webapp.security import current_actor, needs
from webapp.timeline import person


@blueprint.get("")
@needs("definition:read")
def home() -> ResponseReturnValue:
    """The list."""
    with ports().database.read() as connection:
        found = processes(ports(), connection)
        drafts = design_drafts.everywhere(connection)
    return render_template(
        "designer/home.html",
        wide=True,
        processes=found,
        person=person,
        may_try=allowed(current_actor(), "definition:try"),
        drafts={one.key: [d for d in drafts if d.process == one.key] for one in found},
        may_edit=allowed(current_actor(), "definition:edit"),
        may_deploy=allowed(current_actor(), "definition:deploy"),
        may_move=allowed(current_actor(), "definition:migrate"),
    )
