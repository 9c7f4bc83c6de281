"""A worker with a client library that others wrote serves a service task: done, failed, in error."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from engine.commands import RetryIncident
from engine.store import incidents
from engine.store.session import Database
from engine.store.tables import external_tasks
from tests.casework import ROOT, Office, open_office, sound
from tests.rest.clients.worker import ExternalTask, NoExternalTaskFound, TaskResult, a_worker
from tests.rest.services import ERROR, TOPIC, waiting, with_service
from tests.web.officers import PASSWORD, an_app, served

FAILED = "Alamat Penyamaran Rahmawati tidak ada"


@pytest.fixture
def office(sqlite_database: Database, tmp_path: Path) -> Iterator[Office]:
    office = open_office(sqlite_database, paths=[with_service().save(tmp_path / "model")])
    yield office
    sound(office)


@pytest.fixture
def address(office: Office, tmp_path: Path) -> Iterator[str]:
    app: Flask = an_app(office, tmp_path / "data")
    with served(app) as address:
        yield address


def failing(task: ExternalTask) -> TaskResult:
    return task.failure(FAILED, "Rinciannya panjang.", max_retries=1, retry_timeout=300_000)


def test_a_worker_of_another_process_does_the_work(office: Office, address: str) -> None:
    number = waiting(office).partition(":")[0]
    program = [
        sys.executable,
        "-m",
        "tests.rest.clients.worker",
        address,
        "admin",
        PASSWORD,
        TOPIC,
        "nomor_surat",
        "S-77",
    ]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert list(office.state(number).work_items) == ["Langkah_5:1"]
    assert office.state(number).variables["nomor_surat"] == "S-77"


def test_a_worker_learns_what_it_needs(office: Office, address: str) -> None:
    waiting(office, judul="Surat untuk warga")
    seen: list[ExternalTask] = []

    def look(task: ExternalTask) -> TaskResult:
        seen.append(task)
        return task.complete({"nomor_surat": "S-1"})

    a_worker(address, "admin", PASSWORD).fetch_and_execute(
        TOPIC, look, variables=["judul", "lingkup", "tidak_ada"]
    )
    [task] = seen
    assert task.get_variables() == {"judul": "Surat untuk warga", "lingkup": "tidak_berkadar"}
    assert (task.get_business_key(), task.get_activity_id()) == ("PGD-2026-000001", "Langkah_4")
    assert task.get_extension_property("hasil_layanan") == "nomor_surat"
    with pytest.raises(NoExternalTaskFound):
        a_worker(address, "admin", PASSWORD).fetch_and_execute(TOPIC, look)


def test_a_failure_is_tried_again_then_an_incident_and_then_by_the_pengelola(
    office: Office, address: str
) -> None:
    check_failure(office, address)


def check_failure(office: Office, address: str) -> None:
    task = waiting(office)
    worker = a_worker(address, "admin", PASSWORD)
    worker.fetch_and_execute(TOPIC, failing)
    with pytest.raises(NoExternalTaskFound):  # not before its time
        worker.fetch_and_execute(TOPIC, failing)
    office.wait(minutes=5)
    worker.fetch_and_execute(TOPIC, lambda again: again.failure(FAILED, "", 0, 0))
    office.wait(days=1)
    with pytest.raises(NoExternalTaskFound):
        worker.fetch_and_execute(TOPIC, failing)
    with office.ports.database.read() as connection:
        [incident] = incidents.unresolved(connection)
    assert (incident.what, incident.work_item_id, incident.actor) == ("external_task", task, "admin")
    assert "Penyamaran" not in incident.message
    office.do(
        RetryIncident(
            actor="pengelola", source="web", command_id=office.id(), case=incident.case_number, incident=incident.id
        )
    )  # fmt: skip
    worker.fetch_and_execute(TOPIC, lambda again: again.complete({"nomor_surat": "S-2"}))
    assert list(office.state(incident.case_number).work_items) == ["Langkah_5:1"]


def test_what_a_worker_says_of_a_failure_is_sealed(office: Office, address: str) -> None:
    task = waiting(office)
    a_worker(address, "admin", PASSWORD).fetch_and_execute(TOPIC, failing)
    with office.ports.database.read() as connection:
        kept = connection.scalar(select(external_tasks.c.error).where(external_tasks.c.id == task))
    assert kept is not None
    assert b"Penyamaran" not in kept
    office.wait(minutes=5)
    seen: list[ExternalTask] = []

    def look(again: ExternalTask) -> TaskResult:
        seen.append(again)
        return again.complete({})

    a_worker(address, "admin", PASSWORD).fetch_and_execute(TOPIC, look)
    said = seen[0]._context
    assert (said["errorMessage"], said["errorDetails"], said["retries"]) == (FAILED, "Rinciannya panjang.", 1)
    assert office.state(task.partition(":")[0]).variables["nomor_surat"] is None  # it gave no result


def test_a_business_error_goes_to_its_event(office: Office, address: str) -> None:
    number = waiting(office).partition(":")[0]
    a_worker(address, "admin", PASSWORD).fetch_and_execute(
        TOPIC, lambda task: task.bpmn_error(ERROR, "Alamatnya salah.")
    )
    assert office.state(number).ending == "Tidak_terkirim"


def test_an_error_that_nobody_catches_is_told_to_the_worker(office: Office, address: str) -> None:
    task = waiting(office)
    with pytest.raises(Exception, match="400"):
        a_worker(address, "admin", PASSWORD).fetch_and_execute(
            TOPIC, lambda it: it.bpmn_error("LAIN", "Entah.")
        )
    assert list(office.state(task.partition(":")[0]).external_tasks) == ["Langkah_4:1"]
