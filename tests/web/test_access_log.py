"""Who read what is on record, once for each page; a refused page and a complainant's own reading are not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from engine.commands import Submit
from engine.identity import accounts
from engine.identity.disclosure import note
from engine.identity.policy import Actor
from engine.store.tables import access_log
from tests.casework import COMPLAINT, PROCESS, Office
from tests.web.officers import Officer


def noted(office: Office) -> list[tuple[object, ...]]:
    """The log without the list of tasks, where signing in leads."""
    with office.ports.database.read() as connection:
        columns = (access_log.c.actor, access_log.c.act, access_log.c.case_number, access_log.c.shown)
        return [
            tuple(row)
            for row in connection.execute(select(*columns).where(access_log.c.act != "work_item:list"))
        ]


@pytest.mark.parametrize(
    ("who", "page", "act"),
    [
        ("sekretariat", "/pengaduan/{number}", "case:read"),
        ("petugas", "/loket/{number}", "case:read"),
        ("petugas", "/tugas/{item}", "work_item:read"),
    ],
)
def test_a_case_that_is_read_is_noted(office: Office, app: Flask, who: str, page: str, act: str) -> None:
    number = office.submit()
    address = page.format(number=number, item=office.open_items(number)[0])
    assert Officer(app, who).get(address).status == 200
    assert noted(office) == [(who, act, number, None)]


def test_a_list_is_one_row_with_how_many_it_showed(office: Office, app: Flask) -> None:
    office.submit()
    office.submit()
    assert Officer(app, "sekretariat").get("/pengaduan").status == 200
    assert noted(office) == [("sekretariat", "case:list", None, 2)]


def test_a_refused_page_notes_nothing(office: Office, app: Flask) -> None:
    number = office.submit()
    for name in ("analis", "pengelola"):
        assert Officer(app, name).get(f"/pengaduan/{number}").status in (403, 404)
    assert noted(office) == []


def test_the_auditor_finds_it_by_case_and_by_user_without_a_word_of_the_complaint(
    office: Office, app: Flask
) -> None:
    first, second = office.submit(judul="Genteng bocor sekali"), office.submit()
    Officer(app, "sekretariat").get(f"/pengaduan/{first}")
    Officer(app, "petugas").get(f"/pengaduan/{second}")
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/akses").source
    assert first in page
    assert second in page
    assert "Genteng" not in page
    assert second not in auditor.get(f"/audit/akses?nomor={first}").source
    assert first not in auditor.get("/audit/akses?pengguna=petugas").source


def test_who_read_an_auditors_own_complaint_of_before_is_kept_from_them(office: Office, app: Flask) -> None:
    given = {"actor": "petugas2", "source": "web", "command_id": office.id(), "process": PROCESS}
    own, other = office.do(Submit(**given, answers=COMPLAINT)).case, office.submit()
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "petugas2", ["auditor"], **office.by)
    for number in (own, other):
        assert Officer(app, "sekretariat").get(f"/pengaduan/{number}").status == 200
    page = Officer(app, "petugas2").get("/audit/akses").source
    assert other in page
    assert own not in page


def test_the_log_goes_on_by_pages_and_tells_nothing_twice(office: Office, app: Flask) -> None:
    numbers = [office.submit() for _ in range(60)]
    for number in numbers:
        note(office.ports, Actor("petugas"), "case:read", number)
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/akses?pengguna=petugas")
    older = auditor.get(page.link("Lebih lama"))
    shown = [a.text_content() for one in (page, older) for a in one.tree.xpath("//main//tbody//a")]
    assert sorted(shown) == numbers
    assert not older.tree.xpath("//a[@rel='next']")
