"""Receipt and answer letter over HTTP, as a page and as a PDF that is read back."""

from __future__ import annotations

import socket
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from engine.commands import Submit
from engine.config import Settings
from engine.history import seal_file
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from engine.store import access_log
from engine.store.session import Database
from tests.casework import COMPLAINT, PROCESS, Office, open_office
from tests.process.diagrams import Diagram
from tests.web.officers import Officer, an_app
from webapp import create_app
from webapp.papers import pdf

WHO = {"nama": "Siti Aminah", "kontak": "0812 3456 7890", "cara_jawaban": "whatsapp"}
ANSWER = "Mohon maaf; petugas pengganti sudah dijadwalkan."


@pytest.fixture
def petugas(app: Flask) -> Officer:
    return Officer(app, "petugas")


def entered(office: Office, actor: str = "petugas", on_behalf: str | None = "pengadu", **answers: Any) -> str:
    """A complaint that an officer entered at the counter."""
    given = {**COMPLAINT, **answers}
    command = Submit(
        actor=actor, on_behalf=on_behalf, source="web", command_id=office.id(), process=PROCESS, answers=given
    )
    return office.do(command).case


def answered(office: Office, number: str, answer: str = ANSWER, *, delivered: bool = False) -> None:
    """Bring the case to where its answer is written, or delivered."""
    office.run_to(number, "Langkah_6")
    office.wait(minutes=5)
    office.complete(number, respon_aduan=answer)
    if delivered:
        office.wait(minutes=5)
        office.complete(number)


def tracked(app: Flask, office: Office, number: str) -> Officer:
    """The complainant, who has shown the code."""
    visitor = Officer(app, "", sign_in=False)
    code = office.ports.keyring.tracking_code(number)
    visitor.press(visitor.get("/lacak"), "Lihat pengaduan", nomor=number, kode=code)
    return visitor


def file(who: Officer, path: str) -> PdfReader:
    return PdfReader(BytesIO(who.client.get(path).data))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def receipt(number: str) -> str:
    return f"/pengaduan/{number}/tanda-terima"


def letter(number: str) -> str:
    return f"/pengaduan/{number}/surat-jawaban"


def both(who: Officer, path: str) -> tuple[str, str]:
    """The words of the page and of the file."""
    return who.get(path).text, words(file(who, f"{path}.pdf"))


def kinds_of(reader: PdfReader) -> set[str]:
    """The structure elements of a tagged PDF, with the descriptions of its pictures."""
    found = set()
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = getattr(node, "get_object", lambda node=node: node)()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found |= {str(node[name]) for name in ("/S", "/Alt") if name in node}
            waiting += [node["/K"]] if "/K" in node else []
    return found


# --- the receipt -------------------------------------------------------------


def test_the_receipt_says_what_was_received_by_whom_and_what_comes_when(
    office: Office, petugas: Officer
) -> None:
    number = entered(office, **WHO)
    code = office.ports.keyring.tracking_code(number)
    for text in both(petugas, receipt(number)):
        for said in (
            "Dinas Koperasi Usaha Kecil Menengah dan Perindustrian Kota Samarinda",
            number,
            f"{code[:5]}-{code[5:]}",
            "Selasa, 24 November 2026, 09.00 WITA, oleh Petugas",
            COMPLAINT["judul"],
            COMPLAINT["uraian"],
            "Disampaikan melalui: Loket Mal Pelayanan Publik",
            "Bagaimana Anda ingin menerima jawaban: WhatsApp",
            "Nama: Siti Aminah",
            "Paling lambat Selasa, 24 November 2026, 11.00 WITA",
            "dihitung mulai Selasa 09.00, sampai Selasa 11.00",
            f"Buka 127.0.0.1:8000/lacak/{number} lalu isi kode rahasianya",
            "Tidak dipungut biaya.",
            "Nama dan kontak Anda juga hanya dilihat mereka.",
            "Yang menerima Petugas Pengadu Siti Aminah",
        ):
            assert said in text


def test_what_was_left_empty_is_not_on_the_receipt(office: Office, petugas: Officer) -> None:
    page = petugas.get(receipt(entered(office)))
    assert "Nama:" not in page.text
    assert "Tidak diisi" not in page.text
    assert "Pengaduan ini tanpa nama." in page.text


def test_the_square_leads_to_the_case_and_holds_no_code(office: Office, petugas: Officer) -> None:
    number = entered(office)
    document = pypdfium2.PdfDocument(petugas.client.get(f"{receipt(number)}.pdf").data)
    drawn = document[0].render(scale=3).to_pil()
    document.close()
    assert [square.text for square in zxingcpp.read_barcodes(drawn)] == [
        f"http://127.0.0.1:8000/lacak/{number}"
    ]


def test_a_receipt_is_half_a_sheet_and_a_letter_a_whole_one(office: Office, petugas: Officer) -> None:
    number = entered(office, **WHO, uraian="Saya menunggu terlalu lama di loket. " * 13)
    (half,) = file(petugas, f"{receipt(number)}.pdf").pages
    assert (round(half.mediabox.width / 72 * 25.4), round(half.mediabox.height / 72 * 25.4)) == (148, 210)
    answered(office, number)
    (whole,) = file(petugas, f"{letter(number)}.pdf").pages
    assert (round(whole.mediabox.width / 72 * 25.4), round(whole.mediabox.height / 72 * 25.4)) == (210, 297)


def test_a_receipt_from_the_web_needs_no_signature(office: Office, app: Flask) -> None:
    number = office.submit()
    page = tracked(app, office, number).get(receipt(number))
    assert "09.00 WITA, melalui web" in page.text
    assert "Yang menerima" not in page.text


def test_the_receipt_printed_again_says_where_the_case_is_now(office: Office, app: Flask) -> None:
    number = office.submit()
    visitor = tracked(app, office, number)
    office.run_to(number, "Langkah_7")
    office.wait(minutes=10)
    office.complete(number)
    assert "Menunggu jawaban Anda" in visitor.get(receipt(number)).text
    assert "Sesudah itu pengaduan ditutup otomatis oleh sistem." in visitor.get(receipt(number)).text
    office.complete(number)
    text = visitor.get(receipt(number)).text
    assert "Keadaan pada Selasa, 24 November 2026, 09.10 WITA" in text
    assert "Pengaduan ini sudah berakhir: Ditutup pengadu" in text


# --- who may -----------------------------------------------------------------


def test_whoever_has_not_shown_the_code_is_asked_for_it(office: Office, app: Flask) -> None:
    number = entered(office)
    answered(office, number)
    visitor = Officer(app, "", sign_in=False)
    code = office.ports.keyring.tracking_code(number)
    for path in (receipt(number), letter(number), "/pengaduan/PGD-2026-000099/tanda-terima"):
        for address in (path, f"{path}.pdf"):
            page = visitor.get(address)
            assert page.status == 403
            assert page.form("Lihat pengaduan")
            assert code[:5] not in page.source


def test_the_complainant_who_has_shown_the_code_gets_both_papers(office: Office, app: Flask) -> None:
    number = office.submit()
    answered(office, number)
    visitor = tracked(app, office, number)
    for path in (receipt(number), letter(number)):
        page = visitor.get(path)
        assert page.link("Kembali ke pengaduan") == f"/lacak/{number}"
        assert visitor.client.get(page.link("Buka PDF")).mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("user", "receipts", "letters"),
    [
        ("petugas2", 200, 200),
        ("admin", 403, 200),
        ("pejabat", 403, 200),
        ("sekretariat", 403, 200),
        ("auditor", 403, 200),
        ("analis", 403, 403),
        ("pengelola", 403, 403),
    ],
)
def test_the_receipt_is_printed_at_the_counter_and_the_letter_by_who_may_read(
    office: Office, app: Flask, user: str, receipts: int, letters: int
) -> None:
    number = entered(office)
    answered(office, number)
    officer = Officer(app, user)
    for path, status in ((receipt(number), receipts), (letter(number), letters)):
        assert {officer.client.get(path).status_code, officer.client.get(f"{path}.pdf").status_code} == {
            status
        }


def test_no_paper_of_a_number_that_does_not_exist(petugas: Officer) -> None:
    for path in (receipt("PGD-2026-000099"), letter("PGD-2026-000099")):
        assert petugas.get(path).status == 404


def test_an_officers_own_complaint_is_printed_by_others_or_with_its_code(office: Office, app: Flask) -> None:
    number = entered(office, "petugas", on_behalf=None)
    office.complete(number, "petugas2")
    answered(office, number)
    petugas = Officer(app, "petugas")
    for path in (receipt(number), letter(number)):
        assert petugas.get(path).status == 403
        assert Officer(app, "petugas2").get(path).status == 200
        assert tracked(app, office, number).get(path).status == 200
    assert "melalui web" in Officer(app, "petugas2").get(receipt(number)).text


def test_a_case_referred_as_berkadar_is_printed_only_by_who_referred_it(office: Office, app: Flask) -> None:
    number = entered(office)
    referred = {"lingkup": "berkadar_pengawasan", "alasan": "Ada petunjuk.", "konfirmasi_akhir": True}
    office.complete(number, "petugas", tujuan_rujukan="Inspektorat Kota", **referred)
    for path in (receipt(number), letter(number)):
        assert Officer(app, "petugas").get(path).status == 200
        assert Officer(app, "petugas2").get(path).status == 404
    assert "Dirujuk ke Inspektorat Kota" in Officer(app, "auditor").get(letter(number)).text


# --- the answer letter -------------------------------------------------------


def test_the_letter_holds_the_answer_and_how_to_reply(office: Office, petugas: Officer) -> None:
    number = entered(office, **WHO)
    answered(office, number)
    for text in both(petugas, letter(number)):
        for said in (
            "Pemerintah Kota Samarinda",
            f"Nomor: {number}",
            "24 November 2026",
            "Kepada Yth. Siti Aminah 0812 3456 7890",
            "Pada Selasa, 24 November 2026, 09.00 WITA kami menerima pengaduan Anda",
            COMPLAINT["judul"],
            ANSWER,
            "Begitu jawaban ini disampaikan, Anda dapat menanggapinya dalam 2 jam kerja.",
            f"/lacak/{number} dengan kode rahasia pada tanda terima Anda",
            "Hormat kami, Admin OPD",
        ):
            assert said in text
        assert office.ports.keyring.tracking_code(number)[:5] not in text


def test_a_delivered_letter_says_until_when_to_reply(office: Office, petugas: Officer) -> None:
    number = entered(office)
    answered(office, number, delivered=True)
    text = petugas.get(letter(number)).text
    assert "paling lambat Selasa, 24 November 2026, 11.10 WITA" in text
    assert "Sesudah itu pengaduan ditutup otomatis oleh sistem." in text


def test_a_long_complaint_is_short_in_the_letter(office: Office, petugas: Officer) -> None:
    number = entered(office, uraian="Antrean panjang sekali. " * 100 + "Akhirnya.")
    answered(office, number)
    text = petugas.get(letter(number)).text
    assert 10 < text.count("Antrean panjang sekali.") < 20
    assert "Akhirnya." not in text


def test_before_an_answer_the_page_says_which_step_writes_it_and_when(office: Office, app: Flask) -> None:
    number = office.submit()
    visitor = tracked(app, office, number)
    for path in (letter(number), f"{letter(number)}.pdf"):
        page = visitor.get(path)
        assert page.status == 404
        assert "Belum ada surat jawaban" in page.text
        assert "Menerima Jawaban dan menyampaikan jawaban kepada petugas MPP, oleh Admin OPD" in page.text
        # five steps of two office hours from Tuesday 09.00: six hours are left of Tuesday
        assert (
            "Bila setiap langkah memakai seluruh waktunya, itu Rabu, 25 November 2026, 12.00 WITA"
            in page.text
        )
        assert "Paling lambat Selasa, 24 November 2026, 11.00 WITA" in page.text


def test_a_second_answer_is_a_letter_of_its_own(office: Office, petugas: Officer) -> None:
    number = entered(office)
    answered(office, number, delivered=True)
    office.wait(minutes=5)
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Loket 3 masih tutup.")
    text = petugas.get(letter(number)).text
    assert "Tanggapan Anda kami terima pada Selasa, 24 November 2026, 09.15 WITA" in text
    assert "jawaban ke-2" not in text
    answered(office, number, "Loket 3 dibuka lagi.")
    text = petugas.get(letter(number)).text
    assert f"{number}, jawaban ke-2" in text
    assert "Anda menanggapi pada Selasa, 24 November 2026, 09.15 WITA: Loket 3 masih tutup." in text
    assert "Loket 3 dibuka lagi." in text
    assert ANSWER not in text


def test_the_letter_of_an_ended_case_asks_for_no_reply(office: Office, petugas: Officer) -> None:
    number = entered(office)
    answered(office, number, delivered=True)
    office.complete(number)
    text = petugas.get(letter(number)).text
    assert "Pengaduan ini sudah berakhir: Ditutup pengadu" in text
    assert "paling lambat" not in text


def test_a_case_that_ended_without_an_answer_has_no_letter(office: Office, petugas: Officer) -> None:
    number = entered(office)
    office.complete(number, lingkup="tidak_layak", alasan="Promosi.", konfirmasi_akhir=True)
    page = petugas.get(letter(number))
    assert page.status == 404
    assert "Pengaduan ini berakhir tanpa surat jawaban" in page.text
    assert "itu ada begitu" not in page.text


# --- whose it is -------------------------------------------------------------


def test_a_secret_identity_is_on_no_paper(office: Office, app: Flask, petugas: Officer) -> None:
    number = entered(office, rahasia=True, **WHO)
    answered(office, number)
    for who in (petugas, tracked(app, office, number)):
        for path in (receipt(number), letter(number)):
            for text in both(who, path):
                assert "Siti" not in text
                assert "3456" not in text
    assert "Identitas Anda dirahasiakan" in petugas.get(receipt(number)).text
    assert "Kepada Yth. Pelapor" in petugas.get(letter(number)).text


def test_papers_of_an_erased_person_say_that_the_content_is_gone(
    office: Office, app: Flask, petugas: Officer, tmp_path: Path
) -> None:
    number = entered(office, **WHO)
    answered(office, number, delivered=True)
    office.complete(number)
    pengelola = Actor("pengelola", frozenset({"pengelola"}))
    erase(
        office.ports, pengelola, number, "Permintaan tertulis", source="cli", seals=tmp_path / seal_file.NAME
    )
    for text in both(petugas, receipt(number)):
        assert "Isi pengaduan ini sudah dihapus" in text
        assert COMPLAINT["judul"] not in text
        assert "Siti" not in text
    page = petugas.get(letter(number))
    assert page.status == 410
    assert "Jawaban yang pernah ada ikut dihapus" in page.text


def test_what_people_wrote_is_text_in_both(office: Office, petugas: Officer) -> None:
    wild = '<script>alert(1)</script><img src="/static/x.png">&amp;'
    number = entered(office, judul=wild, nama=wild)
    answered(office, number, wild)
    for path in (receipt(number), letter(number)):
        page = petugas.get(path)
        sheet = page.tree.find_class("app-paper")[0]
        assert sheet.xpath(".//script | .//img") == []
        assert wild in page.text
        assert "<script>alert(1)</script>" in words(file(petugas, f"{path}.pdf"))


# --- the file ----------------------------------------------------------------


def test_ten_thousand_characters_flow_over_numbered_pages(office: Office, petugas: Officer) -> None:
    number = entered(office)
    sentences = [f"Kalimat ke-{n} dari jawaban yang panjang ini." for n in range(1, 216)]
    answered(office, number, "\n".join(sentences))
    reader = file(petugas, f"{letter(number)}.pdf")
    count = len(reader.pages)
    assert count > 2
    text = words(reader)
    assert [sentence for sentence in sentences if sentence not in text] == []
    for nth, page in enumerate(reader.pages, 1):
        assert " ".join(page.extract_text().split()).endswith(f"{number} {nth} / {count}")
    assert "Hormat kami" in reader.pages[-1].extract_text()


def test_the_file_is_shown_kept_by_nobody_and_readable_aloud(office: Office, petugas: Officer) -> None:
    number = entered(office)
    answered(office, number)
    for path, name, title in (
        (receipt(number), "tanda-terima", "Tanda terima pengaduan"),
        (letter(number), "surat-jawaban", "Surat jawaban"),
    ):
        response: TestResponse = petugas.client.get(f"{path}.pdf")
        assert response.mimetype == "application/pdf"
        assert response.headers["Content-Disposition"] == f'inline; filename="{name}-{number}.pdf"'
        assert response.headers["Cache-Control"] == "no-store"
        reader = PdfReader(BytesIO(response.data))
        assert reader.metadata is not None
        assert reader.metadata.title == f"{title} {number}"
        assert reader.metadata.author.startswith("Pemerintah Kota Samarinda")
        assert reader.trailer["/Root"]["/Lang"] == "id"
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert {"/H1", "/H2", "/P"} <= kinds_of(reader)
    assert "Kode QR alamat pengaduan ini" in kinds_of(file(petugas, f"{receipt(number)}.pdf"))


def test_the_papers_are_in_english_too(office: Office, petugas: Officer) -> None:
    number = entered(office)
    answered(office, number)
    petugas.get("/?bahasa=en")
    for path, said in ((receipt(number), "Receipt of your complaint"), (letter(number), "Yours faithfully,")):
        for text in both(petugas, path):
            assert said in text
        assert file(petugas, f"{path}.pdf").trailer["/Root"]["/Lang"] == "en"


def test_making_a_file_asks_nobody_for_anything_and_reads_only_our_own_files(app: Flask) -> None:
    static = Path(app.static_folder or "")
    fetch = pdf._own_files(pdf._library(), static).fetch
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        elsewhere = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        page = f'<img src="{elsewhere}" alt="x"><link rel="stylesheet" href="{elsewhere}"><p>Isi</p>'
        assert words(PdfReader(BytesIO(pdf.written(page, static)))) == "Isi x 1 / 1"
        with pytest.raises(BlockingIOError):
            server.accept()
    ours = "https://kertas.invalid/static"
    assert fetch(f"{ours}/manifest.json").read() == (static / "manifest.json").read_bytes()
    for other in (
        "file:///etc/passwd",
        f"{ours}/../__init__.py",
        f"{ours}/%2e%2e/__init__.py",
        f"{ours}/none.css",
    ):
        with pytest.raises(ValueError, match="only files of our own"):
            fetch(other)


def test_the_public_has_ten_files_a_minute_made_and_the_counter_as_many_as_it_needs(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    number = office.submit()
    limited = create_app(Settings(data_dir=tmp_path / "data"), office.ports)
    path = f"{letter(number)}.pdf"
    for who, last in ((tracked(limited, office, number), 429), (Officer(limited, "petugas"), 404)):
        assert [who.client.get(path).status_code for _ in range(11)] == [404] * 10 + [last]


def test_without_pango_the_page_still_prints_and_the_file_says_what_is_missing(
    office: Office, petugas: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = entered(office)
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # as good as a machine on which it does not load
    assert petugas.get(receipt(number)).status == 200
    page = petugas.get(f"{receipt(number)}.pdf")
    assert page.status == 503
    assert page.link("Buka halaman untuk dicetak") == receipt(number)
    assert "libpango-1.0-0" in page.text


# --- the diagram says it -----------------------------------------------------


def test_letterhead_limits_and_the_answering_step_come_from_the_diagram(
    sqlite_database: Database, tmp_path: Path
) -> None:
    diagram = Diagram.shipped()
    diagram.rename_ids(lambda own: f"{own}_x")
    diagram.set_property("pengaduan_mpp_x", "instansi_2", "Dinas Perikanan")
    diagram.set_limit("Batas_6_x", "P1D")
    diagram.set_limit("Batas_8_x", "P3D")
    office = open_office(sqlite_database, paths=[diagram.save(tmp_path / "diagram")])
    app = an_app(office, tmp_path / "data")
    number = office.submit(process="pengaduan_mpp_x")
    page = tracked(app, office, number).get(letter(number))
    assert "Menerima Jawaban dan menyampaikan jawaban kepada petugas MPP" in page.text
    # eight office hours until Wednesday 10.00, then a working day
    assert "itu Kamis, 26 November 2026, 10.00 WITA" in page.text
    office.run_to(number, "Langkah_7_x")
    page = tracked(app, office, number).get(letter(number))
    assert "Dinas Perikanan" in page.text
    assert "Anda dapat menanggapinya dalam 3 hari kerja." in page.text


def test_a_receipt_before_the_staff_is_in_the_access_log_and_the_complainants_own_is_not(
    app: Flask, office: Office, petugas: Officer
) -> None:
    number = entered(office)
    assert tracked(app, office, number).get(receipt(number)).status == 200
    assert petugas.get(receipt(number)).status == 200
    assert petugas.client.get(f"{receipt(number)}.pdf").mimetype == "application/pdf"
    with office.ports.database.read() as connection:
        read = access_log.of_case(connection, number)
    assert sorted((row.actor, row.act, row.source) for row in read) == [
        ("petugas", "receipt:file", "web"),
        ("petugas", "receipt:read", "web"),
    ]
