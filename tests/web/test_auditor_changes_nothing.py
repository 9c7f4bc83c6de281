"""An auditor reads everything and changes nothing but the access log: every route by every method, and every command.

The walk is over the program's own map of routes, so that a new one is in it by itself; addresses and forms are those
by which test_permissions.py lets others in. After each request every table but the access log is what it was.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route

from engine.jobs.sweeper import sweep
from tests.casework import Office
from tests.web import test_permissions as permissions
from tests.web.officers import PASSWORD
from tests.web.terminal import Terminal
from tests.web.test_permissions import CLI, LAST, PUBLIC, WEB, Cases, body_of, rest_address

#: Fixtures of the office that the permissions are tried in.
peopled, office, cases = permissions.peopled, permissions.office, permissions.cases
app, pengaduan = permissions.app, permissions.pengaduan

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: What is filled in everywhere: each form takes what it knows of it.
ANSWERS: dict[str, Any] = {
    "lingkup": "tidak_berkadar", "tanggapan": "selesai", "komentar": "Sudah dilihat.", "ke": "admin", "sandi": PASSWORD,
}  # fmt: skip


class Watch:
    """Tells which tables have changed since it was last asked."""

    def __init__(self, office: Office) -> None:
        self._raw = sqlite3.connect(str(office.ports.database.url.database))
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'access_log'"
        self._tables = [name for (name,) in self._raw.execute(query).fetchall()]
        self._version, self._digests = self._commits(), self._all()

    def changed(self) -> list[str]:
        if (version := self._commits()) == self._version:
            return []  # nobody has written anything
        self._version, before = version, self._digests
        self._digests = self._all()
        return [name for name in self._tables if before[name] != self._digests[name]]

    def close(self) -> None:
        self._raw.close()

    def _commits(self) -> int:
        return int(self._raw.execute("PRAGMA data_version").fetchone()[0])

    def _all(self) -> dict[str, str]:
        return {name: self._digest(name) for name in self._tables}

    def _digest(self, name: str) -> str:
        rows = sorted(map(repr, self._raw.execute(f'SELECT * FROM "{name}"').fetchall()))
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()


@pytest.fixture
def watch(office: Office, app: Flask) -> Iterator[Watch]:
    with closing(Watch(office)) as watch:
        yield watch


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    client.post("/masuk", data={"nama": name, "sandi": PASSWORD})
    return client


def about(app: Flask, route: Route, method: str, cases: Cases) -> tuple[str, dict[str, Any]]:
    """The address of a route of the web face about a real case, and what is posted to it."""
    rule = WEB.get(f"{method} {route.endpoint}", PUBLIC)
    number = getattr(cases, rule.at)
    item = cases.items[number]
    known: dict[str, Any] = {"number": number, "work_item": item, "filename": "app.css", "nth": 1}
    values = {name: known.get(name, rule.fill or "1") for name in route.arguments}
    with app.test_request_context():
        built = app.url_for(route.endpoint, **values)
    fields = {**ANSWERS, **{name: value.format(item=item) for name, value in rule.form}}
    return built + (rule.fill if rule.fill.startswith("?") else ""), fields


def web_routes(app: Flask) -> Iterator[tuple[Route, str]]:
    """Every route by every method; what ends the session comes last."""
    found = [r for r in app.url_map.iter_rules() if not r.endpoint.startswith("engine_rest.")]
    walk = [(route, method) for route in found for method in METHODS]
    yield from sorted(walk, key=lambda one: f"{one[1]} {one[0].endpoint}" in LAST)


def test_no_page_lets_an_auditor_change_anything(app: Flask, watch: Watch, cases: Cases) -> None:
    client, wrong, asked = signed_in(app, "auditor"), [], 0
    watch.changed()
    for route, method in web_routes(app):
        address, fields = about(app, route, method, cases)
        status = client.open(address, method=method, data=None if method == "GET" else fields).status_code
        asked += 1
        wrong += [f"{method} {route.endpoint} {status}: {table}" for table in watch.changed()]
    assert asked > 400
    assert wrong == []


def test_an_auditor_with_a_complainants_number_and_code_changes_nothing(
    app: Flask, watch: Watch, cases: Cases, office: Office
) -> None:
    client = signed_in(app, "auditor")
    watch.changed()
    number = cases.eighth
    client.post("/lacak", data={"nomor": number, "kode": office.ports.keyring.tracking_code(number)})
    for route, method in web_routes(app):
        if not route.endpoint.startswith(("public.", "papers.", "counter.")):
            continue
        address, fields = about(app, route, method, cases)
        status = client.open(address, method=method, data=None if method == "GET" else fields).status_code
        assert watch.changed() == [], f"{method} {route.endpoint} {status}"


def test_the_same_walk_by_others_changes_what_is_theirs(app: Flask, watch: Watch, cases: Cases) -> None:
    """So it is the auditor who is refused, not the request."""
    changing = set()
    for name in ("petugas", "admin", "pengelola"):
        client = signed_in(app, name)
        watch.changed()
        for route, method in web_routes(app):
            if method == "POST":
                address, fields = about(app, route, method, cases)
                client.post(address, data=fields)
                if watch.changed():
                    changing.add(route.endpoint)
    assert changing >= {
        "tasks.send_message", "tasks.draft", "tasks.reveal_identity", "cases.comment", "admin.enable",
    }  # fmt: skip


def test_no_route_of_the_rest_face_lets_an_auditor_change_anything(
    app: Flask, watch: Watch, cases: Cases
) -> None:
    basic = base64.b64encode(f"auditor:{PASSWORD}".encode()).decode()
    client, wrong, asked = app.test_client(), [], 0
    for route in app.url_map.iter_rules():
        if not route.endpoint.startswith("engine_rest."):
            continue
        path = route.rule.removeprefix("/engine-rest").replace("<path:", "<").replace("<string:", "<")
        for method in METHODS:
            address = rest_address(path, cases.third, cases.items[cases.third], "1")
            body = None if method == "GET" else body_of(path)
            headers = {"Authorization": f"Basic {basic}"}
            status = client.open(address, method=method, headers=headers, json=body).status_code
            asked += 1
            wrong += [f"{method} {path} {status}: {table}" for table in watch.changed()]
    assert asked > 300
    assert wrong == []


def test_no_command_lets_an_auditor_change_anything(
    pengaduan: Terminal, office: Office, watch: Watch, cases: Cases, tmp_path: Path
) -> None:
    office.at(
        datetime.now(UTC)
    )  # the command line has the real clock: what is due by it, `sistem` does before
    while sweep(office.ports):
        pass
    watch.changed()
    wrong = []
    for name, call in CLI.items():
        if call.whom is None:
            continue
        words = {"number": cases.third, "item": cases.items[cases.third], "folder": tmp_path, "letter": "U"}
        arguments = [part.format(**words) for part in call.arguments.split()]
        said = pengaduan(*name.split(), *arguments, "--as", "auditor", stdin=call.stdin.format())
        wrong += [f"{name} {said.code}: {table}" for table in watch.changed()]
    assert wrong == []
