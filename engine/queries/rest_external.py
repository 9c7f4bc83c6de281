"""Service tasks that wait for a worker, as a Camunda 7 client asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from engine.definition.model import Element, ProcessDefinition
from engine.errors import NotFound
from engine.identity.policy import Actor
from engine.queries.readable import workable
from engine.queries.rest_filters import Asked, Condition, counted, of_case, order, where
from engine.queries.rest_variables import variables_for_worker
from engine.runtime.ports import Ports
from engine.store.external_tasks import opened_error
from engine.store.tables import case_keys, cases, external_tasks, process_definitions

x, c = external_tasks.c, cases.c


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """An open service task with its lock."""

    id: str
    case: str
    definition: ProcessDefinition
    element: Element
    topic: str
    worker: str | None
    locked_until: datetime | None
    created: datetime
    retries: int | None
    #: What the worker said of its last failure.
    error: str | None
    error_details: str | None
    #: An incident halts the case.
    halted: bool


def external(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
) -> list[ExternalTask]:
    """A page of the open service tasks that `actor` may work on."""
    query = _query(ports, connection, actor, asked).order_by(*order(asked, _ORDER), x.id)
    return _read(ports, connection, query.offset(first).limit(limit))


def count_external(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many `external` there are in all."""
    return counted(connection, _query(ports, connection, actor, asked))


def external_task(ports: Ports, connection: Connection, actor: Actor, id: str) -> ExternalTask:
    """One of them. Raises `NotFound` also when it has ended, or is not the actor's to work on."""
    found = _read(ports, connection, _visible(actor).where(x.id == id))
    if not found:
        raise NotFound(f"External task with id {id} does not exist; it may be done.", external_task=id)
    return found[0]


def fetched(
    ports: Ports, connection: Connection, actor: Actor, ids: Sequence[str]
) -> list[tuple[ExternalTask, Mapping[str, Any]]]:
    """Tasks that were just locked, in the order of `ids`, with their case's variables."""
    found = {one.id: one for one in _read(ports, connection, _visible(actor).where(x.id.in_(ids)))}
    return [
        (found[id], variables_for_worker(ports, connection, actor, found[id].case))
        for id in ids
        if id in found
    ]


def _visible(actor: Actor) -> Select[Any]:
    return (
        select(external_tasks, c.definition_id, c.status, case_keys.c.wrapped)
        .join(cases, c.number == x.case_number)
        .join(process_definitions, process_definitions.c.id == c.definition_id)
        .outerjoin(case_keys, case_keys.c.case_number == x.case_number)
        .where(x.ended_at.is_(None), workable(actor))
    )


def _query(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> Select[Any]:
    return _visible(actor).where(*where(asked, _filters(ports.clock(connection))))


def _read(ports: Ports, connection: Connection, query: Select[Any]) -> list[ExternalTask]:
    found = []
    for row in connection.execute(query):
        definition = ports.definition(connection, row.definition_id)
        said: Mapping[str, str] = {}
        if row.error is not None and row.wrapped is not None:
            key = ports.keyring.unwrap(row.case_number, row.wrapped)
            said = opened_error(ports.keyring, key, row.id, row.error)
        found.append(
            ExternalTask(
                id=row.id,
                case=row.case_number,
                definition=definition,
                element=definition.elements[row.element],
                topic=row.topic,
                worker=row.worker_id,
                locked_until=row.locked_until,
                created=row.created_at,
                retries=row.retries,
                error=said.get("message"),
                error_details=said.get("details"),
                halted=row.status == "halted",
            )
        )
    return found


def _filters(now: datetime) -> Mapping[str, Condition]:
    locked = and_(x.locked_until.is_not(None), x.locked_until > now)
    return {
        **of_case(),
        "externalTaskId": lambda v: x.id == v,
        "externalTaskIdIn": lambda v: x.id.in_(v),
        "topicName": lambda v: x.topic == v,
        "workerId": lambda v: x.worker_id == v,
        "locked": lambda v: locked,
        "notLocked": lambda v: or_(x.locked_until.is_(None), x.locked_until <= now),
        "withRetriesLeft": lambda v: or_(x.retries.is_(None), x.retries > 0),
        "noRetriesLeft": lambda v: x.retries == 0,
        "lockExpirationAfter": lambda v: x.locked_until > v,
        "lockExpirationBefore": lambda v: x.locked_until < v,
        "activityId": lambda v: x.element == v,
        "activityIdIn": lambda v: x.element.in_(v),
        "active": lambda v: c.status != "halted",
        "suspended": lambda v: c.status == "halted",
    }


_ORDER: Mapping[str, ColumnElement[Any]] = {
    "id": x.id,
    "lockExpirationTime": x.locked_until,
    "processInstanceId": x.case_number,
    "processDefinitionId": c.definition_id,
    "processDefinitionKey": process_definitions.c.key,
    "createTime": x.created_at,
}
