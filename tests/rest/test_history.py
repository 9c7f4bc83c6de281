"""`/history`: cases, tasks, activations and operations, past and present, for who may read their history."""

from __future__ import annotations

from typing import Any

import generic_camunda_client as camunda
import pytest
from flask import Flask

from engine.commands import Submit
from tests.casework import COMPLAINT, PEOPLE, PROCESS, Office
from tests.rest.client import Client, typed

LISTS = ("process-instance", "task", "activity-instance", "user-operation")
DTOS = {
    "process-instance": camunda.HistoricProcessInstanceDto,
    "task": camunda.HistoricTaskInstanceDto,
    "activity-instance": camunda.HistoricActivityInstanceDto,
    "user-operation": camunda.UserOperationLogEntryDto,
}
#: What 7.24 has and 7.18, which the library is of, had not.
NEWER = {"process-instance": {"restartedProcessInstanceId"}, "task": {"taskState"}}


@pytest.fixture
def past(office: Office) -> tuple[str, str, str]:
    return a_past(office)


def a_past(office: Office) -> tuple[str, str, str]:
    """A case that ran to its end, one that was referred, and one at step 3."""
    whole, sent_on, running = office.submit(), office.submit(), office.submit()
    office.run_to(whole, "Langkah_8")
    office.wait(minutes=30)
    office.complete(whole, "petugas")
    office.wait(minutes=30)
    referral = {"lingkup": "bukan_kewenangan", "tujuan_rujukan": "DPMPTSP", "konfirmasi_akhir": True}
    office.complete(sent_on, **referral)
    office.complete(running)
    return whole, sent_on, running


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app, "auditor")


@pytest.mark.parametrize("name", LISTS)
def test_an_entry_has_all_fields_that_camunda_documents(
    client: Client, past: tuple[str, str, str], name: str
) -> None:
    found = client.get(f"/history/{name}")
    assert {frozenset(one) for one in found} == {
        frozenset({*DTOS[name].attribute_map.values(), *NEWER.get(name, set())})
    }
    assert client.get(f"/history/{name}/count") == {"count": len(found)}


def test_a_case_is_told_with_its_times(client: Client, past: tuple[str, str, str]) -> None:
    whole, _, running = past
    found = client.get(f"/history/process-instance/{whole}")
    assert found == {
        **found,
        "businessKey": whole,
        "processDefinitionId": f"{PROCESS}:1",
        "processDefinitionVersion": 1,
        "startTime": "2026-11-24T09:00:00.000+0800",
        "endTime": "2026-11-24T09:30:00.000+0800",
        "durationInMillis": 1_800_000,
        "startUserId": None,
        "state": "COMPLETED",
    }
    assert client.get(f"/history/process-instance/{running}")["state"] == "ACTIVE"
    client.get("/history/process-instance/PGD-2026-000099", status=404)


def test_the_activations_of_a_case_end_with_its_end(client: Client, past: tuple[str, str, str]) -> None:
    whole, sent_on, _ = past
    found = client.get(
        "/history/activity-instance", processInstanceId=whole, sortBy="startTime", sortOrder="asc"
    )
    steps = [one["activityId"] for one in found if one["activityType"] == "userTask"]
    assert sorted(steps) == [f"Langkah_{n}" for n in range(1, 9)]
    [end] = [one for one in found if one["activityType"] != "userTask"]
    assert (end["activityId"], end["activityType"], end["taskId"]) == (
        "Selesai_pengadu",
        "terminateEndEvent",
        None,
    )
    ends = client.get(
        "/history/activity-instance", activityType="terminateEndEvent", processInstanceId=sent_on
    )
    assert [one["activityId"] for one in ends] == ["Dirujuk"]
    assert client.get(f"/history/activity-instance/{end['id']}") == end
    client.get("/history/activity-instance/tidak-ada", status=404)


def test_a_task_that_was_taken_away_is_deleted(office: Office, client: Client) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.send(number, "tutup_oleh_admin")
    [task] = client.get("/history/task", taskDefinitionKey="Langkah_8")
    assert (task["deleteReason"], task["taskState"]) == ("deleted", "Deleted")
    [same] = client.get("/history/activity-instance", canceled="true")
    assert same["taskId"] == task["id"]
    done = client.get("/history/task", taskDefinitionKey="Langkah_2")
    assert [(t["deleteReason"], t["taskState"]) for t in done] == [("completed", "Completed")]


def test_operations_say_who_did_what(office: Office, app: Flask, client: Client) -> None:
    number = office.submit()
    [task] = office.open_items(number)
    petugas = Client(app, "petugas")
    petugas.post(f"/task/{task}/claim", {"userId": "petugas"}, status=204)
    petugas.post(f"/task/{task}/delegate", {"userId": "petugas2"}, status=204)
    colleague = Client(app, "petugas2")
    colleague.post(f"/task/{task}/unclaim", status=204)
    colleague.post(f"/task/{task}/comment/create", {"message": "Sudah saya lihat."})
    colleague.post(f"/task/{task}/complete", {"variables": typed(**office.usual(task))}, status=204)
    office.run_to(number, "Langkah_8")
    office.send(number, "tutup_oleh_admin")
    found = client.get("/history/user-operation", processInstanceId=number)
    said = [
        (
            one["userId"],
            one["operationType"],
            one["entityType"],
            one["property"],
            one["orgValue"],
            one["newValue"],
        )
        for one in found
    ]
    assert said[:6] == [
        ("pengadu", "Create", "ProcessInstance", None, None, None),
        ("petugas", "Claim", "Task", "assignee", None, "petugas"),
        ("petugas", "Delegate", "Task", "assignee", "petugas", "petugas2"),
        ("petugas2", "Assign", "Task", "assignee", "petugas2", None),
        ("petugas2", "AddComment", "Task", None, None, None),
        ("petugas2", "Complete", "Task", "delete", "false", "true"),
    ]
    assert said[-1] == (
        "admin",
        "CorrelateMessage",
        "ProcessInstance",
        "messageName",
        None,
        "tutup_oleh_admin",
    )
    assert "lihat" not in str(found)


def test_what_the_clock_does_is_no_operation(office: Office, client: Client) -> None:
    number = office.submit()
    office.wait(hours=3)
    office.sweep(number)
    found = client.get("/history/user-operation", processInstanceId=number)
    assert [one["operationType"] for one in found] == ["Create"]


# --- who reads what ------------------------------------------------------------------


def counts(client: Client) -> list[int]:
    found = []
    for name in LISTS:
        entries = client.get(f"/history/{name}")
        assert client.get(f"/history/{name}/count") == {"count": len(entries)}
        found.append(len({entry.get("processInstanceId") or entry["id"] for entry in entries}))
    return found


def test_everybody_reads_the_history_of_cases_that_they_may(office: Office, app: Flask) -> None:
    office.submit()
    own = Submit(actor="petugas", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    office.do(own)
    referred = office.submit()
    referral = {"lingkup": "berkadar_pengawasan", "tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
    office.complete(referred, "petugas2", **referral)
    seen = {
        "petugas": 1,  # not their own complaint, nor what a colleague referred
        "petugas2": 3,
        "admin": 2,
        "pejabat": 2,
        "sekretariat": 2,
        "auditor": 3,
        "analis": 0,
        "pengelola": 0,
    }
    assert set(seen) <= set(PEOPLE)
    for user, number in seen.items():
        asking = Client(app, user)
        assert counts(asking) == [number] * 4, user
        hidden = 200 if user in ("petugas2", "auditor") else 404
        asking.get(f"/history/process-instance/{referred}", status=hidden)


def test_nobody_is_told_whose_own_complaint_it_is(office: Office, app: Flask) -> None:
    own = Submit(actor="petugas", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    number = office.do(own).case
    for reader in ("petugas2", "sekretariat", "auditor"):
        asking = Client(app, reader)
        assert asking.get(f"/history/process-instance/{number}")["startUserId"] is None
        assert "petugas" not in [one["userId"] for one in asking.get("/history/user-operation")]
        assert len(asking.get("/history/user-operation", userId="pengadu")) == 1
        for name, by in (
            ("process-instance", "startedBy"), ("user-operation", "userId"), ("task", "taskInvolvedUser"),
            ("task", "taskAssignee"), ("activity-instance", "taskAssignee"),
        ):  # fmt: skip
            assert asking.get(f"/history/{name}", **{by: "petugas"}) == [], (name, by)


# --- filters ---------------------------------------------------------------------------

BEFORE, AFTER = "2026-11-24T09:15:00.000+0800", "2026-11-24T08:00:00.000+0800"
#: List -> filters -> which of the cases of `past` are among what is found.
FILTERS: dict[str, list[tuple[dict[str, str], str]]] = {
    "process-instance": [
        ({"processInstanceId": "PGD-2026-000001"}, "0"),
        ({"processInstanceIds": "PGD-2026-000001,PGD-2026-000003"}, "02"),
        ({"processInstanceIdNotIn": "PGD-2026-000001"}, "12"),
        ({"rootProcessInstanceId": "PGD-2026-000002"}, "1"),
        ({"rootProcessInstances": "true"}, "012"),
        ({"processInstanceBusinessKey": "PGD-2026-000001"}, "0"),
        ({"processInstanceBusinessKeyLike": "%3"}, "2"),
        ({"processDefinitionKey": PROCESS}, "012"),
        ({"processDefinitionKeyIn": "lain"}, ""),
        ({"processDefinitionKeyNotIn": PROCESS}, ""),
        ({"processDefinitionNameLike": "%"}, "012"),
        ({"startedBy": "petugas"}, ""),
        ({"startedBefore": BEFORE}, "012"),
        ({"startedAfter": BEFORE}, ""),
        ({"finished": "true"}, "01"),
        ({"unfinished": "true"}, "2"),
        ({"finishedBefore": "2026-11-24T09:45:00.000+0800"}, "0"),
        ({"finishedAfter": "2026-11-24T09:45:00.000+0800"}, "1"),
        ({"active": "true"}, "2"),
        ({"suspended": "true"}, ""),
        ({"completed": "true"}, "01"),
        ({"withIncidents": "true"}, ""),
        ({"executedActivityIdIn": "Langkah_3,Langkah_8"}, "0"),
        ({"activeActivityIdIn": "Langkah_3"}, "2"),
        ({"tenantIdIn": "satu"}, ""),
        ({"withoutTenantId": "true"}, "012"),
    ],
    "task": [
        ({"taskId": "PGD-2026-000001:Langkah_2:1"}, "0"),
        ({"activityInstanceIdIn": "PGD-2026-000001:Langkah_2:1,x"}, "0"),
        ({"processInstanceId": "PGD-2026-000003"}, "2"),
        ({"processInstanceBusinessKeyIn": "PGD-2026-000002,PGD-2026-000003"}, "12"),
        ({"executionId": "PGD-2026-000002"}, "1"),
        ({"taskDefinitionKey": "Langkah_3"}, "02"),
        ({"taskDefinitionKeyIn": "Langkah_7,Langkah_8"}, "0"),
        ({"taskName": "Menerima Pengaduan dari Petugas MPP"}, "02"),
        ({"taskNameLike": "Menganalisa%"}, "0"),
        ({"taskDeleteReason": "completed"}, "012"),
        ({"taskDeleteReason": "deleted"}, ""),
        ({"taskAssignee": "pejabat"}, "0"),
        ({"taskAssigneeLike": "pej%"}, "0"),
        ({"taskInvolvedUser": "pejabat"}, "0"),
        ({"taskHadCandidateGroup": "admin_opd"}, "02"),
        ({"assigned": "true"}, "012"),
        ({"unassigned": "true", "unfinished": "true"}, "2"),
        ({"finished": "true"}, "012"),
        ({"unfinished": "true"}, "2"),
        ({"processFinished": "true"}, "01"),
        ({"processUnfinished": "true"}, "2"),
        ({"taskDueDateBefore": "2026-11-24T11:00:00.000+0800"}, ""),
        ({"taskDueDateAfter": "2026-11-24T11:30:00.000+0800"}, "2"),
        ({"taskDueDate": "2026-11-24T11:00:00.000+0800"}, "012"),
        ({"withoutTaskDueDate": "true"}, "012"),
        ({"startedAfter": BEFORE}, "2"),
        ({"startedBefore": AFTER}, ""),
        ({"finishedAfter": BEFORE}, "012"),
        ({"finishedBefore": AFTER}, ""),
    ],
    "activity-instance": [
        ({"activityInstanceId": "PGD-2026-000001:Langkah_2:1"}, "0"),
        ({"activityId": "Langkah_3"}, "02"),
        ({"activityName": "Menerima Pengaduan dari Petugas MPP"}, "02"),
        ({"activityNameLike": "Menganalisa%"}, "0"),
        ({"activityType": "userTask"}, "012"),
        ({"activityType": "terminateEndEvent"}, "01"),
        ({"activityType": "serviceTask"}, ""),
        ({"taskAssignee": "pejabat"}, "0"),
        ({"finished": "true"}, "012"),
        ({"unfinished": "true"}, "2"),
        ({"canceled": "true"}, ""),
        ({"startedAfter": "2026-11-24T09:45:00.000+0800"}, "12"),
        ({"finishedBefore": AFTER}, ""),
        ({"processDefinitionId": f"{PROCESS}:1"}, "012"),
        ({"executionId": "PGD-2026-000001"}, "0"),
    ],
    "user-operation": [
        ({"processInstanceId": "PGD-2026-000001"}, "0"),
        ({"processDefinitionKey": "lain"}, ""),
        ({"taskId": "PGD-2026-000001:Langkah_2:1"}, "0"),
        ({"taskId": 'PGD-2026-000001:Langkah_2:1"'}, ""),
        ({"externalTaskId": "PGD-2026-000001:Langkah_2:1"}, ""),
        ({"userId": "pejabat"}, "0"),
        ({"operationId": "PGD-2026-000002:1"}, "1"),
        ({"operationType": "Create"}, "012"),
        ({"operationType": "Entah"}, ""),
        ({"entityType": "Task"}, "012"),
        ({"entityTypeIn": "Job,ExternalTask"}, ""),
        ({"category": "TaskWorker"}, "012"),
        ({"categoryIn": "Admin"}, ""),
        ({"afterTimestamp": "2026-11-24T09:15:00.000+0800", "operationType": "Complete"}, "012"),
        ({"beforeTimestamp": AFTER}, ""),
    ],
}


@pytest.mark.parametrize("name", LISTS)
def test_each_filter_finds_what_it_says(client: Client, past: tuple[str, str, str], name: str) -> None:
    check_filters(client, past, name)


def check_filters(client: Client, past: tuple[str, str, str], name: str) -> None:
    for query, places in FILTERS[name]:
        found = client.get(f"/history/{name}", **query)
        numbers = {entry.get("processInstanceId") or entry["id"] for entry in found}
        assert numbers == {past[int(place)] for place in places}, query
        assert client.get(f"/history/{name}/count", **query) == {"count": len(found)}, query


@pytest.mark.parametrize("name", LISTS[:3])
def test_a_body_asks_the_same(client: Client, past: tuple[str, str, str], name: str) -> None:
    body: dict[str, Any] = {"finished": True, "startedBefore": BEFORE}
    by_query = client.get(f"/history/{name}", finished="true", startedBefore=BEFORE)
    assert client.post(f"/history/{name}", body) == by_query
    assert client.post(f"/history/{name}/count", body) == {"count": len(by_query)}
    backwards = {**body, "sorting": [{"sortBy": "startTime", "sortOrder": "desc"}]}
    found = client.post(f"/history/{name}", backwards)
    starts = [one["startTime"] for one in found]
    assert starts == sorted(starts, reverse=True)
    assert client.post(f"/history/{name}", backwards, firstResult=1, maxResults=1) == found[1:2]


def test_operations_are_sorted_by_their_time(client: Client, past: tuple[str, str, str]) -> None:
    found = client.get("/history/user-operation", sortBy="timestamp", sortOrder="desc")
    times = [one["timestamp"] for one in found]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) > 1
