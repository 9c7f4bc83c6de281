"""Pages of others: no form of theirs is acted upon, and nobody is sent to them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine.store import tables
from tests.casework import COMPLAINT, PROCESS, Office
from tests.rest.client import Client
from tests.web.officers import PASSWORD, Officer

FOREIGN = {"Origin": "https://jahat.example", "Sec-Fetch-Site": "cross-site"}


def rows(office: Office) -> dict[str, int]:
    """How much there is of everything but the access log, which a page that is given back makes longer."""
    with office.ports.database.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
            if table is not tables.access_log
        }


@pytest.mark.parametrize("who", ["petugas", "pengelola"])
@pytest.mark.parametrize("token", [{}, {"csrf_token": "x"}, {"csrf_token": "x", "_kembalikan": "1"}])
def test_no_form_without_a_token_changes_anything(
    office: Office, app: Flask, who: str, token: dict[str, str]
) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.claim(item, "petugas")
    client, before = Officer(app, who).client, rows(office)
    good = {"number": number, "work_item": item, "id": "petugas2", "incident": "K-000000", "token": "x"}
    good |= {"key": PROCESS, "version": "1"}
    form = {
        **COMPLAINT, "lingkup": "tidak_berkadar", "komentar": "Setuju.", "kepada": "petugas2", "pengguna": "petugas2",
        "nama": "Orang Baru", "sandi": PASSWORD, "guna": "jahat", "hari": "30", "alasan": "Permintaan tertulis", "bulan": "1", "dari": "1", "ke": "1", "_langkah": "kirim", "_identitas": "tanpa",
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("engine_rest"):
            path = re.sub(r"<(?:[^>]*:)?(\w+)>", lambda found: good.get(found[1], "1"), rule.rule)
            client.post(path, data={**form, **token})
    assert rows(office) == before


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
)
def test_no_page_of_others_borrows_a_password_that_the_browser_keeps(
    office: Office, app: Flask, kind: str
) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.claim(item, "petugas")
    before = rows(office)
    for user, path in (
        ("petugas", f"/task/{item}/unclaim"),
        ("petugas", f"/task/{item}/complete"),
        ("analis", "/deployment/create"),
    ):
        answer = Client(app, user).open("POST", path, headers=FOREIGN, data="", content_type=kind)
        assert answer.status_code == 403, path
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert rows(office) == before


def test_a_method_in_a_header_is_no_method(office: Office, app: Flask) -> None:
    number = office.submit()
    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        answer = Client(app, "petugas").open("GET", f"/process-instance/{number}", headers={header: "DELETE"})
        assert answer.status_code == 200
        assert Officer(app, "petugas").client.get("/keluar", headers={header: "POST"}).status_code == 405


@pytest.mark.parametrize(
    "there",
    [
        "//jahat.example", "///jahat.example", "https://jahat.example", "/\\jahat.example", "/\t/jahat.example",
        "\\\\jahat.example", "javascript:alert(1)", "/tugas\r\nX-Jahat: 1", "/masuk", "/keluar",
    ],
)  # fmt: skip
def test_signing_in_leads_to_no_page_of_others(app: Flask, there: str) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/masuk", data={"nama": "petugas", "sandi": PASSWORD, "next": there})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tugas")
