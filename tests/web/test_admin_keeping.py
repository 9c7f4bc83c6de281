"""The Pengelola's pages of keeping: rules, who is due, holds, erasing one person; nothing of a complaint is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.history import seal_file
from engine.history.log import read
from engine.history.seal import seal
from engine.store.tables import case_keys
from tests.casework import COMPLAINT, Office
from tests.web.officers import Officer, Page

WHO = {"nama": "Siti Rahasia", "kontak": "0811-222-333", "cara_jawaban": "whatsapp"}
GROUND = "Perwali 45/2025, jadwal retensi"
WHY = "Permintaan tertulis, Pasal 8 UU 27/2022"


def ended(office: Office, **answers: Any) -> str:
    number = office.submit(**WHO, **answers)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    return number


def kept(office: Office) -> set[str]:
    with office.ports.database.read() as connection:
        return set(connection.scalars(select(case_keys.c.case_number)))


def rule(pengelola: Officer, **how: str) -> Page:
    typed = {"kategori": "*", "bulan": "12", "dasar": GROUND, **how}
    return pengelola.press(pengelola.get("/pengelola/retensi"), "Simpan aturan", **typed)


def shows_nobody(page: Page) -> bool:
    said = (COMPLAINT["judul"], COMPLAINT["uraian"], WHO["nama"], WHO["kontak"])
    return not any(words in page.source for words in said)


@pytest.fixture
def pengelola(app: Flask) -> Officer:
    return Officer(app, "pengelola")


def test_without_a_rule_the_page_says_that_nobody_is_ever_erased(pengelola: Officer) -> None:
    assert "tidak ada yang pernah dihapus" in pengelola.get("/pengelola/retensi").text
    assert "Tidak ada yang jatuh tempo" in pengelola.get("/pengelola/retensi/jatuh-tempo").text
    assert "melewati masa simpannya" not in pengelola.get("/pengelola").text


def test_a_rule_is_set_changed_and_removed(office: Office, pengelola: Officer) -> None:
    page = rule(pengelola)
    assert "Aturan disimpan" in page.text
    assert "Semua kategori lain" in page.tree.xpath("string(//tbody)")
    assert "12 bulan" in page.tree.xpath("string(//tbody)")
    change = pengelola.get(page.link("Ubah"))
    assert change.tree.get_element_by_id("bulan").get("value") == "12"
    page = pengelola.press(change, "Simpan aturan", bulan="24")
    assert "24 bulan" in page.tree.xpath("string(//tbody)")
    page = pengelola.press(page, "Cabut")
    assert "Aturan dicabut" in page.text
    assert not page.tree.xpath("//tbody")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"bulan": "dua"}, "dengan angka"),
        ({"bulan": "0"}, "1 sampai 1200 bulan"),
        ({"dasar": "x"}, "5 sampai 400 karakter"),
    ],
)
def test_what_does_not_fit_in_a_rule_is_said_in_place(
    pengelola: Officer, how: dict[str, str], said: str
) -> None:
    page = rule(pengelola, kategori="pelayanan_loket", **how)
    assert (page.status, page.title.startswith("Galat:")) == (422, True)
    assert said in page.text
    typed = {"bulan": "12", "dasar": GROUND, **how}
    assert page.tree.get_element_by_id("bulan").get("value") == typed["bulan"]
    assert page.tree.get_element_by_id("dasar").get("value") == typed["dasar"]
    assert page.tree.xpath("//option[@selected]/@value") == ["pelayanan_loket"]


def test_who_is_due_is_seen_confirmed_and_erased_and_the_held_stays(
    office: Office, pengelola: Officer
) -> None:
    going, held = ended(office), ended(office)
    rule(pengelola)
    holds = pengelola.get("/pengelola/retensi/penahanan")
    holds = pengelola.press(holds, "Tahan", nomor=held.lower(), alasan="Gugatan TUN 12/G/2026")
    assert "Ditahan." in holds.text
    office.at("2028-01-05 09:00")
    home = pengelola.get("/pengelola")
    assert "1 orang melewati masa simpannya" in home.text
    page = pengelola.get(home.link("Lihat yang jatuh tempo"))
    assert "1 pengaduan sudah melewati masa simpannya per 5 Januari 2028" in page.text
    assert "25 November 2027" in page.text
    [link] = page.tree.xpath("//table//a")
    assert (link.text, link.get("href")) == (held, f"/pengelola/retensi/penahanan/{held}")
    confirm = pengelola.press(page, "Hapus 1 orang di halaman ini")
    assert kept(office) == {going, held}
    assert going in confirm.text
    assert held not in confirm.text
    done = pengelola.press(confirm, "Ya, hapus untuk selamanya")
    assert f"1 orang dihapus: {going}" in done.text
    assert kept(office) == {held}
    assert all(shows_nobody(one) for one in (home, page, confirm, done, holds))
    proof = pengelola.get(done.link(going))
    assert GROUND in proof.text


def test_what_changed_since_the_page_was_shown_stays_and_is_told(office: Office, pengelola: Officer) -> None:
    number = ended(office)
    rule(pengelola)
    office.at("2028-01-05 09:00")
    confirm = pengelola.press(pengelola.get("/pengelola/retensi/jatuh-tempo"), "Hapus 1 orang di halaman ini")
    holds = pengelola.get("/pengelola/retensi/penahanan")
    pengelola.press(holds, "Tahan", nomor=number, alasan="Gugatan TUN 12/G/2026")
    done = pengelola.press(confirm, "Ya, hapus untuk selamanya")
    assert f"{number}: ditahan" in done.text
    assert kept(office) == {number}


def test_those_due_are_paged(office: Office, pengelola: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.admin.retention.PAGE", 2)
    numbers = [ended(office) for _ in range(3)]
    rule(pengelola)
    office.at("2028-01-05 09:00")
    first = pengelola.get("/pengelola/retensi/jatuh-tempo")
    assert "Halaman 1 dari 2" in first.text
    second = pengelola.get(first.link("Berikutnya"))
    shown = [page.tree.xpath("//tbody/tr/td[1]/text()") for page in (first, second)]
    assert shown == [numbers[:2], numbers[2:]]


def test_a_hold_is_lifted_with_a_ground(office: Office, pengelola: Officer) -> None:
    number = ended(office)
    page = pengelola.get("/pengelola/retensi/penahanan")
    wrong = pengelola.press(page, "Tahan", nomor="PGD-2026-009999", alasan="Gugatan TUN 12/G/2026")
    assert (wrong.status, "Tidak ada pengaduan dengan nomor ini" in wrong.text) == (422, True)
    assert wrong.tree.get_element_by_id("alasan").text_content().strip() == "Gugatan TUN 12/G/2026"
    wrong = pengelola.press(page, "Tahan", nomor=number, alasan="Gugatan Siti Rahasia")
    assert "memuat nama atau kontak" in wrong.text
    page = pengelola.press(page, "Tahan", nomor=number, alasan="Gugatan TUN 12/G/2026")
    lift = pengelola.get(page.link("Cabut"))
    assert "Gugatan TUN 12/G/2026" in lift.text
    wrong = pengelola.press(lift, "Cabut penahanan", alasan="ya")
    assert (wrong.status, "5 sampai 400 karakter" in wrong.text) == (422, True)
    done = pengelola.press(lift, "Cabut penahanan", alasan="Putusan inkrah")
    assert "Penahanan dicabut" in done.text
    assert "Tidak ada pengaduan yang ditahan" in done.text
    again = pengelola.press(lift, "Cabut penahanan", alasan="Putusan inkrah")
    assert (again.status, "tidak sedang ditahan" in again.text) == (409, True)


def test_one_person_is_erased_after_a_look_and_the_proof_is_shown(
    office: Office, app: Flask, pengelola: Officer, tmp_path: Path
) -> None:
    number = ended(office)
    form = pengelola.get("/pengelola/hapus")
    confirm = pengelola.press(form, "Periksa dahulu", nomor=number.lower(), alasan=WHY)
    assert "Formulir yang diisi" in confirm.text
    assert kept(office) == {number}
    done = pengelola.press(confirm, "Ya, hapus untuk selamanya")
    assert done.path == f"/pengelola/hapus/{number}"
    with office.ports.database.read() as connection:
        last = read(connection, number)[-1]
    assert last.hash in done.text
    assert last.payload["why"] == WHY
    assert "belum; segel berikutnya" in done.text
    assert all(shows_nobody(page) for page in (form, confirm, done))
    seal(office.ports, tmp_path / "data" / seal_file.NAME)
    assert "Segelnomor 1" in pengelola.get(f"/pengelola/hapus/{number}").text
    again = pengelola.press(confirm, "Ya, hapus untuk selamanya")
    assert again.path == f"/pengelola/hapus/{number}"
    looked = Officer(app, "auditor").get(f"/pengelola/hapus/{number}")
    assert (looked.status, last.hash in looked.text) == (200, True)


@pytest.mark.parametrize(
    ("number", "why", "said"),
    [
        ("{}", "ya", "5 sampai 400 karakter"),
        ("{}", "Ibu siti rahasia meminta", "memuat nama atau kontak"),
        ("{}", "telepon 0811222333", "memuat nama atau kontak"),
        ("PGD-2026-009999", WHY, "Tidak ada pengaduan dengan nomor ini"),
        ("", WHY, "Tidak ada pengaduan dengan nomor ini"),
        ("<b>x", WHY, "Tidak ada pengaduan dengan nomor ini"),
    ],
)
def test_a_refusal_to_erase_is_said_in_place_and_nothing_typed_is_lost(
    office: Office, pengelola: Officer, number: str, why: str, said: str
) -> None:
    known = ended(office)
    page = pengelola.get("/pengelola/hapus")
    page = pengelola.press(page, "Periksa dahulu", nomor=number.format(known), alasan=why)
    assert (page.status, page.title.startswith("Galat:")) == (422, True)
    assert said in page.text
    assert page.tree.get_element_by_id("nomor").get("value", "") == number.format(known)
    assert page.tree.get_element_by_id("alasan").text_content().strip() == why
    assert kept(office) == {known}


def test_a_case_that_runs_or_is_held_is_not_erased_here(office: Office, pengelola: Officer) -> None:
    running, held = office.submit(), ended(office)
    holds = pengelola.get("/pengelola/retensi/penahanan")
    pengelola.press(holds, "Tahan", nomor=held, alasan="Gugatan TUN 12/G/2026")
    form = pengelola.get("/pengelola/hapus")
    assert "masih berjalan" in pengelola.press(form, "Periksa dahulu", nomor=running, alasan=WHY).text
    page = pengelola.press(form, "Periksa dahulu", nomor=held, alasan=WHY)
    assert "Pengaduan ini ditahan: Gugatan TUN 12/G/2026" in page.text
    assert kept(office) == {running, held}


def test_an_erasure_that_came_too_late_is_given_back_filled(office: Office, pengelola: Officer) -> None:
    number = ended(office)
    page = pengelola.get("/pengelola/hapus")
    path, fields = pengelola.filled(page, "Periksa dahulu", nomor=number, alasan=WHY)
    page = pengelola.send(path, {**fields, "csrf_token": "lama"})
    assert page.status == 400
    assert page.tree.get_element_by_id("nomor").get("value") == number
    assert page.tree.get_element_by_id("alasan").text_content().strip() == WHY
