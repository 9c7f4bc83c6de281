"""Cases and open tasks as the command line shows them: steps, people and times; nothing that anybody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from engine.errors import NotFound
from engine.history.chain import StoredEvent
from engine.history.log import read
from engine.identity.policy import Shield, Subject, subject_of
from engine.queries.case import seen_as
from engine.runtime.ports import Ports
from engine.store.tables import cases, timers, work_items


@dataclass(frozen=True, slots=True)
class Task:
    """A work item with its step's name. Instants are UTC."""

    id: str
    case: str
    step: str
    group: str
    assignee: str | None
    created: datetime
    due: datetime | None
    overdue: bool
    #: Why it is due then: `Explanation.to_json`, or None.
    explanation: dict[str, Any] | None
    #: What policy is asked about it.
    subject: Subject


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands, with its history; a member of the staff whose own complaint it is acts as its complainant."""

    number: str
    definition: str
    process: str
    status: str
    submitted: datetime
    ended: datetime | None
    ending: str | None
    outcome: str | None
    tasks: tuple[Task, ...]
    history: tuple[StoredEvent, ...]
    #: What policy is asked about it.
    subject: Subject


def case(ports: Ports, connection: Connection, number: str) -> Case:
    """The case. Raises `NotFound`."""
    row = connection.execute(select(cases).where(cases.c.number == number)).mappings().first()
    if row is None:
        raise NotFound(f"There is no case {number}; check the number.", case=number)
    definition = ports.definition(connection, row["definition_id"])
    return Case(
        number=number,
        definition=definition.id,
        process=definition.name,
        status=row["status"],
        submitted=row["submitted_at"],
        ended=row["ended_at"],
        ending=row["ending"],
        outcome=row["outcome"],
        tasks=tuple(_open(ports, connection, number)),
        history=tuple(
            replace(event, actor=seen_as(event.actor, row["own_of"])) for event in read(connection, number)
        ),
        subject=Subject(
            case=number,
            lane_groups=definition.lane_groups,
            shield=Shield(row["own_of"], row["restricted_to"], row["referred_by"]),
        ),
    )


def open_tasks(ports: Ports, connection: Connection) -> Iterator[Task]:
    """Every open task, the earliest due first."""
    return _open(ports, connection, None)


def task(ports: Ports, connection: Connection, work_item: str) -> Task:
    """An open or finished task. Raises `NotFound`."""
    row = connection.execute(_ROWS.where(work_items.c.id == work_item)).mappings().first()
    if row is None:
        raise NotFound(f"There is no task {work_item}.", work_item=work_item)
    return _task(ports, connection, row)


_ROWS = (
    select(
        work_items,
        cases.c.definition_id,
        cases.c.restricted_to,
        cases.c.referred_by,
        timers.c.explanation,
    )
    .join(cases, cases.c.number == work_items.c.case_number)
    # the limit that the due instant came from; a task may have several
    .outerjoin(
        timers,
        (timers.c.case_number == work_items.c.case_number)
        & (timers.c.work_item_id == work_items.c.id)
        & (timers.c.due_at == work_items.c.due_at),
    )
)


def _open(ports: Ports, connection: Connection, number: str | None) -> Iterator[Task]:
    query = _ROWS.where(work_items.c.ended_at.is_(None)).order_by(work_items.c.due_order, work_items.c.id)
    if number is not None:
        query = query.where(work_items.c.case_number == number)
    seen: set[str] = set()
    for row in connection.execute(query).mappings():
        if row["id"] not in seen:  # two limits that end together give two rows
            seen.add(row["id"])
            yield _task(ports, connection, row)


def _task(ports: Ports, connection: Connection, row: RowMapping) -> Task:
    definition = ports.definition(connection, row["definition_id"])
    element = definition.elements[row["element"]]
    return Task(
        id=row["id"],
        case=row["case_number"],
        step=element.name,
        group=row["candidate_group"],
        assignee=row["assignee"],
        created=row["created_at"],
        due=row["due_at"],
        overdue=row["overdue"],
        explanation=row["explanation"],
        subject=subject_of(
            definition,
            element,
            row["case_number"],
            Shield(row["own_of"], row["restricted_to"], row["referred_by"]),
        ),
    )
