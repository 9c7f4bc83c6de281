"""A form that cannot be acted upon now is given back filled: nobody types anything twice.

A POST comes too late in three ways: the page lay open until its token expired, the session ended, or the
person was signed out. It comes too early when somebody only changes the language over a half-filled form; and it
may meet a fault. For each of our forms the view that receives it names the view that shows it:

    @blueprint.route("/tugas/<id>")
    @sign_in_required
    def show(id): ...                     # fills the form from `request.form` when there is one

    @blueprint.post("/tugas/<id>/selesaikan")
    @given_back_by(show)
    @sign_in_required
    def complete(id): ...                 # never runs for a POST without a valid token

1. Without a valid token `show` runs instead of `complete`, with `g.given_back` true: the page says so and
   carries a fresh token (400).
2. Where nobody is signed in, `sign_in_required` shows the sign-in page, which carries the entries in a hidden
   field (`carry`; nothing is stored). After signing in `go_on` posts them to the same address with the field
   `GIVE_BACK`, and step 1 fills the form again. A carried form is never acted upon, so a page elsewhere
   cannot slip in an answer: the person reads it and sends it. Tracking does the same with number and code.
3. The language switch of a page (`templates/_language.html`) presses a button of the page's own form with
   `GIVE_BACK` = `ONLY_LANGUAGE`: the same, without a word about it and with status 200.
4. The page of a fault (`webapp.errors`) carries the entries like the sign-in page does: `reopening`.

Name a showing view for every POST, also for one without fields: its page is where the person goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from flask import Flask, Response, abort, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

View = TypeVar("View", bound=Callable[..., Any])

#: In a POST: show the form with what is in it, and do nothing else.
GIVE_BACK: Final = "_kembalikan"
#: Its value when nothing was attempted: the language changes and the form stays.
ONLY_LANGUAGE: Final = "bahasa"
CSRF_FIELD: Final = "csrf_token"

#: The blueprint that believes no cookie, so that no page elsewhere can borrow one: `webapp.engine_rest`.
NO_COOKIES: Final = "engine_rest"

#: The field in which a sign-in page carries another form, as JSON: [[name, text], …].
CARRIED: Final = "isian"

#: Part of the names of inputs that go into no page again.
_SECRET: Final = "sandi"  # noqa: S105  a part of names

_csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Check the token of every POST before its view."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_FIELD_NAME=CSRF_FIELD, WTF_CSRF_TIME_LIMIT=3600)
    _csrf.init_app(app)
    app.before_request(_check_token)


def given_back_by(show: Callable[..., Any]) -> Callable[[View], View]:
    """The decorated view's POST is shown again by `show`, which gets the same arguments of the address."""

    def mark(view: View) -> View:
        view.given_back_by = show  # type: ignore[attr-defined]
        return view

    return mark


def carry() -> str:
    """The posted form for a hidden field named `CARRIED`; the token stays behind, it is made anew."""
    return json.dumps([p for p in request.form.items(multi=True) if p[0] not in (CSRF_FIELD, GIVE_BACK)])


def carried() -> str:
    """What an earlier form carried along to this one, or ""."""
    return request.form.get(CARRIED, "")


def go_on(address: str) -> str:
    """The page that posts what was carried to `address`, to be given back there."""
    try:
        entries = [(str(name), str(text)) for name, text in json.loads(carried())]
        json.dumps(entries, ensure_ascii=False).encode()  # half a surrogate pair is no text for a page
    except (ValueError, TypeError, RecursionError):
        abort(400)  # it went through the browser and came back as something else
    return render_template("security/continue.html", address=address, entries=entries, give_back=GIVE_BACK)


def reopening() -> list[tuple[str, str]] | None:
    """The fields that give the posted form back when they are posted again; None where it was none of ours.

    Never a password: that is typed again.
    """
    if request.method != "POST" or showing_address() is None:
        return None
    try:
        entries = request.form.items(multi=True)
    except RequestEntityTooLarge:
        return None
    kept = [p for p in entries if p[0] not in (CSRF_FIELD, GIVE_BACK) and _SECRET not in p[0].lower()]
    return [(GIVE_BACK, "1"), *kept]


def showing_address() -> str | None:
    """Where the page of this request is shown by GET: its own address, or that of the showing view; None if nowhere."""
    if request.method in ("GET", "HEAD"):
        return request.path
    rule = request.url_rule
    return _shown_at(rule.endpoint, request.view_args) if rule else None


def form_address(path: str) -> str | None:
    """Where the form is shown that is posted to `path`; None when `path` takes no form of ours."""
    try:
        endpoint, arguments = current_app.url_map.bind_to_environ(request.environ).match(path, method="POST")
    except HTTPException:
        return None
    return _shown_at(endpoint, arguments)


def _shown_at(endpoint: str, arguments: Mapping[str, Any] | None) -> str | None:
    views = current_app.view_functions
    show = getattr(views.get(endpoint), "given_back_by", None)
    shown = next((name for name, view in views.items() if view is show), None) if show else None
    return url_for(shown, **(arguments or {})) if shown else None


def _check_token() -> Response | None:
    if request.endpoint is None or not current_app.config["WTF_CSRF_ENABLED"]:
        return None
    if request.blueprint == NO_COOKIES:
        return None
    try:
        _csrf.protect()
    except CSRFError:
        if _showing_view() is None:
            raise
        return _give_back()
    if request.method == "POST" and GIVE_BACK in request.form and _showing_view() is not None:
        return _give_back()
    return None


def _showing_view() -> Callable[..., Any] | None:
    view = current_app.view_functions[request.endpoint or ""]
    return getattr(view, "given_back_by", None)


def _give_back() -> Response:
    show = _showing_view()
    assert show is not None
    g.given_back = True
    g.only_language = request.form.get(GIVE_BACK) == ONLY_LANGUAGE
    response = make_response(show(**(request.view_args or {})))
    if response.status_code == 200 and not g.only_language:
        response.status_code = 400
    return response
