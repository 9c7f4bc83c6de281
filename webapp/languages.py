"""Indonesian first: the sentences in the code are Indonesian, `translations/en` has the English ones.

A page comes in another language by `?bahasa=en` or `?bahasa=id`; the browser remembers the choice for a year, also
over signing in and out. The browser's own preference does not count: a cheap phone is often set to English by
the shop. The switch on each page posts a half-filled form to be given back (`webapp.given_back`), so that nobody
types anything twice.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date, format_datetime
from flask import Flask, Response, request
from flask_babel import Babel, get_locale
from markupsafe import Markup, escape

from engine.numbers import is_trial
from webapp.context import zone

LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
#: In an address: the language wanted from now on. In a cookie: the one chosen.
CHOICE: Final = "bahasa"
_FALLBACK: Final = "id"
_A_YEAR: Final = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Choose the language of each request; give templates the test `trial` and `moment`, `brief`, `day`, `long_day`, `clock` and `own_words`."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", _FALLBACK)
    Babel(app, locale_selector=_language)
    app.after_request(_remember_choice)
    app.jinja_env.tests["trial"] = is_trial
    app.jinja_env.filters.update(
        moment=moment, brief=brief, day=day, long_day=long_day, clock=clock, own_words=own_words
    )
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})


def language() -> str:
    """The language of this page: "id" or "en"."""
    return str(get_locale() or _FALLBACK)


def own_words(text: object) -> Markup:
    """A name from the diagram or a form, which stay Indonesian, marked as such on a page in another language."""
    if language() == _FALLBACK:
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(_FALLBACK, text)


def own_attributes() -> dict[str, Any]:
    """`own_words` for an element: its attributes."""
    return {} if language() == _FALLBACK else {"lang": _FALLBACK}


def moment(at: datetime) -> str:
    """Day and time in the office's zone: "Senin, 28 Desember 2026, 09.15 WITA"."""
    local = at.astimezone(zone())
    # the zone by its Indonesian name in every language: Babel has no other for it than GMT+8
    named = format_datetime(local, "z", locale=_FALLBACK)
    return f"{format_datetime(local, f'EEEE, d MMMM y, {_time()}', locale=language())} {named}"


def long_day(at: datetime) -> str:
    """ "Senin, 28 Desember 2026", in the office's zone."""
    return format_datetime(at.astimezone(zone()), "EEEE, d MMMM y", locale=language())


def day(at: datetime | date) -> str:
    """ "28 Desember 2026"."""
    local = at.astimezone(zone()) if isinstance(at, datetime) else at
    return format_date(local, "d MMMM y", locale=language())


def brief(at: datetime) -> str:
    """ "28 Des 2026 09.15" in the office's zone, for a narrow column."""
    return format_datetime(at.astimezone(zone()), f"d MMM y {_time()}", locale=language())


def clock(at: datetime) -> str:
    """ "09.15" in the office's zone; 09:15 in English."""
    return format_datetime(at.astimezone(zone()), _time(), locale=language())


def weekday_clock(at: datetime) -> str:
    """ "Selasa 09.15", for a sentence about the same week."""
    return format_datetime(at.astimezone(zone()), f"EEEE {_time()}", locale=language())


def weekday(at: date) -> str:
    """ "Senin 28 Desember"."""
    return format_date(at, "EEEE d MMMM", locale=language())


def _time() -> str:
    return "HH.mm" if language() == "id" else "HH:mm"


def _language() -> str:
    chosen = _wanted() or request.cookies.get(CHOICE, "")
    return chosen if chosen in LANGUAGES else _FALLBACK


def _wanted() -> str:
    """The language that this request asks for from now on, or ""."""
    wanted = request.args.get(CHOICE, "")
    return wanted if wanted in LANGUAGES else ""


def _remember_choice(response: Response) -> Response:
    if (wanted := _wanted()) and request.blueprint != "engine_rest":  # which keeps no cookies
        response.set_cookie(
            CHOICE, wanted, max_age=_A_YEAR, httponly=True, secure=request.is_secure, samesite="Lax"
        )
    return response
