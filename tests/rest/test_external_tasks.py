"""`/external-task`: locks, who may work, what is refused, and in which shape it is all told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import generic_camunda_client as camunda
import pytest
from flask import Flask
from sqlalchemy import update

from engine.commands import Submit
from engine.identity.policy import Actor
from engine.runtime import external
from engine.runtime.external import Worker
from engine.store.external_tasks import Wanted
from engine.store.session import Database
from engine.store.tables import cases
from tests.casework import COMPLAINT, PROCESS, Office, open_office, sound
from tests.rest.client import Client, typed
from tests.rest.services import TOPIC, waiting, with_service
from tests.web.officers import an_app

MINUTE = 60_000


@pytest.fixture
def office(sqlite_database: Database, tmp_path: Path) -> Iterator[Office]:
    office = open_office(sqlite_database, paths=[with_service().save(tmp_path / "model")])
    yield office
    sound(office)


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    return an_app(office, tmp_path / "data")


@pytest.fixture
def client(app: Flask) -> Client:
    """A worker's account, in the lane of the service task."""
    return Client(app, "admin")


def fetch(client: Client, worker: str = "satu", /, status: int = 200, most: int = 10, **topic: Any) -> Any:
    body = {
        "workerId": worker,
        "maxTasks": most,
        "topics": [{"topicName": TOPIC, "lockDuration": MINUTE, **topic}],
    }
    return client.post("/external-task/fetchAndLock", body, status=status)


def done(client: Client, task: str, worker: str = "satu", status: int = 204) -> Any:
    body = {"workerId": worker, "variables": typed(nomor_surat="S-1")}
    return client.post(f"/external-task/{task}/complete", body, status=status)


def test_a_locked_task_has_all_fields_that_camunda_documents(office: Office, client: Client) -> None:
    task = waiting(office)
    [locked] = fetch(client, variables=["kanal"])
    fields = {*camunda.LockedExternalTaskDto.attribute_map.values(), "createTime", "extensionProperties"}
    assert set(locked) == fields
    assert locked == {
        **dict.fromkeys(fields),
        "id": task,
        "activityId": "Langkah_4",
        "activityInstanceId": task,
        "businessKey": "PGD-2026-000001",
        "processInstanceId": "PGD-2026-000001",
        "executionId": "PGD-2026-000001",
        "processDefinitionId": f"{PROCESS}:1",
        "processDefinitionKey": PROCESS,
        "createTime": "2026-11-24T09:00:00.000+0800",
        "lockExpirationTime": "2026-11-24T09:01:00.000+0800",
        "workerId": "satu",
        "topicName": TOPIC,
        "priority": 0,
        "suspended": False,
        "variables": {"kanal": {"type": "String", "value": "loket_mpp", "valueInfo": {}}},
    }
    listed = client.get(f"/external-task/{task}")
    assert set(listed) == {*camunda.ExternalTaskDto.attribute_map.values(), "createTime"}
    assert listed == {name: locked[name] for name in listed}


# --- locks -------------------------------------------------------------------------


def test_only_the_holder_of_a_live_lock_completes(office: Office, client: Client) -> None:
    task = waiting(office)
    assert "nobody holds it" in done(client, task, status=400)["message"]
    fetch(client)
    assert fetch(client, "dua") == []
    assert "'satu' holds it" in done(client, task, "dua", status=400)["message"]
    office.wait(minutes=2)
    assert "run out" in done(client, task, status=400)["message"]
    assert [found["id"] for found in fetch(client, "dua")] == [task]
    done(client, task, status=400)
    done(client, task, "dua")
    said = done(client, task, "dua", status=404)
    assert said["message"].startswith(f"External task with id {task} does not exist")


def test_a_lock_is_extended_by_its_holder(office: Office, client: Client) -> None:
    task = waiting(office)
    fetch(client)
    longer = {"workerId": "satu", "newDuration": 10 * MINUTE}
    client.post(f"/external-task/{task}/extendLock", {**longer, "workerId": "dua"}, status=400)
    client.post(f"/external-task/{task}/extendLock", longer, status=204)
    office.wait(minutes=9)
    assert fetch(client, "dua") == []
    done(client, task)


def test_an_unlocked_task_is_anybodys(office: Office, client: Client) -> None:
    task = waiting(office)
    fetch(client)
    client.post(f"/external-task/{task}/unlock", status=204)
    assert [found["workerId"] for found in fetch(client, "dua")] == ["dua"]


def test_the_oldest_come_first_and_no_more_than_asked_for(office: Office, client: Client) -> None:
    first = waiting(office)
    office.wait(minutes=1)
    second, third = waiting(office), waiting(office)
    assert [found["id"] for found in fetch(client, most=1)] == [first]
    newest = {"workerId": "dua", "maxTasks": 5, "sorting": [{"sortBy": "createTime", "sortOrder": "desc"}]}
    topics = [{"topicName": TOPIC, "lockDuration": MINUTE}]
    found = client.post("/external-task/fetchAndLock", {**newest, "topics": topics})
    assert [task["id"] for task in found] == [second, third]


def test_a_topic_may_be_narrowed(office: Office, client: Client) -> None:
    waiting(office)
    second = waiting(office)
    assert fetch(client, topicName="lain") == []
    assert fetch(client, processDefinitionKey="lain") == []
    assert fetch(client, processDefinitionIdIn=[f"{PROCESS}:9"]) == []
    [found] = fetch(client, businessKey=second.partition(":")[0], processDefinitionKey=PROCESS)
    assert found["id"] == second


def test_a_halted_case_gives_no_work(office: Office, client: Client) -> None:
    task = waiting(office)
    with office.ports.database.write() as connection:
        connection.execute(update(cases).values(status="halted"))
    assert fetch(client) == []
    assert client.get(f"/external-task/{task}")["suspended"] is True
    with office.ports.database.write() as connection:
        connection.execute(update(cases).values(status="open"))
    assert len(fetch(client)) == 1


def test_workers_at_the_same_moment_never_get_the_same_task(database: Database, tmp_path: Path) -> None:
    office = open_office(database, paths=[with_service().save(tmp_path / "model")])
    tasks = {waiting(office) for _ in range(6)}
    got: list[list[str]] = []

    def work(name: str) -> None:
        worker = Worker(Actor("admin", frozenset({"admin_opd"})), name)
        wanted = [Wanted(TOPIC, lock_for=office.now - office.now.replace(hour=0))]
        while found := external.fetch(office.ports, worker, wanted, 2):
            got.append(found)

    threads = [threading.Thread(target=work, args=(f"pekerja-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [id for found in got for id in found]
    assert sorted(ids) == sorted(tasks)


def test_the_history_tells_of_the_work(office: Office, app: Flask, client: Client) -> None:
    task = waiting(office)
    fetch(client)
    auditor = Client(app, "auditor")
    [running] = auditor.get("/history/activity-instance", activityType="serviceTask", unfinished="true")
    assert (running["id"], running["endTime"]) == (task, None)
    office.wait(seconds=30)
    done(client, task)
    [ended] = auditor.get("/history/activity-instance", activityType="serviceTask")
    assert (ended["activityId"], ended["durationInMillis"], ended["taskId"]) == ("Langkah_4", 30_000, None)
    [said] = auditor.get("/history/user-operation", externalTaskId=task)
    assert (said["userId"], said["operationType"], said["entityType"]) == (
        "admin",
        "Complete",
        "ExternalTask",
    )


# --- waiting for work ----------------------------------------------------------------


def test_a_worker_that_waits_gets_the_task_when_it_comes(office: Office, client: Client) -> None:
    number = office.submit()
    found: list[Any] = []
    topics = [{"topicName": TOPIC, "lockDuration": MINUTE}]
    body = {"workerId": "satu", "maxTasks": 1, "asyncResponseTimeout": 5_000, "topics": topics}

    def wait() -> None:
        found.extend(client.post("/external-task/fetchAndLock", body))

    thread = threading.Thread(target=wait)
    thread.start()
    office.run_to_external(number)
    thread.join()
    assert [task["processInstanceId"] for task in found] == [number]


def test_a_worker_that_waits_in_vain_hears_so(client: Client) -> None:
    topics = [{"topicName": TOPIC, "lockDuration": MINUTE}]
    body = {"workerId": "satu", "maxTasks": 1, "asyncResponseTimeout": 1, "topics": topics}
    assert client.post("/external-task/fetchAndLock", body) == []


# --- who may -------------------------------------------------------------------------


def test_only_members_of_the_tasks_group_work_on_it(office: Office, app: Flask, client: Client) -> None:
    task = waiting(office)
    fetch(client)
    for user in ("petugas", "pejabat", "sekretariat", "auditor", "analis", "pengelola"):
        other = Client(app, user)
        assert fetch(other) == [], user
        assert other.get("/external-task") == [], user
        assert other.get("/external-task/count") == {"count": 0}, user
        other.get(f"/external-task/{task}", status=404)
        for act in ("complete", "failure", "unlock"):
            body = None if act == "unlock" else {"workerId": "satu"}
            other.post(f"/external-task/{task}/{act}", body, status=404)
    done(client, task)


def test_nobody_works_on_their_own_complaint(office: Office, client: Client) -> None:
    own = Submit(actor="admin", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    number = office.do(own).case
    office.complete(number)
    office.complete(number, "sekretariat")
    assert list(office.state(number).external_tasks) == ["Langkah_4:1"]
    assert fetch(client) == []
    client.get(f"/external-task/{number}:Langkah_4:1", status=404)


# --- lists -----------------------------------------------------------------------------


def test_each_filter_finds_what_it_says(office: Office, client: Client) -> None:
    check_filters(office, client)


def check_filters(office: Office, client: Client) -> None:
    first = waiting(office)
    second = waiting(office)
    fetch(client, most=1)
    client.post(
        f"/external-task/{first}/failure",
        {"workerId": "satu", "errorMessage": "Gagal.", "retries": 2, "retryTimeout": 5 * MINUTE},
        status=204,
    )
    found: list[tuple[dict[str, str], list[str]]] = [
        ({}, [first, second]),
        ({"externalTaskId": first}, [first]),
        ({"externalTaskIdIn": f"{second},x"}, [second]),
        ({"topicName": TOPIC}, [first, second]),
        ({"topicName": "lain"}, []),
        ({"workerId": "satu"}, [first]),
        ({"locked": "true"}, [first]),
        ({"notLocked": "true"}, [second]),
        ({"withRetriesLeft": "true"}, [first, second]),
        ({"noRetriesLeft": "true"}, []),
        ({"lockExpirationAfter": "2026-11-24T09:01:00.000+0800"}, [first]),
        ({"lockExpirationBefore": "2026-11-24T09:01:00.000+0800"}, []),
        ({"activityId": "Langkah_4"}, [first, second]),
        ({"activityIdIn": "Langkah_5"}, []),
        ({"processInstanceId": "PGD-2026-000002"}, [second]),
        ({"processInstanceIdIn": "PGD-2026-000002"}, [second]),
        ({"executionId": "PGD-2026-000002"}, [second]),
        ({"processDefinitionKey": PROCESS}, [first, second]),
        ({"processDefinitionId": "lain:1"}, []),
        ({"active": "true"}, [first, second]),
        ({"suspended": "true"}, []),
        ({"sortBy": "id", "sortOrder": "desc"}, [second, first]),
        ({"sortBy": "createTime", "sortOrder": "asc", "maxResults": "1"}, [first]),
    ]
    for query, expected in found:
        assert [task["id"] for task in client.get("/external-task", **query)] == expected, query
        filters = {name: value for name, value in query.items() if not name.startswith(("sort", "max"))}
        if filters == query:
            assert client.get("/external-task/count", **query) == {"count": len(expected)}, query
    assert [t["id"] for t in client.post("/external-task", {"locked": True})] == [first]
    assert client.post("/external-task/count", {"activityIdIn": ["Langkah_4"]}) == {"count": 2}
    [one] = client.get("/external-task", externalTaskId=first)
    assert (one["errorMessage"], one["retries"]) == ("Gagal.", 2)
    assert client.open("GET", f"/external-task/{first}/errorDetails").status_code == 204


# --- what is refused ---------------------------------------------------------------------


UNFIT: list[dict[str, Any]] = [
    {"maxTasks": 1, "topics": []},
    {"workerId": "", "maxTasks": 1},
    {"workerId": "satu", "maxTasks": 0},
    {"workerId": "satu", "maxTasks": 1, "asyncResponseTimeout": 1_800_001},
    {"workerId": "satu", "maxTasks": 1, "topics": [{"topicName": TOPIC}]},
    {"workerId": "satu", "maxTasks": 1, "topics": [{"topicName": TOPIC, "lockDuration": 0}]},
    {"workerId": "satu", "maxTasks": 1, "topics": [{"topicName": TOPIC, "lockDuration": 10**20}]},
    {
        "workerId": "satu",
        "maxTasks": 1,
        "topics": [{"topicName": TOPIC, "lockDuration": 1, "processVariables": {"nama": "Siti"}}],
    },
]


def test_a_request_for_work_that_cannot_be_taken_is_refused(client: Client) -> None:
    for body in UNFIT:
        said = client.post("/external-task/fetchAndLock", body, status=400)
        assert said["type"] == "InvalidRequestException", body


def test_a_result_that_no_expression_could_read_is_refused(office: Office, client: Client) -> None:
    task = waiting(office)
    fetch(client)
    for value in ([1, 2], {"a": 1}):
        body = {"workerId": "satu", "variables": {"nomor_surat": {"value": value}}}
        said = client.post(f"/external-task/{task}/complete", body, status=400)
        assert "nomor_surat" in said["message"]
    body = {"workerId": "satu", "variables": {"lampiran": {"value": "x" * 300_000}}}
    client.post(f"/external-task/{task}/complete", body, status=400)
    done(client, task)


def test_no_worker_gets_the_service_task_of_a_trial_and_an_analyst_plays_the_program(
    office: Office, app: Flask, client: Client
) -> None:
    """What a program does is done to the world outside."""
    number = office.trial()
    office.run_to_external(number)
    [name] = office.state(number).external_tasks
    task, analyst = f"{number}:{name}", Client(app, "analis")

    assert fetch(client) == []
    assert client.get("/external-task") == []
    client.get(f"/external-task/{task}", 404)
    done(client, task, status=404)

    assert [one["id"] for one in fetch(analyst)] == [task]
    done(analyst, task)
    assert not office.state(number).external_tasks
