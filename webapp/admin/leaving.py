"""A new password, disabling a person and letting them in again; each on a page that says what follows from it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import LastAdministrator
from engine.identity import accounts
from webapp.admin.account import last_administrator, summary, wrong_password
from webapp.admin.account import person as show_person
from webapp.admin.blueprint import acting, blueprint, needs
from webapp.admin.people import held, the_user
from webapp.context import ports
from webapp.given_back import given_back_by
from webapp.security import current_actor


@blueprint.get("/pengguna/<id>/sandi")
@needs("user:change")
def password(id: str) -> ResponseReturnValue:
    """The form for a new password; what was typed is never given back."""
    return _password(id, {})


@blueprint.post("/pengguna/<id>/sandi")
@given_back_by(password)
@needs("user:change")
def set_password(id: str) -> ResponseReturnValue:
    """A new password; all sessions of the person end."""
    user, typed = the_user(id), request.form.get("sandi", "")
    errors = wrong_password(typed)
    if errors:
        return _password(id, errors), 422
    hashed = accounts.hash_password(typed)
    with ports().database.write() as connection:
        accounts.set_password(connection, user.id, hashed, **acting(connection))
    return redirect(url_for("admin.person", id=id, sudah="sandi"), 303)


@blueprint.get("/pengguna/<id>/nonaktifkan")
@needs("user:change")
def leave(id: str) -> ResponseReturnValue:
    """What follows from disabling this person, and the tasks that they hold."""
    return _leave(id)


@blueprint.post("/pengguna/<id>/nonaktifkan")
@given_back_by(leave)
@needs("user:change")
def disable(id: str) -> ResponseReturnValue:
    """They sign in no more; their sessions end; what they hold stays theirs until somebody hands it on."""
    user = the_user(id)
    try:
        with ports().database.write() as connection:
            accounts.disable_user(connection, user.id, **acting(connection))
    except LastAdministrator:
        return _leave(id, refused=last_administrator()), 409
    return redirect(url_for("admin.person", id=id, sudah="nonaktif"), 303)


@blueprint.post("/pengguna/<id>/aktifkan")
@given_back_by(show_person)
@needs("user:change")
def enable(id: str) -> ResponseReturnValue:
    """They may sign in again."""
    user = the_user(id)
    with ports().database.write() as connection:
        accounts.enable_user(connection, user.id, **acting(connection))
    return redirect(url_for("admin.person", id=id, sudah="aktif"), 303)


def _password(id: str, errors: dict[str, str]) -> str:
    return render_template(
        "admin/password.html",
        user=the_user(id),
        me=current_actor().id,
        wrong=errors,
        errors=summary(errors),
    )


def _leave(id: str, refused: str = "") -> str:
    return render_template(
        "admin/leave.html", user=the_user(id), me=current_actor().id, refused=refused, **held(id)
    )
