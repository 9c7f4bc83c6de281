"""Officers at their desks: real HTTP against the application, forms filled as a browser without JavaScript does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from engine.config import Settings
from engine.identity.accounts import DEMO_PASSWORD
from engine.store import users
from tests import compiled_once
from tests.casework import PEOPLE, Office
from webapp import create_app

PASSWORD = DEMO_PASSWORD
#: As cheap as argon2 goes: these tests are not about guessing.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = QUICK.hash(PASSWORD)


def an_app(office: Office, directory: Path) -> Flask:
    """The application over this office; every user has `PASSWORD`."""
    with office.ports.database.write() as connection:
        for name in PEOPLE:
            users.set_password(connection, name, HASH)
    app = create_app(Settings(data_dir=directory), office.ports, {"RATELIMIT_ENABLED": False})
    app.jinja_env.bytecode_cache = compiled_once.TEMPLATES
    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the application on a port of its own, for a browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    # it looks so often whether it shall end; by default every half second, which each test would wait for
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None: ...


class Page:
    """What came back, to be read and to be filled in."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.path = urlsplit(response.request.url).path
        self.address = response.request.url
        self.source = response.text
        self.tree = html.fromstring(self.source)

    @property
    def text(self) -> str:
        """All words of the content, blanks made one."""
        return " ".join(self.tree.get_element_by_id("main-content").text_content().split())

    @property
    def title(self) -> str:
        return " ".join(self.tree.findtext(".//title").split())

    def form(self, button: str) -> tuple[Any, Any]:
        """The form that has this button, and the button."""
        for form in self.tree.forms:
            for found in form.iter("button"):
                if " ".join(found.text_content().split()).startswith(button):
                    return form, found
        raise AssertionError(f"no button {button!r} on {self.path}: {self.text}")

    def buttons(self) -> list[str]:
        """What the buttons of the content say."""
        found = self.tree.get_element_by_id("main-content").iter("button")
        return [" ".join(b.text_content().split()) for b in found]

    def link(self, words: str) -> str:
        return next(a.get("href") for a in self.tree.iter("a") if words in " ".join(a.text_content().split()))


class Officer:
    """A member of the staff with a browser."""

    def __init__(self, app: Flask, name: str, *, sign_in: bool = True) -> None:
        self.name = name
        self.client: FlaskClient = app.test_client()
        if sign_in:
            path, fields = self.filled(self.get("/masuk"), "Masuk", nama=name, sandi=PASSWORD)
            assert self.client.post(path, data=fields).status_code == 303

    def sign_in(self, page: Page | None = None) -> Page:
        page = page or self.get("/masuk")
        return self.press(page, "Masuk", nama=self.name, sandi=PASSWORD)

    def get(self, path: str) -> Page:
        return Page(self.client.get(path, follow_redirects=True))

    def press(self, page: Page, button: str, **answers: Any) -> Page:
        """Fill in the form with this button and press it."""
        return self.send(*self.filled(page, button, **answers))

    def send(self, path: str, fields: Mapping[str, Any]) -> Page:
        return Page(self.client.post(path, data=fields, follow_redirects=True))

    @staticmethod
    def filled(page: Page, button: str, **answers: Any) -> tuple[str, dict[str, Any]]:
        """Where the form goes, and what it holds once `answers` are filled in."""
        form, pressed = page.form(button)
        known = {e.get("name") for e in form.iter("input", "textarea", "select") if e.get("name")}
        assert answers.keys() <= known, f"{answers.keys() - known} is not on the page"
        fields: dict[str, Any] = {}
        areas = {e.get("name") for e in form.iter("textarea")}
        for name, value in form.form_values():
            # a browser takes away the line break that a <textarea> begins with
            fields.setdefault(name, []).append(value.removeprefix("\n") if name in areas else value)
        for name, value in answers.items():
            fields[name] = [] if value in (None, False) else ["ya"] if value is True else [str(value)]
        if pressed.get("name"):
            fields[pressed.get("name")] = pressed.get("value")
        return pressed.get("formaction") or form.get("action"), fields
