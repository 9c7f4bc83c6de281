"""What has happened stays: each forbidden act on the tables that only grow is refused by the database itself."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import IntegrityError

from engine.history import log
from engine.history.chain import GENESIS
from engine.store import calendars
from engine.store.session import Database
from engine.store.tables import access_log, seals
from engine.store.triggers import IMMUTABLE, check_triggers, install_triggers
from tests.store.rows import AT, a_case, a_draft

CASE = "PGD-2026-000001"
TABLES = [table.name for table in IMMUTABLE]
#: A column of each table that can be set without breaking another rule.
COLUMN = {
    "events": "actor",
    "deployments": "note",
    "process_definitions": "name",
    "calendars": "note",
    "seals": "previous",
    "access_log": "why",
}

EVENT = f"""
    INTO events (case_number, seq, type, at, received_at, actor, source, payload, previous, hash, command_id)
    SELECT '{CASE}', {{seq}}, type, at, received_at, {{actor}}, source, payload, previous, hash, {{command}}
    FROM events WHERE case_number = '{CASE}' AND seq = 1
"""


def _fill(connection: Connection) -> None:
    """One row at least in each table that only grows."""
    a_case(connection, CASE)
    drafts = [a_draft(command_id="a"), a_draft(command_id="b")]
    log.append(connection, CASE, 0, GENESIS, drafts)
    calendars.insert_calendar(
        connection,
        content_hash="b" * 64,
        source="",
        resolved={},
        note=None,
        deployed_by="pengelola",
        deployed_at=AT,
    )
    connection.execute(
        insert(seals).values(number=1, at=AT, kind="periodic", heads={}, previous=GENESIS, hash="c" * 64)
    )
    connection.execute(
        insert(access_log).values(id="1", at=AT, actor="auditor", act="identity:reveal", source="web")
    )


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        _fill(connection)
    return database


def _refused(database: Database, statement: str) -> None:
    with pytest.raises(IntegrityError, match="only grows"), database.write() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed(filled: Database, table: str) -> None:
    _refused(filled, f"UPDATE {table} SET {COLUMN[table]} = 'lain'")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_removed(filled: Database, table: str) -> None:
    _refused(filled, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_emptied_on_postgresql(postgres_database: Database, table: str) -> None:
    _refused(postgres_database, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_inserted_over_one_that_stands(filled: Database, table: str) -> None:
    _refused(filled, f"INSERT INTO {table} SELECT * FROM {table} WHERE true")
    _refused(filled, f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO NOTHING")
    column = COLUMN[table]
    key = ", ".join(c.name for t in IMMUTABLE if t.name == table for c in t.primary_key)
    _refused(
        filled,
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO UPDATE SET {column} = 'x'",
    )


@pytest.mark.parametrize("how", ["OR REPLACE", "OR IGNORE", "OR FAIL", "OR ABORT"])
@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_replaced_on_sqlite(sqlite_database: Database, table: str, how: str) -> None:
    with sqlite_database.write() as connection:
        _fill(connection)
    _refused(sqlite_database, f"INSERT {how} INTO {table} SELECT * FROM {table} WHERE true")


def test_an_event_is_not_replaced_by_one_with_its_command(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        _fill(connection)
    replace = "INSERT OR REPLACE" + EVENT.format(seq=3, actor="actor", command="command_id")
    _refused(sqlite_database, replace)
    assert sqlite_database.url.database is not None
    stranger = sqlite3.connect(sqlite_database.url.database)
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        stranger.execute(replace)
    stranger.close()


@pytest.mark.parametrize("table", TABLES)
def test_a_client_without_our_settings_is_refused_as_well(sqlite_database: Database, table: str) -> None:
    with sqlite_database.write() as connection:
        _fill(connection)
    assert sqlite_database.url.database is not None
    stranger = sqlite3.connect(sqlite_database.url.database)  # recursive_triggers is off here
    for act in (f"UPDATE {table} SET {COLUMN[table]} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            stranger.execute(act)
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        stranger.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE true")
    stranger.close()


def test_a_new_event_is_taken(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(text("INSERT" + EVENT.format(seq=3, actor="'lain'", command="command_id")))


def test_triggers_stand_after_the_migration(database: Database) -> None:
    with database.read() as connection:
        assert check_triggers(connection) == []


def test_a_trigger_that_was_dropped_is_noticed_and_can_be_made_again(database: Database) -> None:
    on = " ON events" if database.dialect == "postgresql" else ""
    with database.write() as connection:
        connection.execute(text(f"DROP TRIGGER events_refuse_update{on}"))
    with database.read() as connection:
        assert check_triggers(connection) == ["events_refuse_update"]
    with database.write() as connection:
        install_triggers(connection)
        assert check_triggers(connection) == []


def test_a_trigger_that_was_emptied_is_noticed_on_sqlite(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        connection.execute(text("DROP TRIGGER events_refuse_update"))
        connection.execute(
            text("CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN SELECT 1; END")
        )
        assert check_triggers(connection) == ["events_refuse_update"]


def test_a_trigger_that_was_disabled_or_emptied_is_noticed_on_postgresql(postgres_database: Database) -> None:
    with postgres_database.write() as connection:
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_refuse_delete"))
        assert check_triggers(connection) == ["events_refuse_delete"]
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION calendars_refuse_known() RETURNS trigger LANGUAGE plpgsql"
                " AS $$BEGIN RETURN NEW; END$$"
            )
        )
        assert check_triggers(connection) == ["events_refuse_delete", "calendars_refuse_reinsert"]


def test_a_replica_session_is_refused_as_well(postgres_database: Database) -> None:
    with postgres_database.write() as connection:
        _fill(connection)
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        with pytest.raises(IntegrityError, match="only grows"), connection.begin_nested():
            connection.execute(text("DELETE FROM events"))
