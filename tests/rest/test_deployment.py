"""Camunda Modeler's Deploy button, request by request as its 5.50 sends them, and what a hostile upload gets."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.casework import ROOT, Office
from tests.rest.client import Client

DIAGRAM = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes()
FORMS = {path.name: path.read_bytes() for path in sorted((ROOT / "forms").glob("*.form"))}
CHANGED = DIAGRAM.replace(b"PT2H", b"PT3H")
PREFIX = "ENGINE-09005 Could not parse BPMN process. Errors: "
#: What the Modeler says beside the files.
WORDS = {
    "deployment-name": "pengaduan_mpp",
    "deployment-source": "Camunda Modeler",
    "enable-duplicate-filtering": "true",
}


@pytest.fixture
def analyst(app: Flask) -> Client:
    return Client(app, "analis")


def upload(client: Client, status: int = 200, words: Any = WORDS, **files: bytes) -> Any:
    """Files by their names with `__` for the dot, each a part named after its file, as the Modeler sends them."""
    named = {name.replace("__", "."): data for name, data in files.items()}
    return client.deploy(status, **words, **{n: (io.BytesIO(data), n) for n, data in named.items()})


def test_the_modeler_finds_out_that_it_must_sign_in_and_then_that_it_may(app: Flask, analyst: Client) -> None:
    assert Client(app).open("GET", "/deployment?maxResults=0").status_code == 401
    assert analyst.get("/deployment", maxResults=0) == []
    assert analyst.get("/version") == {"version": "7.24.0"}
    Client(app, "petugas").get("/deployment", 403, maxResults=0)


def test_a_changed_diagram_becomes_the_version_in_force(analyst: Client, office: Office) -> None:
    done = upload(analyst, pengaduan_mpp__bpmn=CHANGED)
    [definition] = done["deployedProcessDefinitions"].values()
    assert done["links"] == []
    assert (done["name"], done["source"], done["tenantId"]) == ("pengaduan_mpp", "Camunda Modeler", None)
    assert done["deploymentTime"] == "2026-11-24T09:00:00.000+0800"
    assert list(done["deployedProcessDefinitions"]) == [definition["id"]] == ["pengaduan_mpp:2"]
    assert (definition["key"], definition["version"], definition["deploymentId"]) == (
        "pengaduan_mpp", 2, done["id"],
    )  # fmt: skip
    assert done["deployedDecisionDefinitions"] is None
    assert analyst.get("/process-definition/key/pengaduan_mpp")["version"] == 2
    with office.ports.database.read() as connection:
        taken = office.ports.active_definition(connection, "pengaduan_mpp")
    assert taken.resources.keys() == FORMS.keys()


def test_the_same_files_again_change_nothing(analyst: Client) -> None:
    first = upload(analyst, pengaduan_mpp__bpmn=CHANGED)
    again = upload(analyst, pengaduan_mpp__bpmn=CHANGED)
    assert again["deployedProcessDefinitions"] is None
    assert again["id"] == first["id"]
    assert analyst.get("/process-definition/count", key="pengaduan_mpp") == {"count": 2}


def test_an_attached_form_is_taken_rather_than_the_one_in_force(analyst: Client) -> None:
    form = FORMS["penerimaan_mpp.form"].replace(b'"label": "Alasan', b'"label": "Sebab')
    done = upload(analyst, pengaduan_mpp__bpmn=DIAGRAM, penerimaan_mpp__form=form)
    assert list(done["deployedProcessDefinitions"]) == ["pengaduan_mpp:2"]
    stored = analyst.open("GET", f"/deployment/{done['id']}/resources/penerimaan_mpp.form/data")
    assert stored.data == form


def test_a_form_under_another_file_name_replaces_the_one_of_its_id(analyst: Client) -> None:
    done = upload(analyst, pengaduan_mpp__bpmn=DIAGRAM, baru__form=FORMS["penerimaan_mpp.form"])
    names = [r["name"] for r in analyst.get(f"/deployment/{done['id']}/resources")]
    assert "baru.form" in names
    assert "penerimaan_mpp.form" not in names


def test_every_finding_is_in_the_message_and_by_file_in_the_details(analyst: Client) -> None:
    broken = DIAGRAM.replace(b">PT2H<", b">dua jam<", 2).replace(
        b'formRef="bahan_laporan"', b'formRef="hilang"'
    )
    error = upload(analyst, 400, pengaduan_mpp__bpmn=broken)
    assert error["type"] == "ParseException"
    assert error["message"].startswith(PREFIX)
    found = error["details"]["pengaduan_mpp.bpmn"]["errors"]
    assert {e["mainElementId"] for e in found} >= {"Batas_2", "Batas_3", "Langkah_4"}
    for problem in found:
        assert problem["message"] in error["message"]
        assert f"line {problem['line']}" in error["message"]
        assert problem["mainElementId"] in error["message"]
        assert problem["elementIds"] == [problem["mainElementId"]]
    assert analyst.get("/process-definition/count", key="pengaduan_mpp") == {"count": 1}


def test_findings_are_in_the_language_of_the_analysts_machine(analyst: Client) -> None:
    def said(**headers: str) -> str:
        files = {"x.bpmn": (io.BytesIO(b"<a/>"), "x.bpmn")}
        return analyst.open("POST", "/deployment/create", data=files, headers=headers).json["message"]

    assert said() == said(**{"Accept-Language": "id-ID"})
    assert said() != said(**{"Accept-Language": "en-US,en;q=0.9"})


def test_only_who_may_deploy_deploys(app: Flask, analyst: Client) -> None:
    for user in ("petugas", "sekretariat", "pengelola", "auditor"):
        assert upload(Client(app, user), 403, pengaduan_mpp__bpmn=CHANGED)["type"] == "AuthorizationException"
    assert analyst.get("/deployment/count") == {"count": 1}


# --- what was deployed -------------------------------------------------------


def test_deployments_are_listed_with_their_files(analyst: Client) -> None:
    done = upload(analyst, pengaduan_mpp__bpmn=CHANGED)
    shipped, modeler = analyst.get("/deployment", sortBy="id", sortOrder="asc")
    assert modeler == {k: done[k] for k in modeler}
    assert shipped["source"] == "cli"
    assert analyst.get("/deployment", source="Camunda Modeler") == [modeler]
    assert analyst.get("/deployment", nameLike="pengaduan%", maxResults=1, firstResult=1) != []
    assert analyst.get(f"/deployment/{done['id']}") == modeler
    files = analyst.get(f"/deployment/{done['id']}/resources")
    assert {f["name"] for f in files} == {"pengaduan_mpp.bpmn", *FORMS}
    one = analyst.get(f"/deployment/{done['id']}/resources/pengaduan_mpp.bpmn")
    assert one == {"id": "pengaduan_mpp.bpmn", "name": "pengaduan_mpp.bpmn", "deploymentId": done["id"]}
    data = analyst.open("GET", f"/deployment/{done['id']}/resources/pengaduan_mpp.bpmn/data")
    assert (data.data, data.mimetype) == (CHANGED, "application/octet-stream")


def test_times_are_compared_in_whatever_zone_they_are_written(analyst: Client) -> None:
    assert analyst.get("/deployment/count", before="2026-11-24T02:00:00.000+0100") == {"count": 0}
    assert analyst.get("/deployment/count", before="2026-11-24T02:00:00.001+0100") == {"count": 1}
    assert analyst.get("/deployment/count", after="2026-11-23T23:59:59.999-0100") == {"count": 1}
    analyst.get("/deployment/count", 400, after="kemarin")


def test_unknown_ids_are_404(analyst: Client) -> None:
    known = analyst.get("/deployment")[0]["id"]
    for path in ("/x", "/x/resources", f"/{known}/resources/x", f"/{known}/resources/x/data"):
        assert analyst.get(f"/deployment{path}", 404)["type"] == "InvalidRequestException"


# --- hostile -----------------------------------------------------------------

_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">%s]><definitions>&i;</definitions>'
    % b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("j")))
)
_FILE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>'


@pytest.mark.parametrize(
    "diagram",
    [
        _BOMB,
        _FILE,
        b"",
        b"\0",
        b"PK\x03\x04",
        b"<" * 10_000,
        b"<a>" * 5_000,
        "<definitions/>".encode("utf-16"),
        b'<?xml version="1.0" encoding="ebcdic-cp-be"?><definitions/>',
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        DIAGRAM.replace(b"\n", b"\0\n", 1),
        DIAGRAM[:-1_000],
        b"\xff\xfe" + DIAGRAM,
    ],
    ids=range(13),
)
def test_a_hostile_diagram_is_findings(analyst: Client, diagram: bytes) -> None:
    error = upload(analyst, 400, pengaduan_mpp__bpmn=diagram)
    assert error["message"].startswith(PREFIX)
    assert "root:" not in error["message"]


@pytest.mark.parametrize(
    "form", [b"", b"\xff\xfe{}", b"[" * 20_000, b'{"id": 7}', b'{"id": "\\ud800"}', b"null"]
)
def test_a_hostile_form_is_findings(analyst: Client, form: bytes) -> None:
    assert upload(analyst, 400, pengaduan_mpp__bpmn=CHANGED, x__form=form)["type"] == "ParseException"


def test_a_form_that_no_step_names_is_passed_over(analyst: Client) -> None:
    done = upload(analyst, pengaduan_mpp__bpmn=CHANGED, lain__form=FORMS["penerimaan_mpp.form"].replace(
        b'"id": "penerimaan_mpp"', b'"id": "lain"'))  # fmt: skip
    assert "lain.form" not in [f["name"] for f in analyst.get(f"/deployment/{done['id']}/resources")]


def test_an_archive_is_not_opened(analyst: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pengaduan_mpp.bpmn", b"0" * 10_000_000)
    error = upload(analyst, 400, proses__zip=packed.getvalue())
    assert error["details"]["proses.zip"]["errors"]


def test_a_file_too_large_is_a_finding_and_an_upload_too_large_is_413(analyst: Client) -> None:
    error = upload(analyst, 400, pengaduan_mpp__bpmn=b"<a/>" + b" " * 2_000_001)
    assert error["type"] == "ParseException"
    too_large = upload(analyst, 413, pengaduan_mpp__bpmn=b" " * 8_100_000)
    assert set(too_large) == {"type", "message", "code"}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "multipart/form-data; boundary=x", 400),
        (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x", 400),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 400),
        (b"whatever", "multipart/form-data", 400),
        (b"{}", "application/json", 415),
        (b"<a/>", "text/xml", 415),
        (b"x", "", 415),
        (
            b'--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n<a/>\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
    ],
)
def test_a_body_of_another_kind_is_refused(
    analyst: Client, body: bytes, content_type: str, status: int
) -> None:
    answer = analyst.open("POST", "/deployment/create", data=body, content_type=content_type)
    assert answer.status_code == status, answer.text
    assert {"type", "message", "code"} <= set(answer.json)


def test_names_are_names_and_no_paths(analyst: Client) -> None:
    files = {"data": (io.BytesIO(CHANGED), "..\\..\\etc/pengaduan_mpp.bpmn")}
    done = analyst.deploy(200, **files)
    assert list(done["deployedProcessDefinitions"]) == ["pengaduan_mpp:2"]
    assert "pengaduan_mpp.bpmn" in [f["name"] for f in analyst.get(f"/deployment/{done['id']}/resources")]


def test_two_files_of_one_name_and_too_many_files_are_findings(analyst: Client) -> None:
    twice = [("a", (io.BytesIO(DIAGRAM), "x.bpmn")), ("b", (io.BytesIO(CHANGED), "x.bpmn"))]
    many = [("a", (io.BytesIO(b"{}"), f"{n}.form")) for n in range(201)]
    for files in (twice, many):
        answer = analyst.open("POST", "/deployment/create", data=MultiDict(files))
        assert (answer.status_code, answer.json["type"]) == (400, "ParseException")


def test_tenants_are_not_served(analyst: Client) -> None:
    upload(analyst, 400, {**WORDS, "tenant-id": "lain"}, pengaduan_mpp__bpmn=CHANGED)
    upload(analyst, 200, {**WORDS, "tenant-id": ""}, pengaduan_mpp__bpmn=CHANGED)
