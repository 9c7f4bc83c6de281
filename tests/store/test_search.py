"""A complaint is found by its words however they are typed, by nobody whom it is kept from, and never read back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine.identity.policy import Actor
from engine.queries.search import find
from engine.store import search
from engine.store.search import words
from engine.store.session import counting
from engine.store.tables import cases, search_tokens
from tests.casework import COMPLAINT, PEOPLE, PROCESS, Office

COUNTER = Actor("petugas", frozenset(PEOPLE["petugas"]))
COLLEAGUE = Actor("petugas2", frozenset(PEOPLE["petugas2"]))


def entered(office: Office, **answers: Any) -> str:
    """A complaint with these answers, and its words indexed."""
    number = office.submit(**answers)
    with office.ports.database.write() as connection:
        definition = office.ports.active_definition(connection, PROCESS)
        schema = definition.form_of(definition.entry)
        search.index(connection, office.ports.keyring, number, {**COMPLAINT, **answers}, schema)
    return number


def found(office: Office, text: str, actor: Actor = COUNTER) -> list[str]:
    with office.ports.database.read() as connection:
        return [one.number for one in find(office.ports, connection, actor, text)]


def tokens(office: Office, number: str) -> int:
    query = select(func.count()).select_from(search_tokens).where(search_tokens.c.case_number == number)
    with office.ports.database.read() as connection:
        return connection.execute(query).scalar_one()


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  Antrean\tLAMA, antrean! ", ["antrean", "lama"]),
        ("Café Rosé", ["cafe", "rose"]),
        ("0812-3456 7890", ["081234567890"]),
        ("+62 812 3456 7890", ["081234567890"]),
        ("6281234567890", ["081234567890"]),
        ("(0541) 123.456", ["0541123456"]),
        ("siti@contoh.id", ["siti", "contoh", "id"]),
        ("loket 3 sejak 2026-09-08", ["loket", "2026", "09", "08"]),
        ("yang dan di", []),
        ("— !?", []),
    ],
)
def test_words_are_compared_without_what_people_type_differently(typed: str, compared: list[str]) -> None:
    assert words(typed) == compared


def test_a_complaint_is_found_by_name_by_telephone_and_by_what_it_says(office: Office) -> None:
    number = entered(office, nama="Nurul Huda", cara_jawaban="telepon", kontak="0812 3456 7890")
    entered(
        office, nama="Orang Lain", judul="Sertifikat halal belum terbit", uraian="Berkasnya sudah lengkap."
    )
    assert found(office, "nurul HUDA") == [number]
    assert found(office, "+62-812-3456-7890") == [number]
    assert found(office, "antrean dipanggil nurul") == [number]
    assert found(office, "antrean sertifikat") == []
    assert found(office, "yang dan") == []


def test_the_latest_come_first_and_no_more_than_twenty(office: Office) -> None:
    numbers = [entered(office, judul="Loket tutup lebih awal") for _ in range(22)]
    assert found(office, "loket tutup awal") == numbers[:1:-1]


def test_who_asked_for_secrecy_is_found_by_no_word_of_their_identity(office: Office) -> None:
    number = entered(
        office,
        nama="Nurul Huda",
        cara_jawaban="telepon",
        kontak="081234567890",
        rahasia=True,
        uraian="Saya, Nurul, sudah menelepon dari 0812-3456-7890 dan tidak dijawab.",
    )
    assert found(office, "nurul") == found(office, "huda") == found(office, "0812 3456 7890") == []
    assert found(office, "menelepon dijawab") == [number]


def test_a_case_is_not_found_by_whom_it_is_kept_from(office: Office) -> None:
    own, referred = entered(office), entered(office)
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == own).values(own_of="petugas2"))
        shielded = {"restricted_to": "penerima_rujukan", "referred_by": "petugas"}
        connection.execute(update(cases).where(cases.c.number == referred).values(**shielded))
    office.tampered = True
    assert found(office, "antrean") == [referred, own]
    assert found(office, "antrean", COLLEAGUE) == []
    assert found(office, "antrean", Actor("analis", frozenset({"analis", "petugas_mpp"}))) == []
    assert found(office, "antrean", Actor("orang", frozenset({"lain"}))) == []
    assert found(office, "antrean", Actor("auditor", frozenset({"auditor"}))) == [referred, own]


def test_an_erasure_takes_the_words_away(office: Office) -> None:
    erased, kept = entered(office), entered(office)
    assert tokens(office, erased) > 10
    with office.ports.database.write() as connection:
        search.forget(connection, erased)
    assert tokens(office, erased) == 0
    assert found(office, "antrean") == [kept]


def test_no_word_stands_in_the_table(office: Office) -> None:
    entered(office, nama="Nurul Huda")
    with office.ports.database.read() as connection:
        kept = " ".join(connection.scalars(select(search_tokens.c.token))).casefold()
    assert not any(word in kept for word in ("nurul", "huda", "antrean"))


def test_a_text_of_very_many_words_is_found_by_its_first_ones_and_by_the_name(office: Office) -> None:
    number = entered(office, nama="Nurul Huda", uraian=" ".join(f"kata{n}" for n in range(600)))
    assert tokens(office, number) == search.MOST_WORDS
    assert found(office, "kata1 nurul") == [number]


def test_a_search_asks_as_few_statements_however_many_cases_there_are(office: Office) -> None:
    for _ in range(12):
        entered(office)
    with counting(office.ports.database) as counts:
        assert len(found(office, "antrean dipanggil")) == 12
    assert counts["statements"] <= 6


def test_the_same_words_again_are_kept_once(office: Office) -> None:
    number = entered(office)
    before = tokens(office, number)
    with office.ports.database.write() as connection:
        definition = office.ports.active_definition(connection, PROCESS)
        schema = definition.form_of(definition.entry)
        search.index(connection, office.ports.keyring, number, COMPLAINT, schema)
    assert tokens(office, number) == before
