"""Refusals and faults as pages: what happened, that nothing is lost, and what to do. The one mapping to HTTP (STYLE 7).

A form that met a fault comes back by a button of the fault's page (`webapp.given_back.reopening`), whatever broke.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path
from time import time
from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from engine.errors import Disturbed, EngineError
from engine.queries.public import number_in
from engine.store.incidents import new_number
from webapp.due import length
from webapp.error_pages import BY_CODE, BY_STATUS
from webapp.given_back import form_address, reopening
from webapp.limits import limiter
from webapp.places import places
from webapp.security import signed_in

log = structlog.get_logger("alur_aduan.web")

#: Seconds after which a database that was away is asked again.
_SOON: Final = 30
#: After these the form that was posted can be opened again.
_REOPENED: Final = frozenset({400, 429, 500, 503})


@dataclass(frozen=True)
class Way:
    """A way on from an error: words, where to, and an icon."""

    text: str
    address: str
    icon: str


def init_app(app: Flask) -> None:
    """Every error becomes a page of ours."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(EngineError, _engine)
    app.register_error_handler(Exception, _fault)


def sentence(error: EngineError) -> str:
    """What to tell a person about a refusal, in one line, for a page that shows it in place."""
    page = BY_CODE.get(error.code, BY_STATUS[500])
    return f"{_filled(page.title, error)}. {_filled(page.advice, error)}"


def _expired(_error: CSRFError) -> ResponseReturnValue:
    return _render(
        400,
        _("Halaman tadi sudah terlalu lama terbuka"),
        _("Tidak ada yang dilakukan. Kembali ke halaman sebelumnya, muat ulang, lalu ulangi."),
    )


def _too_often(error: RateLimitExceeded) -> ResponseReturnValue:
    page, limit = BY_STATUS[429], limiter.current_limit
    wait = max(1, ceil(limit.window.reset_time - time())) if limit else 60
    return _render(error.code, str(page.title), str(page.advice), wait=wait)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    page = BY_STATUS.get(error.code, BY_STATUS[400 if error.code < 500 else 500])
    number = log_fault(error) if error.code >= 500 else None
    answer = _render(error.code, str(page.title), str(page.advice), incident=number)
    if allow := error.get_response().headers.get("Allow"):
        answer[2]["Allow"] = allow
    return answer


def _engine(error: EngineError) -> ResponseReturnValue:
    if isinstance(error, Disturbed):
        page = BY_STATUS[500]
        return _render(500, str(page.title), str(page.advice), incident=str(error.detail.get("incident")))
    page = BY_CODE.get(error.code, BY_STATUS[500])
    number = log_fault(error) if page.status >= 500 else None
    return _render(page.status, _filled(page.title, error), _filled(page.advice, error), incident=number)


def _fault(error: Exception) -> ResponseReturnValue:
    g.plainly = isinstance(error, SQLAlchemyError)
    away = isinstance(error, OperationalError)
    page = BY_STATUS[503 if away else 500]
    return _render(
        page.status,
        str(page.title),
        str(page.advice),
        incident=log_fault(error),
        wait=_SOON if away else None,
    )


def _render(
    status: int, title: str, advice: str, *, incident: str | None = None, wait: int | None = None
) -> tuple[str, int, dict[str, str]]:
    said = {
        "status": status,
        "title": title,
        "advice": advice,
        "incident": incident,
        "wait": _in_words(wait) if wait else None,
        "reopening": reopening() if status in _REOPENED else None,
    }
    try:
        page = render_template("errors/error.html", ways=_ways(status), **said)
    except (SQLAlchemyError, EngineError):  # what broke is what the page itself asks for
        g.plainly = True
        page = render_template("errors/error.html", ways=_ways(status), **said)
    return page, status, {"Retry-After": str(wait)} if wait else {}


def _ways(status: int) -> list[Way]:
    """Where to go on from here, the likeliest first."""
    ways = []
    number = number_in(request.path)
    if status == 404 and number and not _is_staff():
        ways.append(
            Way(_("Lacak pengaduan %(number)s", number=number), url_for("public.track", nomor=number), "find")
        )
    if status == 405 and (form := form_address(request.path)):
        ways.append(Way(_("Buka formulirnya"), form, "edit"))
    if status == 401:
        ways.append(Way(_("Masuk untuk petugas"), url_for("security.show", next=request.path), "sign-in"))
    if before := _came_from():
        ways.append(Way(_("Ke halaman sebelumnya"), before, "back"))
    if _is_staff():
        return [*ways, *(Way(str(place.text), place.address, place.icon) for place in places())]
    if not any(way.icon == "find" for way in ways):
        ways.append(Way(_("Lacak pengaduan"), url_for("public.track"), "find"))
    return [*ways, Way(_("Ke beranda"), url_for("public.home"), "next")]


def _is_staff() -> bool:
    return not g.get("plainly") and signed_in()


def _came_from() -> str | None:
    """The page of ours that led here."""
    if not request.referrer:
        return None
    came = urlsplit(request.referrer)
    if came.netloc != request.host or came.path == request.path or not came.path.startswith("/"):
        return None
    return f"{came.path}?{came.query}" if came.query else came.path


def _in_words(seconds: int) -> str:
    """ "4 menit": whole minutes, rounded up, so that it is true."""
    return length(timedelta(minutes=-(-seconds // 60)))


def _filled(text: LazyString, error: EngineError) -> str:
    known = {name: str(value) for name, value in error.detail.items()}
    return str(text).format_map({"holder": _("seorang rekan"), **known})


def log_fault(error: Exception) -> str:
    """Where it broke, by a number that a person can say; never the message, which may quote what was typed."""
    number = new_number()
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    cause = type(error.__cause__).__name__ if error.__cause__ else None
    log.error("fault", incident=number, error=type(error).__name__, cause=cause, at=places[-8:])
    return number
