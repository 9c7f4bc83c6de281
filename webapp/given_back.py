"""A form that cannot be acted upon now is given back filled: nobody types anything twice.

A POST comes too late in three ways: the page lay open until its token expired, the session ended, or the
person was signed out. For each of our forms the view that receives it names the view that shows it:

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

Name a showing view for every POST, also for one without fields: its page is where the person goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, Response, abort, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect

View = TypeVar("View", bound=Callable[..., Any])

#: In a POST: show the form with what is in it, and do nothing else.
GIVE_BACK: Final = "_kembalikan"
CSRF_FIELD: Final = "csrf_token"

#: The field in which a sign-in page carries another form, as JSON: [[name, text], …].
CARRIED: Final = "isian"

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


def _check_token() -> Response | None:
    if request.endpoint is None or not current_app.config["WTF_CSRF_ENABLED"]:
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
    response = make_response(show(**(request.view_args or {})))
    if response.status_code == 200:
        response.status_code = 400
    return response
