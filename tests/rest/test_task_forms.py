"""What a client learns about a task: its form, what is known, who may take it, what colleagues say."""

from __future__ import annotations

import generic_camunda_client as camunda
import pytest
from flask import Flask

from tests.casework import ROOT, Office
from tests.rest.client import Client

SECRET = {
    "nama": "Rahmawati Penyamaran",
    "kontak": "0812-0000-7777",
    "cara_jawaban": "telepon",
    "rahasia": True,
}


@pytest.fixture
def task(office: Office) -> str:
    return office.open_items(office.submit(**SECRET))[0]


def test_identity_links_say_who_has_to_do_with_it(app: Flask, client: Client, task: str) -> None:
    group = {"userId": None, "groupId": "petugas_mpp", "type": "candidate"}
    assert client.get(f"/task/{task}/identity-links") == [group]
    client.post(f"/task/{task}/delegate", {"userId": "petugas2"}, status=204)
    links = client.get(f"/task/{task}/identity-links")
    assert links == [
        {"userId": "petugas2", "groupId": None, "type": "assignee"},
        {"userId": "petugas", "groupId": None, "type": "owner"},
        group,
    ]
    assert client.get(f"/task/{task}/identity-links", type="candidate") == [group]


def test_a_complainants_task_is_offered_at_the_counter_too(office: Office, client: Client) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    links = client.get(f"/task/{office.open_items(number)[0]}/identity-links")
    assert [link["groupId"] for link in links] == ["pengadu", "petugas_mpp"]


def test_the_form_is_the_file_that_was_deployed(client: Client, task: str) -> None:
    form = client.get(f"/task/{task}/form")
    assert form == {
        "key": None,
        "camundaFormRef": {"key": "penerimaan_mpp", "binding": "deployment", "version": None},
        "contextPath": None,
    }
    answer = client.open("GET", f"/task/{task}/deployed-form")
    assert answer.data == (ROOT / "forms" / "penerimaan_mpp.form").read_bytes()
    assert answer.mimetype == "application/json"


def test_the_forms_variables_are_what_it_shows(client: Client, task: str) -> None:
    known = client.get(f"/task/{task}/form-variables")
    assert known["judul"] == {"type": "String", "value": "Antrean terlalu lama", "valueInfo": {}}
    assert "lingkup" not in known  # not answered yet
    assert set(client.get(f"/task/{task}/form-variables", variableNames="judul,entah")) == {"judul"}


def test_all_that_was_answered_is_typed_and_a_secret_identity_is_not_among_it(
    app: Flask, client: Client, task: str
) -> None:
    known = client.get(f"/task/{task}/variables", deserializeValues="false")
    assert known["rahasia"] == {"type": "Boolean", "value": True, "valueInfo": {}}
    assert known["lokasi"]["value"] == "Mal Pelayanan Publik"
    assert not {"nama", "kontak"} & set(known)
    assert client.get(f"/task/{task}/variables/kanal")["value"] == "loket_mpp"
    for name in ("nama", "entah"):
        client.get(f"/task/{task}/variables/{name}", status=404)


def test_what_is_asked_of_another_groups_task_is_not_found(app: Flask, task: str) -> None:
    admin = Client(app, "admin")
    for what in (
        "",
        "/identity-links",
        "/form",
        "/deployed-form",
        "/form-variables",
        "/variables",
        "/comment",
    ):
        admin.get(f"/task/{task}{what}", status=404)


# --- comments --------------------------------------------------------------------


def test_colleagues_read_what_was_said(office: Office, app: Flask, client: Client, task: str) -> None:
    text = "Sudah saya telepon. " + "Nanti lagi. " * 330
    said = client.post(f"/task/{task}/comment/create", {"message": text})
    number = task.partition(":")[0]
    assert {*camunda.CommentDto.attribute_map.values()} <= set(said)
    assert said == {
        **said,
        "userId": "petugas",
        "message": text.strip(),
        "time": "2026-11-24T09:00:00.000+0800",
        "taskId": task,
        "processInstanceId": number,
        "rootProcessInstanceId": number,
    }
    colleague = Client(app, "petugas2")
    assert colleague.get(f"/task/{task}/comment") == [said]
    assert colleague.get(f"/task/{task}/comment/{said['id']}") == said
    colleague.get(f"/task/{task}/comment/lain", status=404)


def test_a_comment_belongs_to_the_case_and_goes_along(
    office: Office, app: Flask, client: Client, task: str
) -> None:
    client.post(f"/task/{task}/comment/create", {"message": "Lihat berkas lama."})
    number = task.partition(":")[0]
    office.complete(number)
    [item] = office.open_items(number)
    assert [c["message"] for c in Client(app, "admin").get(f"/task/{item}/comment")] == ["Lihat berkas lama."]


@pytest.mark.parametrize("message", ["", "   ", "x" * 4001])
def test_a_comment_that_says_nothing_or_too_much_is_refused(client: Client, task: str, message: str) -> None:
    client.post(f"/task/{task}/comment/create", {"message": message}, status=400)


def test_the_same_key_says_it_once(client: Client, task: str) -> None:
    once = {"Idempotency-Key": "satu-kali"}
    first = client.post(f"/task/{task}/comment/create", {"message": "Satu."}, headers=once)
    assert client.post(f"/task/{task}/comment/create", {"message": "Satu."}, headers=once) == first
    assert client.get(f"/task/{task}/comment") == [first]
