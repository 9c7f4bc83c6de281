"""A person erased is gone from every table and from the file's bytes; what happened to their case stays provable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import events
from engine.commands import Comment
from engine.errors import NotAllowed, NotFound, Refused
from engine.history import log, seal_file
from engine.history.replay import replay
from engine.history.seal import seal
from engine.history.verify import Report, verify
from engine.identity.policy import Actor
from engine.queries.answered import Sealed, open_answers, open_titles
from engine.runtime.drafts import save_draft
from engine.runtime.erase import Erased, erase
from engine.store import answers, erasure
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN, case_keys, outbox, search_tokens
from tests.casework import Office, open_office

PENGELOLA = Actor("pengelola", frozenset({"pengelola"}))
WHY = "Permintaan tertulis, Pasal 8 UU 27/2022"
WHO = {"nama": "Siti Rahasia", "kontak": "0811-222-333", "cara_jawaban": "whatsapp"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / seal_file.NAME


@pytest.fixture
def number(office: Office) -> str:
    """An ended case with a comment."""
    return ended(office)


def ended(office: Office) -> str:
    number = office.submit(**WHO)
    office.run_to(number, "Langkah_8")
    say(office, number, "Orangnya menelepon lagi.")
    office.complete(number, tanggapan="selesai")
    return number


def say(office: Office, number: str, text: str) -> None:
    comment = Comment(actor="petugas", source="web", command_id=office.id(), case=number, text=text)
    office.do(comment)


def erased(office: Office, number: str, path: Path, *, why: str = WHY, actor: Actor = PENGELOLA) -> Erased:
    return erase(office.ports, actor, number, why, source="cli", seals=path)


def checked(office: Office, path: Path) -> Report:
    with office.ports.database.read() as connection:
        return verify(office.ports, connection, seals=seal_file.read(path))


def test_everything_that_was_sealed_goes_and_the_record_stays_whole(
    office: Office, number: str, path: Path
) -> None:
    other = office.submit()
    done = erased(office, number, path)
    assert done.removed.keys() == {"case_keys", "answers", "comments", "search_tokens", "outbox"}
    with office.ports.database.read() as connection:
        assert erasure.left(connection, number) == []
        assert set(erasure.left(connection, other)) >= {"case_keys", "answers", "search_tokens"}
        history = log.read(connection, number)
        assert (history[-1].type, history[-1].actor) == (events.CASE_ERASED, "pengelola")
        assert history[-1].payload["why"] == WHY
        system = log.read(connection, SYSTEM_CHAIN)[-1]
        assert (system.type, system.payload["case"]) == (events.CASE_ERASED, number)
    assert checked(office, path).findings == []


def test_an_erased_case_still_replays(office: Office, number: str, path: Path) -> None:
    erased(office, number, path)
    with office.ports.database.read() as connection:
        steps = list(replay(office.ports, connection, number))
    assert len(steps) > 7
    assert all(step.difference is None for step in steps)


def test_the_file_outside_is_told_so_that_an_older_backup_cannot_bring_the_person_back(
    office: Office, number: str, path: Path
) -> None:
    erased(office, number, path)
    seal(office.ports, path)
    file = seal_file.read(path)
    assert [(one.case, one.by, one.why) for one in file.erasures] == [(number, "pengelola", WHY)]
    assert len(file.seals) == 1


def test_erasing_again_does_nothing_and_tells_what_was_done(office: Office, number: str, path: Path) -> None:
    first = erased(office, number, path)
    before = path.read_bytes()
    again = erased(office, number, path, why="Alasan yang lain")
    assert again.repeated
    assert (again.at, again.why, again.removed) == (first.at, WHY, first.removed)
    assert path.read_bytes() == before


def test_a_case_that_runs_is_not_erased(office: Office, path: Path) -> None:
    number = office.submit()
    with pytest.raises(Refused, match="still runs"):
        erased(office, number, path)
    assert not path.exists()


def test_a_reason_is_a_sentence(office: Office, number: str, path: Path) -> None:
    for why in ("", "   ", "ya", "x" * 401):
        with pytest.raises(Refused, match="The reason should have"):
            erased(office, number, path, why=why)


def test_a_reason_does_not_keep_who_the_person_was(office: Office, number: str, path: Path) -> None:
    for why in ("Ibu SITI RAHASIA meminta", "hubungi 0811-222-333 dulu"):
        with pytest.raises(Refused, match="repeats the person's name"):
            erased(office, number, path, why=why)
    with office.ports.database.read() as connection:
        assert "case_keys" in erasure.left(connection, number)


def test_only_the_administrator_erases(office: Office, number: str, path: Path) -> None:
    for groups in ({"petugas_mpp"}, {"sekretariat"}, {"auditor"}, {"analis"}, {"pengelola", "auditor"}):
        with pytest.raises(NotAllowed):
            erased(office, number, path, actor=Actor("orang", frozenset(groups)))


def test_a_case_that_is_not_there_is_not_erased(office: Office, path: Path) -> None:
    with pytest.raises(NotFound):
        erased(office, "PGD-2026-000099", path)


def test_what_reads_answers_finds_none_and_does_not_fall(office: Office, number: str, path: Path) -> None:
    erased(office, number, path)
    with office.ports.database.read() as connection:
        definition = office.ports.active_definition(connection, "pengaduan_mpp")
        wrapped = connection.scalar(select(case_keys.c.wrapped).where(case_keys.c.case_number == number))
        sealed = Sealed(number, definition, wrapped)
        assert open_answers(office.ports, connection, sealed, identity=True) == []
        assert open_titles(office.ports, connection, [sealed]) == {}


def test_nobody_writes_into_an_erased_case(office: Office, number: str, path: Path) -> None:
    erased(office, number, path)
    with pytest.raises(Refused):
        say(office, number, "Masih ada pertanyaan.")
    with office.ports.database.read() as connection:
        assert erasure.left(connection, number) == []


def test_a_key_that_is_gone_without_an_erasure_is_tampering(sqlite_database: Database, path: Path) -> None:
    office = open_office(sqlite_database)
    number = ended(office)
    with office.ports.database.write() as connection:
        connection.execute(case_keys.delete())
    assert [(f.case, f.code) for f in checked(office, path).findings] == [(number, "key_missing")]


def test_rows_put_back_after_an_erasure_are_found(sqlite_database: Database, path: Path) -> None:
    office = open_office(sqlite_database)
    number = ended(office)
    with office.ports.database.read() as connection:
        [wrapped] = connection.scalars(select(case_keys.c.wrapped))
        kept = [dict(row._mapping) for row in answers.of_case(connection, number)]
        [letter, *_] = connection.execute(select(outbox).where(outbox.c.recipient == "pengadu")).all()
    erased(office, number, path)
    with office.ports.database.write() as connection:
        connection.execute(case_keys.insert().values(case_number=number, wrapped=wrapped))
        answers.add(connection, kept)
        connection.execute(search_tokens.insert().values(token="t", case_number=number))
        connection.execute(outbox.insert().values(**letter._mapping))
    found = checked(office, path).findings
    assert {finding.code for finding in found} == {"erasure_undone"}
    assert len(found) == 4


def test_no_byte_of_key_or_answers_is_left_in_the_file_or_its_log(
    sqlite_database: Database, path: Path
) -> None:
    database = Database(sqlite_database.url)  # as the program opens it
    office = open_office(database)
    number = ended(office)
    item = office.open_items(office.submit())[0]
    save_draft(office.ports, Actor("petugas", frozenset({"petugas_mpp"})), item, {"alasan": "rancangan"})
    with database.read() as connection:
        [wrapped] = connection.scalars(select(case_keys.c.wrapped).where(case_keys.c.case_number == number))
        blobs = [row.blob for row in answers.of_case(connection, number)]
    secrets = [bytes(wrapped), *map(bytes, blobs)]
    file = Path(str(database.url.database))

    def found() -> int:
        data = file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
        # a blob longer than a page is cut by page headers: its beginning tells
        return sum(secret[:60] in data for secret in secrets)

    assert found() == len(secrets)
    assert not erased(office, number, path).log_kept
    assert found() == 0
    database.dispose()


def test_while_somebody_reads_what_was_before_the_log_stays_and_that_is_said(
    sqlite_database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.erasure.BUSY_TIMEOUT_MS", 50)
    office = open_office(sqlite_database)
    number = ended(office)
    with closing(sqlite3.connect(str(sqlite_database.url.database), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM cases").fetchone()
        assert erased(office, number, path).log_kept
        reader.execute("COMMIT")
    assert erasure.forget_log(sqlite_database)
