"""Who may talk to `/engine-rest`, and what nobody gets there by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import Authorization

from engine.config import Settings
from engine.identity import tokens
from engine.identity.accounts import disable_user
from engine.store import users
from tests.casework import Office
from tests.rest.client import QUICK, Client
from tests.web.officers import PASSWORD, Officer
from webapp import create_app
from webapp.engine_rest.auth import REMEMBERED, Passwords


def a_token(office: Office, user: str = "petugas", days: int = 1) -> str:
    with office.ports.database.write() as connection:
        return tokens.add(connection, user, "uji", days, by="pengelola", at=office.now, source="cli")[1]


def test_without_credentials_a_password_is_asked_for(app: Flask) -> None:
    answer = Client(app).open("GET", "/version")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert answer.json["type"] == "AuthenticationException"
    assert set(answer.json) == {"type", "message", "code"}


def test_a_password_or_a_token_is_enough(app: Flask, office: Office) -> None:
    assert Client(app, "petugas").get("/version") == {"version": "7.24.0"}
    assert Client(app, token=a_token(office)).get("/engine") == [{"name": "default"}]


@pytest.mark.parametrize(
    "auth",
    [
        Authorization("basic", {"username": "petugas", "password": "salah"}),
        Authorization("basic", {"username": "tidak-ada", "password": PASSWORD}),
        Authorization("basic", {"username": "pet\0ugas", "password": PASSWORD}),
        Authorization("basic", {"username": "", "password": ""}),
        Authorization("bearer", token="aduan-00000000.salah"),
        Authorization("bearer", token="🙈"),
        Authorization("digest", {"username": "petugas"}),
    ],
)
def test_wrong_credentials_are_one_refusal(app: Flask, auth: Authorization) -> None:
    assert Client(app).open("GET", "/version", auth=auth).status_code == 401


def test_a_session_of_the_pages_opens_nothing(app: Flask) -> None:
    officer = Officer(app, "petugas")
    assert officer.get("/tugas").path == "/tugas"
    answer = officer.client.get("/engine-rest/version")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_a_post_needs_no_token_of_a_form(app: Flask) -> None:
    assert Client(app, "petugas").open("POST", "/version", json={}).status_code == 405


def test_a_new_password_counts_at_once(app: Flask, office: Office) -> None:
    client = Client(app, "petugas")
    client.get("/version")
    with office.ports.database.write() as connection:
        users.set_password(connection, "petugas", QUICK.hash("sandi yang lain"))
    client.get("/version", 401)
    Client(app, "petugas", password="sandi yang lain").get("/version")


def test_a_disabled_user_is_out_at_once(app: Flask, office: Office) -> None:
    client, bearer = Client(app, "petugas"), Client(app, token=a_token(office))
    client.get("/version")
    bearer.get("/version")
    with office.ports.database.write() as connection:
        disable_user(connection, "petugas", by="pengelola", at=office.now, source="cli")
    client.get("/version", 401)
    bearer.get("/version", 401)


def test_a_token_ends_when_it_says(app: Flask, office: Office) -> None:
    client = Client(app, token=a_token(office, days=1))
    office.wait(hours=23)
    client.get("/version")
    office.wait(hours=1)
    client.get("/version", 401)


def test_a_revoked_token_opens_nothing(app: Flask, office: Office) -> None:
    secret = a_token(office)
    client = Client(app, token=secret)
    client.get("/version")
    with office.ports.database.write() as connection:
        tokens.revoke(connection, secret.partition(".")[0], by="pengelola", at=office.now, source="cli")
    client.get("/version", 401)


def test_a_right_password_is_remembered_for_minutes_and_for_its_user(office: Office) -> None:
    with office.ports.database.write() as connection:
        users.set_password(connection, "petugas", QUICK.hash(PASSWORD))
        petugas, admin = users.get(connection, "petugas"), users.get(connection, "admin")
    assert petugas
    assert admin
    right, at = Passwords(), office.now
    assert not right.knows(petugas, PASSWORD, at)
    right.remember(petugas, PASSWORD, at)
    assert right.knows(petugas, PASSWORD, at + REMEMBERED - timedelta(seconds=1))
    assert not right.knows(petugas, "salah", at)
    assert not right.knows(admin, PASSWORD, at)
    assert not right.knows(petugas, PASSWORD, at + REMEMBERED)


# --- guessing ----------------------------------------------------------------


@pytest.fixture
def guarded(app: Flask, office: Office, tmp_path: Path) -> Flask:
    """The application with its limits on."""
    return create_app(Settings(data_dir=tmp_path / "data"), office.ports)


def test_guessing_a_password_is_stopped(guarded: Flask) -> None:
    wrong = Client(guarded, "petugas", password="salah")
    statuses = [wrong.open("GET", "/version").status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    refused = Client(guarded, "petugas").open("GET", "/version")
    assert (refused.status_code, refused.json["type"]) == (429, "RestException")


def test_asking_whether_a_password_is_needed_is_no_guess(guarded: Flask) -> None:
    assert {Client(guarded).open("GET", "/version").status_code for _ in range(15)} == {401}
    Client(guarded, "petugas").get("/version")


# --- pages of others ---------------------------------------------------------


def test_the_modeler_may_ask_from_its_own_page(app: Flask) -> None:
    for origin in ("null", "file://"):
        answer = Client(app).open("OPTIONS", "/deployment/create", headers={"Origin": origin})
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        refused = Client(app).open("GET", "/version", headers={"Origin": origin})
        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, origin)


def test_other_pages_may_not(app: Flask) -> None:
    client = Client(app, "petugas")
    elsewhere = {"Origin": "https://example.org"}
    for method in ("OPTIONS", "GET"):
        assert "Access-Control-Allow-Origin" not in client.open(method, "/version", headers=elsewhere).headers
    assert client.open("POST", "/version", json={}, headers=elsewhere).status_code == 403
    form = {"Origin": "null", "Sec-Fetch-Mode": "navigate"}
    assert client.open("POST", "/version", data={"a": "b"}, headers=form).status_code == 403


# --- what is not there -------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/tidak-ada", "/job/7", "/process-instance/x/variables/y/z", "/ver\0sion"]
)
def test_what_is_not_served_is_404_in_the_same_shape(app: Flask, path: str) -> None:
    error = Client(app, "petugas").get(path, 404)
    assert set(error) == {"type", "message", "code"}


def test_another_method_is_405_and_says_which_is_served(app: Flask) -> None:
    answer = Client(app, "petugas").open("DELETE", "/version")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.json["type"] == "NotAllowedException"
