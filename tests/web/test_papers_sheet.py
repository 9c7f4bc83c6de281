"""The archive sheet over HTTP: the SOP's rows beside what became of them, and a PDF/A that is read back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from pypdf import PdfReader

from engine.commands import Submit
from engine.history import log, seal_file
from engine.history.seal import seal
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from engine.store import access_log
from engine.store.session import Database, counting
from tests.casework import COMPLAINT, PROCESS, Office, open_office, tamper
from tests.given_files import attach, given
from tests.process.diagrams import Diagram
from tests.web.officers import Officer, an_app
from tests.web.test_papers import ANSWER, WHO, answered, entered, file, kinds_of, words


@pytest.fixture
def sekretariat(app: Flask) -> Officer:
    return Officer(app, "sekretariat")


def sheet(number: str) -> str:
    return f"/pengaduan/{number}/lembar-arsip"


def both(who: Officer, number: str) -> tuple[str, str]:
    """The words of the page and of the file."""
    return who.get(sheet(number)).text, words(file(who, f"{sheet(number)}.pdf"))


def row(who: Officer, number: str, nth: int) -> list[str]:
    """The cells of a row of the steps, the first is 1."""
    found = who.get(sheet(number)).tree.find_class("app-sheet__steps")[0].xpath("./tbody/tr")[nth - 1]
    return [" ".join(cell.text_content().split()) for cell in found]


def head(office: Office, number: str) -> tuple[int, str]:
    with office.ports.database.read() as connection:
        return log.head(connection, number)


# --- what it says --------------------------------------------------------------------------------


def test_the_sheet_says_which_case_by_which_version_and_how_it_stands(
    office: Office, sekretariat: Officer
) -> None:
    number = entered(office, **WHO)
    answered(office, number)
    for text in both(sekretariat, number):
        for said in (
            "Dinas Koperasi Usaha Kecil Menengah dan Perindustrian Kota Samarinda",
            f"Nomor pengaduan {number}",
            "Dicetak Selasa, 24 November 2026, 09.05 WITA oleh Sekretariat",
            "Masuk Selasa, 24 November 2026, 09.00 WITA, dicatat oleh Petugas",
            "Kanal Loket Mal Pelayanan Publik",
            "Kategori Pelayanan loket",
            "Nama Siti Aminah",
            "Keadaan Masih berjalan",
            "Nomor SOP 000.8.3.3 / 369 / 100.14.",
            f"Versi yang dijalankan {PROCESS}:1",
        ):
            assert said in text


def test_an_ended_case_says_how_it_ended(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    office.complete(number, lingkup="tidak_layak", alasan="Promosi.", konfirmasi_akhir=True)
    text = sekretariat.get(sheet(number)).text
    assert "Keadaan Berakhir: Dirujuk" in text
    assert row(sekretariat, number, 3)[-1] == "tidak dilalui"


def test_the_rows_are_the_sops_with_the_actual_time_beside_the_limit(
    office: Office, sekretariat: Officer
) -> None:
    number = office.submit()
    office.wait(minutes=10)
    office.claim(office.open_items(number)[0], "petugas")
    office.wait(minutes=30)
    office.complete(number, "petugas")
    assert row(sekretariat, number, 1) == [
        "1", "Menyampaikan Pengaduan Keluhan /Ketidakpuasan atas Pelayanan Publik", "Pengadu", "Formulir Pengaduan",
        "Pengaduan Publik", "–", "24 Nov 2026 09.00", "–", "24 Nov 2026 09.00", "Pengadu", "–", "–", "selesai",
    ]  # fmt: skip
    assert row(sekretariat, number, 2) == [
        "2", "Menerima laporan pengaduan dan meneruskan ke Admin OPD", "Petugas MPP", "Formulir Pengaduan",
        "Pengaduan Publik", "2 Jam", "24 Nov 2026 09.00", "24 Nov 2026 09.10", "24 Nov 2026 09.40", "Petugas",
        "2 jam 24 Nov 2026 11.00", "40 menit", "tepat waktu, sisa 1 jam 20 menit",
    ]  # fmt: skip
    third = row(sekretariat, number, 3)
    assert third[1].endswith("Dikoordinasikan melalui Whatsapp Group")
    assert third[6:] == [
        "24 Nov 2026 09.40", "–", "belum", "–", "2 jam 24 Nov 2026 11.40", "0 menit", "sisa 2 jam, sekarang",
    ]  # fmt: skip
    assert row(sekretariat, number, 8)[-1] == "belum sampai ke langkah ini"
    # no word of the head is broken: its columns are as wide as they are meant to be
    head_of_columns = (
        "No Uraian prosedur Pelaksana Kelengkapan Output Waktu Datang Diambil Selesai Oleh Batas Lama"
    )
    assert head_of_columns in words(file(sekretariat, f"{sheet(number)}.pdf"))


def test_a_late_step_says_by_how_much_and_who_was_told(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    office.wait(hours=2, minutes=20)
    office.sweep(number)
    office.complete(number, "petugas")
    assert row(sekretariat, number, 2)[-2:] == ["2 jam 20 menit", "lewat 20 menit diberi tahu: Sekretariat"]


def test_each_round_of_a_step_is_a_row_beneath_it(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Loket 3 masih tutup.")
    office.wait(minutes=15)
    office.complete(number, "petugas2")
    first, again = row(sekretariat, number, 2), row(sekretariat, number, 3)
    assert first[0] == "2"
    assert first[9] == "Petugas"
    assert again[1].startswith("Putaran ke-2")
    assert again[2:] == [
        "24 Nov 2026 09.00", "24 Nov 2026 09.15", "24 Nov 2026 09.15", "Petugas2", "2 jam 24 Nov 2026 11.00",
        "15 menit", "tepat waktu, sisa 1 jam 45 menit",
    ]  # fmt: skip
    for text in both(sekretariat, number):
        assert "(putaran ke-2)" in text
        assert "Loket 3 masih tutup." in text


def test_what_was_answered_at_each_step_is_there_and_no_comment(office: Office, sekretariat: Officer) -> None:
    number = entered(office, **WHO)
    answered(office, number)
    sekretariat.press(sekretariat.get(f"/pengaduan/{number}"), "Kirim komentar", komentar="Rahasia rekan.")
    for text in both(sekretariat, number):
        assert f"Judul pengaduan: {COMPLAINT['judul']}" in text
        assert f"Respon aduan: {ANSWER}" in text
        assert "Petugas, atas nama pengadu" in text
        assert "Rahasia rekan." not in text
    assert sekretariat.get(sheet(number)).text.count("Siti Aminah") == 1


def test_files_are_listed_by_name_kind_and_size(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    assert "Lampiran" not in sekretariat.get(sheet(number)).text
    attach(office, number, given("surat kuasa.pdf"))
    for text in both(sekretariat, number):
        assert "Lampiran Nama berkas Jenis Ukuran Diterima" in text
        assert "1. surat kuasa.pdf PDF" in text
        assert "Bytes Selasa, 24 November 2026, 09.00 WITA, Petugas" in text


def test_each_lane_of_the_staff_has_a_place_to_sign(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    office.complete(number, "petugas2")
    signing = sekretariat.get(sheet(number)).tree.find_class("app-sheet__signatures")[0]
    assert [" ".join(one.text_content().split()) for one in signing] == [
        "Petugas MPP Petugas2 NIP.",
        "Admin OPD Nama: NIP.",
        "Pejabat Penghubung Nama: NIP.",
    ]


def test_a_step_of_another_name_and_order_is_told_as_the_diagram_has_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    diagram = Diagram.shipped()
    diagram.rename_ids(lambda own: f"{own}_x")
    diagram.set_property("Langkah_2_x", "kelengkapan", "Surat kuasa")
    office = open_office(sqlite_database, paths=[diagram.save(tmp_path / "diagram")])
    number = office.submit(process="pengaduan_mpp_x")
    found = row(Officer(an_app(office, tmp_path / "data"), "sekretariat"), number, 2)
    assert found[3] == "Surat kuasa"


# --- what proves it ------------------------------------------------------------------------------


def test_the_sheet_names_the_newest_event_and_the_seal_that_covers_it(
    office: Office, sekretariat: Officer, tmp_path: Path
) -> None:
    number = office.submit()
    office.complete(number, "petugas")
    seq, digest = head(office, number)
    grouped = " ".join(digest[at : at + 8] for at in range(0, 64, 8))
    for text in both(sekretariat, number):
        assert f"Peristiwa {seq}, yang terakhir Selasa, 24 November 2026, 09.00 WITA" in text
        assert f"Hash peristiwa terakhir {grouped}" in text
        assert "Segel belum disegel" in text
    office.wait(minutes=30)
    seal(office.ports, tmp_path / seal_file.NAME)
    office.wait(minutes=30)
    office.submit()
    seal(office.ports, tmp_path / seal_file.NAME)
    assert "Segel nomor 1, Selasa, 24 November 2026, 09.30 WITA" in sekretariat.get(sheet(number)).text
    office.complete(number)
    assert "Segel belum disegel" in sekretariat.get(sheet(number)).text


def test_a_history_that_was_changed_after_its_seal_is_not_printed_as_sealed(
    office: Office, sekretariat: Officer, tmp_path: Path
) -> None:
    number = office.submit()
    seal(office.ports, tmp_path / seal_file.NAME)
    seq, digest = head(office, number)
    change = "UPDATE events SET hash = :other WHERE case_number = :number AND seq = :seq"
    tamper(office, change, other=digest[::-1], number=number, seq=seq)
    for text in both(sekretariat, number):
        assert f"Rantai hash tidak utuh pada peristiwa {seq}" in text
        assert "Segel 1, Selasa, 24 November 2026, 09.00 WITA, tidak cocok lagi dengan riwayat ini." in text


def test_the_square_leads_to_where_the_hash_is_known(
    office: Office, app: Flask, sekretariat: Officer
) -> None:
    number = office.submit()
    document = pypdfium2.PdfDocument(sekretariat.client.get(f"{sheet(number)}.pdf").data)
    drawn = document[0].render(scale=3).to_pil()
    document.close()
    [square] = zxingcpp.read_barcodes(drawn)
    place = f"/audit/periksa?nomor={number}&hash={head(office, number)[1]}"
    assert square.text == f"http://127.0.0.1:8000{place}"
    assert "Hash ini dikenal." in Officer(app, "auditor").get(place).text


# --- the file ------------------------------------------------------------------------------------


def test_the_file_is_an_archives_pdf_that_needs_nothing_outside_it(
    office: Office, sekretariat: Officer
) -> None:
    number = entered(office, **WHO)
    answered(office, number)
    response = sekretariat.client.get(f"{sheet(number)}.pdf")
    assert response.headers["Content-Disposition"] == f'inline; filename="lembar-arsip-{number}.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    reader = PdfReader(BytesIO(response.data))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert f"Lembar arsip {number}" in xmp
    assert "2026-11-24T01:05:00Z" in xmp
    assert reader.metadata is not None
    assert reader.metadata.title == f"Lembar arsip {number}"
    assert root["/Lang"] == "id"
    assert root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds_of(reader)
    [intent] = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_data()[36:40] == b"acsp"
    assert b"/JavaScript" not in response.data
    assert "/AcroForm" not in root
    for page in reader.pages:
        fonts = page["/Resources"]["/Font"].values()
        inner = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts]
        assert all({"/FontFile2", "/FontFile3"} & one["/FontDescriptor"].keys() for one in inner)
        states = page["/Resources"].get("/ExtGState", {}).values()
        assert all(state.get_object().get(name, 1) == 1 for state in states for name in ("/ca", "/CA"))


def test_every_page_says_of_which_case_and_which_state_it_is(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    for _ in range(2):
        office.run_to(number, "Langkah_8")
        office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum selesai.")
    reader = file(sekretariat, f"{sheet(number)}.pdf")
    count, short = len(reader.pages), head(office, number)[1][:8]
    assert count > 2
    for nth, page in enumerate(reader.pages, 1):
        text = " ".join(page.extract_text().split())
        assert f"{number} · {short} · Dicetak Selasa, 24 November 2026, 09.00 WITA oleh Sekretariat" in text
        assert f"{nth} / {count}" in text
        assert round(page.mediabox.width / 72 * 25.4) == 297


def test_the_same_moment_gives_the_same_pages(office: Office, sekretariat: Officer) -> None:
    """All bytes but the moment at which the fonts were cut out, which the fonts themselves hold."""
    number = office.submit()

    def drawn() -> list[bytes]:
        reader = file(sekretariat, f"{sheet(number)}.pdf")
        said = reader.trailer["/Root"]["/Metadata"].get_data()
        return [said, *(page["/Contents"].get_data() for page in reader.pages)]

    assert drawn() == drawn()


def test_an_answer_of_ten_thousand_characters_flows_over_the_pages(
    office: Office, sekretariat: Officer
) -> None:
    number = office.submit()
    sentences = [f"Kalimat ke-{n} dari jawaban yang panjang ini." for n in range(1, 216)]
    answered(office, number, "\n".join(sentences))
    text = words(file(sekretariat, f"{sheet(number)}.pdf"))
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_the_sheet_is_in_english_too_with_the_sops_own_words(office: Office, sekretariat: Officer) -> None:
    number = office.submit()
    sekretariat.get("/?bahasa=en")
    page = sekretariat.get(sheet(number))
    assert "Archive sheet of a complaint" in page.text
    assert page.tree.xpath("//*[@lang='id'][contains(., 'Menerima Pengaduan dari Petugas MPP')]")


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("petugas", 200), ("admin", 200), ("pejabat", 200), ("sekretariat", 200), ("auditor", 200),
        ("analis", 403), ("pengelola", 403),
    ],
)  # fmt: skip
def test_the_sheet_is_printed_by_who_may_read_the_case(
    office: Office, app: Flask, user: str, status: int
) -> None:
    number = office.submit()
    client = Officer(app, user).client
    assert client.get(sheet(number)).status_code == status
    assert client.get(f"{sheet(number)}.pdf").status_code == status


def test_nobody_prints_their_own_complaint_or_one_that_is_kept_from_them(office: Office, app: Flask) -> None:
    command = Submit(
        actor="petugas2", source="web", command_id=office.id(), process=PROCESS, answers=dict(COMPLAINT)
    )
    own, referred = office.do(command).case, office.submit()
    berkadar: dict[str, Any] = {"lingkup": "berkadar_pengawasan", "alasan": "Ada petunjuk."}
    office.complete(referred, "petugas", tujuan_rujukan="Inspektorat", konfirmasi_akhir=True, **berkadar)
    petugas2 = Officer(app, "petugas2")
    assert petugas2.get(sheet(own)).status == 403
    assert petugas2.get(sheet(referred)).status == 404
    assert Officer(app, "petugas").get(sheet(referred)).status == 200
    assert Officer(app, "", sign_in=False).get(sheet(own)).path == "/masuk"


def test_a_secret_identity_is_on_no_sheet(office: Office, app: Flask) -> None:
    number = entered(office, rahasia=True, **WHO)
    for user in ("petugas", "auditor", "sekretariat"):
        for text in both(Officer(app, user), number):
            assert "Nama Dirahasiakan atas permintaan pengadu" in text
            assert "Siti" not in text
            assert "0812 3456" not in text  # four figures alone may be a part of the hash
            assert "3456 7890" not in text


def test_an_auditor_prints_a_secret_identity_with_a_reason_that_is_logged(office: Office, app: Flask) -> None:
    number = entered(office, rahasia=True, **WHO)
    auditor = Officer(app, "auditor")
    page = auditor.get(sheet(number))
    refused = auditor.press(page, "Tampilkan dengan identitas", alasan=" ")
    assert refused.status == 422
    assert "Tulis alasannya" in refused.text
    assert "Siti" not in refused.text
    assert "Nama Siti Aminah" in auditor.press(page, "Tampilkan dengan identitas", alasan="Uji petik").text
    path, fields = auditor.filled(page, "Buka PDF dengan identitas", alasan="Uji petik kedua")
    made = auditor.client.post(path, data=fields)
    assert "Nama Siti Aminah" in words(PdfReader(BytesIO(made.data)))
    with office.ports.database.read() as connection:
        read = access_log.of_case(connection, number)
    assert sorted((one.act, one.why) for one in read if one.why) == [
        ("identity:reveal", "Uji petik"),
        ("identity:reveal", "Uji petik kedua"),
    ]
    assert "Siti" not in auditor.get(sheet(number)).text


def test_the_counter_prints_a_secret_identity_by_an_act_that_the_sheet_counts(
    office: Office, app: Flask
) -> None:
    number = entered(office, rahasia=True, **WHO)
    petugas, before = Officer(app, "petugas"), head(office, number)[0]
    text = petugas.press(petugas.get(sheet(number)), "Tampilkan dengan identitas").text
    assert "Nama Siti Aminah" in text
    assert f"Peristiwa {before + 1}," in text
    for user in ("sekretariat", "admin"):
        assert "dengan identitas" not in Officer(app, user).get(sheet(number)).text
    page = Officer(app, "auditor").get(sheet(office.submit()))
    assert "dengan identitas" not in page.text


def test_printing_is_in_the_access_log(office: Office, app: Flask) -> None:
    number = office.submit()
    auditor = Officer(app, "auditor")
    both(auditor, number)
    with office.ports.database.read() as connection:
        noted = [(one.actor, one.act) for one in access_log.of_case(connection, number)]
    assert sorted(noted) == [("auditor", "sheet:file"), ("auditor", "sheet:read")]
    text = auditor.get(f"/audit/akses?nomor={number}").text
    assert "Membaca lembar arsip" in text
    assert "Mengunduh lembar arsip" in text


def test_the_sheet_of_an_erased_person_says_what_can_no_longer_be_known(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    number = entered(office, **WHO)
    answered(office, number, delivered=True)
    office.complete(number)
    pengelola = Actor("pengelola", frozenset({"pengelola"}))
    erase(
        office.ports, pengelola, number, "Permintaan tertulis", source="cli", seals=tmp_path / seal_file.NAME
    )
    for text in both(Officer(app, "auditor"), number):
        assert "tidak dapat diketahui lagi" in text
        assert "Kategori Pelayanan loket" in text
        assert "Pengadu Sudah dihapus" in text
        assert "tepat waktu" in text
        assert "Siti" not in text
        assert COMPLAINT["judul"] not in text
        assert ANSWER not in text


# --- where it is found, and what it costs --------------------------------------------------------


def test_the_case_file_and_the_replay_lead_to_it(office: Office, app: Flask) -> None:
    number = office.submit()
    assert Officer(app, "admin").get(f"/pengaduan/{number}").link("Lembar arsip") == sheet(number)
    assert Officer(app, "auditor").get(f"/audit/{number}").link("Lembar arsip") == sheet(number)


def test_a_long_case_asks_the_database_no_more_often(office: Office, sekretariat: Officer) -> None:
    number = office.submit()

    def asked(rounds: int) -> int:
        for _ in range(rounds):
            office.run_to(number, "Langkah_8")
            office.wait(minutes=3)
            office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum selesai.")
        sekretariat.get(sheet(number))
        with counting(office.ports.database) as counts:
            assert sekretariat.get(sheet(number)).status == 200
        return counts["statements"]

    few = asked(1)
    assert asked(4) == few
