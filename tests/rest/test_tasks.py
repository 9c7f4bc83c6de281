"""`/task`: who lists what, by which filters, in Camunda's shape."""

from __future__ import annotations

from typing import Any

import generic_camunda_client as camunda
import pytest
from flask import Flask
from sqlalchemy import select

from engine.commands import Submit
from engine.identity.policy import Actor, allowed, shield_of, subject_of
from engine.store import cases as store
from engine.store.session import counting
from engine.store.tables import work_items
from tests.casework import COMPLAINT, PEOPLE, PROCESS, Office
from tests.rest.client import Client


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [task["id"] for task in found]


@pytest.fixture
def busy(office: Office) -> list[str]:
    return a_busy_day(office)


def a_busy_day(office: Office) -> list[str]:
    """Four cases: at step 2, at step 3, at the complainant's last step, and petugas2's own complaint at step 2."""
    numbers = [office.submit() for _ in range(3)]
    office.wait(minutes=10)
    office.run_to(numbers[1], "Langkah_3")
    office.wait(minutes=10)
    office.run_to(numbers[2], "Langkah_8")
    own = Submit(actor="petugas2", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    return [*numbers, office.do(own).case]


def items(office: Office, numbers: list[str]) -> list[str]:
    return [office.open_items(number)[0] for number in numbers]


def test_a_task_has_all_fields_that_camunda_documents(office: Office, client: Client) -> None:
    number = office.submit()
    [task] = client.get("/task")
    assert set(task) == {*camunda.TaskDto.attribute_map.values(), "taskState"}
    assert task == {
        **dict.fromkeys(task),
        "id": f"{number}:Langkah_2:1",
        "name": office.ports.definition(None, f"{PROCESS}:1").elements["Langkah_2"].name,  # type: ignore[arg-type]
        "created": "2026-11-24T09:00:00.000+0800",
        "due": "2026-11-24T11:00:00.000+0800",
        "executionId": number,
        "processInstanceId": number,
        "processDefinitionId": f"{PROCESS}:1",
        "taskDefinitionKey": "Langkah_2",
        "priority": 50,
        "suspended": False,
        "camundaFormRef": {"key": "penerimaan_mpp", "binding": "deployment", "version": None},
        "taskState": "Created",
    }
    assert client.get(f"/task/{task['id']}") == task


def test_everybody_lists_what_the_policy_lets_them_list(office: Office, app: Flask, busy: list[str]) -> None:
    with office.ports.database.read() as connection:
        definition = office.ports.active_definition(connection, PROCESS)
        rows = connection.execute(select(work_items).where(work_items.c.ended_at.is_(None))).all()
        subjects = {
            row.id: subject_of(
                definition,
                definition.elements[row.element],
                row.case_number,
                shield_of(store.load(connection, row.case_number)),
            )
            for row in rows
        }
    for user, groups in PEOPLE.items():
        actor = Actor(user, frozenset(groups))
        expected = sorted(id for id, about in subjects.items() if allowed(actor, "work_item:list", about))
        client = Client(app, user)
        assert ids(client.get("/task")) == expected, user
        assert client.get("/task/count") == {"count": len(expected)}, user
        for item in items(office, busy):
            client.get(f"/task/{item}", status=200 if item in expected else 404)


def test_the_lists_are_not_all_the_same(office: Office, app: Flask, busy: list[str]) -> None:
    first, second, public, own = items(office, busy)
    assert ids(Client(app, "petugas").get("/task")) == [first, public, own]
    assert ids(Client(app, "petugas2").get("/task")) == [first, public]
    assert ids(Client(app, "admin").get("/task")) == [second]
    assert ids(Client(app, "sekretariat").get("/task")) == [first, second, own]
    assert ids(Client(app, "auditor").get("/task")) == []


# The cases of `busy`, by their place; `+` stands for the first case's held by petugas.
FILTERS = [
    ({"assignee": "petugas"}, "+"),
    ({"assigneeLike": "pet%"}, "+"),
    ({"assigneeIn": "petugas,petugas2"}, "+"),
    ({"assigneeNotIn": "petugas"}, "23"),
    ({"assigned": "true"}, "+"),
    ({"assigned": "false"}, "+23"),
    ({"unassigned": "true"}, "23"),
    ({"involvedUser": "petugas"}, "+"),
    ({"candidateGroup": "petugas_mpp"}, "23"),
    ({"candidateGroup": "petugas_mpp", "includeAssignedTasks": "true"}, "+23"),
    ({"candidateGroup": "admin_opd"}, ""),
    ({"candidateGroups": "admin_opd,pengadu"}, "2"),
    ({"candidateUser": "petugas2"}, "23"),
    ({"candidateUser": "admin"}, ""),
    ({"candidateUser": "siapa"}, ""),
    ({"withCandidateGroups": "true"}, "+23"),
    ({"withoutCandidateGroups": "true"}, ""),
    ({"withCandidateUsers": "true"}, ""),
    ({"withoutCandidateUsers": "true"}, "+23"),
    ({"processInstanceId": "PGD-2026-000001"}, "+"),
    ({"processInstanceIdIn": "PGD-2026-000001,PGD-2026-000003"}, "+2"),
    ({"processInstanceBusinessKey": "PGD-2026-000003"}, "2"),
    ({"processInstanceBusinessKeyIn": "PGD-2026-000003,PGD-2026-000004"}, "23"),
    ({"processInstanceBusinessKeyLike": "%000001"}, "+"),
    ({"executionId": "PGD-2026-000001"}, "+"),
    ({"processDefinitionKey": PROCESS}, "+23"),
    ({"processDefinitionKey": "lain"}, ""),
    ({"processDefinitionKeyIn": f"{PROCESS},lain"}, "+23"),
    ({"processDefinitionId": f"{PROCESS}:1"}, "+23"),
    ({"processDefinitionNameLike": "%MPP%"}, "+23"),
    ({"taskDefinitionKey": "Langkah_8"}, "2"),
    ({"taskDefinitionKeyIn": "Langkah_8,Langkah_3"}, "2"),
    ({"taskDefinitionKeyNotIn": "Langkah_8"}, "+3"),
    ({"taskDefinitionKeyLike": "Langkah%2"}, "+3"),
    ({"nameLike": "Menerima%", "taskDefinitionKey": "Langkah_2"}, "+3"),
    ({"nameNotLike": "%"}, ""),
    ({"name": "tidak ada"}, ""),
    ({"nameNotEqual": "tidak ada"}, "+23"),
    ({"taskId": "PGD-2026-000001:Langkah_2:1"}, "+"),
    ({"taskIdIn": "PGD-2026-000001:Langkah_2:1,PGD-2026-000004:Langkah_2:1"}, "+3"),
    ({"activityInstanceIdIn": "PGD-2026-000001:Langkah_2:1"}, "+"),
    ({"createdBefore": "2026-11-24T09:10:00.000+0800"}, "+"),
    ({"createdAfter": "2026-11-24T09:10:00.000+0800"}, "23"),
    ({"createdOn": "2026-11-24T01:00:00.000+0000"}, "+"),
    ({"dueBefore": "2026-11-24T11:10:00.000+0800"}, "+"),
    ({"dueAfter": "2026-11-24T11:10:00.000+0800"}, "23"),
    ({"dueDate": "2026-11-24T11:00:00.000+0800"}, "+"),
    ({"withoutDueDate": "true"}, ""),
    ({"active": "true"}, "+23"),
    ({"suspended": "true"}, ""),
    ({"tenantIdIn": "satu"}, ""),
    ({"withoutTenantId": "true"}, "+23"),
]


@pytest.fixture
def held(office: Office, busy: list[str]) -> list[str]:
    return claimed(office, busy)


def claimed(office: Office, busy: list[str]) -> list[str]:
    """Their open tasks, the first of them held by petugas."""
    found = items(office, busy)
    office.claim(found[0], "petugas")
    return found


def test_each_filter_finds_what_it_says(client: Client, held: list[str]) -> None:
    check_filters(client, held)


def check_filters(client: Client, held: list[str]) -> None:
    for query, places in FILTERS:
        expected = [held[0 if place == "+" else int(place)] for place in places]
        assert ids(client.get("/task", **query)) == expected, query
        assert client.get("/task/count", **query) == {"count": len(expected)}, query
        body = {
            name: value == "true" if value in ("true", "false") else value.split(",") if name.endswith(("In", "Groups")) else value
            for name, value in query.items()
        }  # fmt: skip
        if "withCandidateGroups" in body or "withoutCandidateGroups" in body:
            body = {name: value == "true" for name, value in query.items()}
        assert ids(client.post("/task", body)) == expected, body
        assert client.post("/task/count", body) == {"count": len(expected)}, body


def test_a_list_is_sorted_and_paged(client: Client, held: list[str]) -> None:
    newest = client.get("/task", sortBy="created", sortOrder="desc")
    assert [task["created"] for task in newest] == sorted((t["created"] for t in newest), reverse=True)
    assert ids(newest) == [held[2], held[3], held[0]]
    assert ids(client.get("/task", sortBy="created", sortOrder="desc", firstResult=1, maxResults=1)) == [
        held[3]
    ]
    assert ids(client.get("/task", sortBy="priority", sortOrder="asc")) == ids(client.get("/task"))
    by_name = client.post("/task", {"sorting": [{"sortBy": "name", "sortOrder": "desc"}]})
    names = [task["name"] for task in by_name]
    assert names == sorted(names, reverse=True)
    assert len(set(names)) == 2


ORDERS = ("instanceId", "executionId", "dueDate", "assignee", "created", "id", "name", "nameCaseInsensitive")


def test_each_order_goes_both_ways(client: Client, held: list[str]) -> None:
    for by in ORDERS:
        up = ids(client.get("/task", sortBy=by, sortOrder="asc"))
        down = ids(client.get("/task", sortBy=by, sortOrder="desc"))
        assert sorted(up) == sorted(down) == sorted([held[0], held[2], held[3]]), by
        assert up != down, by


UNFIT: list[dict[str, str]] = [
    {"sortBy": "created"},
    {"sortOrder": "asc"},
    {"sortBy": "warna", "sortOrder": "asc"},
    {"dueBefore": "kemarin"},
    {"unassigned": "barangkali"},
    {"maxResults": "-1"},
    {"processVariables": "nama_eq_Siti"},
    {"orQueries": "x"},
]


def test_a_query_that_cannot_be_taken_is_refused(client: Client) -> None:
    for query in UNFIT:
        said = client.get("/task", status=400, **query)
        assert said["type"] == "InvalidRequestException"
        assert next(iter(query)) in said["message"] or "sorting" in said["message"], query


def test_a_finished_task_is_not_there(office: Office, client: Client) -> None:
    number = office.submit()
    [item] = office.open_items(number)
    office.complete(number)
    said = client.get(f"/task/{item}", status=404)
    assert said["type"] == "InvalidRequestException"


def test_a_list_costs_the_same_for_many_tasks(office: Office, client: Client) -> None:
    office.submit()
    client.get("/task")
    with counting(office.ports.database) as few:
        client.get("/task")
    for _ in range(5):
        office.submit()
    with counting(office.ports.database) as many:
        assert len(client.get("/task")) == 6
    assert many["statements"] == few["statements"]
