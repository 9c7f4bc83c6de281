"""After an erasure every page about the case still opens, says so, and shows nothing of the person."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.history import seal_file
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from tests.casework import Office
from tests.web.officers import Officer, Page

WHO = {
    "nama": "Siti Rahasia",
    "kontak": "0811-222-333",
    "cara_jawaban": "whatsapp",
    "judul": "Loket tutup jam sepuluh",
}


@pytest.fixture
def number(office: Office, tmp_path: Path) -> str:
    number = office.submit(**WHO)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    pengelola = Actor("pengelola", frozenset({"pengelola"}))
    erase(
        office.ports, pengelola, number, "Permintaan tertulis", source="web", seals=tmp_path / seal_file.NAME
    )
    return number


def shows_nobody(page: Page) -> bool:
    return not any(personal in page.source for personal in (WHO["nama"], WHO["kontak"], WHO["judul"]))


@pytest.mark.parametrize("user", ["petugas", "sekretariat", "auditor"])
@pytest.mark.parametrize("address", ["/pengaduan/{}", "/pengaduan", "/tugas/{}:Langkah_2:1", "/tugas"])
def test_pages_of_staff_open_and_show_nobody(app: Flask, number: str, user: str, address: str) -> None:
    page = Officer(app, user).get(address.format(number))
    is_a_task_of_others = user == "auditor" and address.startswith("/tugas/")
    assert page.status == (403 if is_a_task_of_others else 200)
    assert shows_nobody(page)


def test_the_case_file_and_the_task_say_that_it_was_erased(app: Flask, number: str) -> None:
    petugas = Officer(app, "petugas")
    for address in (f"/pengaduan/{number}", f"/tugas/{number}:Langkah_2:1"):
        page = petugas.get(address)
        assert page.status == 200
        assert "sudah dihapus" in page.text


def test_the_complainant_still_follows_the_case_by_number_and_code(
    app: Flask, office: Office, number: str
) -> None:
    visitor = Officer(app, "", sign_in=False)
    code = office.ports.keyring.tracking_code(number)
    page = visitor.press(visitor.get("/lacak"), "Lihat pengaduan", nomor=number, kode=code)
    assert page.status == 200
    assert "sudah dihapus" in page.text
    assert shows_nobody(page)
