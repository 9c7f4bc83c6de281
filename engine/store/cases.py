"""A case's rows: loaded and locked for a command, written after it. Few statements, prepared once.

The state BLOB is the truth of a running case; `cases`, `work_items` and `timers` are what lists and
sweepers read, made from the events of each command and never from anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Table, Update, bindparam, exists, insert, select, update

from engine.errors import NotFound
from engine.store.tables import (
    active_versions,
    case_keys,
    cases,
    drafts,
    events,
    external_tasks,
    incidents,
    timers,
    work_items,
)


class StaleRevision(Exception):
    """Another transaction has changed the case meanwhile; `handle` begins again."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a command finds it."""

    number: str
    definition_id: str
    revision: int
    status: str
    ended_at: datetime | None
    last_at: datetime
    last_seq: int
    last_hash: str
    entered_by: str | None
    own_of: str | None
    restricted_to: str | None
    referred_by: str | None
    category: str | None
    channel: str | None
    rating: int | None
    state: bytes
    #: The case's key, wrapped by the master key; None once the person was erased.
    wrapped_key: bytes | None
    #: The version of the calendar in force now.
    calendar_version: int
    #: Somebody has typed into a task of the case and not sent it.
    has_drafts: bool
    #: The digest of the request that was carried out under (actor, command_id) before, in this case or another.
    carried_out: str | None


_LOAD: Select[*tuple[Any, ...]] = (
    select(
        cases.c.number,
        cases.c.definition_id,
        cases.c.revision,
        cases.c.status,
        cases.c.ended_at,
        cases.c.last_at,
        cases.c.last_seq,
        cases.c.last_hash,
        cases.c.entered_by,
        cases.c.own_of,
        cases.c.restricted_to,
        cases.c.referred_by,
        cases.c.category,
        cases.c.channel,
        cases.c.rating,
        cases.c.state,
        case_keys.c.wrapped,
        select(active_versions.c.version).where(active_versions.c.kind == "calendar").scalar_subquery(),
        exists().where(drafts.c.case_number == bindparam("number")),
        select(events.c.request_digest)
        .where(events.c.actor == bindparam("actor"), events.c.command_id == bindparam("command_id"))
        .scalar_subquery(),
    )
    .outerjoin_from(cases, case_keys, case_keys.c.case_number == cases.c.number)
    .where(cases.c.number == bindparam("number"))
)
_LOCK = select(cases.c.number).where(cases.c.number == bindparam("number")).with_for_update()
_SAVE = (
    update(cases)
    .where(cases.c.number == bindparam("of_number"), cases.c.revision == bindparam("of_revision"))
    .values(
        revision=bindparam("of_revision") + 1,
        definition_id=bindparam("new_definition_id"),
        status=bindparam("new_status"),
        ending=bindparam("new_ending"),
        outcome=bindparam("new_outcome"),
        ended_at=bindparam("new_ended_at"),
        last_at=bindparam("new_last_at"),
        last_seq=bindparam("new_last_seq"),
        last_hash=bindparam("new_last_hash"),
        open_steps=bindparam("new_open_steps"),
        restricted_to=bindparam("new_restricted_to"),
        referred_by=bindparam("new_referred_by"),
        category=bindparam("new_category"),
        channel=bindparam("new_channel"),
        rating=bindparam("new_rating"),
        state=bindparam("new_state"),
    )
)


def load(connection: Connection, number: str) -> CaseRow:
    """The case, to be read. Raises `NotFound`."""
    return _one(connection, number, actor="", command_id="")


def load_for(connection: Connection, number: str, *, actor: str = "", command_id: str = "") -> CaseRow:
    """The case, locked until the transaction ends, for a command. Raises `NotFound`."""
    if connection.dialect.name == "postgresql":
        # A statement sees what was committed when it began: one that waited would know the new row of the case
        # and the old ones of all other tables. SQLite has one writer, so there is nothing to wait for.
        connection.execute(_LOCK, {"number": number})
    return _one(connection, number, actor=actor, command_id=command_id)


def _one(connection: Connection, number: str, *, actor: str, command_id: str) -> CaseRow:
    asked = {"number": number, "actor": actor, "command_id": command_id}
    row = connection.execute(_LOAD, asked).first()
    if row is None:
        raise NotFound(f"There is no case {number}; check the number.", case=number)
    return CaseRow(*row)


def ended_at(connection: Connection, number: str) -> datetime | None:
    """When the case ended; None while it runs."""
    found: datetime | None = connection.scalar(select(cases.c.ended_at).where(cases.c.number == number))
    return found


def create(connection: Connection, row: Mapping[str, Any], wrapped_key: bytes) -> None:
    """Insert a new case with its key."""
    connection.execute(insert(cases), [dict(row)])
    connection.execute(insert(case_keys), [{"case_number": row["number"], "wrapped": wrapped_key}])


def save(connection: Connection, number: str, revision: int, values: Mapping[str, Any]) -> None:
    """Compare-and-swap on the revision. Raises `StaleRevision`."""
    new = {f"new_{name}": value for name, value in values.items()}
    done = connection.execute(_SAVE, {"of_number": number, "of_revision": revision, **new})
    if done.rowcount != 1:
        raise StaleRevision(number)


def add_work_items(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert new open tasks."""
    if rows:
        connection.execute(insert(work_items), [dict(r) for r in rows])


def add_timers(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert timers that have begun to run."""
    if rows:
        connection.execute(insert(timers), [dict(r) for r in rows])


def add_external_tasks(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert service tasks that wait for a worker."""
    if rows:
        connection.execute(insert(external_tasks), [dict(r) for r in rows])


def change_work_items(connection: Connection, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Update tasks by id; tasks with the same columns to change go in one statement."""
    _change(connection, work_items, changes)


def change_timers(connection: Connection, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Update timers by id."""
    _change(connection, timers, changes)


def change_external_tasks(connection: Connection, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Update service tasks by id."""
    _change(connection, external_tasks, changes)


def rename_work_items(connection: Connection, names: Mapping[str, str]) -> None:
    """What stands beside tasks that were renamed names them anew: their limits, and incidents about them."""
    for table in (timers, incidents):
        named = update(table).where(table.c.work_item_id == bindparam("of_name"))
        rows = [{"of_name": name, "new_name": to} for name, to in names.items()]
        connection.execute(named.values(work_item_id=bindparam("new_name")), rows)


def _change(connection: Connection, table: Table, changes: Mapping[str, Mapping[str, Any]]) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id, values in changes.items():
        by_columns.setdefault(tuple(sorted(values)), []).append({"of_id": row_id, **values})
    for columns, rows in by_columns.items():
        connection.execute(_changing(table, columns), rows)


@lru_cache(maxsize=64)
def _changing(table: Table, columns: tuple[str, ...]) -> Update:
    """Built once for each set of columns: a statement costs more to build than to run."""
    changed = update(table).where(table.c.id == bindparam("of_id"))
    return changed.values({column: bindparam(column) for column in columns})
