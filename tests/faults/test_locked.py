"""Another program holds the database: nothing is done, and whoever typed gets everything back with a number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.store.session import Database
from tests.casework import COMPLAINT, Office, open_office
from tests.web.officers import Officer, an_app


@pytest.fixture
def office(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("engine.store.session.BUSY_TIMEOUT_MS", 50)
    database = Database(sqlite_database.url)
    yield open_office(database)
    database.dispose()


def held(office: Office) -> closing[sqlite3.Connection]:
    other = sqlite3.connect(str(office.ports.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return closing(other)


def test_a_complaint_comes_back_whole_and_can_be_sent_again(office: Office, tmp_path: Path) -> None:
    visitor = Officer(an_app(office, tmp_path / "data"), "", sign_in=False)
    given = {
        name: COMPLAINT[name] for name in ("judul", "uraian", "lokasi", "tanggal_kejadian", "cara_jawaban")
    }
    page = visitor.press(visitor.get("/pengaduan/baru"), "Periksa jawaban", **given)
    with held(office):
        refused = visitor.press(page, "Kirim pengaduan")
    assert refused.status == 500
    assert "nomor K-" in refused.text
    assert visitor.press(refused, "Kirim pengaduan").path == "/pengaduan/terkirim"


def test_an_officers_answers_come_back_whole(office: Office, tmp_path: Path) -> None:
    item = office.open_items(office.submit())[0]
    petugas = Officer(an_app(office, tmp_path / "data"), "petugas")
    page = petugas.get(f"/tugas/{item}")
    with held(office):
        refused = petugas.press(
            page, "Ambil dan selesaikan", lingkup="tidak_berkadar", alasan="Sudah dibaca."
        )
    # no complaint is shown while nobody can note who reads it (the access log): the answers come back without it
    assert refused.status == 503
    assert COMPLAINT["uraian"] not in refused.source
    assert "Sudah dibaca." in refused.source
    again = petugas.press(refused, "Buka kembali isian saya")
    assert again.path == f"/tugas/{item}/selesaikan"
    assert "Sudah dibaca." in again.source
    assert petugas.press(again, "Ambil dan selesaikan").path == "/tugas"
