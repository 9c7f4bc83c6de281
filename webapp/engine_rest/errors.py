"""Every refusal and fault as Camunda 7 says it: `{"type", "message", "code"}`, and the one table from ours to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from flask import Response
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from engine.errors import AnswersInvalid, Disturbed, EngineError, Refused
from engine.forms.messages import Message
from engine.forms.messages import text as words
from webapp.engine_rest.blueprint import blueprint
from webapp.errors import log_fault


class RestError(Exception):
    """A refusal of the REST face itself: `type` is the name that Camunda gives the exception."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "RestException",
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.type = status, message, type
        self.details, self.headers = details, headers


def invalid(message: str) -> RestError:
    """400: the request cannot be read, or asks for what is not served."""
    return RestError(400, message, type="InvalidRequestException")


def missing(message: str) -> RestError:
    """404: there is nothing by that id, or nothing that who asks may know of."""
    return RestError(404, message, type="InvalidRequestException")


def forbidden(message: str) -> RestError:
    """403: who asks is known and may not."""
    return RestError(403, message, type="AuthorizationException")


@dataclass(frozen=True, slots=True)
class _As:
    """What an engine error is called here."""

    status: int
    type: str


_INVALID: Final = "InvalidRequestException"
_REST: Final = "RestException"
_CORRELATION: Final = "MismatchingMessageCorrelationException"

#: By `EngineError.code`. Of what is not here, a refusal is 400 and anything else a fault of ours.
_BY_CODE: Final[Mapping[str, _As]] = {
    "not_found": _As(404, _INVALID),
    "not_allowed": _As(403, "AuthorizationException"),
    # the run-time API knows open tasks only, and to it a finished one is not there
    "work_item_not_open": _As(404, _INVALID),
    # Camunda says 500 here; the one deviation (DESIGN 7)
    "already_claimed": _As(409, "TaskAlreadyClaimedException"),
    "not_claimed": _As(409, _REST),
    "case_ended": _As(400, _CORRELATION),
    "nobody_waits": _As(400, _CORRELATION),
    "command_reused": _As(409, _REST),
    "case_halted": _As(409, _REST),
    "answers_invalid": _As(400, _INVALID),
    "key_missing": _As(404, _INVALID),
    "case_erased": _As(404, _INVALID),
}
#: What a program needs to know beside the sentence, by the name in the error's `detail`.
_NAMED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "already_claimed": (("holder", "Held by"),),
    "case_halted": (("incident", "Incident"),),
    "command_reused": (("case", "Case"),),
}


@blueprint.errorhandler(RestError)
def _rest(error: RestError) -> Response:
    return body(error.status, error.type, error.message, details=error.details, headers=error.headers)


@blueprint.errorhandler(EngineError)
def _engine(error: EngineError) -> Response:
    if isinstance(error, Disturbed):
        return _fault(str(error.detail.get("incident")))
    known = _BY_CODE.get(error.code) or (_As(400, _REST) if isinstance(error, Refused) else None)
    if known is None:
        return _fault(log_fault(error))
    if isinstance(error, AnswersInvalid):
        return _answers(known, error)
    named = [
        f"{said}: {error.detail[what]}." for what, said in _NAMED.get(error.code, ()) if what in error.detail
    ]
    return body(known.status, known.type, " ".join([error.message, *named]))


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    response = error.get_response()
    if error.code is None or error.code < 400:
        return response  # type: ignore[return-value]
    if error.code >= 500:
        return _fault(log_fault(error))
    kept = {n: response.headers[n] for n in ("Allow", "Retry-After") if n in response.headers}
    message = _SENTENCES.get(error.code) or error.description or error.name
    return body(error.code, _INVALID if error.code != 429 else _REST, message, headers=kept)


for _code in (400, 404, 405, 413, 415, 429):  # Flask asks for a handler of the code first, the pages' own too
    blueprint.register_error_handler(_code, _http)


@blueprint.errorhandler(Exception)
def _any(error: Exception) -> Response:
    if isinstance(error, OperationalError):
        message = f"The database is away for a moment; try again soon. Incident {log_fault(error)}."
        return body(503, _REST, message, headers={"Retry-After": "30"})
    return _fault(log_fault(error))


def body(
    status: int,
    type: str,
    message: str,
    *,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer in the shape of Camunda's `ExceptionDto`."""
    said: dict[str, Any] = {"type": type, "message": message, "code": 0}
    if details is not None:
        said["details"] = details
    response = Response(orjson.dumps(said), status, mimetype="application/json")
    response.headers.update(headers or {})
    return response


_SENTENCES: Final = {
    413: "The request is too large; send less at once.",
    429: "Too many wrong user names, passwords or tokens from this address; wait some minutes, then try again.",
}


def _fault(number: str) -> Response:
    return body(500, _REST, f"Something went wrong inside; nothing was changed. Incident {number}.")


def _answers(known: _As, error: AnswersInvalid) -> Response:
    """400 that names every field: in the message for people, in `details` for programs."""
    found = error.detail["errors"]
    assert isinstance(found, Mapping)
    details = {path: [words(m) for m in said if isinstance(m, Message)] for path, said in found.items()}
    listed = " ".join(f"{path or '*'}: {' '.join(said)}" for path, said in sorted(details.items()))
    return body(known.status, known.type, f"The answers do not fit the form. {listed}", details=details)
