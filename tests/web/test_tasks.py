"""The task list and the task page over HTTP, without JavaScript."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import time_machine
from flask import Flask
from sqlalchemy import update

from engine.store import incidents
from engine.store.session import Database
from engine.store.tables import cases
from tests.casework import ROOT, USUAL, Office, open_office
from tests.web.officers import Officer, an_app

SCOPE = {"lingkup": "tidak_berkadar", "alasan": "Menyangkut mutu pelayanan di loket."}


def a_task(office: Office, at: str | None = None, **complaint: str) -> str:
    """The address of the first open task of a new case, or of the one at step `at`."""
    number = office.submit(**complaint)
    if at:
        office.run_to(number, at)
    return f"/tugas/{office.open_items(number)[0]}"


# --- the list ----------------------------------------------------------------


def test_the_list_shows_what_is_to_be_done_and_until_when(office: Office, app: Flask) -> None:
    office.submit(judul="Loket tutup sebelum waktunya")
    page = Officer(app, "petugas").get("/tugas")
    for words in (
        "PGD-2026-000001 Loket tutup sebelum waktunya",
        "Menerima laporan pengaduan dan meneruskan ke Admin OPD",
        "2 jam kerja lagi Selasa 11.00",
        "Ambil dan buka PGD-2026-000001",
    ):
        assert words in page.text


def test_an_empty_list_says_what_will_come_and_where_else_to_look(app: Flask) -> None:
    petugas = Officer(app, "petugas")
    assert "Tidak ada tugas yang menunggu." in petugas.get("/tugas").text
    assert "Ambil satu dari daftar kelompok" in petugas.get("/tugas?tampil=saya").text
    assert "tidak mengerjakan tugas" in Officer(app, "analis").get("/tugas").text


def test_pages_follow_by_links(office: Office, app: Flask) -> None:
    numbers = [office.submit() for _ in range(52)]
    petugas = Officer(app, "petugas")
    first = petugas.get("/tugas")
    assert (numbers[49] in first.text, numbers[50] in first.text) == (True, False)
    second = petugas.get(first.link("Tugas berikutnya dalam daftar"))
    assert (numbers[49] in second.text, numbers[50] in second.text, numbers[51] in second.text) == (
        False,
        True,
        True,
    )
    assert numbers[0] in petugas.get(second.link("Ke awal daftar")).text


def test_taking_a_task_from_the_list_stays_there_or_opens_it(office: Office, app: Flask) -> None:
    number = office.submit()
    petugas = Officer(app, "petugas")
    stayed = petugas.press(petugas.get("/tugas"), f"Ambil {number}")
    assert (stayed.path, "Anda" in stayed.text) == ("/tugas", True)
    office.submit()
    opened = petugas.press(petugas.get("/tugas"), "Ambil dan buka")
    assert opened.path.startswith("/tugas/PGD-2026-000002")
    assert "Tugas ini sekarang Anda pegang." in opened.text


def test_the_sekretariat_sees_what_is_late_in_every_group(office: Office, app: Flask) -> None:
    early, other = office.submit(), office.submit()
    office.complete(other)
    office.wait(hours=2, minutes=10)
    office.submit()
    for number in (early, other):
        office.sweep(number)
    page = Officer(app, "sekretariat").get("/tugas?terlambat=1")
    assert page.title.startswith("Tugas terlambat")
    assert page.text.count("terlambat 10 menit") == 2
    assert "PGD-2026-000003" not in page.text


def test_everybodys_list_is_for_the_sekretariat_alone(app: Flask) -> None:
    assert Officer(app, "petugas").get("/tugas?tampil=semua").status == 403


# --- a task ------------------------------------------------------------------


def test_a_task_shows_the_complaint_the_limit_and_the_form(office: Office, app: Flask) -> None:
    page = Officer(app, "petugas").get(a_task(office, judul="Parkir penuh"))
    for words in ("Parkir penuh", "Cara menghitungnya", "Batasnya 2 Jam", "Riwayat"):
        assert words in page.text
    assert page.tree.xpath("//svg[@class='diagram']")
    assert page.buttons()[-3:] == ["Ambil dan selesaikan", "Simpan draf", "Lampirkan"]


def test_taking_and_finishing_is_one_act(office: Office, app: Flask) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas")
    page = petugas.press(petugas.get(address), "Ambil dan selesaikan", **SCOPE)
    assert page.path == "/tugas"
    assert "Selesai: PGD-2026-000001" in page.text
    assert "Menerima Pengaduan dari Petugas MPP (Admin OPD)" in page.text
    assert "Tidak ada tugas lain" in page.text


def test_the_next_task_is_offered_after_one_is_finished(office: Office, app: Flask) -> None:
    address = a_task(office)
    office.wait(minutes=1)
    office.submit(judul="Yang berikutnya")
    petugas = Officer(app, "petugas")
    page = petugas.press(petugas.get(address), "Ambil dan selesaikan", **SCOPE)
    assert "Tugas berikutnya: PGD-2026-000002: Yang berikutnya" in page.text


def test_a_page_sent_twice_is_done_once_and_answered_alike(office: Office, app: Flask) -> None:
    petugas = Officer(app, "petugas")
    sent = petugas.filled(petugas.get(a_task(office)), "Ambil dan selesaikan", **SCOPE)
    once, twice = petugas.send(*sent), petugas.send(*sent)
    assert (once.status, twice.status) == (200, 200)
    assert once.text == twice.text


def test_a_stale_page_with_other_content_shows_both(office: Office, app: Flask) -> None:
    petugas = Officer(app, "petugas")
    path, fields = petugas.filled(petugas.get(a_task(office)), "Ambil dan selesaikan", **SCOPE)
    petugas.send(path, fields)
    page = petugas.send(path, {**fields, "alasan": "Setelah dipikir lagi, ini soal sikap petugas."})
    assert page.status == 409
    assert "sudah dikirim dengan isi lain" in page.text
    assert "Menyangkut mutu pelayanan di loket." in page.text
    assert "Setelah dipikir lagi, ini soal sikap petugas." in page.text


def test_a_required_answer_left_empty_gives_the_form_back_filled(office: Office, app: Flask) -> None:
    petugas = Officer(app, "petugas")
    page = petugas.press(
        petugas.get(a_task(office)), "Ambil dan selesaikan", alasan="Sudah saya tulis panjang lebar."
    )
    assert page.status == 422
    assert page.title.startswith("Galat:")
    assert "Sudah saya tulis panjang lebar." in page.text
    assert page.tree.xpath("//div[contains(@class, 'govuk-error-summary')]//a[@href='#isian-lingkup']")


def test_a_lost_race_names_the_colleague_and_keeps_what_was_typed(office: Office, app: Flask) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas")
    stale = petugas.get(address)
    office.claim(address.removeprefix("/tugas/"), "petugas2")
    lost = petugas.press(stale, "Ambil")
    assert (lost.status, "Tugas ini dipegang Petugas2." in lost.text) == (409, True)
    lost = petugas.press(stale, "Ambil dan selesaikan", **SCOPE)
    assert (lost.status, "Minta Petugas2 melepasnya" in lost.text) == (409, True)
    assert SCOPE["alasan"] in lost.text


def test_a_task_that_a_colleague_finished_says_so_to_whoever_sends_it_late(
    office: Office, app: Flask
) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas")
    stale = petugas.get(address)
    office.complete("PGD-2026-000001", "petugas2")
    page = petugas.press(
        stale, "Ambil dan selesaikan", lingkup="tidak_berkadar", alasan="Kerja saya sendiri."
    )
    assert page.status == 409
    assert "sudah diselesaikan oleh Petugas2 pada Selasa, 24 November 2026, 09.00 WITA" in page.text
    assert "Kerja saya sendiri." in page.text


def test_a_finished_task_leads_on_to_where_the_case_is(office: Office, app: Flask) -> None:
    address = a_task(office)
    office.complete("PGD-2026-000001", "petugas2")
    page = Officer(app, "petugas").get(address)
    assert page.status == 200
    assert "diselesaikan oleh Petugas2" in page.text
    assert "Menerima Pengaduan dari Petugas MPP (Admin OPD)" in page.text
    assert page.link("Menerima Pengaduan").startswith("/tugas/PGD-2026-000001:")
    assert "Ambil dan selesaikan" not in page.buttons()


def test_a_task_after_the_case_has_ended_says_how(office: Office, app: Flask) -> None:
    address = a_task(office)
    office.complete(
        "PGD-2026-000001", lingkup="bukan_kewenangan", konfirmasi_akhir=True, tujuan_rujukan="DPMPTSP"
    )
    page = Officer(app, "petugas").get(address)
    assert "Pengaduannya sudah berakhir" in page.text


def test_another_groups_task_says_whose_it_is_and_nothing_else(office: Office, app: Flask) -> None:
    address = a_task(office, judul="Rahasia kantor lain")
    page = Officer(app, "admin").get(address)
    assert page.status == 403
    assert "Petugas MPP (kelompok petugas_mpp)" in page.text
    assert "Rahasia" not in page.source


def test_a_task_that_never_was_is_not_found(office: Office, app: Flask) -> None:
    office.submit()
    assert Officer(app, "petugas").get("/tugas/PGD-2026-000001:tidak_ada:1").status == 404


def test_a_task_goes_back_to_the_group_or_to_a_colleague(office: Office, app: Flask) -> None:
    petugas = Officer(app, "petugas")
    page = petugas.press(petugas.get(a_task(office)), "Ambil")
    page = petugas.press(page, "Lepas")
    assert "sudah Anda lepas" in page.text
    page = petugas.press(page, "Alihkan tugas", kepada="petugas2")
    assert "sudah dialihkan kepada Petugas2" in page.text
    page = Officer(app, "sekretariat").get(page.path)
    assert "Dipegang Petugas2" in page.text


def test_the_sekretariat_hands_on_a_task_that_somebody_holds(office: Office, app: Flask) -> None:
    address = a_task(office)
    office.claim(address.removeprefix("/tugas/"), "petugas2")
    sekretariat = Officer(app, "sekretariat")
    page = sekretariat.press(sekretariat.get(address), "Alihkan tugas", kepada="petugas")
    assert "sudah dialihkan kepada Petugas." in page.text


def test_a_task_cannot_be_handed_to_a_stranger(office: Office, app: Flask) -> None:
    petugas = Officer(app, "petugas")
    path, fields = petugas.filled(petugas.get(a_task(office)), "Alihkan tugas")
    page = petugas.send(path, {**fields, "kepada": "admin"})
    assert (page.status, "tidak dapat dialihkan kepada orang itu" in page.text) == (422, True)


# --- drafts and what comes too late -------------------------------------------


def test_a_draft_waits_over_a_sign_out(office: Office, app: Flask) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas")
    page = petugas.press(petugas.get(address), "Simpan draf", alasan="Belum selesai saya tulis.")
    assert "Draf tersimpan. Hanya Anda yang melihatnya." in page.text
    petugas.press(page, "Keluar")
    petugas.sign_in()
    page = petugas.get(address)
    assert "Draf Anda dari Selasa, 24 November 2026, 09.00 WITA" in page.text
    assert "Belum selesai saya tulis." in page.text
    assert "Belum selesai" not in Officer(app, "petugas2").get(address).text


def test_a_link_to_a_task_survives_the_sign_in(office: Office, app: Flask) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas", sign_in=False)
    page = petugas.get(address)
    assert page.path == "/masuk"
    assert petugas.sign_in(page).path == address


def test_an_expired_session_gives_the_form_back_filled(office: Office, app: Flask) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas")
    path, fields = petugas.filled(petugas.get(address), "Ambil dan selesaikan", **SCOPE)
    petugas.client.delete_cookie("session")
    page = petugas.send(path, fields)
    page = petugas.press(petugas.press(page, "Masuk", nama="petugas", sandi="samarinda-demo"), "Buka kembali")
    assert SCOPE["alasan"] in page.text
    assert office.state("PGD-2026-000001").work_items  # nothing was done yet
    page = petugas.press(page, "Ambil dan selesaikan")
    assert "Selesai: PGD-2026-000001" in page.text


def test_an_expired_token_gives_the_form_back_filled(office: Office, app: Flask) -> None:
    address = a_task(office)
    petugas = Officer(app, "petugas")
    with time_machine.travel("2026-11-24 09:00+08:00", tick=False) as clock:
        petugas.sign_in()
        stale = petugas.get(address)
        clock.shift(timedelta(hours=2))
        page = petugas.press(stale, "Ambil dan selesaikan", **SCOPE)
        assert "terlalu lama terbuka" in page.text
        assert SCOPE["alasan"] in page.text
        page = petugas.press(page, "Ambil dan selesaikan")
    assert "Selesai: PGD-2026-000001" in page.text


def test_a_failure_inside_keeps_the_draft_and_gives_a_number(
    sqlite_database: Database, tmp_path: Path
) -> None:
    files = [shutil.copytree(ROOT / name, tmp_path / name) for name in ("processes", "forms")]
    bpmn = tmp_path / "processes" / "pengaduan_mpp.bpmn"
    nobody_knows = bpmn.read_text().replace('lingkup = "tidak_berkadar"', "nilai &gt; 3", 1)
    bpmn.write_text(nobody_knows)
    office = open_office(sqlite_database, paths=files)
    petugas = Officer(an_app(office, tmp_path / "data"), "petugas")
    address = a_task(office)
    page = petugas.press(petugas.get(address), "Ambil dan selesaikan", **SCOPE)
    assert page.status == 500
    assert re.search(r"Ada gangguan di pihak kami nomor K-[0-9A-F]{6}", page.text)
    assert "Isian Anda tersimpan sebagai draf." in page.text
    assert SCOPE["alasan"] in petugas.get(address).text


def test_a_halted_case_keeps_what_is_typed_and_says_why_it_waits(office: Office, app: Flask) -> None:
    address = a_task(office)
    number = address[len("/tugas/") :].partition(":")[0]
    petugas = Officer(app, "petugas")
    stale = petugas.get(address)
    office.tampered = True  # no event tells of this incident
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == number).values(status="halted"))
        stopped = {"id": "K-ABC123", "case_number": number, "opened_at": office.now, "what": "FireTimers"}
        why = {"timer_due": office.now, "error_code": "execution_failed", "message": "", "actor": "sistem"}
        incidents.open_incident(connection, stopped | why)
    page = petugas.press(stale, "Ambil dan selesaikan", **SCOPE)
    assert page.status == 409
    assert "tertahan karena kendala nomor K-ABC123" in page.text
    assert "Isian Anda tersimpan sebagai draf." in page.text
    page = petugas.get(address)
    assert "tertahan karena kendala nomor K-ABC123" in page.text
    assert SCOPE["alasan"] in page.text


# --- beside the form ----------------------------------------------------------


def test_the_text_for_the_group_holds_no_name_and_nothing_of_the_complaint(
    office: Office, app: Flask
) -> None:
    address = a_task(office, "Langkah_3", judul="Judul pribadi", nama="Siti Rahma")
    page = Officer(app, "admin").get(address)
    text = page.tree.get_element_by_id("koordinasi-teks").text_content()
    assert text.splitlines() == [
        "Pengaduan PGD-2026-000001",
        "Langkah: Menerima Pengaduan dari Petugas MPP",
        "Tenggat: Selasa, 24 November 2026, 11.00 WITA",
        f"http://127.0.0.1:8000{address}",
    ]
    assert page.link("Buka WhatsApp").startswith("https://wa.me/?text=Pengaduan+PGD-2026-000001")


def test_an_admin_closes_a_case_that_waits_for_the_complainant(office: Office, app: Flask) -> None:
    address = a_task(office, "Langkah_8")
    admin = Officer(app, "admin")
    listed = admin.get("/tugas?tampil=menunggu")
    assert listed.link("PGD-2026-000001") == address
    asked = admin.get(admin.get(address).link("Admin menutup"))
    assert "Ini tidak dapat dibatalkan." in asked.text
    page = admin.press(asked, "Ya, lakukan")
    assert "Sudah dilaksanakan." in page.text
    assert "karena: Admin menutup" in page.text
    again = admin.press(asked, "Ya, lakukan")  # the same page once more is the same command
    assert again.text == page.text


def test_a_message_nobody_waits_for_is_refused_in_words(office: Office, app: Flask) -> None:
    address = a_task(office, "Langkah_8")
    admin = Officer(app, "admin")
    asked = admin.get(admin.get(address).link("Admin menutup"))
    office.complete("PGD-2026-000001")
    page = admin.press(asked, "Ya, lakukan")
    assert (page.status, "Pengaduan ini sudah berakhir." in page.text) == (409, True)


def test_the_reply_of_the_complainant_comes_first_in_the_second_round(office: Office, app: Flask) -> None:
    number = office.submit()
    for _ in range(2):
        office.run_to(number, "Langkah_8")
        office.complete(number, tanggapan="respon_balik", isi_respon_balik="Antrean kemarin masih dua jam.")
    page = Officer(app, "petugas").get(f"/tugas/{office.open_items(number)[0]}")
    done = page.text.partition("Yang sudah dikerjakan")[2]
    assert done.index("Antrean kemarin masih dua jam.") < done.index("Putaran sebelumnya (7 isian)")
    assert "putaran ke-3" in page.text


# --- the whole way --------------------------------------------------------------


def test_all_steps_are_done_by_their_four_roles_without_javascript(office: Office, app: Flask) -> None:
    number = office.submit()
    desks = {name: Officer(app, name) for name in ("petugas", "admin", "pejabat")}
    for name in ("petugas", "admin", "admin", "pejabat", "admin", "petugas"):
        work_item = office.open_items(number)[0]
        answers = USUAL[office.form_id(work_item) or ""]
        page = desks[name].get("/tugas")
        page = desks[name].press(desks[name].get(page.link(number)), "Ambil dan selesaikan", **answers)
        assert f"Selesai: {number}" in page.text, page.text
    complainant = Officer(app, "pengadu", sign_in=False)
    page = complainant.get("/lacak")
    code = office.ports.keyring.tracking_code(number)
    form = next(f for f in page.tree.forms if "lacak" in (f.get("action") or ""))
    page = complainant.send(form.get("action"), {**dict(form.form_values()), "nomor": number, "kode": code})
    page = complainant.press(page, "Kirim jawaban", tanggapan="selesai")
    assert office.state(number).ending == "Selesai_pengadu"
