"""The lists with every filter and order, and the locks of workers, once more on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.store.session import Database
from tests.casework import Office, open_office, sound
from tests.rest import test_external_tasks, test_external_workers, test_history, test_tasks
from tests.rest.client import Client
from tests.rest.services import with_service
from tests.web.officers import an_app, served


def test_the_task_list_answers_alike(postgres_database: Database, tmp_path: Path) -> None:
    office = open_office(postgres_database)
    held = test_tasks.claimed(office, test_tasks.a_busy_day(office))
    client = Client(an_app(office, tmp_path / "data"), "petugas")
    test_tasks.check_filters(client, held)
    for by in test_tasks.ORDERS:
        up = client.get("/task", sortBy=by, sortOrder="asc")
        assert up != client.get("/task", sortBy=by, sortOrder="desc"), by


def test_the_history_answers_alike(postgres_database: Database, tmp_path: Path) -> None:
    office = open_office(postgres_database)
    past = test_history.a_past(office)
    client = Client(an_app(office, tmp_path / "data"), "auditor")
    for name in test_history.LISTS:
        test_history.check_filters(client, past, name)


@pytest.fixture
def working(postgres_database: Database, tmp_path: Path) -> Iterator[Office]:
    """An office with a service task."""
    office = open_office(postgres_database, paths=[with_service().save(tmp_path / "model")])
    yield office
    sound(office)


@pytest.fixture
def app(working: Office, tmp_path: Path) -> Flask:
    return an_app(working, tmp_path / "data")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


def test_the_service_tasks_are_listed_alike(working: Office, app: Flask) -> None:
    test_external_tasks.check_filters(working, Client(app, "admin"))


def test_a_worker_fails_alike(working: Office, address: str) -> None:
    test_external_workers.check_failure(working, address)
