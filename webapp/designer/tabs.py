"""The way from one page of a process to the others, as far as whoever asks may go it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine.identity.policy import allowed
from webapp.designer.blueprint import blueprint
from webapp.security import current_actor, signed_in


@blueprint.context_processor
def _around() -> dict[str, Any]:
    key = (request.view_args or {}).get("key")
    return {"process_tabs": _tabs(key) if key and signed_in() else []}


def _tabs(key: str) -> list[dict[str, Any]]:
    parts = [
        (_("Ubah"), "designer.edit", "definition:edit"),
        (_("Bandingkan"), "designer.compare", "definition:read"),
        (_("Coba"), "designer.try_it", "definition:try"),
        (_("Coba dengan riwayat"), "designer.past", "definition:try"),
        (_("Simulasi"), "designer.simulation", "definition:try"),
        (_("Terapkan"), "designer.deploying", "definition:deploy"),
        (_("Pindahkan pengaduan"), "designer.moving", "definition:migrate"),
    ]
    actor = current_actor()
    return [
        {"text": text, "href": (href := url_for(endpoint, key=key)), "current": request.path == href}
        for text, endpoint, act in parts
        if allowed(actor, act)
    ]
