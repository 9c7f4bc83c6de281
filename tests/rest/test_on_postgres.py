"""The lists with every filter and order, and the locks of workers, once more on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from engine.store.session import Database
from tests.casework import open_office, sound
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


def test_workers_are_served_alike(postgres_database: Database, tmp_path: Path) -> None:
    office = open_office(postgres_database, paths=[with_service().save(tmp_path / "model")])
    app = an_app(office, tmp_path / "data")
    test_external_tasks.check_filters(office, Client(app, "admin"))
    with served(app) as address:
        test_external_workers.check_failure(office, address)
    sound(office)
