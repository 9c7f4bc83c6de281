"""The list of cases over HTTP, without JavaScript."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.casework import Office
from tests.web.case_pages import BERKADAR
from tests.web.officers import Officer


def test_the_list_shows_the_newest_first_with_step_and_limit(office: Office, app: Flask) -> None:
    old = office.submit(judul="Loket tutup")
    office.wait(minutes=10)
    new = office.submit(judul="Parkir penuh")
    page = Officer(app, "sekretariat").get("/pengaduan")
    assert page.text.index(new) < page.text.index(old)
    for words in (
        "Parkir penuh",
        "Menerima laporan pengaduan",
        "2 jam kerja lagi",
        "24 November 2026, 09.10",
    ):
        assert words in page.text
    assert page.link("Loket tutup") == f"/pengaduan/{old}"


def test_filters_narrow_the_list_and_stay_in_the_form_and_the_links(office: Office, app: Flask) -> None:
    numbers = [office.submit() for _ in range(52)]
    ended = office.submit(judul="Sudah beres")
    office.run_to(ended, "Langkah_8")
    office.complete(ended, tanggapan="selesai")
    officer = Officer(app, "sekretariat")
    page = officer.get("/pengaduan?keadaan=berjalan")
    assert f"/pengaduan/{ended}" not in page.source
    assert page.tree.xpath("//select[@id='keadaan']/option[@selected]/@value") == ["berjalan"]
    older = officer.get(page.link("Lebih lama"))
    assert (numbers[0] in older.text, numbers[51] in older.text) == (True, False)
    newer = officer.get(older.link("Lebih baru"))
    assert (numbers[0] in newer.text, numbers[51] in newer.text) == (False, True)
    finished = officer.get("/pengaduan?keadaan=berakhir:Selesai_pengadu")
    assert "Sudah beres" in finished.text
    assert "Berakhir: Ditutup pengadu" in finished.text


def test_an_empty_list_says_what_will_come_or_how_to_see_more(office: Office, app: Flask) -> None:
    officer = Officer(app, "sekretariat")
    assert "Belum ada pengaduan." in officer.get("/pengaduan").text
    office.submit()
    assert "tidak ada pengaduan yang cocok" in officer.get("/pengaduan?terlambat=1").text.lower()
    assert officer.get("/pengaduan?keadaan=omong&langkah=kosong").status == 200


@pytest.mark.parametrize("typed", ["PGD-2026-000001", "pgd 2026 1", "2026/1", "1", "000001"])
def test_a_number_in_any_spelling_leads_to_its_case(office: Office, app: Flask, typed: str) -> None:
    number = office.submit()
    officer = Officer(app, "sekretariat")
    assert officer.press(officer.get("/pengaduan"), "Cari", cari=typed).path == f"/pengaduan/{number}"


def test_words_find_cases_and_never_stand_in_an_address(office: Office, app: Flask) -> None:
    number = office.submit(
        judul="Kursi tunggu rusak", nama="Halimah Contoh", cara_jawaban="telepon", kontak="0812 3456 7890"
    )
    office.submit(judul="Parkir penuh")
    officer = Officer(app, "sekretariat")
    for typed in ("halimah", "kursi RUSAK", "0812-3456-7890"):
        page = officer.press(officer.get("/pengaduan"), "Cari", cari=typed)
        assert (page.address.endswith("/pengaduan"), number in page.text) == (True, True)
        assert "Parkir penuh" not in page.text
        assert page.tree.xpath("string(//input[@id='cari']/@value)") == typed
    nothing = officer.press(officer.get("/pengaduan"), "Cari", cari="tidakada")
    assert "Tidak ada yang cocok." in nothing.text


def test_a_search_that_came_too_late_is_given_back(office: Office, app: Flask) -> None:
    office.submit(judul="Kursi tunggu rusak")
    officer = Officer(app, "sekretariat")
    path, fields = officer.filled(officer.get("/pengaduan"), "Cari", cari="kursi")
    page = officer.send(path, {**fields, "csrf_token": "kedaluwarsa"})
    assert page.status == 400
    assert page.tree.xpath("string(//input[@id='cari']/@value)") == "kursi"


def test_what_is_kept_from_the_reader_is_not_in_their_list(office: Office, app: Flask) -> None:
    number = office.submit(judul="Diminta membayar")
    office.complete(number, "petugas", **BERKADAR)
    assert "Diminta membayar" not in Officer(app, "sekretariat").get("/pengaduan").text
    listed = Officer(app, "petugas").get("/pengaduan").text
    assert "Diminta membayar" in listed
    assert "terbatas" in listed


def test_the_list_is_for_those_who_read_cases(app: Flask) -> None:
    for name in ("analis", "pengelola"):
        assert Officer(app, name).get("/pengaduan").status == 403
    assert Officer(app, "nobody", sign_in=False).get("/pengaduan").path == "/masuk"
