"""The blueprint, who gets in, and what all its pages show around their content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.identity.policy import allowed
from engine.store import users
from webapp.command_id import fresh
from webapp.context import ports
from webapp.security import current_actor, needs, signed_in
from webapp.timeline import person

__all__ = ["acting", "blueprint", "may", "names", "needs"]

blueprint = Blueprint("admin", __name__, url_prefix="/pengelola")


def may(act: str) -> bool:
    """Whether the person who asks may do `act`."""
    return allowed(current_actor(), act)


def acting(connection: Connection) -> dict[str, Any]:
    """Who acts, when and by which face, as the functions of the engine want it."""
    return {"by": current_actor().id, "at": ports().clock(connection), "source": "web"}


def names(connection: Connection) -> Mapping[str, str]:
    """User names and the names that people know."""
    return {user.id: user.name for user in users.everyone(connection)}


@blueprint.context_processor
def _around() -> dict[str, Any]:
    if not signed_in():
        return {}
    return {"tabs": _tabs(), "may": may, "person": person, "fresh": fresh}


def _tabs() -> list[dict[str, Any]]:
    """The parts that the person may see."""
    parts = [
        (_("Ikhtisar"), "admin.home", "incident:read"),
        (_("Pengguna"), "admin.people", "user:read"),
        (_("Kalender"), "admin.calendar", "calendar:read"),
        (_("Kendala"), "admin.incidents", "incident:read"),
        (_("Token"), "admin.tokens", "user:read"),
        (_("Retensi"), "admin.retention", "retention:read"),
        (_("Hapus"), "admin.erase", "case:erase"),
    ]
    shown = [part for part in parts if part[1] in current_app.view_functions and may(part[2])]
    return [
        {"text": text, "href": (href := url_for(endpoint)), "current": _is_here(href)}
        for text, endpoint, _act in shown
    ]


def _is_here(href: str) -> bool:
    own = request.path == href or request.path.startswith(f"{href}/")
    return own and (href != url_for("admin.home") or request.path == href)
