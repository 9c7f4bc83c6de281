"""Nothing is lost between writers, and nobody who only reads waits."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from engine.errors import SettingsInvalid
from engine.store import counters
from engine.store.session import Database, counting, lock, now
from engine.store.tables import case_numbers
from engine.store.ticket_lock import TicketLock

INCREMENTS = 200


def _read_and_write_one_more(database: Database) -> None:
    # read, then write what was read plus one: what a lost update loses
    with database.write() as connection:
        last = connection.execute(select(case_numbers.c.last).with_for_update()).scalar_one()
        connection.execute(case_numbers.update().values(last=last + 1))


def _start_at_zero(connection: Connection) -> None:
    connection.execute(case_numbers.insert().values(series="PGD", year=2026, last=0))


def _start_at_zero_and_stumble(connection: Connection) -> None:
    _start_at_zero(connection)
    raise ZeroDivisionError


def _last(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(case_numbers.c.last)).scalar_one())


def test_all_of_200_concurrent_increments_survive(database: Database) -> None:
    with database.write() as connection:
        _start_at_zero(connection)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _read_and_write_one_more(database), range(INCREMENTS)))
    assert _last(database) == INCREMENTS


def test_all_of_200_increments_of_two_processes_survive(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        _start_at_zero(connection)
    program = (
        "import sys\n"
        "from engine.store.session import Database\n"
        "from tests.store.test_session import INCREMENTS, _read_and_write_one_more\n"
        "database = Database(sys.argv[1], synchronous='OFF')\n"
        "for _ in range(INCREMENTS // 2): _read_and_write_one_more(database)\n"
    )
    url = sqlite_database.url.render_as_string()
    root = Path(__file__).parents[2]
    processes = [subprocess.Popen([sys.executable, "-c", program, url], cwd=root) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert _last(sqlite_database) == INCREMENTS


def test_a_reader_does_not_wait_for_a_writer_and_sees_the_state_before(database: Database) -> None:
    with database.write() as connection:
        _start_at_zero(connection)
    with ThreadPoolExecutor(1) as somebody_else, database.write() as connection:
        connection.execute(case_numbers.update().values(last=5))
        assert somebody_else.submit(_last, database).result(timeout=10) == 0
    assert _last(database) == 5


def test_a_writer_does_not_wait_for_a_reader_who_keeps_seeing_one_moment(database: Database) -> None:
    with database.write() as connection:
        _start_at_zero(connection)
    with database.read() as connection:
        before = connection.execute(select(case_numbers.c.last)).scalar_one()
        with database.write() as writing:
            writing.execute(case_numbers.update().values(last=5))
        assert connection.execute(select(case_numbers.c.last)).scalar_one() == before


def test_an_exception_undoes_the_whole_block(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        _start_at_zero_and_stumble(connection)
    with database.read() as connection:
        assert connection.execute(select(case_numbers)).all() == []


def test_a_savepoint_is_undone_alone(database: Database) -> None:
    with database.write() as connection:
        _start_at_zero(connection)
        twice = [{"series": "PGD", "year": year, "last": 0} for year in (2027, 2026)]
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.execute(case_numbers.insert(), twice)
        connection.execute(case_numbers.update().values(last=case_numbers.c.last + 1))
    with database.read() as connection:
        assert connection.execute(select(case_numbers)).all() == [("PGD", 2026, 1)]


def test_case_numbers_have_no_gap_after_a_rollback(database: Database) -> None:
    taken = []
    for turn in range(6):
        try:
            with database.write() as connection:
                number = counters.next_case_number(connection, 2026)
                if turn % 2:
                    raise ZeroDivisionError
                taken.append(number)
        except ZeroDivisionError:
            pass
    assert taken == ["PGD-2026-000001", "PGD-2026-000002", "PGD-2026-000003"]


def test_case_numbers_start_anew_each_year(database: Database) -> None:
    with database.write() as connection:
        counters.next_case_number(connection, 2026)
        assert counters.next_case_number(connection, 2027) == "PGD-2027-000001"


def test_concurrent_case_numbers_are_all_different_and_whole(database: Database) -> None:
    def take(_: int) -> str:
        with database.write() as connection:
            return counters.next_case_number(connection, 2026)

    with ThreadPoolExecutor(8) as pool:
        taken = sorted(pool.map(take, range(40)))
    assert taken == [f"PGD-2026-{number:06d}" for number in range(1, 41)]


def test_a_read_connection_changes_nothing(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read.?only"), database.read() as connection:
        _start_at_zero(connection)


def test_an_orphan_is_refused(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.write() as connection:
        connection.execute(text("INSERT INTO memberships VALUES ('siapa', 'petugas')"))


def test_sqlite_runs_with_the_settings_of_the_design(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'var' / 'new.sqlite3'}")
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }
    with database.write() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in expected}
    assert found == expected
    with database.read() as connection:
        assert connection.execute(text("PRAGMA query_only")).scalar_one() == 1
    database.dispose()


def test_several_that_open_a_new_file_at_once_all_get_in(tmp_path: Path) -> None:
    for n in range(60):  # without the wait one of nine such files kept somebody out
        candidates = [Database(f"sqlite:///{tmp_path / f'{n}.sqlite3'}") for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            assert len(list(pool.map(_open, candidates))) == 4
        for candidate in candidates:
            candidate.dispose()


def _open(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("SELECT 1"))


def test_a_transaction_inside_a_transaction_is_refused_instead_of_waiting_for_itself(
    sqlite_database: Database,
) -> None:
    with (
        pytest.raises(RuntimeError, match="one write transaction"),
        sqlite_database.write(),
        sqlite_database.write(),
    ):
        pass
    with sqlite_database.write():
        pass  # and the line goes on


def test_writers_get_their_turn_in_order_of_arrival() -> None:
    turn, order = TicketLock(), []
    threads = []
    with turn:
        for number in range(5):

            def wait(number: int = number) -> None:
                with turn:
                    order.append(number)

            threads.append(threading.Thread(target=wait))
            threads[-1].start()
            while len(turn._queue) <= number:  # until it stands in line
                pass
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_named_lock_lets_one_transaction_through_at_a_time(postgres_database: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with postgres_database.write() as connection:
            lock(connection, "uji")

            def second() -> datetime:
                with postgres_database.write() as other:
                    lock(other, "uji")
                    return now(other)

            waiting = pool.submit(second)
            held_until = now(connection)
            while not connection.execute(
                text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            ).scalar_one():
                held_until = now(connection)
        assert waiting.result(timeout=10) > held_until


def test_now_is_an_aware_instant_in_utc_and_moves_within_a_transaction(database: Database) -> None:
    with database.write() as connection:
        first = now(connection)
        assert first.tzinfo is UTC
        assert abs(first - datetime.now(UTC)) < timedelta(minutes=1)
        assert now(connection) > first


def test_statements_and_commits_are_counted(database: Database) -> None:
    with database.write() as connection:
        _start_at_zero(connection)
    with counting(database) as counts:
        _read_and_write_one_more(database)
        _last(database)
    _last(database)
    assert counts == {"statements": 3, "commits": 1}


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_another_kind_of_database_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="SQLite file"):
        Database(url)


def test_a_new_file_and_its_log_are_closed_to_others_in_any_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path / 'pengaduan.sqlite3'}")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    database.dispose()
    assert "pengaduan.sqlite3-wal" in modes
    assert set(modes.values()) == {0o600}
