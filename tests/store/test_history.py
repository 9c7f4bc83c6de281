"""The history grows by whole chains, and whoever changes it is found out."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from engine.history import log
from engine.history.chain import GENESIS, ChainProblem, StoredEvent, event_hash, verify_chain
from engine.store.session import Database, counting
from engine.store.tables import SYSTEM_CHAIN, events
from tests.store.rows import AT, a_draft

CASE = "PGD-2026-000001"


def _history(database: Database, length: int = 4) -> list[StoredEvent]:
    drafts = [a_draft(payload={"work_item": f"periksa:{n}"}, command_id=f"c{n}") for n in range(length)]
    with database.write() as connection:
        log.append(connection, CASE, 0, GENESIS, drafts)
        return log.read(connection, CASE)


def _codes(problems: list[ChainProblem]) -> list[tuple[str, int, str]]:
    return [(problem.case_number, problem.seq, problem.code) for problem in problems]


def test_a_stored_event_has_the_columns_of_the_table() -> None:
    assert [field.name for field in fields(StoredEvent)] == [column.name for column in events.columns]


def test_what_was_appended_is_read_back_and_whole(database: Database) -> None:
    history = _history(database)
    assert [event.seq for event in history] == [1, 2, 3, 4]
    assert history[0].previous == GENESIS
    assert history[2].payload == {"work_item": "periksa:2"}
    assert history[2].at == AT
    assert verify_chain(history, head=(4, history[-1].hash)) == []


def test_the_hash_can_be_computed_without_this_program(database: Database) -> None:
    [event] = _history(database, 1)
    plain = {
        "case_number": CASE,
        "seq": 1,
        "type": "work_item:claimed",
        "at": "2026-11-24T01:30:00.000000Z",
        "received_at": "2026-11-24T01:30:00.000000Z",
        "actor": "budi",
        "on_behalf": None,
        "source": "web",
        "definition_id": None,
        "payload": {"work_item": "periksa:0"},
        "previous": "0" * 64,
        "command_id": "c0",
        "request_digest": None,
        "behaviour": None,
        "spiff": None,
        "state_digest": None,
        "cause": None,
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert event.hash == hashlib.sha256(text.encode()).hexdigest()


def test_a_chain_goes_on_where_it_stood(database: Database) -> None:
    with database.write() as connection:
        seq, digest = log.append(connection, CASE, 0, GENESIS, [a_draft()])
    with database.write() as connection:
        assert log.head(connection, CASE) == (seq, digest)
        head = log.append(connection, CASE, seq, digest, [a_draft(), a_draft()])
        assert head == log.head(connection, CASE)
    with database.read() as connection:
        assert verify_chain(log.read(connection, CASE), head) == []
        assert [event.seq for event in log.read(connection, CASE, until=2)] == [1, 2]


def test_any_number_of_events_takes_one_statement(database: Database) -> None:
    with counting(database) as counts, database.write() as connection:
        log.append(connection, CASE, 0, GENESIS, [a_draft() for _ in range(5)])
    assert counts == {"statements": 1, "commits": 1}


def test_appending_nothing_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        assert log.append(connection, CASE, 0, GENESIS, []) == (0, GENESIS)


def test_of_two_who_append_at_the_same_place_one_wins(database: Database) -> None:
    start = Barrier(2)

    def append(actor: str) -> str | None:
        start.wait()
        try:
            with database.write() as connection:
                log.append(connection, CASE, 0, GENESIS, [a_draft(actor=actor)])
        except IntegrityError:
            return None
        return actor

    with ThreadPoolExecutor(2) as pool:
        winners = [actor for actor in pool.map(append, ["ani", "budi"]) if actor]
    with database.read() as connection:
        assert [event.actor for event in log.read(connection, CASE)] == winners
    assert len(winners) == 1


def test_a_command_is_recorded_once(database: Database) -> None:
    _history(database)
    with database.read() as connection:
        found = log.find_command(connection, "budi", "c2")
        assert found is not None
        assert found.seq == 3
        assert log.find_command(connection, "ani", "c2") is None
    with pytest.raises(IntegrityError), database.write() as connection:
        log.append(connection, "PGD-2026-000002", 0, GENESIS, [a_draft(command_id="c2")])


def test_the_chain_of_the_system_finds_its_own_head(database: Database) -> None:
    def deploy(number: int) -> None:
        with database.write() as connection:
            log.append_system(connection, "deployment:made", AT, "analis", "cli", {"number": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deploy, range(20)))
    with database.read() as connection:
        history = log.read(connection, SYSTEM_CHAIN)
    assert len(history) == 20
    assert verify_chain(history) == []


def test_a_changed_event_is_named(sqlite_database: Database) -> None:
    history = _history(sqlite_database)
    history[1] = replace(history[1], actor="lain")
    assert _codes(verify_chain(history)) == [(CASE, 2, "altered")]


@pytest.mark.parametrize("name", [field.name for field in fields(StoredEvent) if field.name != "hash"])
def test_no_field_can_be_changed_unseen(sqlite_database: Database, name: str) -> None:
    [event] = _history(sqlite_database, 1)
    others = {
        "seq": 2,
        "payload": {},
        "behaviour": 9,
        "at": AT.replace(year=2027),
        "received_at": AT.replace(year=2027),
    }
    forged = replace(event, **{name: others.get(name, "lain")})
    assert verify_chain([forged]) != []


def test_a_forged_event_with_a_fitting_hash_breaks_the_link_of_the_next(sqlite_database: Database) -> None:
    history = _history(sqlite_database)
    forged = replace(history[1], actor="lain")
    columns = {field.name: getattr(forged, field.name) for field in fields(forged) if field.name != "hash"}
    history[1] = replace(forged, hash=event_hash(forged.previous, columns))
    assert _codes(verify_chain(history)) == [(CASE, 3, "unlinked")]


def test_a_removed_event_is_named_where_it_is_missing(sqlite_database: Database) -> None:
    history = _history(sqlite_database)
    assert _codes(verify_chain(history[:1] + history[2:])) == [(CASE, 3, "missing")]
    assert _codes(verify_chain(history[1:])) == [(CASE, 2, "missing")]


def test_a_history_cut_at_its_end_does_not_fit_the_head_of_the_case(sqlite_database: Database) -> None:
    history = _history(sqlite_database)
    assert verify_chain(history[:-1]) == []
    assert _codes(verify_chain(history[:-1], head=(4, history[-1].hash))) == [(CASE, 3, "cut")]


def test_an_event_of_another_case_is_named(sqlite_database: Database) -> None:
    history = _history(sqlite_database)
    history[3] = replace(history[3], case_number="PGD-2026-000002")
    assert ("PGD-2026-000002", 4, "foreign") in _codes(verify_chain(history))
