"""The database itself refuses to change what has happened: history, seals, access log and what was deployed only grow.

Triggers bind every client of the database, not only this program. Whoever owns the database can remove
them: start-up sees that (`check_triggers`), and the hash chain and the seals show what was done meanwhile.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Table, text

from engine.store import tables

IMMUTABLE: Final[tuple[Table, ...]] = (
    tables.events,
    tables.deployments,
    tables.process_definitions,
    tables.calendars,
    tables.seals,
    tables.access_log,
)

REFUSAL: Final = "only grows: a row that stands is not changed, removed or replaced"


def install_triggers(connection: Connection) -> None:
    """Creates every trigger anew. Part of every migration: an Alembic batch drops a table's triggers silently."""
    if connection.dialect.name == "postgresql":
        for name, body in _postgres_functions().items():
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            )
        for name, (table, when, function) in _postgres_triggers().items():
            connection.exec_driver_sql(
                f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {function}()"
            )
            # ALWAYS: fires in a session that plays replica, too
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    else:
        for name, sql in _sqlite_triggers().items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(sql)


def check_triggers(connection: Connection) -> list[str]:
    """Names of the triggers that are missing, disabled or not as `install_triggers` made them; [] is right."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(
            text(
                "SELECT t.tgname, t.tgenabled, p.proname, p.prosrc FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
            )
        )
        found = {name: (enabled, function, body) for name, enabled, function, body in rows}
        bodies = _postgres_functions()
        return [
            name
            for name, (_, _, function) in _postgres_triggers().items()
            if found.get(name) != ("A", function, bodies[function])
        ]
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    standing = {row.name: row.sql for row in rows}
    return [name for name, sql in _sqlite_triggers().items() if standing.get(name) != sql]


def _matches_new(columns: list[str]) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in columns)


def _already_there(table: Table) -> str:
    """A condition on NEW: a row of its primary key stands already.

    For events also one of its command: INSERT OR REPLACE would delete the row that stands in its way.
    """
    key = [column.name for column in table.primary_key]
    condition = f"EXISTS (SELECT 1 FROM {table} WHERE {_matches_new(key)})"  # noqa: S608  our own names
    if table is tables.events:
        command = _matches_new(["actor", "command_id"])
        condition += f" OR EXISTS (SELECT 1 FROM {table} WHERE {command} AND command_id IS NOT NULL)"  # noqa: S608
    return condition


def _sqlite_triggers() -> dict[str, str]:
    triggers = {}
    for table in IMMUTABLE:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        for act in ("update", "delete"):
            name = f"{table}_refuse_{act}"
            triggers[name] = f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} {refuse}"
        name = f"{table}_refuse_reinsert"
        triggers[name] = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {_already_there(table)} {refuse}"
        )
    return triggers


def _postgres_functions() -> dict[str, str]:
    # integrity errors, as SQLite's ABORT is one, so that callers meet the same exception on both
    refuse = f"RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' {REFUSAL}'"
    functions = {"refuse_change": f"BEGIN {refuse}; END"}
    for table in IMMUTABLE:
        functions[f"{table}_refuse_known"] = (
            f"BEGIN IF {_already_there(table)} THEN {refuse}; END IF; RETURN NEW; END"
        )
    return functions


def _postgres_triggers() -> dict[str, tuple[Table, str, str]]:
    """Name: (table, when it fires, function)."""
    triggers = {}
    for table in IMMUTABLE:
        for act in ("update", "delete", "truncate"):
            # per statement: refused even where the statement would meet no row
            when = f"BEFORE {act.upper()} ON {table} FOR EACH STATEMENT"
            triggers[f"{table}_refuse_{act}"] = (table, when, "refuse_change")
        when = f"BEFORE INSERT ON {table} FOR EACH ROW"
        triggers[f"{table}_refuse_reinsert"] = (table, when, f"{table}_refuse_known")
    return triggers
