"""Running cases over REST: whose they are to read, their variables, and messages to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from engine.history import log
from engine.identity.policy import Actor, Subject, allowed, shield_of
from engine.queries.rest_filters import Asked
from engine.queries.rest_instances import instances
from engine.store.tables import cases
from tests.casework import PEOPLE, Office
from tests.rest.client import Client, a_user

MESSAGE = "tutup_oleh_admin"


def test_running_cases_are_listed_until_they_end(client: Client, office: Office) -> None:
    first, second = office.submit(), office.submit()
    found = client.get("/process-instance", sortBy="businessKey", sortOrder="desc")
    assert [one["id"] for one in found] == [second, first]
    assert client.get(f"/process-instance/{first}") == found[1] == {
        "links": [],
        "id": first,
        "definitionId": "pengaduan_mpp:1",
        "definitionKey": "pengaduan_mpp",
        "businessKey": first,
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
    }  # fmt: skip
    office.complete(first, lingkup="tidak_layak", konfirmasi_akhir=True, tujuan_rujukan="–")
    assert [one["id"] for one in client.get("/process-instance")] == [second]
    assert client.get(f"/process-instance/{first}", 404)["type"] == "InvalidRequestException"


def test_cases_are_found_by_the_usual_filters(client: Client, office: Office) -> None:
    check_filters(client, office)


def check_filters(client: Client, office: Office) -> None:
    """Every filter of the list, for a case at its second step and one at its third."""
    first, second = office.submit(), office.submit()
    office.complete(second)

    def found(**query: Any) -> list[str]:
        ids = [one["id"] for one in client.get("/process-instance", **query)]
        assert client.get("/process-instance/count", **query) == {"count": len(ids)}
        return ids

    assert found() == [first, second]
    assert found(businessKey=first) == found(processInstanceIds=f"{first},lain") == [first]
    assert found(businessKeyLike="PGD-%2") == [second]
    assert found(processDefinitionKey="pengaduan_mpp", active="true") == [first, second]
    assert found(processDefinitionKeyIn="lain", active="true") == []
    assert found(processDefinitionKeyNotIn="lain") == [first, second]
    assert found(processDefinitionId="pengaduan_mpp:1", deploymentId="penerapan-1") == [first, second]
    assert found(activityIdIn="Langkah_3") == [second]
    assert found(suspended="true") == found(withIncident="true") == found(tenantIdIn="a") == []
    assert found(suspended="false", rootProcessInstances="true") == [first, second]
    assert found(businessKey="\0", processInstanceIds="\0") == []
    for by in ("instanceId", "businessKey", "definitionId", "definitionKey"):
        ordered = client.get("/process-instance", sortBy=by, sortOrder="asc")
        assert [one["id"] for one in ordered] == [first, second], by
    assert [one["id"] for one in client.get("/process-instance", firstResult=1, maxResults=1)] == [second]


@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST"])
def test_nothing_over_rest_deletes_or_changes_a_case(client: Client, office: Office, method: str) -> None:
    number = office.submit()
    answer = client.open(method, f"/process-instance/{number}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert client.open("DELETE", f"/process-instance/{number}/variables/judul").status_code == 405


# --- whose they are ----------------------------------------------------------


def _shielded(office: Office) -> dict[str, str]:
    """A case of each kind, by what keeps it."""
    kinds: Mapping[str, dict[str, str]] = {
        "anybody's": {},
        "own": {"own_of": "petugas"},
        "referred": {"restricted_to": "penerima_rujukan", "referred_by": "petugas"},
        "referred by another": {"restricted_to": "penerima_rujukan", "referred_by": "petugas2"},
    }
    numbers = {kind: office.submit() for kind in kinds}
    a_user(office, "inspektur", "penerima_rujukan")
    office.tampered = True  # rows behind the engine's back
    with office.ports.database.write() as connection:
        for kind, values in kinds.items():
            if values:
                connection.execute(update(cases).where(cases.c.number == numbers[kind]).values(**values))
    return numbers


def test_everybody_is_listed_what_they_may_read_and_counted_no_more(app: Flask, office: Office) -> None:
    number_of = _shielded(office)
    kind_of = {number: kind for kind, number in number_of.items()}
    expected = {
        "petugas": {"anybody's", "referred"},
        "petugas2": {"anybody's", "own", "referred by another"},
        "admin": {"anybody's", "own"},
        "sekretariat": {"anybody's", "own"},
        "auditor": {"anybody's", "own", "referred", "referred by another"},
        "inspektur": {"referred", "referred by another"},
        "analis": set(),
        "pengelola": set(),
    }
    for user, kinds in expected.items():
        client = Client(app, user)
        assert {kind_of[one["id"]] for one in client.get("/process-instance")} == kinds, user
        assert client.get("/process-instance/count") == {"count": len(kinds)}, user
        for kind, number in number_of.items():
            status = 200 if kind in kinds else 404
            client.get(f"/process-instance/{number}", status)
            client.get(f"/process-instance/{number}/variables", status)
            client.get(f"/process-instance/{number}/variables/judul", status)


def test_the_list_says_the_same_as_the_policy_for_all_who_might_ask(office: Office) -> None:
    _shielded(office)
    groups = [frozenset(g) for g in PEOPLE.values()]
    groups += [frozenset({"penerima_rujukan"}), frozenset(), frozenset({"petugas_mpp", "analis"})]
    groups += [frozenset({"petugas_mpp", "auditor"}), frozenset({"penerima_rujukan", "sekretariat"})]
    with office.ports.database.read() as connection:
        definition = office.ports.active_definition(connection, "pengaduan_mpp")
        rows = connection.execute(cases.select()).all()
        for who in ("petugas", "petugas2", "orang_lain"):
            for group in groups:
                actor = Actor(who, group)
                listed = instances(office.ports, connection, actor, Asked(), first=0, most=100)
                may = [
                    row.number
                    for row in rows
                    if allowed(
                        actor,
                        "case:read",
                        Subject(row.number, lane_groups=definition.lane_groups, shield=shield_of(row)),
                    )
                ]
                assert [one.number for one in listed] == may, (who, group)


# --- variables ---------------------------------------------------------------


def test_variables_are_every_keys_latest_answer_typed(client: Client, office: Office) -> None:
    number = office.submit()
    office.complete(number)
    office.complete(number)
    variables = client.get(f"/process-instance/{number}/variables", deserializeValues="false")
    assert variables["judul"] == {"type": "String", "value": "Antrean terlalu lama", "valueInfo": {}}
    assert variables["diterima"] == {"type": "Boolean", "value": True, "valueInfo": {}}
    assert variables["nama"]["type"] == "Null"
    assert client.get(f"/process-instance/{number}/variables/judul") == variables["judul"]
    error = client.get(f"/process-instance/{number}/variables/tidak_ada", 404)
    assert "tidak_ada" in error["message"]


def test_a_secret_identity_is_not_among_them(client: Client, office: Office) -> None:
    number = office.submit(nama="Nama Rahasia", kontak="0811 0000 0000", rahasia=True)
    answer = client.open("GET", f"/process-instance/{number}/variables")
    assert "judul" in answer.json
    assert "nama" not in answer.json
    assert "Nama Rahasia" not in answer.text


# --- messages ----------------------------------------------------------------


@pytest.fixture
def waiting(office: Office) -> str:
    """A case that waits for its complainant, which the Admin OPD may close."""
    number = office.submit()
    office.run_to(number, "Langkah_8")
    return number


@pytest.mark.parametrize("named", ["businessKey", "processInstanceId"])
def test_a_message_reaches_its_case(app: Flask, office: Office, waiting: str, named: str) -> None:
    assert Client(app, "admin").post("/message", {"messageName": MESSAGE, named: waiting}, 204) is None
    assert office.state(waiting).ending == "Selesai_admin"


def test_what_became_of_it_is_told_when_asked_for(app: Flask, waiting: str) -> None:
    body = {"messageName": MESSAGE, "businessKey": waiting, "resultEnabled": True}
    execution = {"id": waiting, "processInstanceId": waiting, "ended": True, "tenantId": None}
    assert Client(app, "admin").post("/message", body) == [
        {"resultType": "Execution", "execution": execution, "processInstance": None}
    ]


def test_the_same_key_sends_one_message(app: Flask, waiting: str) -> None:
    admin, once = Client(app, "admin"), {"Idempotency-Key": "a-1"}
    body = {"messageName": MESSAGE, "businessKey": waiting}
    admin.post("/message", body, 204, headers=once)
    admin.post("/message", body, 204, headers=once)
    assert admin.post("/message", body, 400)["type"] == "MismatchingMessageCorrelationException"


def test_no_word_of_a_client_gets_into_the_history_by_its_key(
    app: Flask, office: Office, waiting: str
) -> None:
    once = {"Idempotency-Key": "Siti-Aminah-0811"}
    Client(app, "admin").post("/message", {"messageName": MESSAGE, "businessKey": waiting}, 204, headers=once)
    with office.ports.database.read() as connection:
        ids = [event.command_id for event in log.read(connection, waiting) if event.command_id]
    assert UUID(ids[-1]).version == 5
    assert not any("Siti" in id for id in ids)


def test_a_message_that_nobody_waits_for_correlates_with_nothing(app: Flask, office: Office) -> None:
    number, admin = office.submit(), Client(app, "admin")
    for name, case in ((MESSAGE, number), ("tidak_ada", number), (MESSAGE, "PGD-2026-999999")):
        error = admin.post("/message", {"messageName": name, "businessKey": case}, 400)
        assert error["type"] == "MismatchingMessageCorrelationException"
    both = {"messageName": MESSAGE, "businessKey": number, "processInstanceId": "PGD-2026-999999"}
    assert admin.post("/message", both, 400)["type"] == "MismatchingMessageCorrelationException"


def test_a_message_to_a_case_that_is_kept_from_somebody_tells_nothing_of_it(
    app: Flask, office: Office
) -> None:
    number_of = _shielded(office)
    admin = Client(app, "admin")
    error = admin.post("/message", {"messageName": MESSAGE, "businessKey": number_of["referred"]}, 400)
    assert error == admin.post("/message", {"messageName": MESSAGE, "businessKey": "PGD-2026-999999"}, 400)


def test_a_message_needs_a_name_a_case_and_the_right(app: Flask, waiting: str) -> None:
    admin = Client(app, "admin")
    assert admin.post("/message", {"businessKey": waiting}, 400)["message"] == "No message name supplied"
    assert "businessKey" in admin.post("/message", {"messageName": MESSAGE}, 400)["message"]
    error = Client(app, "petugas").post("/message", {"messageName": MESSAGE, "businessKey": waiting}, 403)
    assert error["type"] == "AuthorizationException"
    with_variables = {"messageName": MESSAGE, "businessKey": waiting, "processVariables": {"a": {"value": 1}}}
    assert "processVariables" in admin.post("/message", with_variables, 400)["message"]
