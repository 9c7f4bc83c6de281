"""A step that is done by two people at once is shown as two tasks, wherever a case is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.history.exports.export import FORMATS, export
from engine.identity.policy import Actor
from tests.casework import PROCESS, Office
from tests.process.diagrams import Diagram
from tests.process.test_migrate import deployed
from tests.web.officers import Officer
from tests.web.terminal import Terminal


def several(diagram: Diagram) -> None:
    diagram.several("Langkah_4", "2", until="nrOfCompletedInstances = 2")


@pytest.fixture
def number(office: Office, tmp_path: Path) -> str:
    """One of two has answered; the other is late."""
    deployed(office, tmp_path / "next", several)
    number = office.submit()
    office.run_to(number, "Langkah_4")
    office.wait(minutes=30)
    office.complete(number, item=f"{number}:Langkah_4:1")
    office.wait(hours=3)
    office.sweep(number)
    return number


def test_each_is_in_the_list_and_has_its_own_page(office: Office, app: Flask, number: str) -> None:
    officer = Officer(app, "admin")
    assert f"/tugas/{number}:Langkah_4:2" in officer.get("/tugas").source
    page = officer.get(f"/tugas/{number}:Langkah_4:2")
    assert "terlambat" in page.text.lower()
    office.complete(number)
    assert office.open_items(number) == [f"{number}:Langkah_5:1"]


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("admin", "/pengaduan/{}"),
        ("auditor", "/audit/{}"),
        ("auditor", "/audit/{}?ke=12"),
        ("auditor", "/audit/laporan"),
        ("analis", "/proses/pengaduan_mpp/2/sop"),
        ("analis", "/proses/pengaduan_mpp/2"),
        ("analis", "/proses/pengaduan_mpp/banding?dari=1&ke=2"),
    ],
)
def test_every_page_of_the_case_and_of_its_process_is_whole(
    app: Flask, number: str, who: str, page: str
) -> None:
    assert Officer(app, who).get(page.format(number)).status == 200


def test_every_export_holds_it(office: Office, number: str) -> None:
    auditor = Actor("auditor", frozenset({"auditor"}))
    for kind in sorted(FORMATS):
        assert b"Langkah_4" in b"".join(export(office.ports, auditor, kind, source="cli")) or kind == "xlsx"


def test_the_simulation_knows_by_what_each_of_them_is_due(pengaduan: Terminal, tmp_path: Path) -> None:
    diagram = Diagram.shipped()
    several(diagram)
    folder = diagram.save(tmp_path / "kerja")
    quick = ("--process", PROCESS, "--days", "4", "--replications", "2", "--arrivals", "3")
    said = pengaduan("simulate", *quick, folder, "--json")
    [step] = [line for line in said.lines if line.get("step") == "Langkah_4"]
    assert step["count"]["new"]["mean"] > 1.5 * step["count"]["old"]["mean"]
    assert step["late"]["new"] is not None
