"""A complainant who asks for secrecy: nobody sees who they are but the counter, and every reading is on record."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.commands import RevealIdentity
from engine.errors import NotAllowed
from engine.history.log import read
from engine.history.verify import verify
from tests.casework import Office
from tests.web.officers import Officer

SECRET = {"nama": "Siti Rahasia", "kontak": "0811-222-333", "cara_jawaban": "whatsapp", "rahasia": True}


def test_a_secret_identity_is_on_no_page_of_the_staff(office: Office, app: Flask) -> None:
    number = office.submit(**SECRET)
    while not office.state(number).ended:
        (item,) = office.open_items(number)
        for user in ("petugas", "admin", "pejabat", "sekretariat"):
            page = Officer(app, user).get(f"/tugas/{item}")
            assert "Siti" not in page.source
            assert "0811" not in page.text
            assert "0811-222" not in page.source  # where four figures alone may be a part of a random number
        office.complete(number)


def test_an_identity_that_is_not_secret_is_shown_to_who_works_on_it(office: Office, app: Flask) -> None:
    number = office.submit(**{**SECRET, "rahasia": False})
    assert "Siti Rahasia" in Officer(app, "petugas").get(f"/tugas/{office.open_items(number)[0]}").text


def test_the_counter_reveals_it_once_and_that_is_in_the_history(office: Office, app: Flask) -> None:
    number = office.submit(**SECRET)
    address = f"/tugas/{office.open_items(number)[0]}"
    petugas = Officer(app, "petugas")
    page = petugas.press(petugas.get(address), "Buka identitas")
    assert "Siti Rahasia" in page.text
    assert "0811-222-333" in page.text
    assert "Siti" not in petugas.get(address).source, "shown on that one page only"
    with office.ports.database.read() as connection:
        events = read(connection, number)
        assert [(e.type, e.actor) for e in events][-1] == ("identity:revealed", "petugas")
        assert verify(office.ports, connection).findings == []
    assert "Membuka identitas pengadu" in petugas.get(address).text


@pytest.mark.parametrize("user", ["admin", "pejabat", "sekretariat", "pengelola", "pengadu"])
def test_nobody_else_can_reveal_it(office: Office, user: str) -> None:
    number = office.submit(**SECRET)
    with pytest.raises(NotAllowed):
        office.do(RevealIdentity(actor=user, source="web", command_id="1", case=number))
