"""The web application: thin views over `engine.runtime.handle` and the read models of `engine.queries`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from engine.config import Settings
from engine.runtime.ports import Ports, open_ports
from webapp import (
    accounts,
    admin,
    audit,
    cases,
    context,
    counter,
    designer,
    engine_rest,
    errors,
    forms,
    given_back,
    headers,
    health,
    languages,
    limits,
    observability,
    page,
    papers,
    public,
    security,
    static_files,
    tasks,
    typed,
    uploads,
)

#: A complaint is at most 200,000 characters, each up to nine bytes as a browser posts it.
LARGEST_REQUEST: Final = 2_000_000
#: A session that nobody closed ends by itself, and its cookie with it.
A_WORKING_DAY: Final = timedelta(hours=12)


def create_app(
    settings: Settings, ports: Ports | None = None, config: Mapping[str, Any] | None = None
) -> Flask:
    """The application of one installation; `config` is Flask's and for tests (`RATELIMIT_ENABLED`, …)."""
    app = Flask(__name__)
    app.secret_key = settings.session_key()
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=A_WORKING_DAY,
        RATELIMIT_ENABLED=True,
    )
    app.config.update(config or {})
    app.extensions[context.SETTINGS] = settings
    app.extensions[context.PORTS] = ports or open_ports(settings)
    _add_components(app)
    for part in (
        observability,
        typed,
        headers,
        errors,
        languages,
        static_files,
        accounts,
        limits,
        uploads,
        given_back,
        page,
    ):
        part.init_app(app)
    for pages in (
        health,
        security,
        public,
        papers,
        counter,
        tasks,
        cases,
        designer,
        forms,
        audit,
        admin,
        engine_rest,
    ):
        app.register_blueprint(pages.blueprint)
    return app


def _add_components(app: Flask) -> None:
    """The govuk-frontend macros, beside our own templates."""
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    own = app.jinja_env.loader
    assert own is not None
    app.jinja_env.loader = ChoiceLoader([own, components])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
