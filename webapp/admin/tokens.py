"""Tokens by which programs use the REST face in a user's name: who has one, a new one, ending one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.identity import tokens as engine
from engine.identity.ending import working, works
from engine.store import api_tokens, users
from webapp.admin.account import summary
from webapp.admin.blueprint import acting, blueprint, may, needs
from webapp.context import now, ports
from webapp.given_back import given_back_by

#: How long a token may hold, in days.
DAYS: Final = (30, 90, 365)
LONGEST_NAME: Final = 100


@blueprint.get("/token")
@needs("user:read")
def tokens(token: str = "") -> ResponseReturnValue:
    """All tokens, those that hold first, and the form for a new one."""
    return _page({})


@blueprint.post("/token")
@given_back_by(tokens)
@needs("token:change")
def add_token() -> ResponseReturnValue:
    """A new token; its text is on this one page and nowhere else."""
    user, name = request.form.get("pengguna", ""), " ".join(request.form.get("guna", "").split())
    days = request.form.get("hari", type=int)
    errors: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME:
        errors["guna"] = _(
            "Tulis untuk program apa token ini, paling panjang %(most)s karakter.", most=LONGEST_NAME
        )
    if days not in DAYS:
        errors["hari"] = _("Pilih berapa lama token ini berlaku.")
    secret = ""
    with ports().database.write() as connection:
        found = users.get(connection, user)
        if found is None or not works(connection, found, ports().clock):
            errors["pengguna"] = _("Pilih pengguna aktif yang haknya dipakai program itu.")
        elif any(
            t.user == user and t.name == name and t.holds(now()) for t in api_tokens.everyone(connection)
        ):
            errors["guna"] = _(
                "%(user)s sudah punya token untuk “%(name)s”. Cabut yang lama dahulu.", user=user, name=name
            )
        if not errors and days:
            _token, secret = engine.add(connection, user, name, days, **acting(connection))
    if errors:
        return _page(errors), 422
    return _page({}, secret=secret)


@blueprint.post("/token/<token>/cabut")
@given_back_by(tokens)
@needs("token:change")
def revoke_token(token: str) -> ResponseReturnValue:
    """It opens nothing from now on."""
    with ports().database.write() as connection:
        engine.revoke(connection, token, **acting(connection))
    return redirect(url_for("admin.tokens", sudah="cabut"), 303)


def _page(errors: Mapping[str, str], secret: str = "") -> str:
    with ports().database.read() as connection:
        known = api_tokens.everyone(connection)
        everybody = users.everyone(connection)
        active = working(connection, everybody, ports().clock)
    known.sort(key=lambda one: not one.holds(now()))
    given: dict[str, Any] = {} if secret else request.form.to_dict()
    return render_template(
        "admin/tokens.html",
        wide=True,
        tokens=known,
        holds=lambda one: one.holds(now()),
        users=active,
        names={user.id: user.name for user in everybody},
        days=DAYS,
        typed=given,
        wrong=errors,
        errors=summary(dict(errors)),
        secret=secret,
        change=may("token:change"),
        done=None if errors or secret else request.args.get("sudah"),
    )
