"""Running cases as the REST face lists them: those that who asks may read, and no others, also in the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, false, func, select, true

from engine.errors import NotFound
from engine.identity.policy import Actor
from engine.queries.readable import readable_cases
from engine.queries.rest_filters import Asked, Condition, order, where
from engine.runtime.ports import Ports
from engine.store.tables import cases, incidents, process_definitions, work_items


@dataclass(frozen=True, slots=True)
class Instance:
    """A case that has not ended."""

    number: str
    definition_id: str
    key: str


def instances(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, most: int
) -> list[Instance]:
    """A page of the running cases that fit, by number unless asked otherwise."""
    by = [*order(asked, _SORTED), cases.c.number]
    query = _fitting(ports, connection, actor, asked, *_COLUMNS).order_by(*by).offset(first).limit(most)
    return [Instance(*row) for row in connection.execute(query)]


def count(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many there are of them."""
    return connection.execute(_fitting(ports, connection, actor, asked, func.count())).scalar_one()  # type: ignore[no-any-return]


def instance(ports: Ports, connection: Connection, actor: Actor, number: str) -> Instance:
    """A running case. Raises `NotFound`, also for one that is kept from `actor`."""
    only = Asked({"processInstanceIds": [number]})
    row = connection.execute(_fitting(ports, connection, actor, only, *_COLUMNS)).first()
    if row is None:
        raise NotFound(f"Process instance with id {number} does not exist", case=number)
    return Instance(*row)


def is_readable(ports: Ports, connection: Connection, actor: Actor, number: str) -> bool:
    """Whether `actor` may know that there is such a case, ended ones too."""
    query = select(cases.c.number).where(cases.c.number == number, readable_cases(ports, connection, actor))
    return connection.execute(query).first() is not None


_COLUMNS = (cases.c.number, cases.c.definition_id, process_definitions.c.key)
_SORTED: Mapping[str, ColumnElement[Any]] = {
    "instanceId": cases.c.number,
    "businessKey": cases.c.number,
    "definitionId": cases.c.definition_id,
    "definitionKey": process_definitions.c.key,
}


def _fitting(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *columns: Any
) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(*columns).select_from(
        cases.join(process_definitions, process_definitions.c.id == cases.c.definition_id)
    )
    return query.where(
        cases.c.status != "ended", readable_cases(ports, connection, actor), *where(asked, _FILTERS)
    )


def _open_step(elements: list[str]) -> ColumnElement[bool]:
    return exists().where(
        work_items.c.case_number == cases.c.number,
        work_items.c.ended_at.is_(None),
        work_items.c.element.in_(elements),
    )


def _incident(_wanted: bool) -> ColumnElement[bool]:
    return exists().where(incidents.c.case_number == cases.c.number, incidents.c.resolved_at.is_(None))


#: A case calls nothing and is called by nothing, is of no tenant, and is never suspended.
_FILTERS: Mapping[str, Condition] = {
    "processInstanceIds": lambda v: cases.c.number.in_(v),
    "businessKey": lambda v: cases.c.number == v,
    "businessKeyLike": lambda v: cases.c.number.like(v),
    "processDefinitionId": lambda v: cases.c.definition_id == v,
    "processDefinitionKey": lambda v: process_definitions.c.key == v,
    "processDefinitionKeyIn": lambda v: process_definitions.c.key.in_(v),
    "processDefinitionKeyNotIn": lambda v: process_definitions.c.key.not_in(v),
    "deploymentId": lambda v: process_definitions.c.deployment_id == v,
    "activityIdIn": _open_step,
    "withIncident": _incident,
    "active": lambda v: true(),
    "suspended": lambda v: false(),
    "rootProcessInstances": lambda v: true(),
    "leafProcessInstances": lambda v: true(),
    "withoutTenantId": lambda v: true(),
    "processDefinitionWithoutTenantId": lambda v: true(),
    "tenantIdIn": lambda v: false(),
}
