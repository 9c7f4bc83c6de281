"""The hash on a sheet of paper, held against the record."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from engine.commands import Submit
from engine.history import log, seal_file
from engine.history.seal import seal
from engine.identity import accounts
from engine.identity.policy import Actor
from engine.queries.proof import HeadOfCase, look_up
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import COMPLAINT, PROCESS, Office, open_office, tamper
from tests.web.officers import Officer, Page

AUDITOR = Actor("auditor", frozenset({"auditor"}))


def head(office: Office, chain: str) -> str:
    with office.ports.database.read() as connection:
        return log.head(connection, chain)[1]


def asked(app: Flask, **what: str) -> Page:
    return Officer(app, "auditor").get(f"/audit/periksa?{urlencode(what)}")


def test_a_printed_head_is_known_by_hash_and_number_and_by_its_hash_alone(office: Office, app: Flask) -> None:
    number = office.submit()
    digest = head(office, number)
    for page in (asked(app, hash=digest, nomor=number.lower()), asked(app, hash=digest)):
        assert "Hash ini dikenal. Yang tercetak sesuai dengan catatan." in page.text
        assert f"ujung rantai {number} setelah peristiwa" in page.text
        assert "masih ujung rantainya" in page.text
        assert "Utuh: setiap hash dihitung ulang" in page.text
        assert "Belum disegel" in page.text


def test_what_came_later_and_the_seal_over_it_are_told(office: Office, app: Flask, tmp_path: Path) -> None:
    number = office.submit()
    digest = head(office, number)
    office.complete(number)
    seal(office.ports, tmp_path / seal_file.NAME)
    page = asked(app, hash=digest, nomor=number)
    assert "Peristiwa sesudahnya:" in page.text
    assert "Dicakup segel 1," in page.text


def test_blanks_line_breaks_and_capitals_make_no_difference(office: Office, app: Flask) -> None:
    digest = head(office, office.submit()).upper()
    typed = "\r\n".join(" ".join(digest[at : at + 8] for at in range(half, half + 32, 8)) for half in (0, 32))
    assert "Hash ini dikenal." in asked(app, hash=typed).text


@pytest.mark.parametrize("typed", ["abc123", "g" * 64, "0" * 63, ""])
def test_a_shortened_or_mistyped_hash_is_refused_in_words(office: Office, app: Flask, typed: str) -> None:
    page = asked(app, hash=typed, nomor="PGD-2026-000001")
    assert page.title.startswith("Galat:")
    assert "Jawaban" not in page.text


def test_the_hash_of_another_case_than_the_paper_says_is_told(office: Office, app: Flask) -> None:
    first, second = office.submit(), office.submit()
    page = asked(app, hash=head(office, second), nomor=first)
    assert f"Di kertas tertulis {first}, sedangkan hash ini milik {second}." in page.text


def test_a_seal_is_known_by_its_hash(office: Office, app: Flask, tmp_path: Path) -> None:
    office.submit()
    made = seal(office.ports, tmp_path / seal_file.NAME)
    assert made is not None
    page = asked(app, hash=made.hash)
    assert "Ini hash segel 1." in page.text
    assert "Riwayat yang dicakupnya: 2. Segel yang terbaru." in page.text
    tamper(office, "UPDATE seals SET kind = 'bridging'")
    assert "isi segelnya diubah" in asked(app, hash=made.hash).text


def test_a_changed_event_before_the_printed_head_is_told(office: Office, app: Flask) -> None:
    number = office.submit()
    digest = head(office, number)
    tamper(office, "UPDATE events SET actor = 'x' WHERE case_number = :n AND seq = 1", n=number)
    page = asked(app, hash=digest, nomor=number)
    assert "Hash ini dikenal, tetapi riwayatnya tidak utuh." in page.text
    assert "catatan diubah pada peristiwa 1" in page.text


def test_a_sealed_head_whose_event_was_taken_away_is_named_by_its_seal(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    number = office.submit()
    digest = head(office, number)
    before = head(office, SYSTEM_CHAIN)
    seal(office.ports, tmp_path / seal_file.NAME)
    tamper(office, "DELETE FROM events WHERE hash = :h", h=digest)
    page = asked(app, hash=digest, nomor=number)
    assert "Hash ini disegel, tetapi peristiwanya tidak ada lagi." in page.text
    assert "Segel 1, " in page.text
    assert "riwayat sistem" in asked(app, hash=before).text


def test_a_history_cut_behind_the_printed_head_is_told(office: Office, app: Flask) -> None:
    number = office.submit()
    digest = head(office, number)
    office.complete(number)
    with office.ports.database.read() as connection:
        at = next(e.seq for e in log.read(connection, number) if e.hash == digest)
    tamper(office, "DELETE FROM events WHERE case_number = :n AND seq > :at", n=number, at=at)
    page = asked(app, hash=digest, nomor=number)
    assert "Akhir riwayat ini hilang" in page.text


def test_a_seal_that_no_longer_fits_is_told(office: Office, app: Flask, tmp_path: Path) -> None:
    number = office.submit()
    digest = head(office, number)
    office.complete(number)
    seal(office.ports, tmp_path / seal_file.NAME)
    tamper(
        office,
        "UPDATE events SET hash = :x WHERE case_number = :n AND hash = :h",
        x="a" * 64,
        n=number,
        h=head(office, number),
    )
    page = asked(app, hash=digest, nomor=number)
    assert "tidak cocok lagi dengan riwayat ini" in page.text


def test_what_nobody_knows_is_explained(office: Office, app: Flask) -> None:
    page = asked(app, hash="0123456789abcdef" * 4, nomor=office.submit())
    assert "Hash ini tidak dikenal." in page.text
    assert "catatannya diubah setelah dicetak" in page.text


def test_an_auditors_own_complaint_is_answered_as_one_that_nobody_knows(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    given = {"actor": "petugas2", "source": "web", "command_id": office.id(), "process": PROCESS}
    own = office.do(Submit(**given, answers=COMPLAINT)).case
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "petugas2", ["auditor"], **office.by)
    digest = head(office, own)
    seal(office.ports, tmp_path / seal_file.NAME)
    former = Officer(app, "petugas2")
    for query in (f"hash={digest}", f"hash={digest}&nomor={own}"):
        page = former.get(f"/audit/periksa?{query}")
        assert "Hash ini tidak dikenal." in page.text
        assert own not in page.tree.xpath("//main//section")[0].text_content()


def test_both_databases_give_the_same_answer(database: Database, tmp_path: Path) -> None:
    office = open_office(database)
    number = office.submit()
    digest = head(office, number)
    made = seal(office.ports, tmp_path / seal_file.NAME)
    assert made is not None
    with database.read() as connection:
        found = look_up(office.ports, connection, AUDITOR, digest)
        assert isinstance(found, HeadOfCase)
        assert found == look_up(office.ports, connection, AUDITOR, digest, number)
        assert (found.chain, found.later, found.broken, found.seal and found.seal.holds) == (
            number,
            0,
            None,
            True,
        )
        assert look_up(office.ports, connection, AUDITOR, made.hash) is not None
        assert look_up(office.ports, connection, AUDITOR, "f" * 64) is None
