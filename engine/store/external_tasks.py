"""Service tasks that wait for workers: fetched under a lock that runs out, so that no two do the same work.

A lock is taken and kept by conditional UPDATEs of one row; of two workers one wins. What ends a task is a command
(`engine.commands.CompleteExternalTask`, `ThrowError`), and its row then changes with its case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, or_, select, update

from engine.canonical_json import canonical, from_canonical
from engine.store.keyring import Keyring
from engine.store.tables import cases, external_tasks, process_definitions

x = external_tasks.c

#: `what` of the incident that opens when a worker has given up.
GIVEN_UP: Final = "external_task"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worker asks for: tasks of one topic, perhaps only of some processes or one case."""

    topic: str
    lock_for: timedelta
    case: str | None = None
    definition_ids: tuple[str, ...] = ()
    definition_keys: tuple[str, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """Of the rows that are meant."""
        fits = [x.topic == self.topic]
        if self.case is not None:
            fits.append(x.case_number == self.case)
        if self.definition_ids:
            fits.append(cases.c.definition_id.in_(self.definition_ids))
        if self.definition_keys:
            fits.append(process_definitions.c.key.in_(self.definition_keys))
        return and_(*fits)


def free(
    wanted: Sequence[Wanted], at: datetime, *visible: ColumnElement[bool], newest_first: bool = False
) -> Select[Any]:
    """The tasks that a worker may take at `at`, the oldest first; `visible` are the policy's conditions."""
    order = x.created_at.desc() if newest_first else x.created_at.asc()
    return (
        select(external_tasks)
        .join(cases, cases.c.number == x.case_number)
        .join(process_definitions, process_definitions.c.id == cases.c.definition_id)
        .where(
            x.ended_at.is_(None),
            cases.c.status == "open",
            or_(x.locked_until.is_(None), x.locked_until <= at),
            or_(x.retries.is_(None), x.retries > 0),
            or_(*(one.condition() for one in wanted)),
            *visible,
        )
        .order_by(order, x.id)
    )


def lock(
    connection: Connection,
    found: Select[Any],
    wanted: Sequence[Wanted],
    worker: str,
    at: datetime,
    limit: int,
) -> list[str]:
    """Lock the first tasks of `found` for a worker; gives their ids. What others lock at this moment is passed over."""
    rows = connection.execute(found.limit(limit).with_for_update(skip_locked=True, of=external_tasks)).all()
    lock_for = {one.topic: one.lock_for for one in wanted}
    locked = [{"of_id": row.id, "new_worker": worker, "new_until": at + lock_for[row.topic]} for row in rows]
    if locked:
        connection.execute(_LOCK, locked)
    return [row.id for row in rows]


def hold(connection: Connection, id: str, worker: str, at: datetime, until: datetime) -> bool:
    """Whether `worker` holds a lock that is not run out; if so, nobody else gets it before `until`."""
    asked = {"of_id": id, "of_worker": worker, "of_at": at, "new_until": until}
    return connection.execute(_HOLD, asked).rowcount == 1


def extend(connection: Connection, id: str, until: datetime) -> None:
    """Let a lock run until then, be it sooner or later than before."""
    change(connection, id, locked_until=until)


def unlock(connection: Connection, id: str) -> None:
    """Let others have it now."""
    change(connection, id, worker_id=None, locked_until=None)


def change(connection: Connection, id: str, **values: Any) -> None:
    """Change an open task's row."""
    connection.execute(update(external_tasks).where(x.id == id, x.ended_at.is_(None)).values(**values))


_LOCK = (
    update(external_tasks)
    .where(x.id == bindparam("of_id"))
    .values(worker_id=bindparam("new_worker"), locked_until=bindparam("new_until"))
)
_HOLD = (
    update(external_tasks)
    .where(
        x.id == bindparam("of_id"),
        x.worker_id == bindparam("of_worker"),
        x.locked_until > bindparam("of_at"),
        x.ended_at.is_(None),
    )
    .values(
        locked_until=case(
            (x.locked_until < bindparam("new_until"), bindparam("new_until", type_=x.locked_until.type)),
            else_=x.locked_until,
        )
    )
)


# --- what a worker said of its last failure: it may quote a complaint, so it is sealed -----------------------


def sealed_error(keyring: Keyring, case_key: bytes, id: str, message: str, details: str) -> bytes:
    """The `error` of a row."""
    said = canonical({"message": message, "details": details})
    return keyring.seal(case_key, _seal_name(id), said)


def opened_error(keyring: Keyring, case_key: bytes, id: str, error: bytes) -> Mapping[str, str]:
    """Its `message` and `details`. Raises `StateUnreadable` when the row was changed or moved."""
    said: Mapping[str, str] = from_canonical(keyring.open(case_key, _seal_name(id), error))
    return said


def _seal_name(id: str) -> str:
    return f"{id}:error"
