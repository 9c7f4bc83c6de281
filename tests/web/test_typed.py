"""What no keyboard types: pages answer as for any other nonsense, on both databases, and nothing is disturbed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.store.session import Database
from engine.store.tables import incidents
from tests.casework import Office, open_office
from tests.web.officers import PASSWORD, Officer, an_app


@pytest.fixture
def office(database: Database) -> Office:
    return open_office(database)


@pytest.fixture
def petugas(office: Office, tmp_path: Path) -> Officer:
    return Officer(an_app(office, tmp_path / "data"), "petugas")


def undisturbed(office: Office) -> bool:
    with office.ports.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(incidents)) == 0


def test_an_address_with_nul_leads_nowhere(petugas: Officer) -> None:
    statuses = {path: petugas.get(path).status for path in ("/tugas/PGD%00:x:1", "/lacak/PGD%00", "/%00")}
    assert set(statuses.values()) == {404}
    assert petugas.get("/tugas?sesudah=%00").status == 200
    assert petugas.get("/tugas?selesai=%00").status == 200


def test_nul_in_a_form_is_left_out(office: Office, petugas: Officer) -> None:
    item = office.open_items(office.submit())[0]
    path, fields = petugas.filled(petugas.get(f"/tugas/{item}"), "Ambil")
    assert petugas.send(path, {**fields, "_perintah": "a\0b"}).status == 200
    stranger = Officer(petugas.client.application, "petu\0gas", sign_in=False)
    assert stranger.sign_in().path == "/tugas"
    assert undisturbed(office)


@pytest.mark.parametrize("nth", ["²", "0", "01", "١", "9" * 5_000])
def test_a_task_that_never_was_is_not_found_and_disturbs_nothing(
    office: Office, petugas: Officer, nth: str
) -> None:
    number, element, _ = office.open_items(office.submit())[0].split(":")
    _, fields = petugas.filled(petugas.get(f"/tugas/{number}:{element}:1"), "Ambil")
    assert petugas.send(f"/tugas/{number}:{element}:{nth}/ambil", fields).status == 404
    assert undisturbed(office)


@pytest.mark.parametrize("carried", ["[" * 100_000, '[["a", "\\ud800"]]', "[[1]]", "{"])
def test_carried_entries_that_came_back_as_something_else_are_unreadable(
    petugas: Officer, carried: str
) -> None:
    stranger = Officer(petugas.client.application, "petugas", sign_in=False)
    path, fields = stranger.filled(stranger.get("/masuk"), "Masuk", nama="petugas", sandi=PASSWORD)
    assert stranger.send(path, {**fields, "isian": carried}).status == 400
