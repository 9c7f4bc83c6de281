"""A program that talks to `/engine-rest` as somebody: HTTP Basic with every request, JSON both ways."""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.datastructures import Authorization, FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engine.identity import accounts
from tests.casework import Office
from tests.web.officers import PASSWORD

#: As cheap as argon2 goes: these tests are not about guessing.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Client:
    """`client.get("/task", assignee="petugas")` gives what came as JSON, and asserts the status."""

    def __init__(
        self, app: Flask, user: str | None = None, *, password: str = PASSWORD, token: str = ""
    ) -> None:
        self.http = app.test_client()
        self._auth = Authorization("basic", {"username": user, "password": password}) if user else None
        if token:
            self._auth = Authorization("bearer", token=token)

    def open(self, method: str, path: str, **how: Any) -> TestResponse:
        """The whole answer."""
        how.setdefault("auth", self._auth)
        return self.http.open(f"/engine-rest{path}", method=method, **how)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return self._json(self.open("GET", path, query_string=query), status)

    def post(
        self, path: str, body: Any = None, status: int = 200, *, headers: Any = None, **query: Any
    ) -> Any:
        answer = self.open(
            "POST", path, json={} if body is None else body, query_string=query, headers=headers or {}
        )
        return self._json(answer, status)

    def deploy(self, status: int = 200, **parts: Any) -> Any:
        """A multipart deployment; files are (stream, name) pairs."""
        whole = {n: FileStorage(*part) if isinstance(part, tuple) else part for n, part in parts.items()}
        boundary, data = encode_multipart(whole)  # in memory: the test client itself leaves files open
        kind = f"multipart/form-data; boundary={boundary}"
        return self._json(self.open("POST", "/deployment/create", data=data, content_type=kind), status)

    @staticmethod
    def _json(answer: TestResponse, status: int) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.text)
        assert "Set-Cookie" not in answer.headers
        return answer.json if answer.data else None


def typed(**answers: Any) -> dict[str, Any]:
    """Answers as variables, untyped values left to the server to read."""
    return {name: {"value": value} for name, value in answers.items()}


def a_user(office: Office, id: str, *groups: str) -> None:
    """Somebody more at the office, with the password of all."""
    with office.ports.database.write() as connection:
        accounts.add_user(
            connection, id, id.capitalize(), groups, **office.by, password_hash=QUICK.hash(PASSWORD)
        )
