"""Seals cover what grew, stand outside the database as well, and whoever goes behind them is found out."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.errors import Refused
from engine.history import seal_file
from engine.history.finding import UNSEALED
from engine.history.seal import seal
from engine.history.verify import Report, verify
from engine.jobs.sealer import Sealer
from engine.store import seals
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import Office, open_office


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / seal_file.NAME


def checked(office: Office, path: Path) -> Report:
    with office.ports.database.read() as connection:
        return verify(office.ports, connection, seals=seal_file.read(path))


def codes(office: Office, path: Path) -> set[str]:
    return {finding.code for finding in checked(office, path).findings}


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def forge(office: Office, *statements: str) -> None:
    """Change rows as somebody does who owns the database."""
    office.tampered = True
    with closing(
        sqlite3.connect(str(office.ports.database.url.database), isolation_level=None)
    ) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_the_first_seal_covers_every_chain_and_the_next_only_what_grew(office: Office, path: Path) -> None:
    first, second = office.submit(), office.submit()
    made = seal(office.ports, path)
    assert made is not None
    assert (made.number, made.kind) == (1, "periodic")
    assert made.heads.keys() == {SYSTEM_CHAIN, first, second}
    office.complete(second)
    again = seal(office.ports, path)
    assert again is not None
    assert again.heads.keys() == {second}
    assert again.previous == made.hash
    assert codes(office, path) == set()


def test_where_nothing_grew_no_seal_is_made(office: Office, path: Path) -> None:
    assert seal(office.ports, path) is not None
    before = path.read_bytes()
    assert seal(office.ports, path) is None
    assert path.read_bytes() == before


def test_a_line_lets_its_hash_be_computed_without_this_program(office: Office, path: Path) -> None:
    office.submit()
    made = seal(office.ports, path)
    [line] = lines(path)
    digest = line.pop("hash")
    plain = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert made is not None
    assert digest == made.hash == hashlib.sha256(plain.encode()).hexdigest()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_younger_than_the_last_seal_is_told_and_is_no_finding(office: Office, path: Path) -> None:
    number = office.submit()
    seal(office.ports, path)
    assert checked(office, path).notes == []
    office.complete(number)
    report = checked(office, path)
    assert report.findings == []
    assert [(note.case, note.kind) for note in report.notes] == [(number, UNSEALED)]


def test_a_crash_between_row_and_line_is_made_good_by_the_next_start(office: Office, path: Path) -> None:
    office.submit()
    seal(office.ports, path)
    office.submit()
    whole = seal(office.ports, path)
    both = path.read_bytes()
    path.write_bytes(both[: both.index(b"\n") + 1] + b'{"at":"2026')  # half a line, as a power cut leaves it
    assert [note.code for note in checked(office, path).notes] == ["seal_file_behind"]
    assert not Sealer(office.ports, path)()
    assert path.read_bytes() == both
    assert whole is not None


def test_sealing_at_once_from_many_sides_gives_one_whole_chain(office: Office, path: Path) -> None:
    for _ in range(3):
        office.submit()
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda _: seal(office.ports, path), range(4)))
        assert len([one for one in made if one]) == 1
    with office.ports.database.read() as connection:
        assert [one.number for one in seals.after(connection)] == [1, 2, 3]
    assert [line["number"] for line in lines(path)] == [1, 2, 3]
    assert codes(office, path) == set()


def test_the_sealer_seals_after_its_interval_and_only_what_grew(office: Office, path: Path) -> None:
    job = Sealer(office.ports, path, timedelta(hours=1))
    job()
    assert len(lines(path)) == 1
    office.submit()
    office.wait(minutes=59)
    job()
    assert len(lines(path)) == 1
    office.wait(minutes=1)
    job()
    assert len(lines(path)) == 2
    office.wait(hours=3)
    job()
    assert len(lines(path)) == 2


@pytest.fixture
def sealed(sqlite_database: Database, path: Path) -> tuple[Office, str]:
    """An office with two seals over a case of two steps, on SQLite."""
    office = open_office(sqlite_database)
    number = office.submit()
    seal(office.ports, path)
    office.complete(number)
    office.submit()
    seal(office.ports, path)
    assert codes(office, path) == set()
    return office, number


#: What somebody who owns the database does, and the code of a finding that tells of it. The chain itself is left
#: whole wherever they could make it so.
FORGED: dict[str, tuple[str, ...]] = {
    "seal_missing": ("DELETE FROM seals WHERE number = 1",),
    "seal_unlinked": (f"UPDATE seals SET previous = '{'1' * 64}' WHERE number = 2",),
    "seal_altered": ("UPDATE seals SET kind = 'bridging' WHERE number = 2",),
    "seal_ahead": ("DELETE FROM seals WHERE number = 2",),
    "seal_line_differs": ("UPDATE seals SET at = '2026-11-24T01:00:01.000000Z' WHERE number = 1",),
}


@pytest.mark.parametrize("code", FORGED)
def test_a_forged_seal_is_found(sealed: tuple[Office, str], path: Path, code: str) -> None:
    office, _ = sealed
    forge(office, *FORGED[code])
    assert code in codes(office, path)


def test_a_history_cut_at_its_end_with_its_case_made_to_fit_is_found(
    sealed: tuple[Office, str], path: Path
) -> None:
    office, number = sealed
    cut = f"(SELECT max(seq) FROM events WHERE case_number = '{number}')"
    forge(
        office,
        f"DELETE FROM events WHERE case_number = '{number}' AND seq = {cut}",
        f"""UPDATE cases SET last_seq = {cut}, last_hash =
            (SELECT hash FROM events WHERE case_number = '{number}' AND seq = {cut}) WHERE number = '{number}'""",
    )
    found = [f for f in checked(office, path).findings if f.code == "sealed_event_gone"]
    assert [finding.case for finding in found] == [number]


def test_a_case_removed_with_every_trace_and_its_number_is_found(
    sealed: tuple[Office, str], path: Path
) -> None:
    office, _ = sealed
    last = "PGD-2026-000002"
    tables = ("outbox", "timers", "work_items", "answers", "case_keys", "search_tokens", "events")
    forge(
        office,
        *(f"DELETE FROM {table} WHERE case_number = '{last}'" for table in tables),
        f"DELETE FROM cases WHERE number = '{last}'",
        "UPDATE case_numbers SET last = 1",
    )
    assert codes(office, path) == {"sealed_event_gone"}


Edit = Callable[[list[str]], list[str]]
EDITED: dict[str, Edit] = {
    "seal_line_missing": lambda lines: lines[1:],
    "seal_line_differs": lambda lines: [lines[0].replace('"periodic"', '"bridging"'), *lines[1:]],
    "seal_file_unreadable": lambda lines: [lines[0][:-1], *lines[1:]],
    "erasure_undone": lambda lines: [
        *lines,
        '{"at":"2026-11-24T02:00:00.000000Z","by":"pengelola","case":"PGD-2026-000001","kind":"erasure","why":"uji"}',
    ],
}


@pytest.mark.parametrize("code", EDITED)
def test_a_file_that_says_something_else_is_found(sealed: tuple[Office, str], path: Path, code: str) -> None:
    office, _ = sealed
    path.write_text("\n".join(EDITED[code](path.read_text().splitlines())) + "\n")
    assert code in codes(office, path)


def test_a_database_set_back_is_not_sealed_again(sealed: tuple[Office, str], path: Path) -> None:
    office, _ = sealed
    before = path.read_bytes()
    forge(office, "DELETE FROM seals WHERE number = 2")
    with pytest.raises(Refused, match="seal 2"):
        seal(office.ports, path)
    Sealer(office.ports, path)()  # logs it, and goes on living
    assert path.read_bytes() == before


def test_the_check_of_one_case_looks_at_its_own_seals(sealed: tuple[Office, str], path: Path) -> None:
    office, number = sealed
    office.complete(number)
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection, number, seals=seal_file.read(path))
        other = verify(office.ports, connection, "PGD-2026-000002", seals=seal_file.read(path))
    assert [note.case for note in report.notes] == [number]
    assert other.notes == []


def test_a_seal_that_stands_is_not_changed(office: Office, path: Path) -> None:
    seal(office.ports, path)
    for statement in ("UPDATE seals SET number = 2", "DELETE FROM seals"):
        with pytest.raises(Exception, match="only grows"), office.ports.database.write() as connection:
            connection.execute(text(statement))
