"""`/formulir`: a form looked at, tried, changed as a draft and taken out, all without JavaScript."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.queries.drafted import drafted
from engine.store import design_drafts
from engine.store.design_drafts import DesignDraft
from tests.casework import PROCESS, ROOT, Office
from tests.web.officers import Officer, Page

FORM = "penerimaan_mpp"
PAGE = f"/formulir/{FORM}"
ALL_KINDS = ROOT / "tests" / "fixtures" / "forms" / "semua_komponen.form"


@pytest.fixture
def analyst(app: Flask) -> Officer:
    return Officer(app, "analis")


def draft_of(office: Office, name: str = f"{FORM}.form") -> DesignDraft | None:
    with office.ports.database.read() as connection:
        return design_drafts.load(connection, PROCESS, name)


def written(office: Office, name: str = f"{FORM}.form") -> dict[str, Any]:
    """The form as it is on the table."""
    with office.ports.database.read() as connection:
        whole: dict[str, Any] = json.loads(drafted(office.ports, connection, PROCESS).bundle.files[name])
    return whole


def saved(analyst: Officer, whole: dict[str, Any], page: str = PAGE) -> Page:
    """The page after its text was made this form and kept."""
    return analyst.press(analyst.get(page), "Simpan konsep", isi=json.dumps(whole, indent=2))


def with_field(whole: dict[str, Any], **field: Any) -> dict[str, Any]:
    new = {"type": "textfield", "id": "Baru", "label": "Nomor surat", "key": "nomor_surat", **field}
    return {**whole, "components": [*whole["components"], new]}


def test_the_list_names_each_form_with_its_steps_its_fields_and_whether_it_is_a_draft(
    office: Office, analyst: Officer
) -> None:
    page = analyst.get("/formulir")
    rows = [" ".join(tr.text_content().split()) for tr in page.tree.xpath("//main//tbody/tr")]
    assert len(rows) == len(list((ROOT / "forms").glob("*.form")))
    [row] = [one for one in rows if one.startswith(f"{FORM} ")]
    assert row.endswith("berlaku")
    assert page.link(FORM) == PAGE
    saved(analyst, written(office))  # nothing changed: no draft
    saved(analyst, with_field(written(office)))
    rows = [
        " ".join(tr.text_content().split()) for tr in analyst.get("/formulir").tree.xpath("//main//tbody/tr")
    ]
    assert [one for one in rows if one.endswith(" konsep")] == [
        one for one in rows if one.startswith(f"{FORM} ")
    ]
    assert analyst.get("/proses").link("Formulir") == "/formulir"


def test_the_page_shows_the_form_as_staff_will_see_it(analyst: Officer) -> None:
    page = analyst.get(PAGE)
    region = page.tree.xpath("//section[@aria-labelledby='pratinjau']")[0]
    assert region.xpath(".//input[@name='coba.lingkup' and @value='tidak_berkadar']")
    assert region.xpath(".//textarea[@name='coba.alasan']")
    assert "tidak bermasalah" in page.text


def test_what_is_tried_is_judged_as_in_earnest_and_kept_nowhere(office: Office, analyst: Officer) -> None:
    page = analyst.press(analyst.get(PAGE), "Coba isi", **{"coba.alasan": "Belum tahu"})
    assert page.status == 422
    assert page.tree.xpath("//div[contains(@class, 'govuk-error-summary')]//a[@href='#isian-coba-lingkup']")
    assert page.tree.xpath("//textarea[@name='coba.alasan']")[0].text.strip() == "Belum tahu"
    answers = {"coba.lingkup": "tidak_berkadar", "coba.alasan": "Urusan loket", "coba.konfirmasi_akhir": True}
    known = {e.get("name") for e in page.tree.iter("input", "textarea", "select")}
    page = analyst.press(page, "Coba isi", **{k: v for k, v in answers.items() if k in known})
    assert page.status == 200
    assert "Isian ini diterima. Tidak ada yang disimpan." in page.text
    assert 'lingkup = "tidak_berkadar" → ya' in page.text
    assert draft_of(office) is None


def test_a_form_changed_as_text_is_a_draft_and_its_preview_at_once(office: Office, analyst: Officer) -> None:
    before = written(office)
    page = saved(analyst, with_field(before, validate={"required": True}))
    assert "Konsep tersimpan" in page.text
    assert "Nomor surat" in page.text
    assert page.tree.xpath("//input[@name='coba.nomor_surat']")
    assert (draft := draft_of(office)) is not None
    assert (draft.revision, draft.saved_by, draft.base) == (1, "analis", f"{PROCESS}:1")
    page = analyst.press(page, "Coba isi")
    assert page.tree.xpath("//*[contains(@class, 'govuk-error-summary')]//a[@href='#isian-coba-nomor_surat']")
    page = analyst.press(page, "Buang konsep")
    assert "Konsep dibuang" in page.text
    assert draft_of(office) is None
    assert written(office) == before


def test_a_text_that_is_no_form_is_given_back_whole_with_the_line_of_its_fault(
    office: Office, analyst: Officer
) -> None:
    typed = '{"id": "penerimaan_mpp",\n "components": [,]\n}'
    page = analyst.press(analyst.get(PAGE), "Simpan konsep", isi=typed)
    assert page.status == 422
    assert "baris 2" in page.text
    assert 'Baris 2 berbunyi: "components": [,]' in page.text
    assert page.tree.get_element_by_id("isi").text.removeprefix("\n") == typed
    assert draft_of(office) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"id": ""}, "tidak dapat dipakai"),
        ({"id": "a/b"}, "tidak dapat dipakai"),
        ({"id": "baru"}, "tidak dapat dipakai"),
        ({"id": "penerimaan_opd"}, "sudah dipakai berkas penerimaan_opd.form"),
        ({"judul": "\ud800"}, "setengah huruf"),
    ],
)
def test_a_form_that_could_not_be_found_or_shown_again_is_not_kept(
    office: Office, analyst: Officer, changed: dict[str, str], told: str
) -> None:
    page = saved(analyst, {**written(office), **changed})
    assert page.status == 422
    assert told in page.text
    assert draft_of(office) is None


def test_an_uploaded_form_with_unsupported_components_is_kept_and_says_which_and_why(
    office: Office, analyst: Officer
) -> None:
    whole = with_field(written(office), type="iframe", id="Peta", url="https://contoh.id")
    path, fields = analyst.filled(analyst.get(PAGE), "Simpan konsep")
    fields["berkas"] = (io.BytesIO(json.dumps(whole, indent=2).encode()), "peta.form")
    page = analyst.send(path, fields)
    assert page.status == 200
    assert draft_of(office) is not None
    assert "Komponen iframe tidak didukung: halaman lain tidak boleh dimuat di dalam formulir." in page.text
    assert "Hapus, atau ganti dengan yang didukung." in page.text
    assert page.tree.xpath("//input[@name='coba.lingkup']")  # the rest is shown


def test_a_stale_save_is_refused_says_by_whom_and_how_it_differs_and_loses_nothing(
    office: Office, analyst: Officer, app: Flask
) -> None:
    opened = analyst.get(PAGE)
    before = written(office)
    saved(Officer(app, "analis"), with_field(before))
    mine = json.dumps(with_field(before, label="Nomor agenda"))
    page = analyst.press(opened, "Simpan konsep", isi=mine)
    assert page.status == 409
    assert "Analis menyimpan konsep lain" in page.text
    assert "Nomor surat” → “Nomor agenda" in page.text
    assert page.tree.get_element_by_id("isi").text.removeprefix("\n") == mine
    page = analyst.press(page, "Simpan konsep", isi=mine)  # now knowing
    assert page.status == 200
    assert written(office)["components"][-1]["label"] == "Nomor agenda"


def test_what_a_changed_key_breaks_in_the_diagram_is_among_the_findings(
    office: Office, analyst: Officer
) -> None:
    text = json.dumps(written(office, "tanggapan_pengadu.form")).replace("tanggapan", "balasan")
    whole = {**json.loads(text), "id": "tanggapan_pengadu"}
    page = saved(analyst, whole, "/formulir/tanggapan_pengadu")
    elsewhere = page.text.partition("Di berkas lain proses ini")[2]
    assert f"{PROCESS}.bpmn" in elsewhere
    assert "tanggapan" in elsewhere.partition("Pratinjau")[0]


def test_a_renamed_form_goes_on_under_its_new_name_and_the_steps_that_miss_it_are_named(
    office: Office, analyst: Officer
) -> None:
    page = saved(analyst, {**written(office), "id": "telaah_awal"})
    assert page.path == "/formulir/telaah_awal"
    assert f"Id berubah dari {FORM} menjadi telaah_awal." in page.text
    assert f"Langkah_2: formulir {FORM} tidak ada" in page.text
    assert analyst.get(PAGE).status == 404


def test_taking_a_form_out_says_first_which_steps_break_and_can_be_undone(
    office: Office, analyst: Officer
) -> None:
    page = analyst.get(f"{PAGE}/keluarkan")
    assert f"Langkah_2: formulir {FORM} tidak ada" in page.text
    page = analyst.press(page, "Keluarkan")
    assert "tidak ikut versi berikutnya" in page.text
    assert (draft := draft_of(office)) is not None
    assert draft.content is None
    page = analyst.press(page, "Buang konsep")
    assert "Konsep dibuang" in page.text
    assert FORM in written(office)["id"]


def test_a_new_form_begins_with_an_id_and_a_heading_and_goes_without_a_trace(
    office: Office, analyst: Officer
) -> None:
    page = analyst.get("/formulir/baru?proses=pengaduan_mpp")
    refused = analyst.press(page, "Buat", id=FORM, judul="Sama")
    assert refused.status == 422
    assert "sudah dipakai" in refused.text
    page = analyst.press(refused, "Buat", id="tindak_lanjut", judul="Tindak lanjut")
    assert page.path == "/formulir/tindak_lanjut"
    assert page.tree.xpath("//section//h2[.='Tindak lanjut']")
    page = analyst.press(page, "Buang konsep")
    assert page.path == "/formulir"
    assert "Konsep tindak_lanjut dibuang" in page.text


def test_every_supported_component_can_be_kept_seen_and_tried(office: Office, analyst: Officer) -> None:
    analyst.press(analyst.get("/formulir/baru"), "Buat", id="semua_komponen", judul="")
    page = saved(analyst, json.loads(ALL_KINDS.read_bytes()), "/formulir/semua_komponen")
    assert page.status == 200
    assert "tidak bermasalah" in page.text
    rows = len(page.tree.xpath("//fieldset[@class='govuk-fieldset form-row']"))
    page = analyst.press(page, "Tambah")
    assert page.status == 200
    assert len(page.tree.xpath("//fieldset[@class='govuk-fieldset form-row']")) == rows + 1
    assert analyst.press(page, "Coba isi").status in (200, 422)


def test_who_may_only_look_gets_the_form_and_nothing_to_change_it_with(office: Office, app: Flask) -> None:
    auditor = Officer(app, "auditor")
    page = auditor.get(PAGE)
    assert page.tree.xpath("//input[@name='coba.lingkup']")
    assert page.buttons() == []
    assert auditor.client.get(f"{PAGE}/berkas").data == (ROOT / "forms" / f"{FORM}.form").read_bytes()
    assert auditor.client.get("/formulir/baru").status_code == 403


def test_a_form_of_two_processes_is_chosen_by_the_address_and_the_page_says_so(
    office: Office, analyst: Officer, tmp_path: Path
) -> None:
    with office.ports.database.write() as connection:
        bundle = {**drafted(office.ports, connection, PROCESS).bundle.files}
        diagram = bundle.pop(f"{PROCESS}.bpmn").replace(b'"pengaduan_mpp"', b'"pengaduan_dua"')
        for name, content in {**bundle, "dua.bpmn": diagram}.items():
            design_drafts.save(
                connection, "pengaduan_dua", name, content, had=0, base=None, by="analis", at=office.now
            )
    page = analyst.get(f"{PAGE}?proses={PROCESS}")
    assert "lebih dari satu proses" in page.text
    assert f"{PAGE}?proses=pengaduan_dua" in page.source
    saved(analyst, with_field(written(office)), f"{PAGE}?proses={PROCESS}")
    assert draft_of(office) is not None
    assert analyst.get(f"{PAGE}?proses=lain").status == 404


def test_what_the_editor_saves_is_kept_by_revision_and_told_who_came_first(
    office: Office, app: Flask, analyst: Officer
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/formulir/{FORM}.form/editor"
    before = written(office)
    mine = json.dumps(with_field(before, label="Nomor agenda"))

    def kept(revision: Any, content: Any) -> Any:
        return analyst.client.post(f"{address}/simpan", json={"revision": revision, "content": content})

    first = kept(0, json.dumps(with_field(before)))
    assert (first.status_code, first.json["revision"], first.json["saved_by"]) == (200, 1, "Analis")
    assert first.json["address"] == f"{PAGE}?proses={PROCESS}"
    late = kept(0, mine)
    assert (late.status_code, late.json["revision"], late.json["saved_by"]) == (409, 1, "Analis")
    assert late.json["changes"] == [
        f"formulir {FORM}: label kolom nomor_surat “Nomor surat” → “Nomor agenda”"
    ]
    assert written(office)["components"][-1]["label"] == "Nomor surat"
    assert kept(1, mine).json["revision"] == 2
    assert kept(2, json.dumps({**before, "id": "lain"})).json["address"] == f"/formulir/lain?proses={PROCESS}"
    for revision, content, status in ((3, "{", 422), (3, None, 400), ("3", mine, 400)):
        refused = kept(revision, content)
        assert (refused.status_code, bool(refused.json["error"])) == (status, True)
    here = analyst.client.post(f"{address}/hadir", json={}).json
    assert (here["revision"], here["editors"]) == (3, [])
    assert here["csrf"]
