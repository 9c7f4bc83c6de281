"""A member of the staff complains: as staff they learn nothing of it, and colleagues do not learn that it was they."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.commands import Submit
from engine.identity import accounts
from engine.notifications.letters import letter
from engine.queries import cases
from engine.store import outbox, users
from tests.casework import COMPLAINT, PROCESS, Office
from tests.rest.client import Client
from tests.web.officers import Officer

WORD = "gentengbocor"
#: Every page that lists, counts or offers something; who may not see one is refused, which tells nothing either.
LISTS = (
    "/tugas", "/tugas?tampil=saya", "/tugas?tampil=kelompok", "/tugas?tampil=menunggu", "/tugas?tampil=semua",
    "/tugas?tampil=semua&terlambat=1", "/pengaduan", "/pengaduan?saya=1", "/pengaduan?terlambat=1", "/loket",
    "/loket/baru", "/loket/sendiri", "/pengelola", "/pengelola/kendala", "/pengelola/kalender",
)  # fmt: skip
REST = (
    "/task", "/process-instance", "/external-task", "/history/process-instance", "/history/task",
    "/history/activity-instance", "/history/user-operation",
)  # fmt: skip


def complained(office: Office, who: str) -> str:
    """A case of their own, overdue in its third step."""
    answers = {**COMPLAINT, "judul": f"{WORD} khusus", "nama": "Ibu Khusus", "rahasia": True}
    command = Submit(actor=who, source="web", command_id=office.id(), process=PROCESS, answers=answers)
    number = office.do(command).case
    office.complete(number, "petugas2", lingkup="tidak_berkadar")
    office.wait(hours=9)
    office.sweep(number)
    return number


@pytest.mark.parametrize("who", ["petugas", "admin", "sekretariat", "pengelola"])
def test_no_list_no_count_and_no_search_knows_ones_own_complaint(
    office: Office, app: Flask, who: str
) -> None:
    number = complained(office, who)
    officer, program = Officer(app, who), Client(app, who)
    for path in LISTS:
        source = officer.get(path).source
        assert number not in source, path
        assert WORD not in source, path
    for path in REST:
        assert program.get(path) == [], path
        assert program.get(f"{path}/count") == {"count": 0}, path
    for path in ("/loket", "/pengaduan"):
        page = officer.get(path)
        if page.status == 200:
            assert number not in officer.press(page, "Cari", cari=WORD).source


@pytest.mark.parametrize("reader", ["petugas", "auditor"])
def test_programs_do_not_tell_colleagues_whose_complaint_it_is(
    office: Office, app: Flask, reader: str
) -> None:
    complained(office, "admin")
    program = Client(app, reader)
    for path in REST[3:]:
        assert '"admin"' not in program.open("GET", path).text, path
    for path, asked in (
        ("/history/process-instance/count", {"startedBy": "admin"}),
        ("/history/user-operation/count", {"userId": "admin"}),
        ("/history/task/count", {"taskInvolvedUser": "admin"}),
        ("/history/task/count", {"taskAssignee": "admin"}),
    ):
        assert program.get(path, **asked) == {"count": 0}, path


def test_the_terminal_does_not_tell_whose_complaint_it_is(office: Office) -> None:
    number = complained(office, "admin")
    with office.ports.database.read() as connection:
        shown = cases.case(office.ports, connection, number)
    assert [event.actor for event in shown.history if event.type == "case:submitted"] == ["pengadu"]


def test_a_letter_to_the_group_passes_over_whose_complaint_it_is(office: Office) -> None:
    number = complained(office, "sekretariat")
    with office.ports.database.write() as connection:
        accounts.add_user(
            connection, "kepala", "Kepala", ["sekretariat"], email="kepala@contoh.go.id", **office.by
        )
        users.set_details(connection, "sekretariat", name="Rina", email="rina@contoh.go.id")
        claimed = outbox.claim(connection, office.now, 50)
    [escalated] = [m for m in claimed if m.recipient == "sekretariat" and m.case_number == number]
    with office.ports.database.read() as connection:
        sent = letter(office.ports, connection, escalated, base_url="https://contoh.go.id")
    assert sent.to == ("kepala@contoh.go.id",)
