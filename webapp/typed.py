"""What a browser sends, without the one character that PostgreSQL cannot keep and that no keyboard types: NUL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict

_NUL = "\0"


class _Typed(ImmutableMultiDict[str, Any]):
    """Names and texts of a query or a form."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(name.replace(_NUL, ""), _without_nul(text)) for name, text in pairs])


class _Request(Request):
    parameter_storage_class = _Typed


def init_app(app: Flask) -> None:
    """Take NUL out of queries and forms; an address with one leads nowhere."""
    app.request_class = _Request
    app.before_request(_refuse)


def _refuse() -> None:
    if _NUL in request.path:
        abort(404)


def _without_nul(text: Any) -> Any:
    return text.replace(_NUL, "") if isinstance(text, str) else text  # an uploaded file is none
