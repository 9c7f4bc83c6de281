"""Cases, open and ended, as a Camunda 7 client asks the history for them: those whose history the asker may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, literal, select

from engine.definition.model import ProcessDefinition
from engine.identity.policy import Actor
from engine.queries.readable import readable_cases
from engine.queries.rest_filters import Asked, Condition, counted, of_case, order, where
from engine.runtime.ports import Ports
from engine.store.tables import cases, incidents, process_definitions, work_items

w, c = work_items.c, cases.c


@dataclass(frozen=True, slots=True)
class Instance:
    """A case."""

    number: str
    definition: ProcessDefinition
    status: str  # "open" | "halted" | "ended"
    submitted: datetime
    ended: datetime | None
    #: Who entered it for the complainant; nobody is told whose own complaint it is.
    entered_by: str | None


def instances(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
) -> list[Instance]:
    """A page of the cases."""
    query = _instances(ports, connection, actor, asked).order_by(*order(asked, _INSTANCE_ORDER), c.number)
    return [
        Instance(
            number=row.number,
            definition=ports.definition(connection, row.definition_id),
            status=row.status,
            submitted=row.submitted_at,
            ended=row.ended_at,
            entered_by=None if row.own_of else row.entered_by,
        )
        for row in connection.execute(query.offset(first).limit(limit))
    ]


def count_instances(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many `instances` there are in all."""
    return counted(connection, _instances(ports, connection, actor, asked))


def _instances(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> Select[Any]:
    return (
        select(cases)
        .join(process_definitions, process_definitions.c.id == c.definition_id)
        .where(readable_cases(ports, connection, actor, "case:history"), *where(asked, _instance_filters()))
    )


def _instance_filters() -> Mapping[str, Condition]:
    ended, started = c.ended_at, c.submitted_at
    stuck = exists().where(incidents.c.case_number == c.number, incidents.c.resolved_at.is_(None))
    return {
        **of_case(),
        "processInstanceIds": lambda v: c.number.in_(v),
        "processInstanceIdNotIn": lambda v: c.number.not_in(v),
        "rootProcessInstanceId": lambda v: c.number == v,
        "rootProcessInstances": lambda v: literal(True) == v,
        "processDefinitionKeyNotIn": lambda v: process_definitions.c.key.not_in(v),
        "startedBy": lambda v: (c.entered_by == v) & c.own_of.is_(None),
        "startedBefore": lambda v: started < v,
        "startedAfter": lambda v: started > v,
        "finished": lambda v: ended.is_not(None),
        "unfinished": lambda v: ended.is_(None),
        "finishedBefore": lambda v: ended < v,
        "finishedAfter": lambda v: ended > v,
        "active": lambda v: c.status == "open",
        "suspended": lambda v: c.status == "halted",
        "completed": lambda v: c.status == "ended",
        "withIncidents": lambda v: stuck,
        "executedActivityIdIn": lambda v: exists().where(
            w.case_number == c.number, w.element.in_(v), w.ended_at.is_not(None)
        ),
        "activeActivityIdIn": lambda v: exists().where(
            w.case_number == c.number, w.element.in_(v), w.ended_at.is_(None)
        ),
    }


_INSTANCE_ORDER: Mapping[str, ColumnElement[Any]] = {
    "instanceId": c.number,
    "businessKey": c.number,
    "definitionId": c.definition_id,
    "definitionKey": process_definitions.c.key,
    "definitionName": process_definitions.c.name,
    "definitionVersion": process_definitions.c.version,
    "startTime": c.submitted_at,
    "endTime": c.ended_at,
}
