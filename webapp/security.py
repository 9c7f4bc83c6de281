"""Signing in and out (`/masuk`, `/keluar`), and who asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, login_user, logout_user

from engine.errors import NotAllowed
from engine.identity.policy import Actor, allowed
from engine.queries.public import number_in
from webapp import accounts
from webapp.given_back import carried, carry, given_back_by, go_on
from webapp.limits import SIGN_IN, limiter, refused
from webapp.places import first_place

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("security", __name__)

_NEXT = "next"


def current_actor() -> Actor:
    """The signed-in user as the policy knows them. Only behind `sign_in_required`."""
    account: accounts.Account = current_user._get_current_object()
    return Actor(account.id, account.groups, active=account.active)


def signed_in() -> bool:
    """Whether a member of the staff asks."""
    return bool(current_user.is_authenticated)


def sign_in_required(view: View) -> View:
    """Nobody else gets to `view`; whoever signs in comes back to it, with what they had typed."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if signed_in():
            return view(*args, **kwargs)
        if request.method == "POST":
            return make_response(_page(next=request.path, carried=carry()), 401)
        return redirect(url_for("security.show", next=request.full_path.rstrip("?")))

    return guarded  # type: ignore[return-value]


def needs(act: str) -> Callable[[View], View]:
    """Only who may do `act` (`engine.identity.policy`) gets to the view. Raises `NotAllowed` for others."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not allowed(current_actor(), act):
                raise NotAllowed(act=act)
            return view(*args, **kwargs)

        return sign_in_required(guarded)  # type: ignore[return-value]

    return mark


@blueprint.get("/masuk")
def show() -> ResponseReturnValue:
    """The sign-in page, also for a form that came too late."""
    if signed_in() and not carried():
        return redirect(_next() or first_place())
    return _page(next=_next(), carried=carried(), name=request.form.get("nama", ""))


@blueprint.post("/masuk")
@limiter.limit(SIGN_IN, deduct_when=refused)
@given_back_by(show)
def sign_in() -> ResponseReturnValue:
    """Name and password; then on to where the person was going."""
    name = request.form.get("nama", "")
    account = accounts.with_password(name, request.form.get("sandi", ""))
    if account is None:
        wrong = _("Nama pengguna atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.")
        return _page(next=_next(), carried=carried(), name=name, wrong=wrong), 422
    session.clear()
    login_user(account)
    if carried():
        return go_on(_next() or first_place())
    return redirect(_next() or first_place(), 303)


@blueprint.post("/keluar")
def sign_out() -> ResponseReturnValue:
    """End the session; what it knew of complaints is forgotten too."""
    logout_user()
    session.clear()
    return redirect(url_for("public.home"), 303)


def _page(*, next: str, carried: str = "", name: str = "", wrong: str = "") -> str:
    errors = [{"text": wrong, "href": "#nama"}] if wrong else []
    return render_template(
        "security/sign_in.html",
        next=next,
        carried=carried,
        name=name,
        errors=errors,
        looked_for=number_in(next),
    )


def _next() -> str:
    """Where the person was going: an address of ours, whatever was asked for; or ""."""
    wanted = request.form.get(_NEXT) or request.args.get(_NEXT) or ""
    return wanted if _is_ours(wanted) else ""


def _is_ours(address: str) -> bool:
    """A path on this server: browsers read `//` and a backslash as the beginning of another's name."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return False
    parts = urlsplit(address)
    return (
        address.isprintable()
        and not parts.scheme
        and not parts.netloc
        and parts.path not in ("/masuk", "/keluar")
    )
