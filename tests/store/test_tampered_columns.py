"""No column of a table that a history answers for can be changed unseen; the few that are free are named, and why."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Column, Table

from engine.history.finding import TAMPERED
from engine.store import tables
from engine.store.tables import SYSTEM_CHAIN
from engine.store.types import Instant, Json
from tests.casework import Office
from tests.store.tampered_office import (
    ANSWERED,
    FILE,
    HERE,
    REFERRED,
    SERVED,
    checked,
)

# --- every column ------------------------------------------------------------------------------------------------

#: Table -> the row whose columns are changed, one after the other.
ROWS: Final = {
    tables.events: f"case_number = '{ANSWERED}' AND seq = 4",
    tables.cases: f"number = '{REFERRED}'",
    tables.case_keys: f"case_number = '{ANSWERED}'",
    tables.answers: f"work_item_id = '{ANSWERED}:Langkah_5:1'",
    tables.work_items: f"id = '{ANSWERED}:Langkah_4:1'",
    tables.timers: f"id = '{ANSWERED}:Batas_4:1'",
    tables.external_tasks: f"id = '{SERVED}:Langkah_4:1'",
    tables.comments: f"case_number = '{ANSWERED}'",
    tables.deployments: "1",
    tables.process_definitions: "version = 2",
    tables.calendars: "version = 2",
    tables.active_versions: "kind = 'process'",
    tables.case_numbers: "1",
    tables.users: "id = 'admin'",
    tables.memberships: "user_id = 'admin'",
    tables.api_tokens: "revoked_at IS NULL",
    tables.seals: "number = 1",
}  # fmt: skip
#: Columns that no event tells of, and why that is well.
FREE: Final = {
    "cases.revision": "counts writes: another number only makes whoever writes now begin again",
    "work_items.due_order": "computed by the database",
    "timers.tries": "of the sweeper",
    "timers.next_try": "of the sweeper; of a limit that runs it is one of the ways",
    "external_tasks.worker_id": "of the worker who has it now",
    "external_tasks.locked_until": "of the worker who has it now",
    "external_tasks.retries": "of the worker who has it now",
    "external_tasks.error": "what a worker said, sealed",
    "deployments.name": "words beside it",
    "deployments.source": "words beside it",
    "deployments.note": "words beside it",
    "process_definitions.name": "words beside it; the diagram says it too",
    "calendars.source": "what it was resolved from; what runs is what was resolved",
    "calendars.note": "words beside it",
    "users.name": "personal, in no event",
    "users.email": "personal, in no event",
    "users.password_hash": "secret, in no event",
    "users.fs_uniquifier": "of the sessions",
    "users.created_at": "gives nobody a right",
    "api_tokens.name": "words beside it",
}  # fmt: skip


@pytest.mark.parametrize("table", ROWS, ids=lambda table: table.name)
def test_no_column_is_changed_unseen(table: Table, broken: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        unseen, wrong = [], []
        for column in table.columns:
            if f"{table.name}.{column.name}" in FREE:
                continue
            raw.execute("VACUUM INTO ?", [str(tmp_path / "good.sqlite3")])
            done = raw.execute(
                f'UPDATE {table.name} SET "{column.name}" = {_other(column)} WHERE {ROWS[table]}'
            )
            assert done.rowcount > 0, column.name
            report = checked(broken, tmp_path)
            if not report.findings:
                unseen.append(column.name)
            if TAMPERED not in {f.kind for f in report.findings}:
                wrong.append(column.name)
            with closing(sqlite3.connect(tmp_path / "good.sqlite3")) as good:
                good.backup(raw)
            (tmp_path / "good.sqlite3").unlink()
    assert unseen == []
    assert wrong == []


def test_a_column_that_is_left_out_is_there() -> None:
    names = {f"{table.name}.{column.name}" for table in ROWS for column in table.columns}
    assert FREE.keys() <= names


def test_a_version_that_names_itself_its_predecessor_stops_no_verification(
    broken: Office, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as raw, raw:
        raw.execute("UPDATE process_definitions SET version = 3 WHERE version = 2")
    found = checked(broken, tmp_path).findings
    assert ("definition_changed", SYSTEM_CHAIN) in {(f.code, f.case) for f in found}
    assert {f.case for f in found} == {HERE["waiting"], HERE["served"], SYSTEM_CHAIN}


def _other(column: Column[Any]) -> str:
    """SQL for another value than the one that is there."""
    name = f'"{column.name}"'
    if isinstance(column.type, Instant):
        return "'2026-01-05T01:00:00.000000Z'"
    if isinstance(column.type, Json):
        return "'{\"lain\":1}'"
    python = column.type.python_type
    if python is bool:
        return f"NOT {name}"
    if python is int:
        return f"coalesce({name}, 0) + 1000"
    if python is bytes:
        return "x'00ff'"
    return f"coalesce({name}, '') || 'x'"
