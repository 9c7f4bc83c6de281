"""Submitting and tracking over HTTP, as a browser without JavaScript does."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from engine.store.session import Database
from engine.store.tables import cases, events
from tests.casework import ROOT, Office, open_office
from tests.web.officers import Officer, Page, an_app

COMPLAINT: dict[str, Any] = {
    "judul": "Antrean terlalu lama",
    "uraian": "Nomor saya baru dipanggil setelah dua jam.",
    "lokasi": "Mal Pelayanan Publik",
    "tanggal_kejadian": "2026-11-20",
    "cara_jawaban": "loket",
}
REPLY = {"tanggapan": "respon_balik", "isi_respon_balik": "Loket 3 masih tutup."}
WRONG = "Nomor dan kode ini tidak cocok."


@pytest.fixture
def visitor(app: Flask) -> Officer:
    return a_visitor(app)


def a_visitor(app: Flask) -> Officer:
    """Somebody with a browser who is not signed in."""
    return Officer(app, "", sign_in=False)


def checked(visitor: Officer, **answers: Any) -> Page:
    """The page to check one's answers on."""
    return visitor.press(visitor.get("/pengaduan/baru"), "Periksa jawaban", **{**COMPLAINT, **answers})


def sent(visitor: Officer, **answers: Any) -> Page:
    return visitor.press(checked(visitor, **answers), "Kirim pengaduan")


def number_and_code(page: Page) -> tuple[str, str]:
    element = page.tree.get_element_by_id
    return element("nomor").text_content(), element("kode").text_content()


def tracked(visitor: Officer, number: str, code: str) -> Page:
    return visitor.press(visitor.get("/lacak"), "Lihat pengaduan", nomor=number, kode=code)


def count(office: Office, table: Any = cases) -> int:
    with office.ports.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


# --- submitting --------------------------------------------------------------


def test_a_submission_is_checked_and_then_gets_number_and_code(office: Office, visitor: Officer) -> None:
    page = checked(visitor)
    assert page.title == "Periksa jawaban Anda · Alur Aduan"
    assert "Antrean terlalu lama" in page.text
    assert "20 November 2026" in page.text
    assert count(office) == 0
    page = visitor.press(page, "Kirim pengaduan")
    number, code = number_and_code(page)
    assert (page.path, number) == ("/pengaduan/terkirim", "PGD-2026-000001")
    assert office.ports.keyring.code_matches(number, code)


def test_the_receipt_says_what_comes_next_and_until_when(visitor: Officer) -> None:
    page = sent(visitor)
    assert "Paling lambat Selasa, 24 November 2026, 11.00 WITA" in page.text
    assert "dihitung mulai Selasa 09.00, sampai Selasa 11.00" in page.text


def test_the_square_of_the_receipt_holds_no_code(visitor: Officer) -> None:
    page = sent(visitor)
    _number, code = number_and_code(page)
    svg = page.source[page.source.index("<svg", page.source.index("app-receipt__qr")) :]
    assert "style=" not in svg[: svg.index("</svg>")]
    assert code.replace("-", "") not in page.source.replace("-", "").replace(code.replace("-", ""), "", 1)


def test_wrong_answers_come_back_with_everything_typed_and_links_to_them(visitor: Officer) -> None:
    page = checked(visitor, judul="", lokasi="Loket 3", cara_jawaban="whatsapp")
    assert page.status == 422
    assert page.title.startswith("Galat: ")
    assert page.link("Judul pengaduan") == "#isian-judul"
    assert page.link("Nomor, surel, atau alamat") == "#isian-kontak"
    form, _ = page.form("Periksa jawaban")
    assert form.fields["lokasi"] == "Loket 3"
    assert form.fields["cara_jawaban"] == "whatsapp"


def test_an_answer_can_be_changed_from_the_check_page(visitor: Officer) -> None:
    page = checked(visitor, uraian='Baris satu.\nBaris dua, dengan <tanda> & "kutip".')
    page = visitor.press(page, "Ubah Judul pengaduan")
    form, _ = page.form("Periksa jawaban")
    assert form.fields["judul"] == "Antrean terlalu lama"
    assert '<tanda> & "kutip"' in form.fields["uraian"]
    page = visitor.press(page, "Periksa jawaban", judul="Judul yang lebih baik")
    assert "Judul yang lebih baik" in page.text


def test_the_same_submission_twice_shows_the_same_number_and_code(office: Office, visitor: Officer) -> None:
    path, fields = visitor.filled(checked(visitor), "Kirim pengaduan")
    first, second = (number_and_code(visitor.send(path, fields)) for _ in range(2))
    assert first == second
    assert count(office) == 1


def test_the_same_submission_after_a_restart_shows_the_same_number_and_code(
    office: Office, app: Flask, visitor: Officer, tmp_path: Path
) -> None:
    path, fields = visitor.filled(checked(visitor), "Kirim pengaduan")
    first = number_and_code(visitor.send(path, fields))
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    restarted = a_visitor(an_app(office, tmp_path / "data"))
    restarted.client.set_cookie("session", cookie.value)
    assert number_and_code(restarted.send(path, fields)) == first


def test_another_content_under_the_same_page_is_refused_and_shown_beside_the_first(
    office: Office, visitor: Officer
) -> None:
    path, fields = visitor.filled(checked(visitor), "Kirim pengaduan")
    visitor.send(path, fields)
    page = visitor.send(path, {**fields, "judul": "Judul yang lain"})
    assert page.status == 409
    assert "Halaman ini sudah dikirim dengan isi lain" in page.text
    assert "Judul yang lain" in page.text
    assert "Antrean terlalu lama" in page.text
    assert count(office) == 1
    page = visitor.press(page, "Kirim sebagai pengaduan baru")
    assert number_and_code(page)[0] == "PGD-2026-000002"


def test_an_expired_page_gives_the_form_back_filled(office: Office, visitor: Officer) -> None:
    with time_machine.travel("2026-11-24 09:00+08:00", tick=False) as clock:
        path, fields = visitor.filled(checked(visitor), "Kirim pengaduan")
        clock.shift(timedelta(hours=2))
        page = visitor.send(path, fields)
        assert page.status == 400
        assert "Belum terkirim." in page.text
        assert page.form("Periksa jawaban")[0].fields["judul"] == "Antrean terlalu lama"
        assert count(office) == 0
        page = visitor.press(visitor.press(page, "Periksa jawaban"), "Kirim pengaduan")
    assert number_and_code(page)[0] == "PGD-2026-000001"


def test_a_page_without_any_token_does_nothing(office: Office, visitor: Officer) -> None:
    page = visitor.send("/pengaduan/baru", {**COMPLAINT, "_langkah": "kirim"})
    assert page.status == 400
    assert count(office) == 0


def test_staff_enter_complaints_at_the_counter_and_take_along_what_they_typed(
    office: Office, app: Flask
) -> None:
    petugas = Officer(app, "petugas")
    assert petugas.get("/pengaduan/baru").path == "/loket/baru"
    token = petugas.get("/tugas").tree.find(".//input[@name='csrf_token']").get("value")
    sending = {**COMPLAINT, "_langkah": "kirim", "_perintah": "x", "csrf_token": token}
    sent_on = petugas.client.post("/pengaduan/baru", data=sending)
    assert (
        sent_on.status_code == 307
    )  # a browser posts the same there; the test client loses the body on the way
    page = petugas.send(sent_on.location, sending)
    assert (page.path, page.status) == ("/loket/baru", 422)
    assert COMPLAINT["uraian"] in page.source
    assert count(office) == 0


def test_a_complainant_is_not_asked_how_the_complaint_came(office: Office, app: Flask) -> None:
    visitor, petugas = a_visitor(app), Officer(app, "petugas")
    assert "Disampaikan melalui" not in visitor.get("/pengaduan/baru").text
    number, _code = number_and_code(sent(visitor))
    page = petugas.get(f"/tugas/{office.open_items(number)[0]}")
    assert "Situs ini" in [dd.text_content().strip() for dd in page.tree.iter("dd")]


def test_staff_who_are_not_at_the_counter_are_told_before_they_type(office: Office, app: Flask) -> None:
    auditor = Officer(app, "auditor")
    page = auditor.get("/pengaduan/baru")
    assert page.status == 403
    assert "Keluar dahulu" in page.text
    token = auditor.get("/tugas").tree.find(".//input[@name='csrf_token']").get("value")
    sending = {**COMPLAINT, "kanal": "web", "_langkah": "kirim", "_perintah": "x", "csrf_token": token}
    assert auditor.send("/pengaduan/baru", sending).status == 403
    assert count(office) == 0


def test_a_submission_that_fails_inside_is_not_lost_and_gets_a_number(
    office: Office, visitor: Officer
) -> None:
    page = checked(visitor)
    office.at("2035-01-02 09:00")  # further than the calendar knows: no due time can be worked out
    page = visitor.press(page, "Kirim pengaduan")
    assert page.status == 500
    assert re.search(r"nomor K-[0-9A-F]{6}", page.text)
    assert "Antrean terlalu lama" in page.text
    office.at("2026-11-24 09:00")
    assert number_and_code(visitor.press(page, "Kirim pengaduan"))[0] == "PGD-2026-000001"


# --- tracking ----------------------------------------------------------------


def test_number_and_code_are_typed_tolerantly(app: Flask, visitor: Officer) -> None:
    number, code = number_and_code(sent(visitor))
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    page = tracked(a_visitor(app), "pgd 2026 1", spoken)
    assert page.path == f"/lacak/{number}"
    assert "Sedang ditangani" in page.text


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(app: Flask, visitor: Officer) -> None:
    number, code = number_and_code(sent(visitor))
    stranger = a_visitor(app)
    answers = [tracked(stranger, number, "0000000000"), tracked(stranger, "PGD-2026-000777", code)]
    assert {page.status for page in answers} == {422}
    assert all(WRONG in page.text for page in answers)


def test_the_code_of_an_unknown_number_opens_nothing(office: Office, visitor: Officer) -> None:
    code = office.ports.keyring.tracking_code("PGD-2026-000777")
    assert WRONG in tracked(visitor, "PGD-2026-000777", code).text


def test_a_foreign_case_is_refused(app: Flask, visitor: Officer) -> None:
    first, _code = number_and_code(sent(visitor))
    stranger = a_visitor(app)
    sent(stranger)
    for page in (stranger.get(f"/lacak/{first}"), stranger.get("/lacak/PGD-2026-999999")):
        assert page.status == 403
        assert "Antrean" not in page.text


def test_a_foreign_task_is_not_answered_through_the_own_case(
    office: Office, app: Flask, visitor: Officer
) -> None:
    mine, theirs = (number_and_code(sent(who))[0] for who in (visitor, a_visitor(app)))
    for number in (mine, theirs):
        office.run_to(number, "Langkah_8")
    path, fields = visitor.filled(visitor.get(f"/lacak/{mine}"), "Kirim jawaban", tanggapan="selesai")
    page = visitor.send(path, {**fields, "_tugas": office.open_items(theirs)[0]})
    assert page.status == 404
    assert office.state(theirs).work_items


def test_the_complainant_sees_the_public_answers_only(office: Office, visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    page = visitor.get(f"/lacak/{number}")
    assert "Mohon maaf" in page.text
    assert "Hasil analisis" not in page.text
    assert "Petugas," not in page.text


def test_the_page_says_until_when_and_that_the_system_closes(office: Office, visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    page = visitor.get(f"/lacak/{number}")
    assert "Menunggu jawaban Anda" in page.text
    assert "Jawab paling lambat Selasa, 24 November 2026, 11.00 WITA." in page.text
    assert "ditutup otomatis oleh sistem" in page.text


def test_the_answer_closes_the_case(office: Office, visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    page = visitor.press(visitor.get(f"/lacak/{number}"), "Kirim jawaban", tanggapan="selesai")
    assert "Jawaban Anda terkirim." in page.text
    assert "Berakhir: Ditutup pengadu" in page.text


def test_a_reply_goes_round_again_and_the_rail_shows_it(office: Office, visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    page = visitor.press(visitor.get(f"/lacak/{number}"), "Kirim jawaban", **REPLY)
    assert "Sedang ditangani" in page.text
    states = [
        re.search(r"--(\w+)$", li.get("class") or "")[1] for li in page.tree.find_class("app-rail__step")
    ]  # type: ignore[index]
    assert states == ["done", "now", *["future"] * 6]
    assert "putaran ke-2" in page.text


def test_a_reply_without_words_keeps_the_choice(office: Office, visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    page = visitor.press(visitor.get(f"/lacak/{number}"), "Kirim jawaban", tanggapan="respon_balik")
    assert page.status == 422
    assert page.title.startswith("Galat: ")
    assert page.form("Kirim jawaban")[0].fields["tanggapan"] == "respon_balik"


def test_an_answer_after_the_system_closed_is_refused_and_not_lost(office: Office, visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    path, fields = visitor.filled(visitor.get(f"/lacak/{number}"), "Kirim jawaban", **REPLY)
    office.at("2026-11-24 11:00")
    page = visitor.send(path, fields)
    assert page.status == 409
    assert "Belum terkirim." in page.text
    assert REPLY["isi_respon_balik"] in page.text
    assert "tidak lagi menunggu jawaban itu" in page.text
    assert "Tidak diisi" not in page.text
    assert "Berakhir: Ditutup sistem" in page.text


def test_an_answer_that_fails_inside_is_not_lost_and_gets_a_number(
    sqlite_database: Database, tmp_path: Path
) -> None:
    shipped = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_text()
    broken = tmp_path / "pengaduan_mpp.bpmn"
    broken.write_text(shipped.replace('tanggapan = "respon_balik"', "nilai > 3"))  # null for a reply
    office = open_office(sqlite_database, paths=[broken, ROOT / "forms"])
    visitor = a_visitor(an_app(office, tmp_path / "data"))
    number, _code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    page = visitor.press(visitor.get(f"/lacak/{number}"), "Kirim jawaban", **REPLY)
    assert page.status == 500
    assert re.search(r"nomor K-[0-9A-F]{6}", page.text)
    assert page.form("Kirim jawaban")[0].fields["isi_respon_balik"] == REPLY["isi_respon_balik"]


def test_a_session_that_ended_keeps_the_answer_through_number_and_code(
    office: Office, app: Flask, visitor: Officer
) -> None:
    number, code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    path, fields = visitor.filled(visitor.get(f"/lacak/{number}"), "Kirim jawaban", **REPLY)
    later = a_visitor(app)
    page = later.send(path, fields)
    assert page.status == 403
    page = later.press(page, "Lihat pengaduan", kode=code)
    page = later.press(page, "Buka kembali isian saya")
    assert page.form("Kirim jawaban")[0].fields["isi_respon_balik"] == REPLY["isi_respon_balik"]
    assert "Sedang ditangani" in later.press(page, "Kirim jawaban").text


def test_staff_with_number_and_code_act_on_behalf(office: Office, app: Flask, visitor: Officer) -> None:
    number, code = number_and_code(sent(visitor))
    office.run_to(number, "Langkah_8")
    petugas = Officer(app, "petugas")
    page = petugas.press(tracked(petugas, number, code), "Kirim jawaban", tanggapan="selesai")
    assert "Berakhir" in page.text
    with office.ports.database.read() as connection:
        query = select(events.c.actor, events.c.on_behalf).where(events.c.case_number == number)
        last = connection.execute(
            query.where(events.c.command_id.is_not(None)).order_by(events.c.seq.desc())
        ).first()
    assert tuple(last or ()) == ("petugas", "pengadu")


def test_the_next_person_at_the_phone_sees_nothing(visitor: Officer) -> None:
    number, _code = number_and_code(sent(visitor))
    visitor.press(visitor.get(f"/lacak/{number}"), "Selesai, tutup")
    assert visitor.get(f"/lacak/{number}").status == 403
    assert visitor.get("/pengaduan/terkirim").path == "/lacak"


# --- around ------------------------------------------------------------------


def test_the_pages_come_in_english_when_asked(visitor: Officer) -> None:
    page = visitor.get("/?bahasa=en")
    assert page.tree.get("lang") == "en"
    assert "Make a complaint" in page.text
    assert "Buat pengaduan" in visitor.get("/?bahasa=id").text


def test_a_page_that_is_too_large_says_so(visitor: Officer) -> None:
    page = visitor.send("/pengaduan/baru", {"uraian": "x" * 2_100_000})
    assert page.status == 413
    assert "terlalu besar" in page.text
