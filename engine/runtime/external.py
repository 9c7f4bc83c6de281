"""What workers outside do with service tasks: fetch and lock them, give them back done, failed, or in error.

A lock is a row's and no command: it says who is at work, not what happened. The end of a task is a command like
any other. Only who holds a lock that has not run out may end the task; while it ends, the lock is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from engine import events
from engine.canonical_json import canonical
from engine.commands import CompleteExternalTask, ThrowError
from engine.definition.model import Element, ProcessDefinition
from engine.errors import NotFound, Refused
from engine.forms.validate import LARGEST_ANSWERS
from engine.history.log import append_system
from engine.identity.policy import Actor, Subject, allowed, shield_of
from engine.queries.readable import workable
from engine.runtime.handle import Outcome, handle
from engine.runtime.ports import Ports
from engine.store import external_tasks, incidents
from engine.store.external_tasks import Wanted
from engine.store.tables import case_keys, cases
from engine.store.tables import external_tasks as table

#: How long a lock is kept at least while its task ends: a command takes milliseconds, a busy database longer.
ENDING: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Worker:
    """Who does the work: a user of the system, and the name that this worker of theirs gives itself."""

    actor: Actor
    name: str


def fetch(
    ports: Ports, worker: Worker, wanted: Sequence[Wanted], limit: int, *, newest_first: bool = False
) -> list[str]:
    """Lock up to `limit` tasks that this worker may have; gives their ids, in order.

    Looks without a lock first: a worker that asks in vain keeps nobody waiting.
    """
    with ports.database.read() as connection:
        found = _free(ports, connection, worker, wanted, newest_first)
        if connection.execute(found.limit(1)).first() is None:
            return []
    with ports.database.write() as connection:
        found = _free(ports, connection, worker, wanted, newest_first)
        at = ports.clock(connection)
        return external_tasks.lock(connection, found, wanted, worker.name, at, limit)


def complete(
    ports: Ports, worker: Worker, id: str, results: Mapping[str, Any], *, source: str, command_id: str
) -> Outcome:
    """The work is done. What the diagram says the task sets (`hasil_layanan`) goes on as variables, absent ones as null;
    all of `results` are kept with the case's answers.

    Raises `NotFound`, and `Refused` for results that cannot be kept or without the lock.
    """
    element = _kept(ports, worker, id)
    if (size := len(canonical(dict(results)))) > LARGEST_ANSWERS:  # nobody fills the database with one answer
        raise Refused(f"expected results of {LARGEST_ANSWERS} bytes at most, found {size}; send less")
    return handle(
        ports,
        CompleteExternalTask(
            actor=worker.actor.id,
            source=source,
            command_id=command_id,
            work_item=id,
            answers={**dict.fromkeys(element.results), **results},
        ),
    )


def throw(ports: Ports, worker: Worker, id: str, code: str, *, source: str, command_id: str) -> Outcome:
    """A business error, for the diagram to catch by its code. Raises `NotFound`, `Refused`, `NobodyWaits`."""
    _kept(ports, worker, id)
    return handle(
        ports,
        ThrowError(
            actor=worker.actor.id, source=source, command_id=command_id, work_item=id, error_code=code
        ),
    )


def fail(
    ports: Ports,
    worker: Worker,
    id: str,
    *,
    retries: int,
    retry_after: timedelta,
    message: str = "",
    details: str = "",
    source: str,
) -> None:
    """It did not work out. It can be had again after `retry_after`, or, with no retries left, is an incident."""
    with ports.database.write() as connection:
        at = ports.clock(connection)
        task = _held(ports, connection, worker, id, at)
        key = ports.keyring.unwrap(task.case_number, task.wrapped) if task.wrapped else None
        error = external_tasks.sealed_error(ports.keyring, key, id, message, details) if key else None
        again = at + retry_after
        external_tasks.change(
            connection, id, retries=retries, locked_until=again if retries else None, error=error
        )
        if retries == 0:
            _open_incident(connection, worker, task, at, source)


def unlock(ports: Ports, worker: Worker, id: str) -> None:
    """Let others have it now, whoever holds it. Raises `NotFound`."""
    with ports.database.write() as connection:
        _row(ports, connection, worker.actor, id)
        external_tasks.unlock(connection, id)


def extend(ports: Ports, worker: Worker, id: str, lock_for: timedelta) -> None:
    """Let the lock run from now for `lock_for`. Raises `NotFound`, and `Refused` without the lock."""
    with ports.database.write() as connection:
        at = ports.clock(connection)
        _held(ports, connection, worker, id, at)
        external_tasks.extend(connection, id, at + lock_for)


# --- the rows -----------------------------------------------------------------


def _free(
    ports: Ports, connection: Connection, worker: Worker, wanted: Sequence[Wanted], newest_first: bool
) -> Any:
    at = ports.clock(connection)
    return external_tasks.free(wanted, at, workable(worker.actor), newest_first=newest_first)


def _row(ports: Ports, connection: Connection, actor: Actor, id: str) -> Any:
    """The open task. Raises `NotFound` also when it is not for the actor to work on."""
    row = connection.execute(_ROW.where(table.c.id == id)).first()
    if row is None or not allowed(actor, "external_task:work", _subject(row)):
        raise NotFound(f"External task with id {id} does not exist; it may be done.", external_task=id)
    return row


def _subject(row: Any) -> Subject:
    return Subject(case=row.case_number, group=row.candidate_group, shield=shield_of(row))


def _held(
    ports: Ports, connection: Connection, worker: Worker, id: str, at: datetime, keep: timedelta = timedelta()
) -> Any:
    """The open task, whose lock this worker holds."""
    row = _row(ports, connection, worker.actor, id)
    if not external_tasks.hold(connection, id, worker.name, at, at + keep):
        held_by = f"'{row.worker_id}' holds it" if row.worker_id else "nobody holds it"
        run_out = row.worker_id == worker.name
        raise Refused(
            f"External task {id} can be ended only by the worker that holds its lock; "
            + ("the lock has run out" if run_out else f"'{worker.name[:100]}' does not, {held_by}")
            + "; fetch it again",
            external_task=id,
        )
    return row


def _kept(ports: Ports, worker: Worker, id: str) -> Element:
    """The element of a task whose lock this worker holds, and now keeps until the task has ended."""
    with ports.database.write() as connection:
        row = _held(ports, connection, worker, id, ports.clock(connection), keep=ENDING)
        definition: ProcessDefinition = ports.definition(connection, row.definition_id)
        return definition.elements[row.element]


_ROW = (
    select(
        table, cases.c.definition_id, cases.c.own_of, cases.c.restricted_to, cases.c.referred_by, case_keys.c.wrapped
    )
    .join(cases, cases.c.number == table.c.case_number)
    .outerjoin(case_keys, case_keys.c.case_number == table.c.case_number)
    .where(table.c.ended_at.is_(None))
)  # fmt: skip


def _open_incident(connection: Connection, worker: Worker, task: Any, at: datetime, source: str) -> None:
    """What the worker said stays sealed with the task; the incident says where to look."""
    number, actor = incidents.new_number(), worker.actor.id
    incident = {
        "id": number,
        "case_number": task.case_number,
        "opened_at": at,
        "what": external_tasks.GIVEN_UP,
        "work_item_id": task.id,
        "timer_due": None,
        "error_code": "external_task_failed",
        "message": f"The worker of topic {task.topic} has given up.",
        "actor": actor,
    }
    incidents.open_incident(connection, incident)
    said = {"incident": number, "what": external_tasks.GIVEN_UP, "error": "external_task_failed"}
    payload = {**said, "case": task.case_number, "external_task": task.id.partition(":")[2]}
    append_system(connection, events.INCIDENT_RAISED, at, actor, source, payload)
