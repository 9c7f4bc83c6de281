"""`/proses`: the versions of a process, and the SOP document out of one."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from engine.definition.bundle import Bundle
from engine.definition.deploy import deploy
from engine.history.log import read
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import ROOT, Office
from tests.process.test_lint import FORMS, NAME, Diagram
from tests.web.officers import Officer

PAPER = json.loads(
    (Path(__file__).parents[1] / "process" / "fixtures" / "sop.json").read_text(encoding="utf-8")
)


def deployed(office: Office, diagram: Diagram, note: str | None = None) -> None:
    files = Bundle({NAME: diagram.source, **FORMS})
    deploy(office.ports.database, files, by="analis", at=office.now, note=note, source="web")


def a_longer_limit() -> Diagram:
    diagram = Diagram()
    diagram.find("//b:boundaryEvent[@attachedToRef='Langkah_5']//b:timeDuration").text = "PT4H"
    return diagram


def test_the_list_shows_each_version_with_who_why_and_its_running_cases(office: Office, app: Flask) -> None:
    office.submit()
    ended = office.submit()
    office.run_to(ended, "Langkah_8")
    office.complete(ended)
    deployed(office, a_longer_limit(), "Analisis perlu waktu")
    page = Officer(app, "analis").get("/proses")
    rows = [" ".join(tr.text_content().split()) for tr in page.tree.xpath("//main//tbody/tr")]
    assert len(rows) == 2
    assert rows[0].startswith("Versi 2 berlaku")
    assert "Analis" in rows[0]
    assert "Analisis perlu waktu" in rows[0]
    assert "0 dari 0" in rows[0]
    assert rows[1].startswith("Versi 1 ")
    assert "1 dari 2" in rows[1]
    assert "pengaduan baru memakai versi 2" in page.text


def test_a_version_shows_its_diagram_its_files_and_what_the_check_says(office: Office, app: Flask) -> None:
    deployed(office, a_longer_limit())
    analyst = Officer(app, "analis")
    page = analyst.get("/proses/pengaduan_mpp/2")
    assert page.tree.xpath("//main//*[local-name()='svg'][@class='diagram']")
    assert "Peringatan: pengaduan_mpp.bpmn, baris" in page.text
    assert "properti waktu (2 Jam)" in page.text
    assert "Tidak ada temuan." in analyst.get("/proses/pengaduan_mpp/1").text
    diagram = analyst.client.get(page.link("pengaduan_mpp.bpmn"))
    assert diagram.data == a_longer_limit().source
    assert "attachment" in diagram.headers["Content-Disposition"]
    form = analyst.client.get(page.link("analisis_jawaban.form"))
    assert form.data == (ROOT / "forms" / "analisis_jawaban.form").read_bytes()
    assert analyst.get("/proses/pengaduan_mpp/2/berkas/lain.bpmn").status == 404
    assert analyst.get("/proses/pengaduan_mpp/9").status == 404


def test_the_findings_come_in_english_too(office: Office, app: Flask) -> None:
    deployed(office, a_longer_limit())
    page = Officer(app, "analis").get("/proses/pengaduan_mpp/2?bahasa=en")
    assert "Warning: pengaduan_mpp.bpmn, line" in page.text
    assert "the SOP document prints the timer's" in page.text


def test_the_document_has_the_identity_block_and_a_row_for_each_step(app: Flask) -> None:
    page = Officer(app, "analis").get("/proses/pengaduan_mpp/1/sop")
    for value in PAPER["identitas"].values():
        for text in value if isinstance(value, list) else [value]:
            if text and text != "2026-05-04":
                assert text in page.text
    assert "4 Mei 2026" in page.text
    tables = page.tree.find_class("app-sop__flow")
    heads = [[" ".join(th.text_content().split()) for th in table.xpath(".//thead//th")] for table in tables]
    assert heads[0] == heads[1]
    assert heads[0][5:9] == PAPER["pelaksana"]
    rows = [tr for table in tables for tr in table.xpath(".//tbody/tr") if tr.xpath("td[1]/text()")]
    words = [
        [" ".join(cell.xpath("string()").split()) for n, cell in enumerate(tr.xpath("td")) if n != 2]
        for tr in rows
    ]
    assert words == [
        [
            f"{row['no']}.",
            *(row[key] or "" for key in ("uraian", "kelengkapan", "waktu", "output", "keterangan")),
        ]
        for row in PAPER["langkah"]
    ]
    assert "Jumlah waktu 14 Jam Langkah 1 tanpa batas waktu" in page.text


def test_the_document_prints_the_timers_limit(office: Office, app: Flask) -> None:
    deployed(office, a_longer_limit())
    analyst = Officer(app, "analis")
    assert "16 Jam" in analyst.get("/proses/pengaduan_mpp/2/sop").text
    data = analyst.client.get("/proses/pengaduan_mpp/2/sop.json").json
    assert data["langkah"][4]["waktu"] == "4 Jam"
    assert analyst.client.get("/proses/pengaduan_mpp/1/sop.json").json == PAPER


@pytest.mark.parametrize(("paper", "size"), [("a4", (297, 210)), ("f4", (330, 215))])
def test_the_pdf_lies_on_its_paper_with_the_pages_of_the_table(
    app: Flask, paper: str, size: tuple[int, int]
) -> None:
    answer = Officer(app, "auditor").client.get(f"/proses/pengaduan_mpp/1/sop.pdf?kertas={paper}")
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    assert len(pages) == 3
    for page in pages:
        assert (round(page.mediabox.width * 25.4 / 72), round(page.mediabox.height * 25.4 / 72)) == size
    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert "Dasar hukum" in texts[0]
    assert "Pejabat Penghubung" in texts[1]
    assert "Pejabat Penghubung" in texts[2]
    assert "Jumlah waktu" in texts[2]


def test_an_analyst_goes_back_to_an_earlier_version_with_a_reason_that_is_kept(
    office: Office, app: Flask
) -> None:
    deployed(office, a_longer_limit())
    analyst = Officer(app, "analis")
    page = analyst.get("/proses/pengaduan_mpp/1")
    refused = analyst.press(page, "Berlakukan", alasan="ya")
    assert refused.status == 422
    assert "Tulis alasannya" in refused.text
    assert refused.tree.get_element_by_id("alasan").get("value") == "ya"
    done = analyst.press(page, "Berlakukan", alasan="Batas 4 jam keliru")
    assert "Pengaduan baru sekarang memakai versi ini." in done.text
    assert "Berlakukan" not in done.buttons()
    with office.ports.database.read() as connection:
        assert office.ports.active_definition(connection, "pengaduan_mpp").version == 1
        last = read(connection, SYSTEM_CHAIN)[-1]
    assert (last.type, last.actor, last.payload["note"]) == (
        "process:activated",
        "analis",
        "Batas 4 jam keliru",
    )
    assert "Berlakukan" not in Officer(app, "auditor").get("/proses/pengaduan_mpp/2").buttons()


def test_all_files_of_a_version_come_in_one(office: Office, app: Flask) -> None:
    answer = Officer(app, "auditor").client.get("/proses/pengaduan_mpp/1/berkas.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = set(archive.namelist())
        diagram = archive.read("pengaduan_mpp.bpmn")
    assert names == {"pengaduan_mpp.bpmn", *(path.name for path in (ROOT / "forms").glob("*.form"))}
    assert diagram == (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes()
