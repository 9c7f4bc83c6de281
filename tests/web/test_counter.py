"""The counter over HTTP: look up, enter, answer on behalf; who may, and what comes too late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.commands import ATTESTATIONS
from engine.definition.bundle import read
from engine.definition.deploy import deploy
from engine.history import log
from engine.identity import accounts
from engine.store import users
from tests.casework import COMPLAINT, ROOT, Office
from tests.web.officers import Officer, Page
from webapp.counter.attested import ANSWER, ENTRY, ON_RECORD, OWN

WALK_IN: dict[str, Any] = {
    "judul": "Loket tutup lebih awal",
    "uraian": "Pukul dua siang loket tiga sudah tutup, padahal di papan tertulis sampai pukul empat.",
    "lokasi": "Mal Pelayanan Publik",
    "tanggal_kejadian": "2026-11-23",
    "cara_jawaban": "loket",
    "kanal": "loket_mpp",
    "_identitas": "ktp",
}


@pytest.fixture
def rina(app: Flask) -> Officer:
    """At the counter."""
    return Officer(app, "petugas")


def entered(officer: Officer, **answers: Any) -> Page:
    return officer.press(officer.get("/loket/baru"), "Kirim pengaduan", **{**WALK_IN, **answers})


def number_of(page: Page) -> str:
    return page.path.rpartition("/")[2]


def events(office: Office, number: str) -> list[Any]:
    with office.ports.database.read() as connection:
        return list(log.read(connection, number))


def looked_up(officer: Officer, text: str) -> Page:
    return officer.press(officer.get("/loket"), "Cari", cari=text)


# --- look-up -----------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "PGD-2026-000001",
        "pgd 2026 1",
        "2026000001",
        "1",
        "000001",
        "http://127.0.0.1:8000/lacak/PGD-2026-000001",
        "HTTPS://ADUAN.CONTOH.ID/LACAK/PGD-2026-000001\n",
        "PGD 2026 999http://127.0.0.1:8000/lacak/PGD-2026-000001",
    ],
)
def test_a_number_in_any_spelling_and_the_square_of_the_receipt_lead_to_the_case(
    office: Office, rina: Officer, typed: str
) -> None:
    office.submit()
    assert looked_up(rina, typed).path == "/loket/PGD-2026-000001"


def test_a_number_that_is_not_there_says_so_and_keeps_what_was_typed(rina: Officer) -> None:
    page = looked_up(rina, "PGD-2026-000777")
    assert page.status == 404
    assert "Tidak ada pengaduan PGD-2026-000777" in page.text
    assert page.tree.get_element_by_id("cari").get("value") == "PGD-2026-000777"


def test_a_lost_receipt_is_made_good_by_name_telephone_or_words(office: Office, rina: Officer) -> None:
    office.submit()
    page = entered(rina, nama="Nurul Huda", cara_jawaban="telepon", kontak="0812 3456 7890")
    number = number_of(page)
    for typed in ("nurul huda", "+62 812-3456-7890", "loket tutup awal"):
        found = looked_up(rina, typed)
        assert "1 pengaduan cocok" in found.text
        assert found.link(number) == f"/loket/{number}"
    nothing = looked_up(rina, "Nurul Fitri")
    assert nothing.status == 404
    assert "Tidak ada yang cocok" in nothing.text


def test_what_is_searched_for_stands_in_no_address(rina: Officer) -> None:
    assert looked_up(rina, "nurul huda").address.endswith("/loket")


def test_an_empty_look_up_says_what_can_be_typed(rina: Officer) -> None:
    page = looked_up(rina, "  ")
    assert page.status == 422
    assert "nomor telepon" in page.text


def test_an_empty_counter_says_what_will_be_there(rina: Officer) -> None:
    page = rina.get("/loket")
    assert "Belum ada hari ini" in page.text
    assert "Tidak ada. Begitu sebuah jawaban disampaikan" in page.text
    assert page.tree.get_element_by_id("cari").get("autofocus") is not None
    assert page.link("Pengaduan baru") == "/loket/baru#isian-judul"


def test_the_counter_lists_what_it_entered_today_and_what_waits_for_a_complainant(
    app: Flask, office: Office, rina: Officer
) -> None:
    waiting = office.submit(judul="Sertifikat belum terbit")
    office.run_to(waiting, "Langkah_8")
    today = number_of(entered(Officer(app, "petugas2")))
    page = rina.get("/loket")
    assert page.link(today) == f"/loket/{today}"
    assert page.link("Sertifikat belum terbit") == f"/loket/{waiting}"
    office.at("2026-11-25 08:30")
    assert today not in rina.get("/loket").text


# --- entry -------------------------------------------------------------------


def test_a_walk_in_is_entered_on_behalf_and_the_next_step_is_in_the_officers_hands(
    office: Office, rina: Officer
) -> None:
    page = entered(rina)
    number = number_of(page)
    assert page.path == f"/loket/{number}"
    assert office.ports.keyring.tracking_code(number)[:5] in page.text
    assert office.state(number).work_items["Langkah_2:1"].assignee == "petugas"
    further = page.link("Lanjut:")
    assert rina.get(further).status == 200
    submitted, *_ = events(office, number)
    assert (submitted.actor, submitted.on_behalf) == ("petugas", "pengadu")
    assert submitted.payload["attested"] == "ktp"


def test_without_the_attestation_nothing_is_sent_and_nothing_is_lost(office: Office, rina: Officer) -> None:
    page = entered(rina, _identitas=None, judul="a")
    assert page.status == 422
    assert "Pilih apa yang Anda periksa" in page.text
    assert "Judul pengaduan" in page.tree.find_class("govuk-error-summary")[0].text_content()
    assert WALK_IN["uraian"] in page.text
    sent = rina.press(page, "Kirim pengaduan", judul=WALK_IN["judul"], _identitas="tanpa")
    assert events(office, number_of(sent))[0].payload["attested"] == "tanpa"


def test_how_the_last_one_came_is_proposed_for_the_next_and_never_guessed_before(rina: Officer) -> None:
    assert entered(rina, kanal="").status == 422
    entered(rina, kanal="surat")
    (chosen,) = rina.get("/loket/baru").tree.xpath("//select[@name='kanal']/option[@selected]")
    assert chosen.get("value") == "surat"


def test_the_same_page_sent_twice_is_one_complaint_and_with_other_content_it_is_asked_about(
    office: Office, rina: Officer
) -> None:
    path, fields = rina.filled(rina.get("/loket/baru"), "Kirim pengaduan", **WALK_IN)
    first = rina.send(path, fields)
    assert rina.send(path, fields).path == first.path
    other = rina.send(path, {**fields, "judul": "Judul yang lain"})
    assert other.status == 409
    assert number_of(first) in other.text
    assert "Judul yang lain" in other.source
    second = rina.press(other, "Kirim pengaduan")
    assert number_of(second) == "PGD-2026-000002"


def test_ones_own_complaint_is_entered_as_everybodys_and_kept_from_them_as_staff(
    app: Flask, office: Office, rina: Officer
) -> None:
    page = entered(rina, _identitas="sendiri")
    assert page.path == "/pengaduan/terkirim"
    number = "PGD-2026-000001"
    submitted, *_ = events(office, number)
    assert (submitted.actor, submitted.on_behalf) == ("petugas", None)
    assert "attested" not in submitted.payload
    assert office.state(number).work_items["Langkah_2:1"].assignee is None
    kept = rina.get(f"/loket/{number}")
    assert kept.status == 403
    assert "Ini pengaduan Anda sendiri" in kept.text
    assert number not in rina.get("/loket").text
    assert looked_up(rina, "loket tutup awal").status == 404
    assert Officer(app, "petugas2").get(f"/loket/{number}").status == 200


def test_staff_without_a_counter_may_complain_themselves(app: Flask, office: Office) -> None:
    admin = Officer(app, "admin")
    page = admin.get("/loket/sendiri")
    assert "Identitas diperiksa" not in page.text
    answers = {key: value for key, value in WALK_IN.items() if key not in ("_identitas", "kanal")}
    assert admin.press(page, "Kirim pengaduan", **{**answers, "judul": "a"}).status == 422
    assert admin.press(page, "Kirim pengaduan", **answers).path == "/pengaduan/terkirim"
    assert events(office, "PGD-2026-000001")[0].actor == "admin"


def test_ones_own_complaint_is_answered_by_number_and_code_as_anybodys_is(
    office: Office, rina: Officer
) -> None:
    entered(rina, _identitas="sendiri")
    number = "PGD-2026-000001"
    while not office.open_items(number)[0].endswith("Langkah_8:1"):
        work_item = office.open_items(number)[0]
        at_mpp = office.state(number).work_items[work_item.partition(":")[2]].group == "petugas_mpp"
        office.complete(number, "petugas2" if at_mpp else None)
    page = rina.get(f"/lacak/{number}")
    assert "Nilai untuk pelayanan kami" in page.text
    done = rina.press(page, "Kirim jawaban", tanggapan="selesai", nilai="4")
    assert "Berakhir: Ditutup pengadu" in done.text
    completed = [e for e in events(office, number) if e.type == "work_item:completed"][-1]
    assert (completed.actor, completed.on_behalf) == ("pengadu", None)


def test_an_auditor_who_changes_nothing_complains_from_another_place(app: Flask) -> None:
    auditor = Officer(app, "auditor")
    assert auditor.get("/loket/sendiri").status == 403
    assert "Buat pengaduan Anda sendiri" not in auditor.get("/loket").text


def test_another_language_keeps_what_was_typed(rina: Officer) -> None:
    page = rina.get("/loket/baru")
    (switch,) = page.tree.xpath("//button[@form='pengaduan'][@lang='en']")
    _, fields = rina.filled(page, "Kirim pengaduan", **WALK_IN)
    page = rina.send(switch.get("formaction"), {**fields, switch.get("name"): switch.get("value")})
    assert WALK_IN["uraian"] in page.text
    assert page.tree.get("lang") == "en"
    (chosen,) = page.tree.xpath("//input[@name='_identitas'][@checked]")
    assert chosen.get("value") == "ktp"


def test_a_form_that_came_too_late_is_given_back_filled(rina: Officer) -> None:
    path, fields = rina.filled(rina.get("/loket/baru"), "Kirim pengaduan", **WALK_IN)
    page = rina.send(path, {**fields, "csrf_token": "kedaluwarsa"})
    assert page.status == 400
    assert WALK_IN["uraian"] in page.text
    (chosen,) = page.tree.xpath("//input[@name='_identitas'][@checked]")
    assert chosen.get("value") == "ktp"
    assert rina.press(page, "Kirim pengaduan").path.startswith("/loket/PGD")


# --- one case ----------------------------------------------------------------


def a_case(office: Office, at: str, **answers: Any) -> str:
    number = office.submit(**answers)
    office.run_to(number, at)
    return number


def test_the_complainant_is_answered_for_without_the_rating(office: Office, rina: Officer) -> None:
    number = a_case(office, "Langkah_8")
    page = rina.get(f"/loket/{number}")
    assert "Nilai untuk pelayanan kami" not in page.text
    done = rina.press(page, "Kirim atas nama pengadu", tanggapan="selesai", _identitas="tanda_terima")
    assert "Berakhir: Ditutup pengadu" in done.text
    completed = next(
        e
        for e in reversed(events(office, number))
        if e.type == "work_item:completed" and e.payload["work_item"].startswith("Langkah_8")
    )
    assert (completed.actor, completed.on_behalf) == ("petugas", "pengadu")
    assert completed.payload["attested"] == "tanda_terima"


def test_a_reply_at_the_counter_sends_the_complaint_round_again(office: Office, rina: Officer) -> None:
    number = a_case(office, "Langkah_8")
    page = rina.press(
        rina.get(f"/loket/{number}"),
        "Kirim atas nama pengadu",
        tanggapan="respon_balik",
        isi_respon_balik="Loketnya masih tutup.",
        _identitas="ktp",
    )
    assert "Sedang ditangani" in page.text
    assert "Loketnya masih tutup." in page.text


def test_an_answer_without_attestation_names_every_error_and_loses_nothing(
    office: Office, rina: Officer
) -> None:
    number = a_case(office, "Langkah_8")
    page = rina.press(
        rina.get(f"/loket/{number}"),
        "Kirim atas nama pengadu",
        tanggapan="respon_balik",
        catatan_penutup="Terima kasih.",
    )
    assert page.status == 422
    summary = page.tree.find_class("govuk-error-summary")[0].text_content()
    assert "Apa yang belum selesai" in summary
    assert "Pilih apa yang Anda periksa" in summary
    assert "Terima kasih." in page.text
    assert office.open_items(number) == [f"{number}:Langkah_8:1"]


def test_an_answer_after_the_system_has_closed_it_says_so_and_goes_into_a_new_complaint(
    office: Office, rina: Officer
) -> None:
    number = a_case(office, "Langkah_8")
    page = rina.get(f"/loket/{number}")
    office.wait(days=2)
    late = rina.press(
        page,
        "Kirim atas nama pengadu",
        tanggapan="respon_balik",
        isi_respon_balik="Loketnya masih tutup.",
        _identitas="ktp",
    )
    assert late.status == 409
    assert "tidak lagi menunggu jawaban itu" in late.text
    assert "Loketnya masih tutup." in late.text
    again = rina.press(late, "Buat pengaduan baru dari tulisan ini")
    assert f"Menyusul pengaduan {number}." in again.text
    assert "Loketnya masih tutup." in again.text
    assert again.path == "/loket/baru"


def test_a_closed_case_leads_to_a_new_complaint_that_mentions_it(office: Office, rina: Officer) -> None:
    number = a_case(office, "Langkah_8")
    office.complete(number)
    page = rina.get(rina.get(f"/loket/{number}").link("Buat pengaduan baru"))
    assert f"Menyusul pengaduan {number}." in page.text


def test_a_secret_identity_is_not_shown_across_the_desk(office: Office, rina: Officer) -> None:
    number = a_case(office, "Langkah_8", nama="Nurul Huda", rahasia=True)
    assert "Nurul" not in rina.get(f"/loket/{number}").source


def test_the_answer_can_be_printed_once_there_is_one(office: Office, rina: Officer) -> None:
    number = a_case(office, "Langkah_2")
    assert "Cetak surat jawaban" not in rina.get(f"/loket/{number}").text
    office.run_to(number, "Langkah_8")
    page = rina.get(f"/loket/{number}")
    assert page.link("Cetak surat jawaban").startswith(f"/pengaduan/{number}/surat-jawaban")
    assert page.link("Cetak tanda terima").startswith(f"/pengaduan/{number}/tanda-terima")


def test_a_referred_case_is_open_to_who_referred_it_and_to_nobody_else_at_the_counter(
    app: Flask, office: Office, rina: Officer
) -> None:
    number = number_of(entered(rina))
    office.complete(
        number,
        "petugas",
        lingkup="berkadar_pengawasan",
        tujuan_rujukan="Inspektorat",
        konfirmasi_akhir=True,
    )
    assert rina.get(f"/loket/{number}").status == 200
    colleague = Officer(app, "petugas2")
    assert number not in colleague.get("/loket").text
    assert looked_up(colleague, "loket tutup awal").status == 404
    nobodys = "PGD-2026-000777"
    for see in (
        lambda of: colleague.get(f"/loket/{of}"),
        lambda of: looked_up(colleague, of),
        lambda of: colleague.get(f"/loket/baru?tentang={of}"),
    ):
        kept, unknown = see(number), see(nobodys)
        assert (kept.status, kept.text.replace(number, nobodys)) == (unknown.status, unknown.text)


def test_an_unknown_case_is_not_found(rina: Officer) -> None:
    assert rina.get("/loket/PGD-2026-000777").status == 404


# --- who may -----------------------------------------------------------------


@pytest.mark.parametrize("who", ["admin", "pejabat", "sekretariat", "auditor", "analis", "pengelola"])
def test_others_read_whose_counter_it_is(app: Flask, office: Office, who: str) -> None:
    number = office.submit()
    officer = Officer(app, who)
    for path in ("/loket", "/loket/baru", f"/loket/{number}"):
        page = officer.get(path)
        assert page.status == 403
        assert "Petugas MPP" in page.text
        assert COMPLAINT["judul"] not in page.source


def test_whoever_is_not_signed_in_signs_in_first(app: Flask, office: Office) -> None:
    office.submit()
    nobody = Officer(app, "petugas", sign_in=False)
    for path in ("/loket", "/loket/baru", "/loket/sendiri", "/loket/PGD-2026-000001"):
        assert nobody.get(path).path == "/masuk"


def test_who_serves_is_what_the_diagram_says_of_the_lane(
    app: Flask, office: Office, rina: Officer, tmp_path: Path
) -> None:
    diagram = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_text()
    said = 'name="loket" value="petugas_mpp"'
    assert said in diagram
    changed = tmp_path / "pengaduan_mpp.bpmn"
    changed.write_text(diagram.replace(said, 'name="loket" value="resepsionis"'))
    deploy(
        office.ports.database,
        read([changed, ROOT / "forms"]),
        by="analis",
        at=office.now,
        note=None,
        source="cli",
    )
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "sari", "Sari", ["resepsionis"], **office.by)
        users.set_password(connection, "sari", users.get(connection, "petugas").password_hash)
    sari = Officer(app, "sari")
    page = entered(sari)
    assert "Langkah berikutnya bukan tugas kelompok Anda" in page.text
    assert office.state(number_of(page)).work_items["Langkah_2:1"].assignee is None
    foreign = rina.get("/loket")
    assert foreign.status == 403
    assert "kelompok resepsionis" in foreign.text


def test_whatever_can_be_attested_has_words_for_choosing_it_and_for_the_record() -> None:
    assert ON_RECORD.keys() == set(ATTESTATIONS)
    assert {*ENTRY, *ANSWER} == {*ATTESTATIONS, OWN}


def test_the_code_is_shown_once_more_to_who_has_just_entered_it_and_to_no_colleague(
    app: Flask, office: Office, rina: Officer
) -> None:
    page = entered(rina)
    assert page.tree.get_element_by_id("kode") is not None
    colleague = Officer(app, "petugas2").get(page.address)
    assert colleague.status == 200
    assert not colleague.tree.xpath("//*[@id='kode']")
