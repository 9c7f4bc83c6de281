"""What schemathesis makes of `openapi.json`: requests that fit it and requests that do not, to every address.

It holds that nothing is a fault, that statuses, content types and bodies are those described, that what does not fit is
refused, and that nothing is answered without a password. `SOAK=1` tries every parameter of the long lists as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from engine.store.session import Database
from tests.casework import COMPLAINT, SOAK, Office, open_office, sound
from tests.rest.client import Client, typed
from tests.rest.services import waiting, with_service
from tests.web.officers import PASSWORD, an_app, served

#: Their hundreds of combinations of filters take minutes; in the suite they are tried at random only.
LONG_LISTS = r"/(task|external-task|process-instance|process-definition|deployment|history/[a-z-]+)(/count)?"
#: What is there when it begins is asked for this often; other ids are made up.
OFTEN = 0.7
#: Who asks for what, by the beginning of the address; `petugas` for all else.
ASKERS = {"analis": ("/deployment",), "admin": ("/external-task", "/message"), "petugas": ("",)}
#: The addresses whose good request is a matter of luck, or of none; the tests beside this one make it.
NEVER_DONE = {
    "POST /deployment/create",
    "POST /message",
    "POST /external-task/{id}/bpmnError",
    "POST /external-task/{id}/complete",
    "POST /external-task/{id}/failure",
    "POST /external-task/{id}/extendLock",
    "POST /task/{id}/claim",
    "POST /task/{id}/unclaim",
    "POST /task/{id}/assignee",
    "POST /task/{id}/delegate",
    "POST /task/{id}/resolve",
    "POST /task/{id}/complete",
    "POST /task/{id}/comment/create",
    "GET /task/{id}/comment/{comment_id}",
    "GET /history/activity-instance/{id}",
    "GET /task/{id}/variables/{name}",
    "GET /process-instance/{id}/variables/{name}",
    "GET /deployment/{id}/resources/{resource}",
    "GET /deployment/{id}/resources/{resource}/data",
}


@pytest.fixture
def office(sqlite_database: Database, tmp_path: Path) -> Iterator[Office]:
    office = open_office(sqlite_database, paths=[with_service().save(tmp_path / "model")])
    yield office
    sound(office)


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    return an_app(office, tmp_path / "data")


def known_ids(office: Office) -> dict[str, list[str]]:
    """Ids that lead somewhere, by the beginning of the address that they belong to."""
    numbers = [office.submit() for _ in range(6)]
    tasks = [item for number in numbers for item in office.open_items(number)]
    services = [waiting(office) for _ in range(3)]
    return {
        "/process-instance/{id}": numbers,
        "/history/process-instance/{id}": numbers,
        "/task/{id}": tasks,
        "/external-task/{id}": services,
        "/process-definition/{id}": ["pengaduan_mpp:1"],
        "/deployment/{id}": ["penerapan-1"],
    }


def described(app: Flask, user: str) -> dict[str, Any]:
    """The part that `user` is to ask for, with examples of what no chance finds."""
    document: dict[str, Any] = Client(app).get("/openapi.json")
    document["paths"] = {p: m for p, m in document["paths"].items() if asker(p) == user}
    examples = {
        "/start": {"variables": typed(**COMPLAINT)},
        "/assignee": {"userId": "petugas2"},
        "/claim": {"userId": "petugas"},
        "/delegate": {"userId": "petugas2"},
    }
    for path, methods in document["paths"].items():
        example = next((example for end, example in examples.items() if path.endswith(end)), None)
        if example is not None:
            methods["post"]["requestBody"]["content"]["application/json"]["example"] = example
    return document


def asker(path: str) -> str:
    return next(user for user, mine in ASKERS.items() if path.startswith(mine))


def configured(address: str, user: str, paths: list[str], ids: dict[str, list[str]]) -> SchemathesisConfig:
    def of_path(path: str) -> dict[str, Any]:
        known = next((beginning for beginning in ids if path.startswith(beginning)), None)
        parameters: dict[str, Any] = {"path.key": "pengaduan_mpp"} if "{key}" in path else {}
        if known:
            parameters["path.id"] = {"dictionary": known, "probability": OFTEN}
        whole = SOAK or not re.fullmatch(LONG_LISTS, path)
        return {"include-path": path, "parameters": parameters, "phases": {"coverage": {"enabled": whole}}}

    return SchemathesisConfig.from_dict(
        {
            **({} if SOAK else {"seed": 369}),
            "base-url": f"{address}/engine-rest",
            "auth": {"basic": {"username": user, "password": PASSWORD}},
            "dictionaries": {name: {"values": values} for name, values in ids.items()},
            "generation": {"max-examples": 100 if SOAK else 6, "database": "none", "no-shrink": True},
            "phases": {"stateful": {"enabled": False}, "coverage": {"unexpected-methods": ["DELETE"]}},
            # a description cannot say which answers a form takes, nor which filters exclude each other
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "403", "404", "409"]}},
            "operations": [of_path(path) for path in paths],
            "continue-on-failure": True,
        }
    )  # fmt: skip


@pytest.mark.parametrize("user", ASKERS)
def test_it_finds_nothing(app: Flask, office: Office, user: str) -> None:
    ids = known_ids(office)
    document = described(app, user)
    found: dict[tuple[str, str], str] = {}
    answered: dict[str, Counter[int]] = {}
    with served(app) as address:
        config = configured(address, user, list(document["paths"]), ids)
        for event in from_schema(schemathesis.openapi.from_dict(document, config=config)).execute():
            assert not isinstance(event, events.NonFatalError | events.FatalError), event
            if not isinstance(event, events.ScenarioFinished) or event.label is None:
                continue
            for id, interaction in event.recorder.interactions.items():
                status = interaction.response.status_code if interaction.response else 0
                answered.setdefault(event.label, Counter())[status] += 1
                for check in event.recorder.checks.get(id, ()):
                    if check.failure_info:
                        said = f"{check.failure_info.failure}\n{interaction.request.uri} {interaction.request.body!r}"
                        found.setdefault((event.label, check.name), said[:1_500])
    assert not found, "\n".join(f"{where}: {said}" for where, said in found.items())
    operations = {f"{m.upper()} {path}" for path, methods in document["paths"].items() for m in methods}
    assert answered.keys() == operations
    done = {label for label, statuses in answered.items() if any(200 <= s < 300 for s in statuses)}
    assert operations - done <= NEVER_DONE
