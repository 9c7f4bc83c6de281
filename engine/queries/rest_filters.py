"""What the lists of the REST face share: filters and sorting by Camunda's names, and the steps of the diagrams."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, false, func, select, true, tuple_

from engine.definition.model import Element, ProcessDefinition
from engine.runtime.ports import Ports
from engine.store.tables import cases, process_definitions

Condition = Callable[[Any], ColumnElement[bool]]
#: (definition id, element id) -> both, for every element of every deployed definition.
Steps = Mapping[tuple[str, str], tuple[ProcessDefinition, Element]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks of a list: Camunda's names with typed values, and what to sort by."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    #: (Camunda's name, descending)
    sorting: Sequence[tuple[str, bool]] = ()


def where(asked: Asked, known: Mapping[str, Condition]) -> list[ColumnElement[bool]]:
    """The conditions of all filters. A filter that is False restricts nothing, as with Camunda."""
    return [known[name](value) for name, value in asked.filters.items() if value not in (None, False)]


def order(asked: Asked, known: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The ORDER BY of what is sorted by."""
    return [known[name].desc() if descending else known[name].asc() for name, descending in asked.sorting]


def counted(connection: Connection, query: Select[Any]) -> int:
    """How many rows a list has in all."""
    return connection.execute(query.with_only_columns(func.count(), maintain_column_froms=True)).scalar_one()


def of_case() -> dict[str, Condition]:
    """The filters that every list of things in a case has. A case is its own execution, and of no tenant."""
    number, definition_id = cases.c.number, cases.c.definition_id
    key, name = process_definitions.c.key, process_definitions.c.name
    return {
        "processInstanceId": lambda v: number == v,
        "processInstanceIdIn": lambda v: number.in_(v),
        "processInstanceBusinessKey": lambda v: number == v,
        "processInstanceBusinessKeyIn": lambda v: number.in_(v),
        "processInstanceBusinessKeyLike": lambda v: number.like(v),
        "executionId": lambda v: number == v,
        "processDefinitionId": lambda v: definition_id == v,
        "processDefinitionIdIn": lambda v: definition_id.in_(v),
        "processDefinitionKey": lambda v: key == v,
        "processDefinitionKeyIn": lambda v: key.in_(v),
        "processDefinitionName": lambda v: name == v,
        "processDefinitionNameLike": lambda v: name.like(v),
        "tenantIdIn": lambda v: false(),
        "withoutTenantId": lambda v: true(),
    }


def within(column: ColumnElement[datetime]) -> Condition:
    """At an instant as the client wrote it, to the millisecond; ours are finer."""
    return lambda v: (column >= v) & (column <= v.replace(microsecond=v.microsecond // 1000 * 1000 + 999))


def all_steps(ports: Ports, connection: Connection) -> Steps:
    """Every element of every deployed definition: a handful of definitions, each read once."""
    ids = connection.scalars(select(process_definitions.c.id).order_by(process_definitions.c.id)).all()
    definitions = [ports.definition(connection, id_) for id_ in ids]
    return {(d.id, e.id): (d, e) for d in definitions for e in d.elements.values()}


def one_of(
    steps: Steps, element: ColumnElement[str], fits: Callable[[ProcessDefinition, Element], bool]
) -> ColumnElement[bool]:
    """That `element` of the case's definition is one of those that fit: what only the diagram knows of it."""
    pairs = [key for key, found in steps.items() if fits(*found)]
    return tuple_(cases.c.definition_id, element).in_(pairs) if pairs else false()


def by_name(steps: Steps, element: ColumnElement[str]) -> dict[str, Condition]:
    """Filters on the name that the diagram gives an element."""
    return {
        "name": lambda v: one_of(steps, element, lambda _, e: e.name == v),
        "nameNotEqual": lambda v: one_of(steps, element, lambda _, e: e.name != v),
        "nameLike": lambda v: one_of(steps, element, lambda _, e: like(v, e.name)),
        "nameNotLike": lambda v: one_of(steps, element, lambda _, e: not like(v, e.name)),
    }


def name_of(steps: Steps, element: ColumnElement[str], *, folded: bool = False) -> ColumnElement[Any]:
    """The name that the diagram gives an element, to sort by."""
    if not steps:
        return element
    names = [
        ((cases.c.definition_id == id_) & (element == e.id), e.name.casefold() if folded else e.name)
        for (id_, _), (_, e) in steps.items()
        if e.name
    ]
    return case(*names, else_="") if names else element


def like(pattern: str, text: str) -> bool:
    """SQL's LIKE: `%` for any text, `_` for one character. Never slower than pattern times text."""
    at = place = 0
    any_text, tried = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "%":
            any_text, tried = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("_", text[place]):
            at, place = at + 1, place + 1
        elif any_text >= 0:  # let the last % stand for one character more
            tried += 1
            at, place = any_text + 1, tried
        else:
            return False
    return pattern[at:].strip("%") == ""
