"""What is deployed, as Camunda's clients read it, and a case that begins by it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask

from engine.definition.deploy import activate
from tests.casework import COMPLAINT, ROOT, Office, second_version
from tests.rest.client import Client, a_user, typed

DIAGRAM = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes()
KEY = "/process-definition/key/pengaduan_mpp"
VARIABLES = typed(**COMPLAINT)


@pytest.fixture
def two_versions(app: Flask) -> Client:
    """An analyst who has deployed a second version."""
    analyst = Client(app, "analis")
    analyst.deploy(data=(io.BytesIO(DIAGRAM.replace(b"PT2H", b"PT3H")), "pengaduan_mpp.bpmn"))
    return analyst


def test_a_version_is_told_as_camunda_tells_it(client: Client) -> None:
    [one] = client.get("/process-definition")
    name = "Pengaduan Tidak Berkadar Pengawasan dan Pemeriksaan Lapangan melalui Mall Pelayanan Publik (MPP)"
    assert one == {
        "id": "pengaduan_mpp:1",
        "key": "pengaduan_mpp",
        "category": "http://bpmn.io/schema/bpmn",
        "description": None,
        "name": name,
        "version": 1,
        "resource": "pengaduan_mpp.bpmn",
        "deploymentId": "penerapan-1",
        "diagram": None,
        "suspended": False,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": 3650,
        "startableInTasklist": True,
    }
    assert client.get("/process-definition/pengaduan_mpp:1") == client.get(KEY) == one


def test_versions_are_found_by_the_usual_filters(two_versions: Client) -> None:
    def ids(**query: object) -> list[str]:
        found = [one["id"] for one in two_versions.get("/process-definition", **query)]
        paging = {"firstResult", "maxResults", "sortBy", "sortOrder"}
        counted = {k: v for k, v in query.items() if k not in paging}
        if not query.keys() & {"firstResult", "maxResults"}:
            assert two_versions.get("/process-definition/count", **counted) == {"count": len(found)}
        return found

    first, second = "pengaduan_mpp:1", "pengaduan_mpp:2"
    assert ids() == [second, first]
    assert ids(sortBy="version", sortOrder="asc") == [first, second]
    assert ids(maxResults=1, firstResult=1) == [first]
    assert ids(latestVersion="true") == [second]
    assert ids(version=1) == [first]
    assert ids(key="pengaduan_mpp", keyLike="peng%", nameLike="%MPP%") == [second, first]
    assert ids(keysIn="lain,pengaduan_mpp", processDefinitionIdIn=first) == [first]
    assert ids(deploymentId="penerapan-2") == [second]
    assert ids(suspended="true") == ids(key="lain") == ids(versionTag="x") == []
    assert ids(active="true", withoutVersionTag="true", withoutTenantId="true") == [second, first]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"version": "satu"}, "version"),
        ({"latestVersion": "ya"}, "latestVersion"),
        ({"maxResults": "1001"}, "maxResults"),
        ({"firstResult": "-1"}, "firstResult"),
        ({"sortBy": "version"}, "sortOrder"),
        ({"sortBy": "lain", "sortOrder": "asc"}, "sortBy"),
        ({"startableBy": "petugas"}, "startableBy"),
        ({"key_like": "x"}, "key_like"),
    ],
)
def test_a_parameter_that_cannot_be_served_is_named_and_refused(
    client: Client, query: dict[str, str], named: str
) -> None:
    error = client.get("/process-definition", 400, **query)
    assert error["type"] == "InvalidRequestException"
    assert named in error["message"]


def test_the_diagram_and_the_first_form_are_given_as_they_are(client: Client) -> None:
    form = json.loads((ROOT / "forms" / "formulir_pengaduan.form").read_bytes())
    for start in (KEY, "/process-definition/pengaduan_mpp:1"):
        assert client.get(f"{start}/xml") == {"id": "pengaduan_mpp:1", "bpmn20Xml": DIAGRAM.decode()}
        assert client.get(f"{start}/deployed-start-form") == form


def test_a_diagram_in_another_encoding_is_given_as_text(app: Flask) -> None:
    analyst = Client(app, "analis")
    text = DIAGRAM.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("PT2H", "PT3H")
    analyst.deploy(data=(io.BytesIO(text.encode("utf-16")), "pengaduan_mpp.bpmn"))
    assert "Menganalisa pengaduan" in analyst.get(f"{KEY}/xml")["bpmn20Xml"]


def test_what_there_is_not_is_404(client: Client) -> None:
    for path in ("/lain:1", "/key/lain", "/lain:1/xml", "/key/lain/deployed-start-form", "/pengaduan_mpp"):
        assert client.get(f"/process-definition{path}", 404)["type"] == "InvalidRequestException"


def test_who_works_by_a_definition_or_reads_definitions_sees_it_and_nobody_else(
    app: Flask, office: Office
) -> None:
    a_user(office, "tamu", "kelompok_lain")
    for user in ("petugas", "admin", "pejabat", "sekretariat", "analis", "auditor", "pengelola"):
        assert Client(app, user).get("/process-definition/count") == {"count": 1}
    stranger = Client(app, "tamu")
    assert stranger.get("/process-definition") == []
    stranger.get(KEY, 404)


# --- starting ----------------------------------------------------------------


def test_a_case_begins_with_the_answers_to_its_first_form(client: Client, office: Office) -> None:
    began = client.post(f"{KEY}/start", {"variables": VARIABLES})
    number = began["id"]
    assert began == {
        "links": [],
        "id": number,
        "definitionId": "pengaduan_mpp:1",
        "definitionKey": "pengaduan_mpp",
        "businessKey": number,
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
    }
    assert office.open_items(number) == [f"{number}:Langkah_2:1"]


def test_the_modelers_start_button_deploys_and_then_starts_by_id(two_versions: Client, app: Flask) -> None:
    body = {"businessKey": "default", "variables": VARIABLES}
    first = Client(app, "petugas").post("/process-definition/pengaduan_mpp:2/start", body)
    second = Client(app, "petugas").post("/process-definition/pengaduan_mpp:2/start", body)
    assert first["id"] != second["id"]
    assert first["businessKey"] == first["id"] != "default"


def test_a_version_out_of_force_starts_no_case(two_versions: Client, app: Flask, office: Office) -> None:
    clerk = Client(app, "petugas")
    error = clerk.post("/process-definition/pengaduan_mpp:1/start", {"variables": VARIABLES}, 400)
    assert "pengaduan_mpp:1" in error["message"]
    with office.ports.database.write() as connection:
        activate(connection, "pengaduan_mpp", 1, by="analis", at=office.now, source="cli")
    clerk.post("/process-definition/pengaduan_mpp:1/start", {"variables": VARIABLES})
    clerk.post("/process-definition/pengaduan_mpp:2/start", {"variables": VARIABLES}, 400)
    assert clerk.get(KEY)["version"] == 1


def test_variables_come_back_when_they_are_asked_for(client: Client) -> None:
    began = client.post(f"{KEY}/start", {"variables": VARIABLES, "withVariablesInReturn": True})
    assert began["variables"]["judul"] == {
        "type": "String",
        "value": COMPLAINT["judul"],
        "valueInfo": {},
    }
    assert began["variables"]["nama"]["type"] == "Null"
    assert began["variables"]["rahasia"] == {"type": "Boolean", "value": False, "valueInfo": {}}


def test_typed_values_are_read_by_their_type(client: Client) -> None:
    told = {
        **VARIABLES,
        "judul": {"value": "Antrean", "type": "String", "valueInfo": {}},
        "rahasia": {"value": "true", "type": "Boolean"},
        "tanggal_kejadian": {"value": "2026-09-08T23:30:00.000+0200", "type": "Date"},
        "kontak": {"value": None, "type": "Null"},
    }
    began = client.post(f"{KEY}/start", {"variables": told, "withVariablesInReturn": True})
    assert began["variables"]["tanggal_kejadian"]["value"] == "2026-09-09"  # in the office's zone
    assert began["variables"]["rahasia"]["value"] is True


def test_missing_and_wrong_answers_are_named_every_one(client: Client, office: Office) -> None:
    told = {k: v for k, v in VARIABLES.items() if k not in ("judul", "uraian")}
    told |= typed(kanal="merpati pos")
    error = client.post(f"{KEY}/start", {"variables": told}, 400)
    assert error["type"] == "InvalidRequestException"
    assert {"judul", "uraian", "kanal"} == set(error["details"])
    assert all(name in error["message"] for name in error["details"])
    client.post(f"{KEY}/start", {}, 400)
    assert client.get("/process-instance/count") == {"count": 0}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("tidak_ada", {"value": "x"}),
        ("judul", {"value": 7, "type": "String"}),
        ("judul", {"value": "x", "type": "File"}),
        ("rahasia", {"value": "mungkin", "type": "Boolean"}),
        ("tanggal_kejadian", {"value": "kemarin", "type": "Date"}),
        ("judul", {"value": "{", "type": "Json"}),
        ("judul", {"value": "tujuh", "type": "Integer"}),
        ("judul", {"value": 2**31, "type": "Integer"}),
    ],
)
def test_a_variable_that_cannot_be_taken_is_named(client: Client, variable: str, value: object) -> None:
    error = client.post(f"{KEY}/start", {"variables": {**VARIABLES, variable: value}}, 400)
    assert variable in error["message"]
    assert list(error["details"]) == [variable]


def test_the_same_key_starts_one_case(client: Client, app: Flask) -> None:
    once = {"Idempotency-Key": "6f1c9a52-6a0f-4c1e-9d5b-0b7f3f1d2c11"}
    first = client.post(f"{KEY}/start", {"variables": VARIABLES}, headers=once)
    assert client.post(f"{KEY}/start", {"variables": VARIABLES}, headers=once) == first
    other = {**VARIABLES, **typed(judul="Lain sama sekali")}
    assert first["id"] in client.post(f"{KEY}/start", {"variables": other}, 409, headers=once)["message"]
    assert client.get("/process-instance/count") == {"count": 1}


@pytest.mark.parametrize("key", ["", "a" * 65, "é", "dua kata"])
def test_a_key_that_cannot_be_one_is_refused_even_where_nothing_would_happen(
    client: Client, office: Office, key: str
) -> None:
    bad = {"Idempotency-Key": key}
    client.post(f"{KEY}/start", {"variables": VARIABLES}, 400, headers=bad)
    client.post(f"/task/{office.open_items(office.submit())[0]}/unclaim", {}, 400, headers=bad)


def test_only_who_enters_complaints_for_others_starts_one(app: Flask) -> None:
    for user in ("admin", "sekretariat", "auditor", "pengelola"):
        error = Client(app, user).post(f"{KEY}/start", {"variables": VARIABLES}, 403)
        assert error["type"] == "AuthorizationException"


def test_what_an_analyst_starts_is_a_trial_of_the_version_that_they_name(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    """Camunda Modeler deploys, then starts by the id that it was given; an older version can be tried again."""
    second_version(office, tmp_path)
    analyst = Client(app, "analis")

    newest = analyst.post(f"{KEY}/start", {"variables": VARIABLES, "businessKey": "default"})
    older = analyst.post("/process-definition/pengaduan_mpp:1/start", {"variables": VARIABLES})

    assert (newest["businessKey"], newest["definitionId"]) == ("UJI-2026-000001", "pengaduan_mpp:2")
    assert (older["businessKey"], older["definitionId"]) == ("UJI-2026-000002", "pengaduan_mpp:1")
    assert [one["id"] for one in analyst.get("/process-instance", sortBy="businessKey", sortOrder="asc")] == [
        "UJI-2026-000001",
        "UJI-2026-000002",
    ]
    (task,) = analyst.get("/task", processInstanceBusinessKey=older["id"])
    analyst.post(f"/task/{task['id']}/claim", {"userId": "analis"}, 204)
    Client(app, "petugas").get(f"/task/{task['id']}", 404)


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"variables": {"judul": "telanjang"}}', "application/json", 400),
        (b'{"startInstructions": [{}]}', "application/json", 400),
        (b'{"variables": {"judul": {"value": "\\ud800"}}}', "application/json", 400),
        (b'{"businessKey": "\\u0000"}', "application/json", 400),
        (b'{"variables": {"judul": {"value": NaN}}}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b'{"businessKey": "' + b"a" * 2_000_001 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: Client, data: bytes, content_type: str, status: int
) -> None:
    answer = client.open("POST", f"{KEY}/start", data=data, content_type=content_type)
    assert answer.status_code == status, answer.text
    assert set(answer.json) == {"type", "message", "code"}
