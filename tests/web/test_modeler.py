"""`/proses/<key>/ubah`: the diagram as a draft on the server, shared by analysts, never lost."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from werkzeug.test import TestResponse

from engine.definition.bundle import Bundle
from engine.definition.deploy import deploy, put_in_force
from engine.identity import accounts
from engine.store import users
from tests.casework import PROCESS, ROOT, Office, second_version
from tests.process.diagrams import Diagram
from tests.web.officers import PASSWORD, QUICK, Officer, Page

PAGE = "/proses/pengaduan_mpp/ubah"
SHIPPED = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes()


def limited(duration: str) -> str:
    """The shipped diagram with another limit for its fifth step."""
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", duration)
    return diagram.source().decode()


class Modeler:
    """An analyst's modeler page, as its script talks to the server."""

    def __init__(self, officer: Officer) -> None:
        self.officer = officer
        self.page = officer.get(PAGE)
        [found] = self.page.tree.xpath("//*[@data-modeler]")
        self.said = {name.removeprefix("data-"): value for name, value in found.attrib.items()}
        self.revision = int(self.said["revision"])

    def post(self, what: str, **sent: Any) -> TestResponse:
        token = {"X-CSRFToken": self.said["csrf"]}
        return self.officer.client.post(self.said[what], json=sent, headers=token)

    def save(self, content: str) -> TestResponse:
        answer = self.post("save", revision=self.revision, content=content)
        if answer.status_code == 200:
            self.revision = answer.json["revision"]
        return answer

    def source(self) -> bytes:
        return self.officer.client.get(self.said["source"]).data


@pytest.fixture
def second(office: Office, app: Flask) -> str:
    """Another analyst."""
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "analis2", "Analis Kedua", ["analis"], **office.by)
        users.set_password(connection, "analis2", QUICK.hash(PASSWORD))
    return "analis2"


def test_the_page_has_what_the_modeler_needs_and_may_place_what_it_draws(app: Flask) -> None:
    analyst = Officer(app, "analis")
    answer = analyst.client.get(PAGE)
    assert answer.headers["Content-Security-Policy"].endswith("; style-src-attr 'unsafe-inline'")
    assert "unsafe" not in analyst.client.get("/proses").headers["Content-Security-Policy"]
    modeler = Modeler(analyst)
    assert modeler.said["language"] == "id"
    for place in ("canvas", "properties", "state", "editors", "findings"):
        assert len(modeler.page.tree.xpath(f"//*[@data-modeler]//*[@data-{place}]")) == 1
    assert modeler.source() == SHIPPED


def test_a_draft_is_kept_and_given_to_whoever_opens_the_page(app: Flask) -> None:
    analyst = Modeler(Officer(app, "analis"))
    saved = analyst.save(limited("PT4H"))
    assert (saved.status_code, saved.json["revision"], saved.json["saved_by"]) == (200, 1, "Analis")
    assert analyst.save(limited("PT6H")).json["revision"] == 2
    later = Modeler(Officer(app, "analis"))
    assert later.revision == 2
    assert b"PT6H" in later.source()
    assert "Konsep, disimpan oleh Analis" in later.page.text
    download = later.officer.client.get(later.page.link("Unduh pengaduan_mpp.bpmn"))
    assert "attachment" in download.headers["Content-Disposition"]
    assert "sandbox" in download.headers["Content-Security-Policy"]


def test_two_analysts_on_one_draft_are_told_of_each_other(app: Flask, office: Office, second: str) -> None:
    one, two = Modeler(Officer(app, "analis")), Modeler(Officer(app, second))
    assert one.post("seen").json["editors"] == []
    told = two.post("seen").json
    assert told["editors"] == [{"name": "Analis", "since": "09.00"}]
    one.save(limited("PT4H"))
    told = two.post("seen").json
    assert (told["revision"], told["saved_by"]) == (1, "Analis")
    assert "Analis sejak 09.00" in two.officer.get(PAGE).text
    office.wait(minutes=2)
    assert two.post("seen").json["editors"] == []


def test_a_stale_save_is_refused_with_a_comparison_and_what_was_sent_is_not_lost(
    app: Flask, second: str
) -> None:
    one, two = Modeler(Officer(app, "analis")), Modeler(Officer(app, second))
    one.save(limited("PT4H"))
    refused = two.save(limited("PT6H"))
    assert refused.status_code == 409
    assert (refused.json["revision"], refused.json["saved_by"]) == (1, "Analis")
    assert b"PT4H" in one.source()
    page = two.officer.get(refused.json["compare"])
    assert "batas 4 Jam → 6 Jam" in page.text
    assert "Yang Anda simpan terakhir belum menjadi konsep." in two.officer.get(PAGE).text
    assert "milik saya" not in one.officer.get(refused.json["compare"]).text.lower()
    done = two.officer.press(page, "Jadikan milik saya konsep")
    assert "Tersimpan sebagai konsep" in done.text
    assert b"PT6H" in one.source()
    assert "belum menjadi konsep" not in two.officer.get(PAGE).text


def test_what_was_compared_must_still_stand_when_mine_takes_its_place(app: Flask, second: str) -> None:
    one, two = Modeler(Officer(app, "analis")), Modeler(Officer(app, second))
    one.save(limited("PT4H"))
    page = two.officer.get(two.save(limited("PT6H")).json["compare"])
    one.save(limited("PT5H"))
    again = two.officer.press(page, "Jadikan milik saya konsep")
    assert "batas 5 Jam → 6 Jam" in again.text
    assert b"PT5H" in one.source()
    assert two.officer.press(again, "Buang milik saya").status == 200
    assert two.officer.client.get(f"{PAGE}/berkas?milik=saya").status_code == 404


def test_a_draft_begun_before_a_deployment_does_not_undo_it_unseen(app: Flask, office: Office) -> None:
    open_page = Modeler(Officer(app, "analis"))
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", "PT3H")
    files = Bundle({diagram.filename: diagram.source(), **diagram.forms})
    deploy(office.ports.database, files, by="analis", at=office.now, note=None, source="rest")
    refused = open_page.save(limited("PT4H"))
    assert refused.status_code == 409
    assert "batas 3 Jam → 4 Jam" in open_page.officer.get("/proses/pengaduan_mpp/banding?dari=2&ke=saya").text


def test_a_draft_that_was_thrown_away_is_not_overwritten_by_an_old_page(app: Flask, second: str) -> None:
    one, two = Modeler(Officer(app, "analis")), Modeler(Officer(app, second))
    one.save(limited("PT4H"))
    two = Modeler(two.officer)
    gone = one.officer.press(one.officer.get(PAGE), "Ya, buang konsepnya")
    assert "Konsep diagramnya dibuang" in gone.text
    assert one.source() == SHIPPED
    Modeler(one.officer).save(limited("PT5H"))
    assert two.save(limited("PT6H")).status_code == 409


def test_throwing_away_needs_the_draft_that_was_shown(app: Flask) -> None:
    analyst = Modeler(Officer(app, "analis"))
    analyst.save(limited("PT4H"))
    page = analyst.officer.get(PAGE)
    analyst.save(limited("PT6H"))
    analyst.officer.press(page, "Ya, buang konsepnya")
    assert b"PT6H" in analyst.source()


def test_findings_come_while_one_draws_in_the_readers_language(app: Flask) -> None:
    analyst = Officer(app, "analis")
    found = Modeler(analyst).post("check", content=limited("PT4H")).json["findings"]
    assert [(f["severity"], f["element"]) for f in found] == [("warning", "Batas_5")] or found[0]["line"] > 0
    broken = limited("PT4H").replace('attachedToRef="Langkah_5"', 'attachedToRef="tidak_ada"')
    found = Modeler(analyst).post("check", content=broken).json["findings"]
    assert {"code", "severity", "file", "line", "element", "cause", "remedy"} == found[0].keys()
    assert any(f["severity"] == "error" for f in found)
    analyst.get(f"{PAGE}?bahasa=en")
    english = Modeler(analyst).post("check", content=broken).json["findings"]
    assert [f["code"] for f in english] == [f["code"] for f in found]
    assert english[0]["cause"] != found[0]["cause"]
    assert Modeler(analyst).revision == 0


def test_the_panel_is_told_what_there_is_to_choose(app: Flask) -> None:
    analyst = Officer(app, "analis")
    found = analyst.client.get(Modeler(analyst).said["choices"]).json
    by_id = {form["id"]: form for form in found["forms"]}
    assert by_id.keys() == {path.stem for path in (ROOT / "forms").glob("*.form")}
    assert by_id["analisis_jawaban"]["title"] == "Analisis jawaban"
    assert by_id["analisis_jawaban"]["fields"] > 3
    assert by_id["analisis_jawaban"]["edit"].startswith("/formulir/analisis_jawaban")
    assert "sekretariat" in {group["id"] for group in found["groups"]}
    assert found["messages"] == ["tutup_oleh_admin"]
    assert found["columns"] == ["no", "kelengkapan", "waktu", "output", "keterangan"]
    assert found["csrf"]


def uploaded(officer: Officer, data: bytes, page: Page | None = None) -> Page:
    path, fields = officer.filled(page or officer.get(PAGE), "Simpan sebagai konsep")
    return officer.send(path, {**fields, "berkas": (io.BytesIO(data), "diagram.bpmn")})


def test_without_javascript_a_file_is_taken_and_brought(app: Flask, second: str) -> None:
    analyst, colleague = Officer(app, "analis"), Officer(app, second)
    page, old = analyst.get(PAGE), colleague.get(PAGE)
    assert "memerlukan JavaScript" in page.text
    done = uploaded(analyst, limited("PT4H").encode(), page)
    assert "Tersimpan sebagai konsep" in done.text
    assert "properti waktu" in done.text
    late = uploaded(colleague, limited("PT6H").encode(), old)
    assert "batas 4 Jam → 6 Jam" in late.text
    assert "Jadikan milik saya konsep" in late.buttons()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html/>", "bukan diagram BPMN"),
        (b"tidak ada apa-apa", "XML"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        (b"", "diagram"),
    ],
)
def test_a_hostile_upload_is_refused_and_the_draft_stays(app: Flask, data: bytes, said: str) -> None:
    analyst = Modeler(Officer(app, "analis"))
    analyst.save(limited("PT4H"))
    refused = uploaded(analyst.officer, data)
    assert refused.status == 422
    assert said in refused.text
    assert b"PT4H" in analyst.source()
    said_to_script = analyst.save(data.decode())
    assert said_to_script.status_code in (413, 422)
    assert said_to_script.json["error"]
    assert b"PT4H" in analyst.source()


def test_nonsense_is_refused_in_words(app: Flask) -> None:
    analyst = Modeler(Officer(app, "analis"))
    assert analyst.post("save").status_code == 400
    assert analyst.post("save", revision="x", content=[]).json["error"]
    assert analyst.post("check", content=None).status_code == 400
    assert analyst.post("check", content="\ud800").status_code == 200
    for size in (2_000_001, 7_000_000):
        huge = analyst.post("save", revision=0, content="x" * size)
        assert (huge.status_code, "terlalu besar" in huge.json["error"]) == (413, True)
    path, _fields = analyst.officer.filled(analyst.page, "Simpan sebagai konsep")
    parts = {"content_type": "multipart/form-data; boundary=x", "follow_redirects": True}
    large = {"CONTENT_LENGTH": "60000000"}
    answer = analyst.officer.client.post(path, environ_overrides=large, **parts)
    assert "terlalu besar" in Page(answer).text
    assert analyst.officer.get("/proses/tidak_ada/ubah").status == 404
    assert analyst.officer.client.post(analyst.said["save"], json={}).status_code == 400  # no token


def test_an_auditor_sees_no_draft_and_changes_none(app: Flask) -> None:
    auditor = Officer(app, "auditor")
    assert auditor.get(PAGE).status == 403
    assert auditor.client.get(f"{PAGE}/berkas").status_code == 403
    token = auditor.get("/proses").tree.xpath("//input[@name='csrf_token']/@value")[0]
    for act in ("simpan", "periksa", "hadir", "unggah", "buang", "pakai", "lepas"):
        answer = auditor.client.post(f"{PAGE}/{act}", json={}, headers={"X-CSRFToken": token})
        assert answer.status_code == 403


def test_a_draft_too_broken_to_compare_is_said_so(app: Flask) -> None:
    analyst = Modeler(Officer(app, "analis"))
    root = etree.fromstring(SHIPPED)
    for flow in root.xpath("//*[local-name()='sequenceFlow' or local-name()='startEvent']"):
        flow.getparent().remove(flow)
    assert analyst.save(etree.tostring(root).decode()).status_code == 200
    assert analyst.officer.get("/proses/pengaduan_mpp/banding?dari=1&ke=konsep").status == 200
    assert analyst.officer.get(PAGE).status == 200
    analyst.save('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')
    page = analyst.officer.get("/proses/pengaduan_mpp/banding?dari=1&ke=konsep")
    assert page.status == 200
    assert analyst.officer.get(PAGE).status == 200


def test_every_page_of_the_process_leads_on_as_far_as_one_may_go(app: Flask, office: Office) -> None:
    tabs = "//nav[contains(@class, 'app-process-tabs')]//a"
    parts = ("ubah", "banding", "coba", "coba/riwayat", "coba/simulasi", "terapkan", "pindah")
    analyst = Officer(app, "analis")
    for here in parts:
        links = analyst.get(f"/proses/pengaduan_mpp/{here}").tree.xpath(tabs)
        assert [one.get("href") for one in links] == [f"/proses/pengaduan_mpp/{part}" for part in parts]
        assert [one.get("href") for one in links if one.get("aria-current")] == [
            f"/proses/pengaduan_mpp/{here}"
        ]
    links = Officer(app, "auditor").get("/proses/pengaduan_mpp/1").tree.xpath(tabs)
    assert [one.get("href") for one in links] == ["/proses/pengaduan_mpp/banding"]


def test_a_draft_is_what_the_version_in_force_is_compared_with(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    second_version(office, tmp_path)
    back = {"clock": lambda _connection: office.now, "by": "analis", "source": "web", "note": None}
    put_in_force(office.ports.database, PROCESS, 1, **back)
    analyst = Modeler(Officer(app, "analis"))
    analyst.save(limited("PT4H"))
    page = analyst.officer.get("/proses/pengaduan_mpp/banding")
    chosen = [one.get("value") for one in page.tree.xpath("//select/option[@selected]")]
    assert chosen == ["1", "konsep"]
    assert "batas 2 Jam → 4 Jam" in page.text
