"""What every page shows around its content: the office's name, who is signed in, that this is a trial."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from engine.errors import NotFound
from engine.queries.public import office_names
from webapp.context import ports, settings


def init_app(app: Flask) -> None:
    """Give every template what `base.html` needs."""
    app.context_processor(_around)


def _around() -> dict[str, Any]:
    return {
        "office": _office(),
        "demo": settings().demo,
        "account": current_user if current_user.is_authenticated else None,
        "given_back": g.get("given_back", False),
        "navigation": _navigation(),
    }


def _office() -> tuple[str, ...]:
    """The names of the office, the largest unit first, as the SOP's identity block has them."""
    try:
        with ports().database.read() as connection:
            return office_names(ports(), connection)
    except NotFound:
        return ()


def _navigation() -> list[dict[str, Any]]:
    """The links of the page's head: the public's, or the staff's."""
    here = request.path
    links = [(_("Buat pengaduan"), url_for("public.form")), (_("Lacak pengaduan"), url_for("public.track"))]
    if current_user.is_authenticated:
        links = [(_("Tugas"), "/tugas"), *links]
    return [{"text": text, "href": href, "current": here == href} for text, href in links]
