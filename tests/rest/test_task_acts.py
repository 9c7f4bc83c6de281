"""Claiming, handing on and completing tasks over REST, as Camunda answers it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine.history import log
from tests.casework import Office
from tests.rest.client import Client, typed


@pytest.fixture
def task(office: Office) -> str:
    """A task of the group petugas_mpp."""
    return office.open_items(office.submit())[0]


def holder(app: Flask, task: str) -> str | None:
    found: dict[str, Any] = Client(app, "sekretariat").get(f"/task/{task}")
    return found["assignee"]


def test_a_task_is_claimed_and_given_back(app: Flask, client: Client, task: str) -> None:
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    assert holder(app, task) == "petugas"
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    client.post(f"/task/{task}/unclaim", status=204)
    assert holder(app, task) is None
    client.post(f"/task/{task}/unclaim", status=204)  # as Camunda: nobody holds it, so nothing is to do


def test_unclaiming_needs_no_body(client: Client, task: str) -> None:
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    assert client.open("POST", f"/task/{task}/unclaim").status_code == 204


def test_a_lost_claim_is_a_conflict_that_names_the_holder(app: Flask, client: Client, task: str) -> None:
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    said = Client(app, "petugas2").post(f"/task/{task}/claim", {"userId": "petugas2"}, status=409)
    assert said["type"] == "TaskAlreadyClaimedException"
    assert "petugas" in said["message"]


def test_nobody_claims_for_a_colleague_what_another_holds(app: Flask, client: Client, task: str) -> None:
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    Client(app, "sekretariat").post(f"/task/{task}/claim", {"userId": "petugas2"}, status=409)
    assert holder(app, task) == "petugas"


def test_a_free_task_is_claimed_for_a_colleague(app: Flask, task: str) -> None:
    Client(app, "sekretariat").post(f"/task/{task}/claim", {"userId": "petugas2"}, status=204)
    assert holder(app, task) == "petugas2"


def test_a_claim_for_nobody_gives_the_task_back(app: Flask, client: Client, task: str) -> None:
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    client.post(f"/task/{task}/claim", {"userId": None}, status=204)
    assert holder(app, task) is None


def test_the_assignee_is_said_by_whoever_may(app: Flask, client: Client, task: str) -> None:
    client.post(f"/task/{task}/assignee", {"userId": "petugas"}, status=204)
    Client(app, "petugas2").post(f"/task/{task}/assignee", {"userId": "petugas2"}, status=409)
    Client(app, "sekretariat").post(f"/task/{task}/assignee", {"userId": "petugas2"}, status=204)
    assert holder(app, task) == "petugas2"
    Client(app, "petugas2").post(f"/task/{task}/assignee", {"userId": None}, status=204)
    assert holder(app, task) is None


def test_a_task_is_delegated_and_resolved(app: Flask, client: Client, task: str) -> None:
    client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    client.post(f"/task/{task}/delegate", {"userId": "petugas2"}, status=204)
    colleague = Client(app, "petugas2")
    found = colleague.get(f"/task/{task}")
    assert (found["assignee"], found["owner"], found["delegationState"]) == ("petugas2", "petugas", "PENDING")
    colleague.post(f"/task/{task}/resolve", {"variables": {}}, status=204)
    found = client.get(f"/task/{task}")
    assert (found["assignee"], found["owner"], found["delegationState"]) == ("petugas", None, None)
    said = client.post(f"/task/{task}/resolve", status=400)
    assert "unclaim it instead" in said["message"]


def test_a_task_is_delegated_to_a_member_of_its_group_only(client: Client, task: str) -> None:
    assert "admin" in client.post(f"/task/{task}/delegate", {"userId": "admin"}, status=403)["message"]
    client.post(f"/task/{task}/delegate", {}, status=400)


def test_others_may_not(app: Flask, task: str) -> None:
    for user in ("admin", "auditor", "analis", "pengelola"):
        for act in ("claim", "complete", "delegate"):
            body = {"variables": {}} if act == "complete" else {"userId": user}
            said = Client(app, user).post(f"/task/{task}/{act}", body, status=403)
            assert said["type"] == "AuthorizationException", (user, act)


def test_a_task_that_never_was_is_not_found(client: Client, task: str) -> None:
    for act in ("claim", "complete"):
        body = {"variables": {}} if act == "complete" else {"userId": "petugas"}
        client.post(f"/task/PGD-2026-000001:Langkah_2:9/{act}", body, status=404)
        client.post(f"/task/{task[:-1]}x/{act}", body, status=404)
    client.post("/task/entah/unclaim", status=404)


# --- completing ----------------------------------------------------------------


def test_the_answers_are_the_variables(office: Office, client: Client, task: str) -> None:
    answers = office.usual(task, alasan="Layanan kantor kami sendiri.")
    assert client.post(f"/task/{task}/complete", {"variables": typed(**answers)}, status=204) is None
    number = task.partition(":")[0]
    assert list(office.state(number).work_items) == ["Langkah_3:1"]
    assert office.state(number).variables["lingkup"] == "tidak_berkadar"
    client.post(f"/task/{task}/complete", {"variables": typed(**answers)}, status=404)


def test_the_variables_come_back_when_asked_for(office: Office, client: Client, task: str) -> None:
    body = {"variables": typed(**office.usual(task)), "withVariablesInReturn": True}
    known = client.post(f"/task/{task}/complete", body)
    assert known["lingkup"] == {"type": "String", "value": "tidak_berkadar", "valueInfo": {}}
    assert known["kanal"]["value"] == "loket_mpp"


def test_every_wrong_field_is_named(office: Office, client: Client, task: str) -> None:
    said = client.post(f"/task/{task}/complete", {"variables": typed(lingkup="entah")}, status=400)
    assert said["type"] == "InvalidRequestException"
    assert set(said["details"]) == {"lingkup", "alasan"}
    assert "lingkup" in said["message"]
    assert office.open_items(task.partition(":")[0]) == [task]


def test_a_variable_that_the_form_does_not_ask_is_refused(office: Office, client: Client, task: str) -> None:
    answers = {**office.usual(task), "warna": "biru"}
    said = client.post(f"/task/{task}/complete", {"variables": typed(**answers)}, status=400)
    assert list(said["details"]) == ["warna"]


def test_the_counter_answers_for_the_complainant(office: Office, client: Client) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    [task] = office.open_items(number)
    client.post(f"/task/{task}/complete", {"variables": typed(tanggapan="selesai")}, status=204)
    assert office.state(number).ending == "Selesai_pengadu"
    with office.ports.database.read() as connection:
        [done] = [
            e
            for e in log.read(connection, number)
            if e.payload.get("work_item") == "Langkah_8:1" and e.command_id
        ]
    assert (done.actor, done.on_behalf, done.source) == ("petugas", "pengadu", "rest")


def test_a_complainants_task_is_nobodys_to_claim(office: Office, client: Client) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    [task] = office.open_items(number)
    said = client.post(f"/task/{task}/claim", {"userId": "petugas"}, status=403)
    assert "complete it" in said["message"]


def test_the_same_key_completes_once(office: Office, client: Client, task: str) -> None:
    body = {"variables": typed(**office.usual(task))}
    once = {"Idempotency-Key": "3f0c5a62-8d1e-4c53-9d0b-6f0f4bb0e1aa"}
    client.post(f"/task/{task}/complete", body, status=204, headers=once)
    client.post(f"/task/{task}/complete", body, status=204, headers=once)
    other = {"variables": typed(**office.usual(task, alasan="Alasan yang lain sama sekali."))}
    client.post(f"/task/{task}/complete", other, status=409, headers=once)
    assert list(office.state(task.partition(":")[0]).work_items) == ["Langkah_3:1"]


def test_what_a_program_does_for_the_complainant_is_recorded_as_attested_by_nothing_and_rates_nothing(
    office: Office, client: Client
) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    [task] = office.open_items(number)
    said = client.post(
        f"/task/{task}/complete", {"variables": typed(tanggapan="selesai", nilai=5)}, status=400
    )
    assert "nilai" in said["message"]
    client.post(f"/task/{task}/complete", {"variables": typed(tanggapan="selesai")}, status=204)
    with office.ports.database.read() as connection:
        [done] = [e for e in log.read(connection, number) if e.type == "work_item:completed"][-1:]
    assert (done.actor, done.on_behalf, done.payload["attested"]) == ("petugas", "pengadu", "tanpa")
