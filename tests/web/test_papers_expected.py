"""When the answer letter can be expected, and how long there is to reply: only as far as the diagram says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from engine.store.session import Database
from tests.casework import Office, open_office
from tests.process.diagrams import Diagram
from tests.web.officers import Officer, an_app

MIDDLE = "Alur_Langkah_3_Langkah_4"
LANE = "Lajur_admin_opd"
LATEST = "Bila setiap langkah memakai seluruh waktunya, itu"

Asked = Callable[[Diagram], tuple[Office, Callable[[str], str]]]


@pytest.fixture
def asked(sqlite_database: Database, tmp_path: Path) -> Asked:
    """An office on an edited diagram, and what a case's letter page says to an officer there."""

    def open_on(diagram: Diagram) -> tuple[Office, Callable[[str], str]]:
        assert diagram.findings() == []
        office = open_office(sqlite_database, paths=[diagram.save(tmp_path / "diagram")])
        app: Flask = an_app(office, tmp_path / "data")
        officer = Officer(app, "petugas")
        return office, lambda number: officer.get(f"/pengaduan/{number}/surat-jawaban").text

    return open_on


@pytest.fixture
def diagram() -> Diagram:
    diagram = Diagram.shipped()
    diagram.add_form(
        "cek",
        {"type": "textarea", "key": "temuan", "label": "Temuan", "id": "F", "properties": {"pribadi": "ya"}},
    )
    return diagram


def test_without_a_limit_on_the_way_nothing_is_promised(diagram: Diagram, asked: Asked) -> None:
    diagram.step_on(MIDDLE, "Periksa", lane=LANE, form="cek", name="Memeriksa")
    office, letter = asked(diagram)
    number = office.submit()
    text = letter(number)
    assert LATEST not in text
    assert "Surat itu ada begitu langkah ini selesai: Menerima Jawaban" in text
    office.run_to(number, "Langkah_4")
    assert f"{LATEST} Selasa, 24 November 2026, 16.00 WITA" in letter(number)


def test_a_limit_of_the_clock_runs_through_the_night(diagram: Diagram, asked: Asked) -> None:
    diagram.set_limit("Batas_6", "PT20H")
    diagram.set_property("Batas_6", "kalender", "24jam")
    diagram.set_property("Langkah_6", "waktu", "20 Jam")
    diagram.set_property("Batas_8", "kalender", "24jam")
    office, letter = asked(diagram)
    number = office.submit()
    assert f"{LATEST} Kamis, 26 November 2026, 06.00 WITA" in letter(number)
    office.run_to(number, "Langkah_7")
    assert "Anda dapat menanggapinya dalam 2 jam." in letter(number)


def test_of_steps_side_by_side_the_last_counts_and_before_them_nothing_is_promised(
    diagram: Diagram, asked: Asked
) -> None:
    diagram.fork_on(MIDDLE, "Cek", ("Cek_a", LANE, "cek"), ("Cek_b", LANE, "cek"))
    diagram.limit("Cek_a", "Batas_a", "PT1H")
    diagram.limit("Cek_b", "Batas_b", "P1D")
    office, letter = asked(diagram)
    number = office.submit()
    assert LATEST not in letter(number)
    for step in ("Langkah_2", "Langkah_3"):
        office.complete(number, item=f"{number}:{step}:1")
    # Cek_b until Wednesday 09.00, then three steps of two office hours
    assert f"{LATEST} Rabu, 25 November 2026, 16.00 WITA" in letter(number)


def test_a_late_step_moves_the_promise(diagram: Diagram, asked: Asked) -> None:
    office, letter = asked(diagram)
    number = office.submit()
    office.at("2026-11-25 11:00")
    text = letter(number)
    assert "Langkah ini terlambat; seharusnya selesai Selasa, 24 November 2026, 11.00 WITA." in text
    # four more steps of two hours: four hours are left of Wednesday
    assert f"{LATEST} Kamis, 26 November 2026, 12.00 WITA" in text


def test_where_no_step_always_writes_an_answer_only_the_present_is_told(
    diagram: Diagram, asked: Asked
) -> None:
    form = json.loads(diagram.forms["respon_aduan.form"])
    answer = next(c for c in form["components"] if c.get("key") == "respon_aduan")
    del answer["validate"]["required"]
    diagram.forms["respon_aduan.form"] = json.dumps(form).encode()
    office, letter = asked(diagram)
    text = letter(office.submit())
    assert "Belum ada surat jawaban" in text
    assert "Surat itu ada" not in text
    assert "Paling lambat Selasa, 24 November 2026, 11.00 WITA" in text
