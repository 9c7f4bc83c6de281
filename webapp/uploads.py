"""Requests that bring files may be larger than others, and no more: what is larger is turned away before it is read.

    @blueprint.post("/pengaduan/<number>/lampiran")
    @given_back_by(show)
    @sign_in_required
    @takes_files
    def attach(number): ...

A browser keeps no file that was chosen, so whoever sent too much is brought back to the page with a word about it
(`?lampiran=besar`), not to a page of errors. A script that sends a whole file as JSON (`takes_json`) is told so in JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, Request, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.config import Settings
from engine.definition.xml import LARGEST_FILE
from webapp.context import settings
from webapp.given_back import showing_address

View = TypeVar("View", bound=Callable[..., Any])

#: A file of a process in JSON, bytes: some of its characters are longer there.
LARGEST_JSON: Final = 3 * LARGEST_FILE
#: Files in one request.
MOST_AT_ONCE: Final = 5
#: Of the query that says what was too much.
WORD: Final = "lampiran"
TOO_LARGE: Final = "besar"
#: Where on its page the list of files stands.
ANCHOR: Final = "lampiran"


def takes_files(view: View) -> View:
    """Requests to `view` may bring files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes_json(view: View) -> View:
    """Requests to `view` may bring a file of a process within JSON."""
    view.takes_json = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Before anything reads a form."""
    app.before_request(_measure)


def largest_upload(app_settings: Settings, ordinary: int) -> int:
    """Bytes of a request with files, where an ordinary one has at most `ordinary`."""
    return MOST_AT_ONCE * app_settings.attachment_max_bytes + ordinary


def _measure() -> ResponseReturnValue | None:
    if request.method != "POST":
        return None
    if _marked(request, "takes_json"):
        request.max_content_length = LARGEST_JSON
        return ({"error": too_large()}, 413) if (request.content_length or 0) > LARGEST_JSON else None
    if not _marked(request, "takes_files"):
        return None
    largest = largest_upload(settings(), current_app.config["MAX_CONTENT_LENGTH"])
    request.max_content_length = largest
    if (request.content_length or 0) > largest and (address := showing_address()):
        return redirect(f"{address}?{WORD}={TOO_LARGE}#{ANCHOR}", 303)
    return None


def too_large() -> str:
    """Of a file of a process that is not taken."""
    size = LARGEST_FILE // 1_000_000
    return _("Berkasnya terlalu besar: paling banyak %(size)d MB. Tidak ada yang berubah.", size=size)


def _marked(asked: Request, mark: str) -> bool:
    view = current_app.view_functions.get(asked.endpoint or "")
    return getattr(view, mark, False)
