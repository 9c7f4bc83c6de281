"""A check of everything is kept, also one that broke off, and is made once a day by the office's clock."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.history import seal_file, whole_check
from engine.history.finding import CHAIN, DEPLOYED, DIVERGED, PROJECTIONS, REPLAY, SEAL, TAMPERED, UNSEALED
from engine.history.seal import seal
from engine.history.verify import Checked, Verifier
from engine.history.whole_check import Outcome, outcome
from engine.jobs.checker import Checker
from engine.store import verifications
from engine.store.session import Database, counting
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import Office, diverge, open_office, tamper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / seal_file.NAME


@pytest.fixture
def tampered(sqlite_database: Database) -> Office:
    """On SQLite, to change rows in behind the guards' back."""
    return open_office(sqlite_database)


def kept(office: Office) -> Outcome | None:
    with office.ports.database.read() as connection:
        found = verifications.newest(connection)
    return outcome(found) if found else None


def test_what_a_check_found_is_kept_on_both_databases(database: Database, path: Path) -> None:
    office = open_office(database)
    number = office.submit()
    assert kept(office) is None
    whole_check.whole_check(office.ports, path, by="os:budi")
    found = kept(office)
    assert found is not None
    assert (found.at, found.by, found.cases, found.count, found.unsealed) == (office.now, "os:budi", 1, 0, 2)
    with database.write() as connection:
        connection.execute(text("UPDATE cases SET category = 'lain' WHERE number = :n"), {"n": number})
    whole_check.whole_check(office.ports, path, by="os:budi")
    again = kept(office)
    assert again is not None
    assert [(f.case, f.kind, f.code) for f in again.findings] == [(number, TAMPERED, "projection")]
    assert (again.count, again.failed) == (1, None)


def test_of_very_many_findings_the_number_is_kept(
    tampered: Office, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        tampered.submit()
    tamper(tampered, "UPDATE cases SET category = 'lain'")
    monkeypatch.setattr(whole_check, "MOST", 2)
    whole_check.whole_check(tampered.ports, path, by="sistem")
    found = kept(tampered)
    assert found is not None
    assert (found.count, len(found.findings)) == (3, 2)


def test_the_checker_checks_once_a_day_at_its_hour_of_the_office(office: Office, path: Path) -> None:
    job = Checker(office.ports, path, time(1))
    office.at("2026-11-24 09:00")
    job()  # the machine was off at one o'clock
    first = kept(office)
    assert first is not None
    assert first.by == "sistem"
    for moment, checked in (
        ("2026-11-24 23:00", first.at),
        ("2026-11-25 00:59", first.at),
        ("2026-11-25 01:00", office.at("2026-11-25 01:00")),
        ("2026-11-25 12:00", office.at("2026-11-25 01:00")),
    ):
        office.at(moment)
        job()
        found = kept(office)
        assert found is not None
        assert found.at == checked


def test_a_check_that_breaks_off_is_told_and_tried_again_an_hour_later(office: Office, path: Path) -> None:
    path.mkdir(parents=True)  # a directory where the file of seals should be
    job = Checker(office.ports, path, time(1))
    job()
    broken = kept(office)
    assert broken is not None
    assert broken.failed == "IsADirectoryError"
    path.rmdir()
    office.wait(minutes=30)
    job()
    assert kept(office) == broken
    office.wait(minutes=30)
    job()
    found = kept(office)
    assert found is not None
    assert found.failed is None


def test_without_a_calendar_there_is_nothing_to_check(sqlite_database: Database, path: Path) -> None:
    office = open_office(sqlite_database)
    with sqlite_database.write() as connection:
        connection.execute(text("DELETE FROM active_versions"))
    Checker(office.ports, path, time(1))()
    assert kept(office) is None


# --- the five questions of a case ----------------------------------------------------------------


def asked(office: Office, *numbers: str) -> list[Checked]:
    with office.ports.database.read() as connection:
        return Verifier(office.ports, connection).cases(numbers)


def kinds(checked: Checked) -> dict[str, str | None]:
    first = {question: checked.first(question) for question in (CHAIN, REPLAY, PROJECTIONS, DEPLOYED, SEAL)}
    return {question: found.kind if found else None for question, found in first.items()}


WELL = dict.fromkeys((CHAIN, REPLAY, PROJECTIONS, DEPLOYED, SEAL))


def test_a_sealed_case_answers_all_five_and_one_that_grew_says_from_where(office: Office, path: Path) -> None:
    first, second = office.submit(), office.submit()
    seal(office.ports, path)
    office.complete(second)
    well, grown = asked(office, first, second)
    assert kinds(well) == WELL
    assert kinds(grown) == {**WELL, SEAL: UNSEALED}
    assert all(grown.asked(question) for question in WELL)


def test_a_changed_event_breaks_the_chain_and_the_replay_is_not_asked(tampered: Office) -> None:
    number = tampered.submit()
    tamper(tampered, "UPDATE events SET actor = 'x' WHERE case_number = :n AND seq = 2", n=number)
    [found] = asked(tampered, number)
    first = found.first(CHAIN)
    assert first is not None
    assert (first.seq, first.code) == (2, "chain_altered")
    assert not found.asked(REPLAY)
    assert not found.asked(PROJECTIONS)
    assert found.asked(DEPLOYED)


def test_a_changed_process_file_is_told_at_the_first_event_that_ran_on_it(tampered: Office) -> None:
    number = tampered.submit()
    tamper(tampered, "UPDATE process_definitions SET content_hash = 'x'")
    [found] = asked(tampered, number)
    assert kinds(found) == {**WELL, DEPLOYED: TAMPERED, SEAL: UNSEALED}
    first = found.first(DEPLOYED)
    assert first is not None
    assert (first.case, first.seq, first.code) == (number, 1, "definition_changed")


def test_a_whole_chain_whose_replay_differs_has_diverged(tampered: Office) -> None:
    number = tampered.submit()
    diverge(tampered, number)
    [found] = asked(tampered, number)
    assert kinds(found)[CHAIN] is None
    assert kinds(found)[REPLAY] == DIVERGED
    assert not found.asked(PROJECTIONS)


def test_the_system_and_the_seals_are_read_once_for_many_cases(office: Office) -> None:
    numbers = [office.submit() for _ in range(6)]
    asked(office, numbers[0])  # definitions and calendars are read by now
    counts = []
    for of in (numbers[:1], numbers[:2], numbers):
        with counting(office.ports.database) as counted:
            asked(office, *of)
        counts.append(counted["statements"])
    each = counts[1] - counts[0]
    assert counts[2] == counts[0] + 5 * each
    assert each < 16


def test_nonsense_in_the_chain_sistem_leaves_the_cases_to_be_looked_at(tampered: Office) -> None:
    number = tampered.submit()
    tamper(tampered, "UPDATE events SET payload = 'x' WHERE case_number = 'sistem' AND seq = 1")
    with tampered.ports.database.read() as connection:
        verifier = Verifier(tampered.ports, connection)
        assert [(f.case, f.code) for f in verifier.unreadable] == [(SYSTEM_CHAIN, "unreadable")]
        [found] = verifier.cases([number])
    assert found.first(CHAIN) is None
