"""A trial changes nothing for anybody but analysts: every page and every list is the same with it and without it.

Both walks are over all routes there are, so a new place is asked at once; where a trial does show stands in `SEEN`.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Container, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.history.exports.export import export
from engine.identity.policy import Actor
from engine.queries.accesses import accesses
from engine.retention import ANY
from engine.runtime.retention import set_rule
from engine.store import incidents
from engine.store.tables import outbox
from tests.casework import PROCESS, Office
from tests.web.officers import PASSWORD, Officer
from tests.web.test_permissions import REST, WEB, body_of, rest_address

OTHERS = ["petugas", "sekretariat", "auditor", "pengelola", ""]
#: What a trial says, and a complaint does not.
WORDS = "Kalimat uji analis"
#: Who sees that there is a trial, and where: what is proven is proven whole, and the Pengelola erases.
SEEN = {
    ("auditor", "GET audit.seals"),
    ("pengelola", "GET audit.seals"),
    ("auditor", "GET audit.replay"),
    ("auditor", "POST audit.reveal"),  # the same page: what was written in a trial does not open for them
    ("auditor", "GET admin.erased"),
    ("pengelola", "GET admin.erased"),
}
#: Each look is noted there, so it never comes twice the same; `test_the_auditor_reads_…` is about it.
#: The others tell of requests, of the server and of files, of no case.
NOT_ASKED = {
    "GET audit.access", "GET observability.metrics", "GET health.ready", "GET static", "GET designer.sop_pdf",
    "GET engine_rest.openapi_openapi",
}  # fmt: skip
#: What differs from one answer to the next by itself.
_ITS_OWN = re.compile(r'csrf_token" value="[^"]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|nonce-[^"]*')


@pytest.fixture
def office(office: Office) -> Office:
    """Two complaints, one at its end, in an office with a rule of retention."""
    office.at("2026-11-24 10:00")
    office.run_to(office.submit(), "Langkah_3")
    ended = office.submit()
    office.run_to(ended, "Langkah_8")
    office.complete(ended)
    set_rule(office.ports, _actor("pengelola"), ANY, 1, "Peraturan arsip", source="web")
    return office


def try_out(office: Office) -> tuple[str, str]:
    """Trials of every kind: ended long ago and just now, and an open one that is late and has an incident."""
    now = office.now
    for at in ("2026-09-01 10:00", "2026-11-24 10:00"):
        office.at(at)
        ended = office.trial(judul=WORDS)
        office.run_to(ended, "Langkah_8")
        office.complete(ended, nilai=1)
    office.at("2026-11-19 10:00")
    late = office.trial(judul=WORDS)
    office.claim(office.open_items(late)[0], "analis")
    office.now = now
    office.sweep(late)
    office.complete(late)
    with office.ports.database.write() as connection:
        of_it = {
            "id": "K-00000A",
            "case_number": late,
            "opened_at": now,
            "what": "Complete",
            "actor": "analis",
        }
        incidents.open_incident(connection, {**of_it, "error_code": "execution_failed", "message": "uji"})
        assert connection.scalar(select(func.count()).where(outbox.c.case_number.like("UJI-%"))) == 0
    return late, ended


def _actor(name: str) -> Actor:
    return Actor(name, frozenset({name}))


def lists(app: Flask) -> Iterator[tuple[str, str]]:
    """(route, address) of every page and list that is about no single case."""
    known: dict[str, Any] = {"key": PROCESS, "version": 1, "id": "petugas"}
    for rule in app.url_map.iter_rules():
        route = f"GET {rule.endpoint}"
        if "GET" not in (rule.methods or ()) or route in NOT_ASKED or not rule.arguments <= known.keys():
            continue
        if rule.endpoint.startswith("engine_rest.") and rule.arguments:
            continue
        with app.test_request_context():
            yield route, app.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})


def signed_in(app: Flask, user: str) -> tuple[FlaskClient, dict[str, str]]:
    """A browser, and what a program sends along."""
    client = Officer(app, user, sign_in=bool(user)).client
    basic = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    return client, {"Authorization": f"Basic {basic}"} if user else {}


@pytest.mark.parametrize("user", OTHERS)
def test_no_page_and_no_list_is_another_because_of_a_trial(office: Office, app: Flask, user: str) -> None:
    client, program = signed_in(app, user)
    every = list(lists(app))

    def seen(wanted: Container[str]) -> dict[str, str]:
        found = {}
        for route, address in every:
            if route not in wanted:
                continue
            browser = app.test_client() if route.startswith("GET engine_rest") else client
            answer = browser.get(address, headers=program if browser is not client else {})
            if answer.status_code == 200 and answer.mimetype.startswith(("text/", "application/json")):
                found[route] = _ITS_OWN.sub("", answer.text)
        return found

    before = seen(dict(every))
    try_out(office)
    after = seen(before)

    assert len(before) > (20 if user else 4)
    assert {route for route in before if before[route] != after[route]} <= {r for u, r in SEEN if u == user}


@pytest.mark.parametrize("user", OTHERS)
def test_nobody_gets_at_a_trial_by_its_number(office: Office, app: Flask, user: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    late, ended = try_out(office)
    client, program = signed_in(app, user)
    (task,) = office.open_items(late)
    [rule_of] = [{rule.endpoint: rule for rule in app.url_map.iter_rules()}]
    wrong = []
    for route, rule in WEB.items():
        method, endpoint = route.split()
        arguments = rule_of[endpoint].arguments
        if not arguments & {"number", "work_item"}:
            continue
        known: dict[str, Any] = {"number": ended, "work_item": task, "nth": 1}
        with app.test_request_context():
            path = app.url_for(endpoint, **{name: known[name] for name in arguments})
        fields = {name: value.format(item=task) for name, value in rule.form}
        answer = client.open(path, method=method, data=fields)
        shown = any(told in answer.text for told in (late, ended, WORDS))
        if (shown and answer.status_code not in (302, 303, 401, 403, 404)) or WORDS in answer.text:
            wrong.append((user, route))
    for route in REST:
        method, path = route.split()
        if "<id>" not in path or path.startswith(("/deployment", "/process-definition")):
            continue
        address = rest_address(path, late, task, "")
        body = None if method == "GET" else body_of(path)
        answer = app.test_client().open(address, method=method, headers=program, json=body)
        if answer.status_code not in (401, 403, 404) or WORDS in answer.text:
            wrong.append((user, route))
    assert set(wrong) <= SEEN
    assert office.open_items(late) == [task]


@pytest.mark.parametrize("format", ["jsonl", "csv", "xes", "xlsx"])
def test_no_export_holds_a_trial_whoever_asks(office: Office, format: str) -> None:
    try_out(office)
    for actor in (_actor("auditor"), Actor("os:root")):
        data = b"".join(export(office.ports, actor, format, source="cli"))
        if format == "xlsx":
            sheets = zipfile.ZipFile(io.BytesIO(data))
            data = b"".join(sheets.read(name) for name in sheets.namelist())
        assert b"PGD-2026-000001" in data
        assert b"UJI-" not in data


def test_the_auditor_reads_who_read_a_trial(office: Office, app: Flask) -> None:
    late, _ = try_out(office)
    Officer(app, "analis").get(f"/pengaduan/{late}")

    with office.ports.database.read() as connection:
        found = accesses(office.ports, connection, _actor("auditor"), number=late)
    assert [(row.actor, row.act) for row in found.rows] == [("analis", "case:read")]


def test_an_analyst_sees_all_trials_and_no_complaint_over_rest(office: Office, app: Flask) -> None:
    late, _ = try_out(office)
    _, program = signed_in(app, "analis")
    client = app.test_client()
    found = {}
    for path in ("process-instance", "task", "history/process-instance", "history/task"):
        found[path] = client.get(f"/engine-rest/{path}", headers=program).text
        assert "UJI-" in found[path], path
        assert "PGD-" not in found[path], path
    assert late in found["task"]
