"""Indonesian first: the sentences in the code are Indonesian, `translations/en` has the English ones.

A page changes the language of the session by `?bahasa=en` or `?bahasa=id`. The browser's preference does not
count: a cheap phone is often set to English by the shop.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_datetime
from flask import Flask, request, session
from flask_babel import Babel, get_locale

from webapp.context import zone

LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
_FALLBACK: Final = "id"


def init_app(app: Flask) -> None:
    """Choose the language of each request; give templates `moment`, `day` and `clock`."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", _FALLBACK)
    Babel(app, locale_selector=_language)
    app.before_request(_remember_choice)
    app.jinja_env.filters.update(moment=moment, day=day, clock=clock)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})


def language() -> str:
    """The language of this page: "id" or "en"."""
    return str(get_locale() or _FALLBACK)


def moment(at: datetime) -> str:
    """Day and time in the office's zone: "Senin, 28 Desember 2026, 09.15 WITA"."""
    return format_datetime(at.astimezone(zone()), _with_time("EEEE, d MMMM y"), locale=language())


def day(at: datetime | date) -> str:
    """ "28 Desember 2026"."""
    local = at.astimezone(zone()) if isinstance(at, datetime) else at
    return format_date(local, "d MMMM y", locale=language())


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


def _with_time(days: str) -> str:
    return f"{days}, {_time()} z"


def _language() -> str:
    return session.get("bahasa", _FALLBACK)  # type: ignore[no-any-return]


def _remember_choice() -> None:
    wanted = request.args.get("bahasa")
    if wanted in LANGUAGES:
        session["bahasa"] = wanted
