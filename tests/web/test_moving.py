"""`/proses/<key>/pindah`: an analyst moves running cases to another version, and sees what stays and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.casework import Office
from tests.process.test_migrate import deployed, renamed
from tests.web.officers import Officer

PAGE = "/proses/pengaduan_mpp/pindah"


@pytest.fixture
def numbers(office: Office, tmp_path: Path) -> list[str]:
    """Three cases on the first version, one of them at the step that the second calls otherwise."""
    found = [office.submit() for _ in range(3)]
    office.run_to(found[1], "Langkah_5")
    deployed(office, tmp_path / "next", renamed)
    return found


def test_the_page_suggests_what_takes_whose_place_and_moves_them_all(
    app: Flask, office: Office, numbers: list[str]
) -> None:
    analyst = Officer(app, "analis")
    assert analyst.get("/proses").link("Pindahkan pengaduan") == PAGE
    page = analyst.get(PAGE)
    assert "3 dapat pindah, 0 tidak" in page.text
    assert '<option value="Langkah_5=Telaah" selected>' in page.source
    answer = analyst.press(page, "Pindahkan 3 pengaduan")
    assert "3 pengaduan dipindahkan" in answer.text
    assert "Tidak ada pengaduan yang berjalan di versi 1." in answer.text
    assert [next(iter(office.state(n).work_items.values())).element for n in numbers] == [
        "Langkah_2",
        "Telaah",
        "Langkah_2",
    ]


def test_without_a_replacement_the_page_says_which_case_stays_and_why(
    app: Flask, office: Office, numbers: list[str]
) -> None:
    analyst = Officer(app, "analis")
    page = analyst.get(f"{PAGE}?dari=1&ke=2&ganti=Langkah_5%3D&ganti=Batas_5%3D")
    assert "2 dapat pindah, 1 tidak" in page.text
    assert "Langkah_5 tidak ada di versi itu" in page.text
    assert numbers[1] in page.text
    answer = analyst.press(page, "Pindahkan 2 pengaduan")
    assert "2 pengaduan dipindahkan" in answer.text
    assert "0 dapat pindah, 1 tidak" in answer.text
    assert "Langkah_5 is not in that version" in analyst.get(f"{PAGE}?bahasa=en&ganti=Langkah_5%3D").text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("dari=1&ke=1", "Pilih dua versi yang berbeda."),
        ("dari=1&ke=2&ganti=Langkah_5%3DLingkup", "Pengganti harus sejenis"),
        ("dari=1&ke=2&ganti=Langkah_5%3DTidak_ada", "tidak ada di diagramnya"),
        ("dari=1&ke=2&ganti=Langkah_4%3DTelaah&ganti=Langkah_5%3DTelaah", "Dua elemen"),
    ],
)
def test_what_cannot_be_planned_is_told_in_place(
    app: Flask, numbers: list[str], asked: str, told: str
) -> None:
    page = Officer(app, "analis").get(f"{PAGE}?{asked}")
    assert page.status == 200
    assert told in page.text


def test_a_version_that_is_not_there_is_not_found(app: Flask, numbers: list[str]) -> None:
    assert Officer(app, "analis").get(f"{PAGE}?dari=7&ke=2").status == 404


def test_with_one_version_there_is_nothing_to_move(app: Flask) -> None:
    analyst = Officer(app, "analis")
    assert "Proses ini baru punya satu versi." in analyst.get(PAGE).text
    assert PAGE not in analyst.get("/proses").text


def test_what_was_sent_twice_moves_once_and_the_next_batch_is_another_press(
    app: Flask, office: Office, numbers: list[str]
) -> None:
    analyst = Officer(app, "analis")
    address, given = analyst.filled(analyst.get(PAGE), "Pindahkan 3 pengaduan")
    analyst.send(address, given)
    assert "0 pengaduan dipindahkan" in analyst.send(address, given).text
