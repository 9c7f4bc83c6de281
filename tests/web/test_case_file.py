"""The case file over HTTP, without JavaScript."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from engine.commands import Submit
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from engine.store import access_log
from tests.casework import COMPLAINT, PEOPLE, PROCESS, Office
from tests.web.case_pages import BERKADAR, say
from tests.web.officers import Officer, Page

SCOPE = {"lingkup": "tidak_berkadar", "alasan": "Menyangkut mutu pelayanan di loket."}


def file(app: Flask, number: str, name: str = "petugas") -> Page:
    return Officer(app, name).get(f"/pengaduan/{number}")


# --- reading -----------------------------------------------------------------


def test_the_file_says_where_the_case_is_what_was_written_and_how_long_it_took(
    office: Office, app: Flask
) -> None:
    number = office.submit(judul="Parkir penuh")
    office.wait(minutes=20)
    office.claim(office.open_items(number)[0], "petugas")
    office.wait(minutes=25)
    office.complete(number)
    page = file(app, number, "admin")
    assert page.title.startswith(f"{number}: Parkir penuh")
    for words in (
        "Menerima Pengaduan dari Petugas MPP Admin OPD · belum diambil",
        "2 jam kerja lagi",
        "Judul pengaduanParkir penuh",
        "AlasanMenyangkut mutu pelayanan di loket.",
        "20 menit 25 menit 45 menit tepat waktu, sisa 1 jam 15 menit",
        "Dihitung mulai Selasa 09.00, sampai Selasa 11.00.",
        "menunggu 20 menit jam kerja",
        "dikerjakan 25 menit jam kerja",
        "Dicatat olehpengadu sendiri",
    ):
        assert words in page.text
    assert page.tree.xpath("//svg[@class='diagram']")


def test_ones_own_task_is_a_link_to_be_worked_on_and_a_foreign_one_is_none(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.claim(item, "petugas")
    assert file(app, number).link("Kerjakan") == f"/tugas/{item}"
    assert file(app, number, "petugas2").link("Buka tugas") == f"/tugas/{item}"
    assert not file(app, number, "admin").tree.xpath(f"//main//a[@href='/tugas/{item}']")


def test_the_newest_round_is_open_to_be_read_and_earlier_ones_are_folded(office: Office, app: Flask) -> None:
    number = office.submit()
    for reply in ("Kemarin pun loketnya kosong.", "Hari ini kosong lagi."):
        office.run_to(number, "Langkah_8")
        office.wait(minutes=5)
        office.complete(number, tanggapan="respon_balik", isi_respon_balik=reply)
    page = file(app, number)
    (step,) = page.tree.xpath("//details[@open][contains(@class, 'app-step')]")
    (folded,) = step.xpath(".//details[not(@open)]")
    assert "Hari ini kosong lagi." in step.text_content()
    assert "Kemarin pun loketnya kosong." in folded.text_content()
    assert "lewat tenggat pada" not in page.text
    assert "tidak pernah lewat tenggat" in page.text


def test_a_late_step_says_by_how_much_and_who_was_told(office: Office, app: Flask) -> None:
    number = office.submit()
    office.wait(hours=3, minutes=30)  # half an hour of it is the midday break
    office.sweep(number)
    page = file(app, number, "sekretariat")
    assert "terlambat 1 jam" in page.text
    assert "lewat 1 jam batas 2 jam, tenggat 24 November 2026, 11.00 diberi tahu: Sekretariat" in page.text


def test_an_ended_case_says_how_it_ended_and_took_how_long(office: Office, app: Flask) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.wait(minutes=90)
    office.complete(number, tanggapan="selesai")
    page = file(app, number)
    assert "Berakhir: Ditutup pengadu" in page.text
    assert "Lamanya sampai selesai1 jam 30 menit jam kerja" in page.text
    assert "dijawab setelah 1 jam 30 menit jam kerja" in page.text


def test_a_number_is_understood_in_any_spelling(office: Office, app: Flask) -> None:
    number = office.submit()
    assert file(app, "pgd 2026 1").path == f"/pengaduan/{number}"


def test_the_page_is_english_when_asked_for(office: Office, app: Flask) -> None:
    number = office.submit()
    assert "pengaduan" in file(app, number).text.lower()
    assert Officer(app, "petugas").get(f"/pengaduan/{number}?bahasa=en").status == 200


# --- whom it is kept from ----------------------------------------------------


def test_a_complainant_is_sent_to_their_own_page_and_others_to_the_sign_in(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    anybody = Officer(app, "nobody", sign_in=False)
    assert anybody.get(f"/pengaduan/{number}").path == "/masuk"
    code = office.ports.keyring.tracking_code(number)
    anybody.press(anybody.get("/lacak"), "Lihat", nomor=number, kode=code)
    assert anybody.get(f"/pengaduan/{number}").path == f"/lacak/{number}"


def test_a_referred_case_and_a_number_never_given_out_get_the_same_page(office: Office, app: Flask) -> None:
    number = office.submit()
    office.complete(number, "petugas", **BERKADAR)
    for name in ("petugas2", "sekretariat"):
        hidden, unknown = file(app, number, name), file(app, "PGD-2026-000099", name)
        assert hidden.status == unknown.status == 404
        assert hidden.text.replace(number, "") == unknown.text.replace("PGD-2026-000099", "")
    assert "hanya kelompok Penerima rujukan" in file(app, number, "petugas").text


def test_an_own_complaint_leads_to_tracking(office: Office, app: Flask) -> None:
    own = Submit(actor="petugas", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    number = office.do(own).case
    page = file(app, number)
    assert page.status == 403
    assert "Ini pengaduan Anda sendiri" in page.text
    assert page.link("Lacak pengaduan ini") == f"/lacak?nomor={number}"
    colleague = file(app, number, "petugas2")
    assert "Petugas " not in colleague.tree.xpath("string(//*[@class='app-history'][last()])")


def test_an_analyst_is_told_whom_the_page_is_for(office: Office, app: Flask) -> None:
    page = file(app, office.submit(judul="Parkir penuh"), "analis")
    assert (page.status, "Parkir penuh" in page.text) == (403, False)
    assert "Sekretariat dan auditor" in page.text


def test_after_an_erasure_the_file_says_so(office: Office, app: Flask, tmp_path: Path) -> None:
    number = office.submit(judul="Parkir penuh")
    say(office, number, "Catatan rekan")
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    pengelola = Actor("pengelola", frozenset(PEOPLE["pengelola"]))
    erase(office.ports, pengelola, number, "Permintaan pemilik data.", source="cli", seals=tmp_path / "segel")
    page = file(app, number)
    assert page.status == 200
    assert "Isi pengaduan ini sudah dihapus." in page.text
    assert "Parkir penuh" not in page.text
    assert "Catatan rekan" not in page.text
    assert "Kirim komentar" not in page.buttons()


# --- comments ----------------------------------------------------------------


def test_a_comment_is_seen_by_colleagues_and_never_by_the_complainant(office: Office, app: Flask) -> None:
    number = office.submit()
    officer = Officer(app, "petugas")
    text = "Kepala loket berjanji memeriksa.\n<b>Besok</b> saya tanyakan."
    page = officer.press(officer.get(f"/pengaduan/{number}"), "Kirim komentar", komentar=text)
    assert page.path == f"/pengaduan/{number}"
    assert "Komentar Anda tersimpan." in page.text
    assert "<b>Besok</b> saya tanyakan." in file(app, number, "auditor").text
    code = office.ports.keyring.tracking_code(number)
    anybody = Officer(app, "nobody", sign_in=False)
    tracked = anybody.press(anybody.get("/lacak"), "Lihat", nomor=number, kode=code)
    assert "berjanji" not in tracked.source
    assert "komentar" not in tracked.text.lower()


def test_a_comment_that_is_refused_stays_in_its_field(office: Office, app: Flask) -> None:
    number = office.submit()
    officer = Officer(app, "petugas")
    page = officer.press(officer.get(f"/pengaduan/{number}"), "Kirim komentar", komentar="x" * 4001)
    assert page.status == 422
    assert "paling panjang 4000 karakter, sekarang 4001" in page.text
    assert page.tree.xpath("//textarea[@id='komentar'][@aria-describedby]")[0].text.strip() == "x" * 4001
    assert page.title.startswith("Galat:")
    empty = officer.press(officer.get(f"/pengaduan/{number}"), "Kirim komentar", komentar="  \n ")
    assert (empty.status, "Tulis komentarnya dahulu." in empty.text) == (422, True)


def test_a_comment_sent_twice_is_there_once_and_other_content_is_kept(office: Office, app: Flask) -> None:
    number = office.submit()
    officer = Officer(app, "petugas")
    path, fields = officer.filled(
        officer.get(f"/pengaduan/{number}"), "Kirim komentar", komentar="Sudah saya telepon."
    )
    for _ in range(2):
        assert officer.send(path, fields).status == 200
    changed = officer.send(path, {**fields, "komentar": "Sudah saya telepon dua kali."})
    assert changed.status == 409
    assert changed.text.count("Sudah saya telepon.") == 1
    assert "Sudah saya telepon dua kali." in changed.tree.xpath("string(//textarea[@id='komentar'])")


def test_a_comment_that_came_too_late_is_given_back_filled(office: Office, app: Flask) -> None:
    number = office.submit()
    officer = Officer(app, "petugas")
    path, fields = officer.filled(
        officer.get(f"/pengaduan/{number}"), "Kirim komentar", komentar="Ditulis sebelum makan siang."
    )
    page = officer.send(path, {**fields, "csrf_token": "kedaluwarsa"})
    assert page.status == 400
    assert "Ditulis sebelum makan siang." in page.tree.xpath("string(//textarea[@id='komentar'])")
    assert "Komentar Anda tersimpan." in officer.press(page, "Kirim komentar").text


def test_an_auditor_who_comments_anyway_gets_back_what_they_wrote(office: Office, app: Flask) -> None:
    number = office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/pengaduan/{number}")
    assert "Kirim komentar" not in page.buttons()
    token = page.tree.xpath("string(//input[@name='csrf_token']/@value)")
    sent = auditor.send(f"/pengaduan/{number}/komentar", {"komentar": "Temuan.", "csrf_token": token})
    assert sent.status == 403
    assert (
        "Komentar Anda yang tidak terkirim. Ini hanya ada di halaman ini. Salin bila masih diperlukan. Temuan."
        in (sent.text)
    )


def test_a_comment_does_not_disturb_an_open_task_page(office: Office, app: Flask) -> None:
    number = office.submit()
    officer = Officer(app, "petugas")
    task = officer.get(f"/tugas/{office.open_items(number)[0]}")
    say(office, number, "Sementara itu, dari rekan.", "petugas2")
    assert f"Selesai: {number}" in officer.press(task, "Ambil dan selesaikan", **SCOPE).text


# --- a secret identity -------------------------------------------------------


def secret(office: Office) -> str:
    return office.submit(nama="Halimah Contoh", kontak="0811-2222-3333", rahasia=True)


def test_the_counter_opens_a_secret_identity_on_one_page_and_the_history_tells(
    office: Office, app: Flask
) -> None:
    number = secret(office)
    officer = Officer(app, "petugas")
    page = officer.get(f"/pengaduan/{number}")
    assert "Halimah" not in page.source
    opened = officer.press(page, "Buka identitas")
    assert "Halimah Contoh" in opened.text
    again = officer.get(f"/pengaduan/{number}")
    assert "Halimah" not in again.source
    assert "Membuka identitas pengadu" in again.text


def test_an_auditor_opens_it_with_a_reason_that_goes_into_the_access_log(office: Office, app: Flask) -> None:
    number = secret(office)
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/pengaduan/{number}")
    refused = auditor.press(page, "Buka identitas")
    assert refused.status == 422
    assert "Tulis alasannya" in refused.text
    assert "Halimah" not in refused.source
    opened = auditor.press(page, "Buka identitas", alasan="Memeriksa aduan ganda.")
    assert "Halimah Contoh" in opened.text
    with office.ports.database.read() as connection:
        (row,) = [r for r in access_log.of_case(connection, number) if r.act == "identity:reveal"]
    assert (row.actor, row.why) == ("auditor", "Memeriksa aduan ganda.")
    assert "Identitas dibuka untuk audit Auditor" in auditor.get(f"/pengaduan/{number}").text
    others = file(app, number, "sekretariat").text
    assert "Identitas dibuka untuk audit Auditor" in others
    assert "Memeriksa aduan ganda." not in others


def test_nobody_else_opens_it(office: Office, app: Flask) -> None:
    number = secret(office)
    for name in ("sekretariat", "admin"):
        officer = Officer(app, name)
        page = officer.get(f"/pengaduan/{number}")
        assert not any(button.startswith("Buka identitas") for button in page.buttons())
        token = page.tree.xpath("string(//input[@name='csrf_token']/@value)")
        sent = officer.send(f"/pengaduan/{number}/buka-identitas", {"csrf_token": token})
        assert (sent.status, "Halimah" in sent.source) == (403, False)


# --- ways on -----------------------------------------------------------------


def test_the_counter_goes_on_to_its_own_page_and_everybody_to_the_letter(office: Office, app: Flask) -> None:
    number = office.submit()
    counter, other = file(app, number, "petugas"), file(app, number, "admin")
    assert counter.link("Layani di loket") == f"/loket/{number}"
    assert "Layani di loket" not in other.text
    assert other.link("Surat jawaban") == f"/pengaduan/{number}/surat-jawaban"
