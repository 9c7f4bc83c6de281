"""Two Camunda 7 client libraries, unchanged, over real HTTP: each deploys, and drives a case to each of its four endings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from engine.store.tables import cases
from tests.casework import COMPLAINT, PROCESS, Office
from tests.process.diagrams import Diagram
from tests.rest.clients import CamundaClient, Library, desks, generated_client, pycamunda_client
from tests.web.officers import served

LIBRARIES = {
    "pycamunda": pycamunda_client.signed_in,
    "generic-camunda-client": generated_client.signed_in,
}
#: Who works on a step of the shipped diagram.
WORKER = {
    "Langkah_2": "petugas",
    "Langkah_3": "admin",
    "Langkah_4": "admin",
    "Langkah_5": "pejabat",
    "Langkah_6": "admin",
    "Langkah_7": "petugas",
    "Langkah_8": "petugas",
}
USERS = ("petugas", "admin", "pejabat", "petugas2")


class Staff:
    """The office's people, each with the same library."""

    def __init__(self, office: Office, clients: dict[str, CamundaClient]) -> None:
        self.office, self.clients = office, clients

    def step(self, number: str) -> tuple[str, str, CamundaClient]:
        """The open task, its step, and whoever works on it."""
        [name] = self.office.state(number).work_items
        step = name.partition(":")[0]
        client = self.clients[WORKER[step]]
        [task] = [found for found in client.tasks(number) if found.step == step]
        return task.id, step, client

    def begin(self) -> str:
        return self.clients["petugas"].start(PROCESS, COMPLAINT)

    def run_to(self, number: str, element: str) -> None:
        while (found := self.step(number))[1] != element:
            task, step, client = found
            client.claim(task, WORKER[step])
            assert [t.assignee for t in client.tasks(number)] == [WORKER[step]]
            client.complete(task, self.office.usual(task))


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Library:
    return LIBRARIES[request.param]


@pytest.fixture
def staff(library: Library, office: Office, app: Flask) -> Iterator[Staff]:
    with served(app) as address, desks(library, address, *USERS) as clients:
        yield Staff(office, dict(zip(USERS, clients, strict=True)))


def closed_by_the_complainant(staff: Staff, number: str) -> None:
    staff.run_to(number, "Langkah_8")
    task, _, counter = staff.step(number)
    counter.complete(task, {"tanggapan": "selesai"})


def closed_by_the_admin(staff: Staff, number: str) -> None:
    staff.run_to(number, "Langkah_8")
    staff.clients["admin"].send("tutup_oleh_admin", number)


def closed_by_the_clock(staff: Staff, number: str) -> None:
    staff.run_to(number, "Langkah_8")
    staff.office.at("2026-11-24 14:30")
    staff.office.sweep(number)


def referred(staff: Staff, number: str) -> None:
    task, _, client = staff.step(number)
    answers = staff.office.usual(task, lingkup="bukan_kewenangan", tujuan_rujukan="DPMPTSP")
    client.complete(task, {**answers, "konfirmasi_akhir": True})


@pytest.mark.parametrize(
    ("way", "ending"),
    [
        (closed_by_the_complainant, "Selesai_pengadu"),
        (closed_by_the_admin, "Selesai_admin"),
        (closed_by_the_clock, "Selesai_sistem"),
        (referred, "Dirujuk"),
    ],
)
def test_a_library_drives_a_case_to_each_of_its_endings(
    staff: Staff, way: Callable[[Staff, str], None], ending: str
) -> None:
    number = staff.begin()
    way(staff, number)
    assert staff.office.state(number).ending == ending
    assert staff.clients["petugas"].tasks(number) == []


def test_a_library_hears_that_a_colleague_holds_the_task(staff: Staff) -> None:
    number = staff.begin()
    task, _, petugas = staff.step(number)
    staff.clients["petugas2"].claim(task, "petugas2")
    with pytest.raises(petugas.refusal(), match="petugas2"):
        petugas.claim(task, "petugas")
    with pytest.raises(petugas.refusal(), match="petugas2"):
        petugas.complete(task, staff.office.usual(task))


def test_a_library_hears_every_field_that_is_wrong(staff: Staff) -> None:
    number = staff.begin()
    task, _, petugas = staff.step(number)
    with pytest.raises(petugas.refusal(), match=r"(?s)alasan.*lingkup"):
        petugas.complete(task, {"lingkup": "di_mana_saja"})


def test_a_library_deploys_hears_every_finding_and_starts_a_trial(
    library: Library, office: Office, app: Flask, tmp_path: Path
) -> None:
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", "PT4H")
    path = diagram.save(tmp_path / "baru") / diagram.filename
    diagram.set_limit("Batas_5", "dua jam")
    diagram.set_limit("Batas_6", "besok")
    broken = diagram.save(tmp_path / "rusak") / diagram.filename
    with served(app) as address, desks(library, address, "analis") as [analyst]:
        with pytest.raises(analyst.refusal(), match=r"(?s)ENGINE-09005.*Batas_5.*Batas_6"):
            analyst.deploy(broken)
        assert analyst.deploy(path) == [f"{PROCESS}:2"]
        assert analyst.deploy(path) == []
        number = analyst.start(PROCESS, COMPLAINT)
    assert number == "UJI-2026-000001"
    with office.ports.database.read() as connection:
        assert connection.scalar(select(cases.c.definition_id)) == f"{PROCESS}:2"
