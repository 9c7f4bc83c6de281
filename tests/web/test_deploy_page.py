"""`/proses/<key>/terapkan` and `/proses/unggah`: from drafts and from files to a version, seen whole before, with a reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import pytest
from flask import Flask

from engine.definition import given
from engine.errors import DefinitionInvalid
from engine.history.log import read
from engine.queries.processes import process
from engine.store import design_drafts
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import PROCESS, ROOT, Office
from tests.process.diagrams import Diagram
from tests.rest.client import Client
from tests.web.officers import Officer, Page

PAGE = "/proses/pengaduan_mpp/terapkan"
DIAGRAM = "pengaduan_mpp.bpmn"
FORM = "analisis_jawaban.form"


def limited(duration: str) -> bytes:
    """The shipped diagram with another limit for its fifth step."""
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", duration)
    return diagram.source()


def draft(office: Office, name: str = DIAGRAM, content: bytes | None = None, by: str = "analis") -> None:
    """Save a draft as the modeler's page would."""
    with office.ports.database.write() as connection:
        before = design_drafts.load(connection, PROCESS, name)
        base = office.ports.active_definition(connection, PROCESS).id
        had = before.revision if before else 0
        design_drafts.save(connection, PROCESS, name, content, had=had, base=base, by=by, at=office.now)


def versions(office: Office) -> list[int]:
    with office.ports.database.read() as connection:
        return [one.definition.version for one in process(office.ports, connection, PROCESS).versions]


def drafts(office: Office) -> list[str]:
    with office.ports.database.read() as connection:
        return [one.name for one in design_drafts.of_process(connection, PROCESS)]


def test_what_is_drafted_is_seen_whole_and_deployed_with_its_reason(office: Office, app: Flask) -> None:
    office.submit()
    draft(office, content=limited("PT4H"))
    draft(office, FORM, (ROOT / "forms" / FORM).read_bytes() + b"\n")
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    assert f"≠ Berubah {FORM}" in page.text
    assert f"≠ Berubah {DIAGRAM} Analis" in page.text
    assert "batas 2 Jam → 4 Jam" in page.text
    assert "Peringatan: pengaduan_mpp.bpmn, baris" in page.text
    assert "1 pengaduan yang berjalan di versi 1" in page.text
    done = analyst.press(page, "Terapkan", alasan="Analisis perlu waktu")
    assert done.path == "/proses/pengaduan_mpp/2"
    assert "Versi 2 diterapkan dan berlaku untuk pengaduan baru." in done.text
    assert "1 pengaduan masih berjalan di versi 1." in done.text
    moving = analyst.get(done.link("Pindahkan ke versi ini"))
    assert "Pindahkan 1 pengaduan" in moving.buttons()
    assert drafts(office) == []
    with office.ports.database.read() as connection:
        version = process(office.ports, connection, PROCESS).versions[0]
        events = read(connection, SYSTEM_CHAIN)[-2:]
    assert (version.note, version.source, version.active) == ("Analisis perlu waktu", "web", True)
    assert [(e.type, e.actor) for e in events] == [
        ("deployment:created", "analis"),
        ("process:activated", "analis"),
    ]
    assert "Tidak ada konsep untuk diterapkan." in analyst.get(PAGE).text


def test_a_reason_is_wanted_and_what_was_typed_stays(office: Office, app: Flask) -> None:
    draft(office, content=limited("PT4H"))
    analyst = Officer(app, "analis")
    refused = analyst.press(analyst.get(PAGE), "Terapkan", alasan="ya")
    assert (refused.status, versions(office), drafts(office)) == (422, [1], [DIAGRAM])
    assert refused.title.startswith("Galat:")
    assert refused.tree.get_element_by_id("alasan").value.strip() == "ya"
    path, fields = analyst.filled(refused, "Terapkan", alasan="Analisis perlu waktu")
    late = analyst.send(path, {**fields, "csrf_token": "tua"})
    assert late.tree.get_element_by_id("alasan").value.strip() == "Analisis perlu waktu"
    assert versions(office) == [1]


def test_errors_forbid_and_all_findings_are_told(office: Office, app: Flask) -> None:
    broken = limited("PT4H").replace(b'formRef="analisis_jawaban"', b'formRef="tidak_ada"')
    draft(office, content=broken)
    draft(office, FORM, b"{")
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    assert "Belum dapat diterapkan." in page.text
    assert f"Galat: {FORM}" in page.text
    assert f"Galat: {DIAGRAM}, baris" in page.text
    assert "Terapkan" not in page.buttons()
    forged = {"csrf_token": page.tree.xpath("//input[@name='csrf_token']/@value")[0], "alasan": "Tetap saja"}
    seen = page.tree.xpath("//input[@name='dilihat']/@value")[0]
    assert analyst.send(PAGE, {**forged, "dilihat": seen}).status == 422
    assert versions(office) == [1]


def test_only_what_was_shown_is_deployed(office: Office, app: Flask) -> None:
    draft(office, content=limited("PT4H"))
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    draft(office, content=limited("PT6H"))
    again = analyst.press(page, "Terapkan", alasan="Analisis perlu waktu")
    assert again.status == 409
    assert "batas 2 Jam → 6 Jam" in again.text
    assert again.tree.get_element_by_id("alasan").value.strip() == "Analisis perlu waktu"
    assert (versions(office), drafts(office)) == ([1], [DIAGRAM])
    assert analyst.press(again, "Terapkan").path == "/proses/pengaduan_mpp/2"


def test_a_deployment_from_elsewhere_is_not_undone_unseen(office: Office, app: Flask) -> None:
    draft(office, content=limited("PT4H"))
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    brought(analyst, {DIAGRAM: limited("PT3H")}, "Terapkan", alasan="Sementara tiga jam")
    again = analyst.press(page, "Terapkan", alasan="Analisis perlu waktu")
    assert again.status == 409
    assert "dimulai sebelum versi yang berlaku sekarang" in again.text
    assert "batas 3 Jam → 4 Jam" in again.text


def test_content_that_is_there_already_makes_no_version(office: Office, app: Flask) -> None:
    draft(office, content=(ROOT / "processes" / DIAGRAM).read_bytes())
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    assert "Konsepnya sama dengan versi yang berlaku" in page.text
    assert "Terapkan" not in page.buttons()
    draft(office, content=limited("PT4H"))
    analyst.press(analyst.get(PAGE), "Terapkan", alasan="Analisis perlu waktu")
    draft(office, content=(ROOT / "processes" / DIAGRAM).read_bytes())
    same = analyst.press(analyst.get(PAGE), "Terapkan", alasan="Kembali ke dua jam")
    assert "Tidak ada versi baru: isi ini sama dengan versi 1." in same.text
    assert (versions(office), drafts(office)) == ([2, 1], [DIAGRAM])


def test_a_diagram_of_another_process_is_no_next_version(office: Office, app: Flask) -> None:
    other = re.sub(rb'(id|processRef)="pengaduan_mpp"', rb'\1="lain"', limited("PT2H"))
    draft(office, content=other)
    page = Officer(app, "analis").get(PAGE)
    assert "memuat proses lain, bukan pengaduan_mpp" in page.text
    assert "Terapkan" not in page.buttons()


def test_all_drafts_are_thrown_away_if_they_are_those_shown(office: Office, app: Flask) -> None:
    draft(office, content=limited("PT4H"))
    draft(office, FORM, b"{")
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    draft(office, content=limited("PT6H"))
    assert analyst.press(page, "Ya, buang semua konsepnya").status == 409
    assert len(drafts(office)) == 2
    analyst.press(analyst.get(PAGE), "Ya, buang semua konsepnya")
    assert drafts(office) == []


def test_an_auditor_deploys_nothing(office: Office, app: Flask) -> None:
    draft(office, content=limited("PT4H"))
    auditor = Officer(app, "auditor")
    assert auditor.get(PAGE).status == 403
    assert auditor.get("/proses/unggah").status == 403
    token = auditor.get("/proses").tree.xpath("//input[@name='csrf_token']/@value")[0]
    for path in (PAGE, f"{PAGE}/buang", "/proses/unggah"):
        assert auditor.client.post(path, data={"csrf_token": token}).status_code == 403
    assert (versions(office), drafts(office)) == ([1], [DIAGRAM])


# --- files of one's own ------------------------------------------------------


def packed(files: Mapping[str, bytes], **more: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def looked_at(analyst: Officer, files: Mapping[str, bytes]) -> Page:
    path, fields = analyst.filled(analyst.get("/proses/unggah"), "Periksa")
    return analyst.send(
        path, {**fields, "berkas": [(io.BytesIO(data), name) for name, data in files.items()]}
    )


def brought(analyst: Officer, files: Mapping[str, bytes], button: str, **answers: str) -> Page:
    return analyst.press(looked_at(analyst, files), button, **answers)


def test_a_diagram_alone_takes_its_forms_from_the_version_in_force_and_the_note_says_so(
    office: Office, app: Flask
) -> None:
    analyst = Officer(app, "analis")
    page = looked_at(analyst, {DIAGRAM: limited("PT4H"), FORM: (ROOT / "forms" / FORM).read_bytes()})
    assert "batas 2 Jam → 4 Jam" in page.text
    assert "Diambil dari versi yang berlaku: bahan_laporan.form," in page.text
    refused = analyst.press(page, "Terapkan", alasan="ya")
    assert refused.status == 422
    assert refused.tree.get_element_by_id("alasan").value.strip() == "ya"
    done = analyst.press(refused, "Terapkan", alasan="Analisis perlu waktu")
    assert done.path == "/proses/pengaduan_mpp/2"
    with office.ports.database.read() as connection:
        version = process(office.ports, connection, PROCESS).versions[0]
    assert version.definition.source == limited("PT4H")
    assert version.note is not None
    assert version.note.startswith(
        "Analisis perlu waktu Diambil dari versi yang berlaku: bahan_laporan.form,"
    )
    assert FORM not in version.note
    shipped = (ROOT / "processes" / DIAGRAM).read_bytes()
    same = brought(analyst, {DIAGRAM: shipped}, "Terapkan", alasan="Dua jam cukup")
    assert "Tidak ada versi baru: isi berkas ini sama dengan pengaduan_mpp:1." in same.text


def test_a_client_of_camunda_sends_a_diagram_alone_and_the_note_lists_what_was_taken(
    office: Office, app: Flask
) -> None:
    client = Client(app, "analis")
    data = {"deployment-source": "Camunda Modeler", "data": (io.BytesIO(limited("PT4H")), DIAGRAM)}
    made = client.open("POST", "/deployment/create", data=data, content_type="multipart/form-data").json
    assert made["source"] == "Camunda Modeler"
    with office.ports.database.read() as connection:
        note = process(office.ports, connection, PROCESS).versions[0].note
    assert note is not None
    assert note.startswith("Camunda Modeler Diambil dari versi yang berlaku: analisis_jawaban.form,")


def test_a_process_that_never_was_begins_with_a_zip(office: Office, app: Flask) -> None:
    diagram = re.sub(rb'(id|processRef)="pengaduan_mpp"', rb'\1="pengaduan_lain"', limited("PT2H"))
    forms = {f"formulir/{path.name}": path.read_bytes() for path in (ROOT / "forms").glob("*.form")}
    beside = {"__MACOSX/._lain.bpmn": b"\0", ".DS_Store": b"\0"}
    archive = packed({"../../lain.bpmn": diagram, **forms, **beside})
    analyst = Officer(app, "analis")
    page = looked_at(analyst, {"proses.zip": archive})
    assert "Ini versi pertama proses ini." in page.text
    done = analyst.press(page, "Terapkan", alasan="Proses kedua kantor ini")
    assert done.path == "/proses/pengaduan_lain/1"
    assert "pengaduan_lain" in analyst.get("/proses").text


def test_refused_files_are_told_with_all_findings_and_the_reason_stays(app: Flask, office: Office) -> None:
    analyst = Officer(app, "analis")
    page = looked_at(analyst, {DIAGRAM: limited("PT4H")})
    path, fields = analyst.filled(page, "Periksa", alasan="Analisis perlu waktu")
    broken = [(io.BytesIO(b"<a"), "satu.bpmn"), (io.BytesIO(b"{"), "dua.form")]
    refused = analyst.send(path, {**fields, "berkas": broken})
    assert refused.status == 422
    assert "Galat: dua.form" in refused.text
    assert "Galat: satu.bpmn, baris 1" in refused.text
    assert "Analisis perlu waktu" in refused.source
    assert looked_at(analyst, {}).status == 422
    assert versions(office) == [1]


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (b"tidak ada", "ZIP biasa"),
        (packed({"a.bpmn": b" " * 3_000_000}), "paling besar"),
        (packed({f"{n}.bpmn": b" " * 1_900_000 for n in range(6)}), "paling besar"),
        (packed({f"{n}.form": b"{}" for n in range(201)}), "paling banyak 200 berkas"),
        (packed({"a/x.bpmn": b"<a/>", "b/x.bpmn": b"<a/>"}), "dua dengan nama ini"),
        (packed({"x.sh": b"rm"}), "hanya berkas"),
        (packed({"x.zip": packed({"x.bpmn": b""})}), "hanya berkas"),
        (packed({"x.bpmn": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "DOCTYPE"),
    ],
    ids=["no-zip", "bomb", "bombs", "many", "twice", "script", "nested", "entities"],
)
def test_a_hostile_archive_is_refused_in_words(app: Flask, office: Office, archive: bytes, said: str) -> None:
    refused = looked_at(Officer(app, "analis"), {"proses.zip": archive})
    assert refused.status == 422
    assert said in refused.text
    assert versions(office) == [1]


def test_what_a_zip_says_of_its_sizes_is_not_believed() -> None:
    lying = packed({"a.bpmn": b" " * 3_000_000})
    small = (5).to_bytes(4, "little")
    lying = lying.replace((3_000_000).to_bytes(4, "little"), small)
    with pytest.raises(DefinitionInvalid):
        given.gathered([("a.zip", lying)], archives=True)


def test_what_comes_back_packed_is_judged_as_from_anywhere(app: Flask, office: Office) -> None:
    analyst = Officer(app, "analis")
    path, fields = analyst.filled(
        looked_at(analyst, {DIAGRAM: limited("PT4H")}), "Terapkan", alasan="Jahat sekali"
    )
    for package in ("", "!", "AAAA", "UEsDBA=="):
        assert analyst.send(path, {**fields, "paket": package}).status == 422
    assert versions(office) == [1]


def test_the_list_of_processes_shows_drafts_and_where_to_go_on(app: Flask, office: Office) -> None:
    analyst = Officer(app, "analis")
    assert "Konsep yang belum diterapkan" not in analyst.get("/proses").text
    draft(office, content=limited("PT4H"))
    page = analyst.get("/proses")
    assert "Konsep yang belum diterapkan: pengaduan_mpp.bpmn (Analis, 24 Nov 2026 09.00)" in page.text
    assert "batas 2 Jam → 4 Jam" in analyst.get(page.link("Bandingkan dengan konsep")).text
    assert analyst.get(page.link("Terapkan konsep")).path == PAGE
    assert analyst.get(page.link("Ubah proses")).path == "/proses/pengaduan_mpp/ubah"
    assert analyst.get(page.link("Terapkan berkas")).path == "/proses/unggah"
    version = analyst.get("/proses/pengaduan_mpp/1")
    assert analyst.get(version.link("Ubah proses")).path == "/proses/pengaduan_mpp/ubah"
    seen = Officer(app, "auditor").get("/proses")
    assert "Konsep yang belum diterapkan: pengaduan_mpp.bpmn" in seen.text
    assert "Terapkan konsep" not in seen.text
    assert "Ubah proses" not in seen.text
