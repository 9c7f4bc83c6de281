"""Incidents, letters that were given up, and tokens: seen, tried again, closed, each on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from engine.history.log import read
from engine.jobs.sender import send
from engine.notifications.port import Letter
from engine.store import api_tokens, incidents, outbox
from engine.store.tables import SYSTEM_CHAIN, users
from engine.store.tables import incidents as incident_rows
from tests.casework import PROCESS, Office
from tests.web.officers import Officer, Page


@pytest.fixture
def pengelola(app: Flask) -> Officer:
    return Officer(app, "pengelola")


class Post:
    """A mail server that is away, or not."""

    def __init__(self, *, away: bool) -> None:
        self.away = away
        self.sent: list[str] = []

    def send(self, letter: Letter) -> None:
        if self.away:
            raise ConnectionRefusedError
        self.sent.append(letter.id)


def recorded(office: Office) -> list[tuple[str, Any]]:
    with office.ports.database.read() as connection:
        return [(event.type, event.payload) for event in read(connection, SYSTEM_CHAIN)]


def an_incident(office: Office, **columns: Any) -> str:
    """An open incident of a command that somebody sent."""
    values = {
        "id": incidents.new_number(),
        "case_number": SYSTEM_CHAIN,
        "opened_at": office.now,
        "what": "Submit",
        "work_item_id": None,
        "timer_due": None,
        "error_code": "fault",
        "message": "ZeroDivisionError",
        "actor": "petugas",
        **columns,
    }
    with office.ports.database.write() as connection:
        connection.execute(insert(incident_rows).values(values))
    return str(values["id"])


def given_up(office: Office) -> list[str]:
    """Every letter of the office fails to its last try; gives the numbers of the incidents."""
    with office.ports.database.write() as connection:
        connection.execute(update(users).values(email="petugas@contoh.id"))
    for wait in (timedelta(), *outbox.BACKOFF):
        office.now += wait
        send(office.ports, Post(away=True), base_url="https://contoh.id")
    with office.ports.database.read() as connection:
        return [one.id for one in incidents.unresolved(connection, letters=True)]


def test_no_incident_is_said_to_be_none(pengelola: Officer) -> None:
    assert "Tidak ada kendala yang terbuka" in pengelola.get("/pengelola/kendala").text


def test_an_incident_says_what_where_why_and_what_to_do(office: Office, pengelola: Officer) -> None:
    number = office.submit()
    id = an_incident(office, what="Complete", case_number=number, work_item_id=f"{number}:Langkah_2:1")
    text = pengelola.get("/pengelola/kendala").text
    for said in (
        f"{id} Tugas diselesaikan",
        f"{number}, Menerima laporan pengaduan",
        "Galat di dalam program.",
        "Sampaikan nomor kendala ini",
        "fault: ZeroDivisionError",
        "Petugas",
    ):
        assert said in text


def test_what_was_seen_to_is_closed_once_and_on_record(office: Office, pengelola: Officer) -> None:
    id = an_incident(office)
    page = pengelola.get("/pengelola/kendala")
    path, fields = pengelola.filled(page, "Tutup kendala")
    assert f"Kendala {id} ditutup" in pengelola.send(path, fields).text
    again = pengelola.send(path, fields)
    assert (again.status, "sudah ditutup" in again.text) == (409, True)
    assert recorded(office).count(("incident:closed", {"incident": id, "case": SYSTEM_CHAIN})) == 1
    assert "Yang sudah ditutup" in again.text


def a_halted_case(office: Office) -> tuple[str, str]:
    """A case that an incident of a timer halts; gives its number and the incident's."""
    number = office.submit()
    state_of = office.state(number)
    office.tampered = True
    with office.ports.database.write() as connection:
        id = incidents.new_number()
        incidents.open_incident(
            connection,
            {
                "id": id,
                "case_number": number,
                "opened_at": office.now,
                "what": "FireTimers",
                "work_item_id": None,
                "timer_due": next(iter(state_of.timers.values())).due,
                "error_code": "no_office_hours",
                "message": "the calendar ends",
                "actor": "sistem",
            },
        )
    return number, id


def test_a_halted_case_is_tried_again_and_told_to_go_on(office: Office, pengelola: Officer) -> None:
    number, id = a_halted_case(office)
    page = pengelola.get("/pengelola/kendala")
    assert "pengaduan ini tertahan" in page.text
    assert "Terapkan kalender yang mencakup tanggal itu" in page.text
    assert "Tutup kendala" not in page.buttons()
    done = pengelola.press(page, "Coba lagi")
    assert f"Kendala {id} terselesaikan" in done.text
    with office.ports.database.read() as connection:
        assert incidents.halting(connection, number) is None


def test_what_still_fails_is_told_with_what_to_do(office: Office, pengelola: Officer) -> None:
    number, id = a_halted_case(office)
    with office.ports.database.read() as connection:
        definition = office.ports.active_definition(connection, PROCESS)
    office.wait(days=1)
    lame = {k: v for k, v in definition.elements.items() if k != "Batas_2"}
    office.ports._definitions[definition.id] = replace(definition, elements=lame)
    page = pengelola.press(pengelola.get("/pengelola/kendala"), "Coba lagi")
    office.ports._definitions[definition.id] = definition
    assert page.status == 409
    assert f"{id}: Masih gagal; sebabnya belum hilang. Terapkan kalender" in page.text
    with office.ports.database.read() as connection:
        assert incidents.get(connection, id).resolved_at is None
        assert incidents.halting(connection, number) is not None


def test_an_incident_that_is_gone_is_said_to_be_closed(pengelola: Officer, office: Office) -> None:
    _, id = a_halted_case(office)
    page = pengelola.get("/pengelola/kendala")
    path, fields = pengelola.filled(page, "Coba lagi")
    pengelola.send(path, fields)
    again = pengelola.send(path, {**fields, "_perintah": "lain"})
    assert (again.status, f"Kendala {id} tidak ada atau sudah ditutup" in again.text) == (409, True)


def test_a_halting_incident_cannot_be_closed_unmended(office: Office, pengelola: Officer) -> None:
    _, id = a_halted_case(office)
    path, fields = pengelola.filled(pengelola.get("/pengelola/kendala"), "Coba lagi")
    page = pengelola.send(path.replace("coba-lagi", "tutup"), fields)
    assert (page.status, "menahan pengaduannya" in page.text) == (409, True)
    with office.ports.database.read() as connection:
        assert incidents.get(connection, id).resolved_at is None


def test_a_letter_that_was_given_up_is_sent_again(office: Office, pengelola: Officer) -> None:
    number = office.submit()
    [id] = given_up(office)
    page = pengelola.get("/pengelola/kendala")
    assert "Surat yang tidak terkirim: 1" in page.text
    assert "petugas@contoh.id" not in page.source
    pengelola.press(page, "Kirim lagi")
    post = Post(away=False)
    send(office.ports, post, base_url="https://contoh.id")
    [letter] = post.sent
    assert letter.startswith(f"{number}:work_item:created:")
    said = ("letters:retried", {"incident": id, "case": number, "letters": [letter]})
    assert said in recorded(office)
    with office.ports.database.read() as connection:
        assert incidents.unresolved(connection) == []


def test_all_letters_are_sent_again_at_once_and_what_fails_again_comes_back(
    office: Office, pengelola: Officer
) -> None:
    for _ in range(3):
        office.submit()
    first = given_up(office)
    assert len(first) == 3
    pengelola.press(pengelola.get("/pengelola/kendala"), "Kirim lagi 3 surat ini")
    again = given_up(office)
    assert len(again) == 3
    assert not set(first) & set(again)


def test_a_slow_day_is_shown_a_page_at_a_time(office: Office, pengelola: Officer) -> None:
    ids = [an_incident(office, id=f"K-{n:06X}") for n in range(60)]
    first = pengelola.get("/pengelola/kendala")
    second = pengelola.get(first.link("Kendala berikutnya"))
    shown = [[id for id in ids if id in page.text] for page in (first, second)]
    assert shown == [ids[:50], ids[50:]]
    assert pengelola.get("/pengelola/kendala?sesudah=x").text.count("ZeroDivisionError") == 50


def test_the_front_page_counts_incidents_by_what_they_are(office: Office, pengelola: Officer) -> None:
    a_halted_case(office)
    an_incident(office)
    given_up(office)
    text = pengelola.get("/pengelola").text
    for said in ("1 pengaduan tertahan", "1 surat tidak terkirim", "1 kendala lain"):
        assert said in text


# Tokens ----------------------------------------------------------------------


def make_token(pengelola: Officer, **fields: str) -> Page:
    given = {"guna": "Laporan bulanan", "pengguna": "sekretariat", "hari": "90", **fields}
    return pengelola.press(pengelola.get("/pengelola/token"), "Buat token", **given)


def test_a_token_is_shown_once_opens_the_rest_face_and_is_revoked(app: Flask, pengelola: Officer) -> None:
    page = make_token(pengelola)
    secret = page.tree.get_element_by_id("token-baru").text_content()
    assert secret not in pengelola.get("/pengelola/token").source
    asked = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    assert client.get("/engine-rest/task", headers=asked).status_code == 200
    done = pengelola.press(pengelola.get("/pengelola/token"), "Cabut")
    assert "Token dicabut" in done.text
    assert client.get("/engine-rest/task", headers=asked).status_code == 401


def test_the_same_token_is_not_made_twice(office: Office, pengelola: Officer) -> None:
    make_token(pengelola)
    page = make_token(pengelola)
    assert (page.status, "Cabut yang lama dahulu" in page.text) == (422, True)
    with office.ports.database.read() as connection:
        assert len(api_tokens.everyone(connection)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("guna", " ", "Tulis untuk program apa"),
        ("pengguna", "siapa", "Pilih pengguna aktif"),
        ("hari", "9", "Pilih berapa lama"),
    ],
)
def test_a_token_that_does_not_fit_is_said_in_place(
    office: Office, pengelola: Officer, field: str, typed: str, said: str
) -> None:
    page = make_token(pengelola, **{field: typed})
    assert (page.status, said in page.text) == (422, True)
    with office.ports.database.read() as connection:
        assert api_tokens.everyone(connection) == []
