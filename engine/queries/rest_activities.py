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
    Subquery,
    case,
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
    """A page of the activations of steps and service tasks, and of the ends that were reached."""
    steps = all_steps(ports, connection)
    query = _activities(ports, connection, actor, asked, steps)
    query = query.order_by(*order(asked, _activity_order(steps)), _EVERY.c.case_number, _EVERY.c.id)
    return _read(ports, connection, query.offset(first).limit(limit))


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
    return counted(connection, _activities(ports, connection, actor, asked, all_steps(ports, connection)))


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
                element=definition.elements[row.element],
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


def _every() -> Subquery:
    """What was activated, of all kinds that have a row of their own."""
    no_text = literal(None, String)
    no_instant = literal(None, w.due_at.type)
    user_tasks = select(
        w.id, w.case_number, w.element, w.assignee, w.created_at.label("started"), w.ended_at.label("ended"),
        w.ended_how, w.due_at.label("due"),
    )  # fmt: skip
    service_tasks = select(
        x.id, x.case_number, x.element, no_text, x.created_at, x.ended_at, x.ended_how, no_instant
    )
    ends = select(
        (c.number + ":" + c.ending + ":1"), c.number, c.ending, no_text, c.ended_at, c.ended_at,
        literal("completed"), no_instant,
    ).where(c.ending.is_not(None))  # fmt: skip
    return union_all(user_tasks, service_tasks, ends).subquery("activities")


_EVERY = _every()


def _activities(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, steps: Steps
) -> Select[Any]:
    return (
        select(_EVERY, c.definition_id)
        .join(cases, c.number == _EVERY.c.case_number)
        .join(process_definitions, process_definitions.c.id == c.definition_id)
        .where(
            readable_cases(ports, connection, actor, "case:history"), *where(asked, _activity_filters(steps))
        )
    )


def _activity_filters(steps: Steps) -> Mapping[str, Condition]:
    every = _EVERY.c
    named = by_name(steps, every.element)
    return {
        **of_case(),
        "activityInstanceId": lambda v: every.id == v,
        "activityId": lambda v: every.element == v,
        "activityName": named["name"],
        "activityNameLike": named["nameLike"],
        "activityType": lambda v: one_of(steps, every.element, lambda _, e: activity_type(e) == v),
        "taskAssignee": lambda v: every.assignee == v,
        "finished": lambda v: every.ended.is_not(None),
        "unfinished": lambda v: every.ended.is_(None),
        "canceled": lambda v: every.ended_how == "cancelled",
        "startedBefore": lambda v: every.started < v,
        "startedAfter": lambda v: every.started > v,
        "finishedBefore": lambda v: every.ended < v,
        "finishedAfter": lambda v: every.ended > v,
    }


def _activity_order(steps: Steps) -> Mapping[str, ColumnElement[Any]]:
    every = _EVERY.c
    return {
        "activityInstanceId": every.id,
        "instanceId": every.case_number,
        "executionId": every.case_number,
        "activityId": every.element,
        "activityName": name_of(steps, every.element),
        "startTime": every.started,
        "endTime": every.ended,
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
