"""The migrated schema is the one that tables.py describes, however often and by whomever it is applied."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, inspect, text

from engine.errors import ExecutionFailed
from engine.store import migrations
from engine.store.session import Database, now
from engine.store.tables import metadata
from engine.store.triggers import check_triggers
from tests.store.rows import a_case


def test_the_migrated_schema_is_the_one_of_the_tables(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_migrated_indexes_and_checks_are_those_of_the_tables(database: Database) -> None:
    # what Alembic does not compare: conditions of partial indexes, CHECK constraints, generated columns
    with database.read() as connection:
        migrated = _details(connection)
    with database.write() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("CREATE SCHEMA anew"))
            connection.execute(text("SET LOCAL search_path = anew"))
        else:
            for table in reversed(metadata.sorted_tables):
                connection.execute(text(f"DROP TABLE {table}"))
        metadata.create_all(connection)
        assert _details(connection) == migrated


def test_a_migrated_database_has_nothing_pending(database: Database) -> None:
    assert not migrations.pending(database)
    assert migrations.upgrade(database) == migrations.current(database)


def test_an_empty_database_is_migrated_and_guarded(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert migrations.pending(database)
    assert migrations.current(database) is None
    migrations.upgrade(database)
    assert not migrations.pending(database)
    with database.read() as connection:
        assert check_triggers(connection) == []
    database.dispose()


def test_upgrading_what_is_up_to_date_does_not_mend_a_missing_trigger(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        connection.execute(text("DROP TRIGGER events_refuse_delete"))
    migrations.upgrade(sqlite_database)
    with sqlite_database.read() as connection:
        assert check_triggers(connection) == ["events_refuse_delete"]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_several_processes_may_migrate_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url: str | URL = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    else:
        database = request.getfixturevalue("postgres_database")
        with database.write() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        url = database.url
    # a Database each, as processes have: nothing is shared but the database itself
    candidates = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        reached = set(pool.map(migrations.upgrade, candidates))
    assert len(reached) == 1
    assert not migrations.pending(candidates[0])
    for candidate in candidates:
        candidate.dispose()


def test_a_migration_that_orphans_a_row_is_undone(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        a_case(connection, at=now(connection))
    with (
        pytest.raises(ExecutionFailed, match="case_keys"),
        sqlite_database.migrating() as connection,
    ):
        connection.execute(text("INSERT INTO case_keys VALUES ('PGD-2026-999999', x'00')"))
    with sqlite_database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_keys")).scalar_one() == 0
    with sqlite_database.write() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def _details(connection: Connection) -> dict[str, object]:
    inspector = inspect(connection)
    schema = inspector.default_schema_name
    if connection.dialect.name == "postgresql":
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    details: dict[str, object] = {}
    for table in metadata.sorted_tables:
        details[table.name] = {
            "indexes": {
                str(index["name"]): (index["column_names"], bool(index["unique"]), _words(index))
                for index in inspector.get_indexes(table.name, schema)
            },
            "checks": {
                str(check["name"]): check["sqltext"]
                for check in inspector.get_check_constraints(table.name, schema)
            },
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], str(column.get("computed")))
                for column in inspector.get_columns(table.name, schema)
            },
        }
    return details


def _words(index: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(option) for name, option in index.get("dialect_options", {}).items()}
