"""What every page shows around its content: the office's name, who is signed in and their places, the languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from engine.errors import NotFound
from engine.queries.public import office_names
from webapp.context import now, ports, settings
from webapp.given_back import GIVE_BACK, ONLY_LANGUAGE, showing_address
from webapp.languages import CHOICE, moment, own_attributes
from webapp.places import acts, groups, places


def init_app(app: Flask) -> None:
    """Give every template what `base.html` needs."""
    app.context_processor(_around)


def _around() -> dict[str, Any]:
    around: dict[str, Any] = {
        "demo": settings().demo,
        "given_back": g.get("given_back", False) and not g.get("only_language", False),
        "in_language": _in_language,
        "keeping": {"name": GIVE_BACK, "value": ONLY_LANGUAGE},
        "own_attributes": own_attributes,
    }
    if g.get("plainly"):  # the page of a fault: what broke may be just what the rest would ask
        return {**around, "office": (), "account": None, "places": [], "groups": [], "navigation": []}
    signed_in = current_user.is_authenticated
    return {
        **around,
        "office": _office(),
        "account": current_user if signed_in else None,
        "places": places() if signed_in else [],
        "groups": groups() if signed_in else [],
        "printed_from": _printed_from() if signed_in and request.blueprint == "audit" else "",
        "own_complaint": url_for("counter.own") if signed_in and "case:submit_own" in acts() else None,
        "navigation": _navigation(),
    }


def _office() -> tuple[str, ...]:
    """The names of the office, the largest unit first, as the SOP's identity block has them."""
    try:
        with ports().database.read() as connection:
            return office_names(ports(), connection)
    except NotFound:
        return ()


def _printed_from() -> str:
    """Where what an auditor holds in their hands came from, when, and by whom."""
    address = settings().base_url + request.full_path.rstrip("?")
    return _(
        "Dicetak %(at)s oleh %(who)s dari %(address)s",
        at=moment(now()),
        who=current_user.name,
        address=address,
    )


def _navigation() -> list[dict[str, Any]]:
    """The public's two places."""
    links = [(_("Buat pengaduan"), url_for("public.form")), (_("Lacak pengaduan"), url_for("public.track"))]
    return [{"text": text, "href": href, "current": request.path == href} for text, href in links]


def _in_language(code: str, address: str | None = None) -> str:
    """This page, or the one at `address`, in another language."""
    if address is None:
        address = showing_address() or url_for("public.home")
        kept = [pair for pair in request.args.items(multi=True) if pair[0] != CHOICE]
    else:
        kept = []
    return f"{address}?{urlencode([*kept, (CHOICE, code)])}"
