"""An analyst tries a version from start to end on the pages of any case, and nobody else finds out."""

from __future__ import annotations

from flask import Flask

from tests.casework import COMPLAINT, Office
from tests.web.officers import Officer, Page


def started(analyst: Officer) -> Page:
    page = analyst.get(analyst.get("/proses/pengaduan_mpp/1").link("Mulai uji"))
    return analyst.press(page, "Mulai uji", **COMPLAINT)


def test_an_analyst_starts_a_trial_and_does_every_lane_in_it(office: Office, app: Flask) -> None:
    analyst = Officer(app, "analis")
    page = started(analyst)
    assert page.path == "/pengaduan/UJI-2026-000001"
    assert "Uji dimulai." in page.text
    assert "Ini uji, bukan pengaduan." in page.text

    seen = 0
    while office.open_items("UJI-2026-000001"):
        (task,) = office.open_items("UJI-2026-000001")
        page = analyst.get(f"/tugas/{task}")
        assert "Ini uji, bukan pengaduan." in page.text
        answers = {k: v for k, v in office.usual(task).items() if f'name="{k}"' in page.source}
        button = "Selesaikan" if task.startswith("UJI-2026-000001:Langkah_8") else "Ambil dan selesaikan"
        page = analyst.press(page, button, **answers)
        assert page.path == "/pengaduan/UJI-2026-000001", page.text
        seen += 1
    assert seen == 7
    assert "Berakhir" in analyst.get("/proses/uji").text


def test_what_is_wrong_comes_back_filled(app: Flask) -> None:
    analyst = Officer(app, "analis")
    page = analyst.get("/proses/pengaduan_mpp/1/uji")

    page = analyst.press(page, "Mulai uji", judul="Antrean", uraian="")

    assert page.status == 422
    assert 'value="Antrean"' in page.source
    assert "Belum ada uji." in analyst.get("/proses/uji").text
