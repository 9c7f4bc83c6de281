"""What was activated in cases, past and present: user tasks, service tasks, ends; for whoever may read the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from engine.definition.model import Element, ProcessDefinition
from engine.identity.policy import Actor
from engine.queries.readable import readable_cases
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
from engine.store.tables import cases, external_tasks, process_definitions, work_items

w, c, x = work_items.c, cases.c, external_tasks.c


@dataclass(frozen=True, slots=True)
class Activity:
    """One activation of a user task or a service task, or the end event that the case reached."""

    id: str
    case: str
    definition: ProcessDefinition
    element: Element
    assignee: str | None
    started: datetime
    ended: datetime | None
    #: "completed", "cancelled", "error", or None while it is open.
    ended_how: str | None
    due: datetime | None


def activities(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
) -> list[Activity]:
    """A page of the activations of steps and service tasks, and of the ends that were reached.

    Each kind is asked for its own head, by its own indexes; the heads are merged.
    """
    steps = all_steps(ports, connection)
    heads = []
    for query, kind in _kinds(ports, connection, actor, asked, steps):
        keys = order(asked, _activity_order(steps, kind))
        sorting = [key.element.label(f"sort_{nth}") for nth, key in enumerate(keys)]  # without its direction
        head = query.add_columns(*sorting).order_by(*keys, kind.case_number, kind.id).limit(first + limit)
        heads.append(select(head.subquery()))
    merged = union_all(*heads).subquery()
    keys = [
        merged.c[f"sort_{nth}"].desc() if descending else merged.c[f"sort_{nth}"].asc()
        for nth, (_, descending) in enumerate(asked.sorting)
    ]
    page = select(merged).order_by(*keys, merged.c.case_number, merged.c.id).offset(first).limit(limit)
    return _read(ports, connection, page)


def tasks(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
) -> list[Activity]:
    """A page of the activations of user tasks."""
    steps = all_steps(ports, connection)
    query = _tasks(ports, connection, actor, asked, steps)
    return _read(
        ports, connection, query.order_by(*order(asked, _task_order(steps)), w.id).offset(first).limit(limit)
    )


def count_activities(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many `activities` there are in all."""
    kinds = _kinds(ports, connection, actor, asked, all_steps(ports, connection))
    return sum(
        connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        for query, _ in kinds
    )


def count_tasks(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many `tasks` there are in all."""
    return counted(connection, _tasks(ports, connection, actor, asked, all_steps(ports, connection)))


def _read(ports: Ports, connection: Connection, query: Select[Any]) -> list[Activity]:
    found = []
    for row in connection.execute(query):
        definition = ports.definition(connection, row.definition_id)
        found.append(
            Activity(
                id=row.id,
                case=row.case_number,
                definition=definition,
                element=definition.element(row.element),
                assignee=row.assignee,
                started=row.started,
                ended=row.ended,
                ended_how=row.ended_how,
                due=row.due,
            )
        )
    return found


# --- user tasks -------------------------------------------------------------------


def _tasks(ports: Ports, connection: Connection, actor: Actor, asked: Asked, steps: Steps) -> Select[Any]:
    return (
        select(
            w.id,
            w.case_number,
            w.element,
            w.assignee,
            w.created_at.label("started"),
            w.ended_at.label("ended"),
            w.ended_how,
            w.due_at.label("due"),
            c.definition_id,
        )
        .join(cases, c.number == w.case_number)
        .join(process_definitions, process_definitions.c.id == c.definition_id)
        .where(readable_cases(ports, connection, actor, "case:history"), *where(asked, _task_filters(steps)))
    )


def _task_filters(steps: Steps) -> Mapping[str, Condition]:
    named = by_name(steps, w.element)
    reason = case((w.ended_how == "cancelled", "deleted"), else_=w.ended_how)
    return {
        **of_case(),
        "rootProcessInstanceId": lambda v: c.number == v,
        "taskId": lambda v: w.id == v,
        "activityInstanceIdIn": lambda v: w.id.in_(v),
        "taskName": named["name"],
        "taskNameLike": named["nameLike"],
        "taskDefinitionKey": lambda v: w.element == v,
        "taskDefinitionKeyIn": lambda v: w.element.in_(v),
        "taskDeleteReason": lambda v: reason == v,
        "taskAssignee": lambda v: w.assignee == v,
        "taskAssigneeLike": lambda v: w.assignee.like(v),
        # whose own complaint it is, is not found out by what they did as its complainant
        "taskInvolvedUser": lambda v: or_(
            w.assignee == v, (w.ended_by == v) & or_(w.own_of.is_(None), w.own_of != v)
        ),
        "taskHadCandidateGroup": lambda v: w.candidate_group == v,
        "assigned": lambda v: w.assignee.is_not(None),
        "unassigned": lambda v: w.assignee.is_(None),
        "finished": lambda v: w.ended_at.is_not(None),
        "unfinished": lambda v: w.ended_at.is_(None),
        "processFinished": lambda v: c.ended_at.is_not(None),
        "processUnfinished": lambda v: c.ended_at.is_(None),
        "taskDueDate": within(w.due_at),
        "taskDueDateBefore": lambda v: w.due_at < v,
        "taskDueDateAfter": lambda v: w.due_at > v,
        "withoutTaskDueDate": lambda v: w.due_at.is_(None),
        "startedBefore": lambda v: w.created_at < v,
        "startedAfter": lambda v: w.created_at > v,
        "finishedBefore": lambda v: w.ended_at < v,
        "finishedAfter": lambda v: w.ended_at > v,
    }


def _task_order(steps: Steps) -> Mapping[str, ColumnElement[Any]]:
    return {
        "activityInstanceId": w.id,
        "processInstanceId": w.case_number,
        "executionId": w.case_number,
        "processDefinitionId": c.definition_id,
        "taskName": name_of(steps, w.element),
        "taskDefinitionKey": w.element,
        "assignee": w.assignee,
        "dueDate": w.due_order,
        "startTime": w.created_at,
        "endTime": w.ended_at,
    }


# --- activities -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """The columns of one kind of activity."""

    id: ColumnElement[Any]
    case_number: ColumnElement[Any]
    element: ColumnElement[Any]
    assignee: ColumnElement[Any]
    started: ColumnElement[Any]
    ended: ColumnElement[Any]
    ended_how: ColumnElement[Any]
    due: ColumnElement[Any]


_NO_TEXT, _NO_INSTANT = literal(None, String), literal(None, w.due_at.type)
_USER_TASKS = Kind(
    w.id, w.case_number, w.element, w.assignee, w.created_at, w.ended_at, w.ended_how, w.due_at
)
_SERVICE_TASKS = Kind(
    x.id, x.case_number, x.element, _NO_TEXT, x.created_at, x.ended_at, x.ended_how, _NO_INSTANT
)
_ENDS = Kind(
    c.number + ":" + c.ending + ":1", c.number, c.ending, _NO_TEXT, c.ended_at, c.ended_at,
    literal("completed"), _NO_INSTANT,
)  # fmt: skip


def _kinds(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, steps: Steps
) -> list[tuple[Select[Any], Kind]]:
    """What was activated, a query for each kind that has a row of its own."""
    readable = readable_cases(ports, connection, actor, "case:history")
    found = []
    for kind, table in ((_USER_TASKS, work_items), (_SERVICE_TASKS, external_tasks), (_ENDS, None)):
        columns = [getattr(kind, name).label(name) for name in Kind.__dataclass_fields__]
        query = select(*columns, c.definition_id).select_from(cases)
        if table is not None:
            query = query.join(table, table.c.case_number == c.number)
        else:
            query = query.where(c.ending.is_not(None))
        query = query.join(process_definitions, process_definitions.c.id == c.definition_id)
        found.append((query.where(readable, *where(asked, _activity_filters(steps, kind))), kind))
    return found


def _activity_filters(steps: Steps, kind: Kind) -> Mapping[str, Condition]:
    named = by_name(steps, kind.element)
    return {
        **of_case(),
        "activityInstanceId": lambda v: kind.id == v,
        "activityId": lambda v: kind.element == v,
        "activityName": named["name"],
        "activityNameLike": named["nameLike"],
        "activityType": lambda v: one_of(steps, kind.element, lambda _, e: activity_type(e) == v),
        "taskAssignee": lambda v: kind.assignee == v,
        "finished": lambda v: kind.ended.is_not(None),
        "unfinished": lambda v: kind.ended.is_(None),
        "canceled": lambda v: kind.ended_how == "cancelled",
        "startedBefore": lambda v: kind.started < v,
        "startedAfter": lambda v: kind.started > v,
        "finishedBefore": lambda v: kind.ended < v,
        "finishedAfter": lambda v: kind.ended > v,
    }


def _activity_order(steps: Steps, kind: Kind) -> Mapping[str, ColumnElement[Any]]:
    return {
        "activityInstanceId": kind.id,
        "instanceId": kind.case_number,
        "executionId": kind.case_number,
        "activityId": kind.element,
        "activityName": name_of(steps, kind.element),
        "startTime": kind.started,
        "endTime": kind.ended,
        "definitionId": c.definition_id,
    }


def activity_type(element: Element) -> str:
    """Camunda's name for the kind of a flow node: `userTask`, `terminateEndEvent`, `boundaryTimer`."""
    event = element.event or "none"
    if element.kind == "endEvent":
        return f"{event}EndEvent"
    if element.kind == "boundaryEvent":
        return f"boundary{event.capitalize()}"
    return element.kind
