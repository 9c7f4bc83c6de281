"""The history as files for other programs."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed
from engine.history.exports.export import ACT, FORMATS, export
from engine.identity.policy import allowed
from webapp.audit.blueprint import blueprint
from webapp.context import now, ports, zone
from webapp.security import current_actor, sign_in_required


@blueprint.get("/ekspor")
@sign_in_required
def exports() -> ResponseReturnValue:
    """What each kind of file is for, and how to check one without this program."""
    if not allowed(current_actor(), ACT):
        raise NotAllowed(act=ACT)
    return render_template("audit/exports.html")


@blueprint.get("/ekspor/<id>")
@sign_in_required
def export_file(id: str) -> ResponseReturnValue:
    """The file in the format `id`, sent while it is read; that it was taken is in the access log."""
    pieces = export(ports(), current_actor(), id, source="web")
    name = f"riwayat-{now().astimezone(zone()):%Y-%m-%d}.{id}"
    return Response(
        pieces,
        mimetype=FORMATS[id].media_type,
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )
