"""Open tasks as a Camunda 7 client asks for them: filters by Camunda's names, sorted, a page or a count.

Who may not list a task does not learn that it is there: it is in no list and no count, and `task` does not find it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select, true

from engine.definition.model import Element, ProcessDefinition
from engine.errors import NotFound
from engine.events import WORK_ITEM_CLAIMED, WORK_ITEM_DELEGATED, WORK_ITEM_RELEASED
from engine.identity.policy import Actor, Shield, Subject, allowed, subject_of
from engine.queries.readable import admitted
from engine.queries.rest_filters import (
    Asked,
    Condition,
    Steps,
    all_steps,
    by_name,
    counted,
    name_of,
    of_case,
    one_of,
    order,
    where,
    within,
)
from engine.runtime.ports import Ports
from engine.store import users
from engine.store.counters import no_trial, trial
from engine.store.tables import cases, events, process_definitions, work_items

w, c = work_items.c, cases.c


@dataclass(frozen=True, slots=True)
class Task:
    """An open task."""

    id: str
    case: str
    definition: ProcessDefinition
    element: Element
    assignee: str | None
    #: Who handed it on to the present holder, and gets it back when they are done with it.
    owner: str | None
    created: datetime
    due: datetime | None
    #: An incident halts the case.
    halted: bool
    #: What policy is asked about it.
    subject: Subject

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups it is offered to; a complainant's task also to the group at the counter."""
        offered = (self.element.group, self.subject.counter_group if self.subject.public else None)
        return tuple(dict.fromkeys(group for group in offered if group))


def tasks(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
) -> list[Task]:
    """A page of the open tasks that `actor` may list. Two statements, and one more where some are held."""
    steps = all_steps(ports, connection)
    query = _ROWS.where(*_conditions(connection, actor, asked, steps)).order_by(
        *order(asked, _sortable(steps)), w.id
    )
    return _read(ports, connection, query.offset(first).limit(limit))


def count(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many `tasks` there are in all."""
    found = _conditions(connection, actor, asked, all_steps(ports, connection))
    return counted(connection, _ROWS.where(*found))


def task(ports: Ports, connection: Connection, actor: Actor, work_item: str) -> Task:
    """The open task `work_item`. Raises `NotFound` also when it has ended, or is not the actor's to see."""
    found = _read(ports, connection, _ROWS.where(w.id == work_item, w.ended_at.is_(None)))
    if not found or not allowed(actor, "work_item:list", found[0].subject):
        raise NotFound(f"There is no open task {work_item}; it may be finished.", work_item=work_item)
    return found[0]


# --- rows -----------------------------------------------------------------------

_ROWS: Select[*tuple[Any, ...]] = (
    select(
        work_items, c.definition_id, c.status, c.own_of.label("own_case_of"), c.restricted_to, c.referred_by
    )
    .join(cases, c.number == w.case_number)
    .join(process_definitions, process_definitions.c.id == c.definition_id)
)


def _read(ports: Ports, connection: Connection, query: Select[Any]) -> list[Task]:
    rows = connection.execute(query).all()
    owners = _owners(connection, [row.id for row in rows if row.assignee])
    found = []
    for row in rows:
        definition = ports.definition(connection, row.definition_id)
        element = definition.elements[row.element]
        shield = Shield(row.own_case_of, row.restricted_to, row.referred_by)
        found.append(
            Task(
                id=row.id,
                case=row.case_number,
                definition=definition,
                element=element,
                assignee=row.assignee,
                owner=owners.get(row.id),
                created=row.created_at,
                due=row.due_at,
                halted=row.status == "halted",
                subject=subject_of(definition, element, row.case_number, shield),
            )
        )
    return found


def _owners(connection: Connection, held: Sequence[str]) -> dict[str, str]:
    """Task -> who handed it on last, if it was handed on: the history says it. A task given back is its owner's again."""
    if not held:
        return {}
    numbers = {id_.partition(":")[0] for id_ in held}
    handling = (WORK_ITEM_CLAIMED, WORK_ITEM_RELEASED, WORK_ITEM_DELEGATED)
    query = (
        select(events.c.case_number, events.c.type, events.c.actor, events.c.payload)
        .where(events.c.case_number.in_(numbers), events.c.type.in_(handling))
        .order_by(events.c.case_number, events.c.seq)
    )
    handed: dict[str, list[str]] = {}
    for row in connection.execute(query):
        by = handed.setdefault(f"{row.case_number}:{row.payload['work_item']}", [])
        if row.type != WORK_ITEM_DELEGATED:
            by.clear()
        elif by and by[-1] == row.payload["to"]:
            by.pop()
        else:
            by.append(row.actor)
    return {id_: handed[id_][-1] for id_ in held if handed.get(id_)}


# --- who may list what ------------------------------------------------------------


def _conditions(
    connection: Connection, actor: Actor, asked: Asked, steps: Steps
) -> list[ColumnElement[bool]]:
    return [w.ended_at.is_(None), _listable(actor, steps), *where(asked, _filters(connection, asked, steps))]


def _listable(actor: Actor, steps: Steps) -> ColumnElement[bool]:
    """`allowed(actor, "work_item:list", …)` as a condition."""
    if allowed(actor, "work_item:list", Subject(trials=True)):
        return trial(w.id)
    ways = []
    if allowed(actor, "work_item:list", Subject()):  # a task of no group: whoever lists it lists all
        ways.append(~w.public)
    elif groups := [g for g in sorted(actor.groups) if allowed(actor, "work_item:list", Subject(group=g))]:
        ways.append(and_(~w.public, w.candidate_group.in_(groups)))
    ways.append(
        one_of(
            steps,
            w.element,
            lambda d, e: e.public and allowed(actor, "work_item:list", subject_of(d, e)),
        )
    )
    return and_(or_(*ways), no_trial(w.id), admitted(actor))


# --- Camunda's names ----------------------------------------------------------------


def _filters(connection: Connection, asked: Asked, steps: Steps) -> Mapping[str, Condition]:
    free = [] if asked.filters.get("includeAssignedTasks") else [w.assignee.is_(None)]

    def offered(groups: Collection[str]) -> ColumnElement[bool]:
        """As `Task.groups`; a task that somebody holds is offered to nobody."""
        at_counter = one_of(
            steps, w.element, lambda _, e: e.public and e.lane is not None and e.lane.counter_group in groups
        )
        return and_(or_(w.candidate_group.in_(sorted(groups)), at_counter), *free)

    def offered_to(user: str) -> ColumnElement[bool]:
        found = users.get(connection, user)
        return offered(found.groups) if found else false()

    return {
        **of_case(),
        **by_name(steps, w.element),
        "taskId": lambda v: w.id == v,
        "taskIdIn": lambda v: w.id.in_(v),
        "activityInstanceIdIn": lambda v: w.id.in_(v),
        "taskDefinitionKey": lambda v: w.element == v,
        "taskDefinitionKeyIn": lambda v: w.element.in_(v),
        "taskDefinitionKeyNotIn": lambda v: w.element.not_in(v),
        "taskDefinitionKeyLike": lambda v: w.element.like(v),
        "assignee": lambda v: w.assignee == v,
        "assigneeLike": lambda v: w.assignee.like(v),
        "assigneeIn": lambda v: w.assignee.in_(v),
        "assigneeNotIn": lambda v: or_(w.assignee.is_(None), w.assignee.not_in(v)),
        "assigned": lambda v: w.assignee.is_not(None),
        "unassigned": lambda v: w.assignee.is_(None),
        "involvedUser": lambda v: w.assignee == v,
        "candidateGroup": lambda v: offered([v]),
        "candidateGroups": offered,
        "candidateUser": offered_to,
        "withCandidateGroups": lambda v: true(),
        "withoutCandidateGroups": lambda v: false(),
        "withCandidateUsers": lambda v: false(),
        "withoutCandidateUsers": lambda v: true(),
        # these change what another filter means, and restrict nothing themselves
        "includeAssignedTasks": lambda v: true(),
        "variableNamesIgnoreCase": lambda v: true(),
        "variableValuesIgnoreCase": lambda v: true(),
        "dueDate": within(w.due_at),
        "dueAfter": lambda v: w.due_at > v,
        "dueBefore": lambda v: w.due_at < v,
        "withoutDueDate": lambda v: w.due_at.is_(None),
        "createdOn": within(w.created_at),
        "createdAfter": lambda v: w.created_at > v,
        "createdBefore": lambda v: w.created_at < v,
        "active": lambda v: c.status != "halted",
        "suspended": lambda v: c.status == "halted",
    }


def _sortable(steps: Steps) -> Mapping[str, ColumnElement[Any]]:
    return {
        "instanceId": w.case_number,
        "executionId": w.case_number,
        "dueDate": w.due_order,
        "assignee": w.assignee,
        "created": w.created_at,
        "id": w.id,
        "name": name_of(steps, w.element),
        "nameCaseInsensitive": name_of(steps, w.element, folded=True),
    }
