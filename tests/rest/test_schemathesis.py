"""What schemathesis makes of `openapi.json`: requests that fit it and requests that do not, to every address.

It holds that nothing is a fault, that statuses, content types and bodies are those described, that what does not fit is
refused, and that nothing is answered without a password. `SOAK=1` tries every parameter of the long lists as well.
"""

from __future__ import annotations

import os
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
from tests.casework import COMPLAINT, Office, open_office, sound
from tests.rest.client import Client, typed
from tests.rest.services import waiting, with_service
from tests.web.officers import PASSWORD, an_app, served

SOAK = os.environ.get("SOAK") == "1"
#: Their hundreds of combinations of filters take minutes; in the suite they are tried at random only.
LONG_LISTS = r"^/(task|external-task|process-instance|process-definition|deployment|history/[a-z-]+)(/count)?"
#: Addresses of cases that are open when it begins are asked for this often, others are made up.
OFTEN = 0.7
#: Who may ask for what, by the beginning of its address; for the rest `petugas`.
WHO = {"/deployment": "analis", "/external-task": "admin", "/message": "admin"}


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
    numbers = [office.submit() for _ in range(4)]
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


def described(app: Flask) -> dict[str, Any]:
    """The description, with an example for what no chance would find: the answers to the first form."""
    document: dict[str, Any] = Client(app).get("/openapi.json")
    for path, methods in document["paths"].items():
        if path.endswith("/start"):
            content = methods["post"]["requestBody"]["content"]["application/json"]
            content["example"] = {"variables": typed(**COMPLAINT)}
    return document


def configured(address: str, document: dict[str, Any], ids: dict[str, list[str]]) -> SchemathesisConfig:
    def basic(user: str) -> dict[str, Any]:
        return {"basic": {"username": user, "password": PASSWORD}}

    def of_path(path: str) -> dict[str, Any]:
        """Asked by somebody who may, often about something that is there."""
        user = next((who for beginning, who in WHO.items() if path.startswith(beginning)), "petugas")
        known = next((beginning for beginning in ids if path.startswith(beginning)), None)
        dictionary = {"path.id": {"dictionary": known, "probability": OFTEN}} if known else {}
        return {
            "include-path": path,
            "auth": basic(user),
            "parameters": {**dictionary, "path.key": "pengaduan_mpp"} if "{key}" in path else dictionary,
            "phases": {"coverage": {"enabled": SOAK or re.fullmatch(LONG_LISTS, path) is None}},
        }

    return SchemathesisConfig.from_dict(
        {
            "seed": None if SOAK else 369,
            "base-url": f"{address}/engine-rest",
            "auth": basic("petugas"),
            "dictionaries": {name: {"values": values} for name, values in ids.items()},
            "generation": {"max-examples": 100 if SOAK else 6, "database": "none", "no-shrink": True},
            "phases": {"stateful": {"enabled": False}, "coverage": {"unexpected-methods": ["DELETE", "PATCH"]}},
            # a description cannot say which answers a form takes, nor which filters exclude each other
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "403", "404", "409"]}},
            "operations": [of_path(path) for path in document["paths"]],
            "continue-on-failure": True,
        }
    )  # fmt: skip


def test_it_finds_nothing(app: Flask, office: Office) -> None:
    ids, document = known_ids(office), described(app)
    found: dict[tuple[str, str], str] = {}
    answered: dict[str, Counter[int]] = {}
    with served(app) as address:
        schema = schemathesis.openapi.from_dict(document, config=configured(address, document, ids))
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError | events.FatalError):
                raise AssertionError(str(event))
            if isinstance(event, events.ScenarioFinished):
                for id, interaction in event.recorder.interactions.items():
                    statuses = answered.setdefault(str(event.label), Counter())
                    statuses[interaction.response.status_code if interaction.response else 0] += 1
                    for check in event.recorder.checks.get(id, ()):
                        if check.failure_info:
                            if "fetch" in str(event.label):
                                open("/tmp/rest1_body.json", "wb").write(interaction.request.body)
                            said = f"{check.failure_info.failure}\n{interaction.request.uri[:300]}\n{interaction.request.body!r:.2000}"
                            found.setdefault((str(event.label), check.name), said)
    assert not found, "\n".join(f"{where}: {said}" for where, said in found.items())
    operations = {f"{m.upper()} {path}" for path, methods in document["paths"].items() for m in methods}
    assert answered.keys() == operations
    reached = {label for label, statuses in answered.items() if any(200 <= s < 300 for s in statuses)}
    print(sum(sum(s.values()) for s in answered.values()), operations - reached)
    for k, v in answered.items():
        print(k, dict(v))
    assert not operations - reached, operations - reached
