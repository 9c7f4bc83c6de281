"""A case referred as *berkadar* looks like no case at all, and what is in one's hands ends with one's group."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.identity import accounts
from tests.casework import Office
from tests.web.case_pages import BERKADAR
from tests.web.officers import Officer

NOBODYS = "PGD-2026-000999"


@pytest.mark.parametrize("who", ["petugas2", "sekretariat"])
def test_a_referred_case_and_a_number_never_given_out_are_answered_alike(
    office: Office, app: Flask, who: str
) -> None:
    number = office.submit(judul="Gentengbocor khusus")
    office.complete(number, "petugas", **BERKADAR)
    officer = Officer(app, who)
    at_counter = (
        ["/pengaduan/{}/tanda-terima"] if who == "petugas2" else []
    )  # others are refused every receipt
    for path in (
        *at_counter,
        "/pengaduan/{}",
        "/pengaduan/{}/surat-jawaban",
        "/tugas/{}:Langkah_2:1",
        "/tugas?selesai={}:Langkah_2:1",
    ):
        kept, unknown = officer.get(path.format(number)), officer.get(path.format(NOBODYS))
        assert (kept.status, kept.text.replace(number, NOBODYS)) == (unknown.status, unknown.text), path


@pytest.mark.parametrize("group", ["admin_opd", "analis", "auditor"])
def test_who_has_left_a_group_does_not_list_what_they_held_in_it(
    office: Office, app: Flask, group: str
) -> None:
    number = office.submit(judul="Gentengbocor khusus")
    office.claim(office.open_items(number)[0], "petugas")
    petugas = Officer(app, "petugas")
    assert number in petugas.get("/tugas?tampil=saya").source
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "petugas", [group], by="pengelola", at=office.now, source="web")
    page = petugas.get("/tugas?tampil=saya").source
    assert number not in page
    assert "Gentengbocor" not in page
