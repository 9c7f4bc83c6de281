"""Who did what to a case, as Camunda 7's user operation log says it: our command events under Camunda's names.

What the system did by itself (timers) is no operation of a user and stays out, as there. Whoever of the staff has a
complaint of their own is its complainant here as well, and not named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, false, select, type_coerce

from engine import events as types
from engine.commands import COMPLAINANT
from engine.history.chain import StoredEvent
from engine.identity.policy import Actor
from engine.queries.case import seen_as
from engine.queries.readable import readable_cases
from engine.queries.rest_filters import Asked, Condition, counted, of_case, order, where
from engine.runtime.ports import Ports
from engine.store.tables import cases, events, process_definitions

c, e = cases.c, events.c

#: What changed: property, original value, new value.
Change = tuple[str | None, str | None, str | None]

TASK: Final = "Task"
CASE: Final = "ProcessInstance"
EXTERNAL: Final = "ExternalTask"
JOB: Final = "Job"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an event is called in Camunda's log."""

    operation: str
    entity: str
    change: Callable[[StoredEvent], Change] = lambda event: (None, None, None)

    @property
    def category(self) -> str:
        """Work on tasks is a task worker's; the rest an operator's."""
        return "TaskWorker" if self.entity == TASK else "Operator"


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the log."""

    id: str
    case: str
    definition_id: str | None
    user: str
    at: datetime
    kind: Kind
    change: Change
    work_item: str | None


def _fact(property: str, name: str, *, was: str | None = None) -> Callable[[StoredEvent], Change]:
    """The change that the payload tells."""
    return lambda event: (property, event.payload.get(was) if was else None, event.payload.get(name))


_KINDS: Final[Mapping[str, Kind]] = {
    types.CASE_SUBMITTED: Kind("Create", CASE),
    types.WORK_ITEM_CLAIMED: Kind("Claim", TASK, lambda event: ("assignee", None, event.actor)),
    types.WORK_ITEM_RELEASED: Kind("Assign", TASK, lambda event: ("assignee", event.actor, None)),
    types.WORK_ITEM_DELEGATED: Kind("Delegate", TASK, _fact("assignee", "to", was="was")),
    types.WORK_ITEM_COMPLETED: Kind("Complete", TASK, lambda _: ("delete", "false", "true")),
    types.MESSAGE_RECEIVED: Kind("CorrelateMessage", CASE, _fact("messageName", "message")),
    types.COMMENT_ADDED: Kind("AddComment", TASK),
    types.ATTACHMENT_ADDED: Kind("AddAttachment", TASK),
    types.EXTERNAL_TASK_COMPLETED: Kind("Complete", EXTERNAL),
    types.ERROR_THROWN: Kind("HandleBpmnError", EXTERNAL, _fact("errorCode", "error_code")),
    types.INCIDENT_RETRIED: Kind("SetJobRetries", JOB, _fact("incidentId", "incident")),
    types.TIMERS_RECOUNTED: Kind("RecalculateDueDate", JOB, _fact("calendar", "calendar")),
    types.IDENTITY_REVEALED: Kind("RevealIdentity", CASE),
    types.CASE_ERASED: Kind("DeleteHistory", CASE),
}


def operations(
    ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
) -> list[Operation]:
    """A page of the operations in cases whose history `actor` may read; by case and event if not sorted."""
    query = _query(ports, connection, actor, asked).order_by(*order(asked, _ORDER), e.case_number, e.seq)
    rows = connection.execute(query.offset(first).limit(limit)).all()
    return [_operation(StoredEvent(*row[:-1]), own_of=row.own_of) for row in rows]


def count_operations(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int:
    """How many `operations` there are in all."""
    return counted(connection, _query(ports, connection, actor, asked))


def _query(ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> Select[Any]:
    return (
        select(events, c.own_of)
        .join(cases, c.number == e.case_number)
        .join(process_definitions, process_definitions.c.id == c.definition_id)
        .where(
            e.type.in_(_KINDS),
            readable_cases(ports, connection, actor, "case:history"),
            *where(asked, _filters()),
        )
    )


def _operation(event: StoredEvent, own_of: str | None) -> Operation:
    kind = _KINDS[event.type]
    item = event.payload.get("work_item")
    return Operation(
        id=f"{event.case_number}:{event.seq}",
        case=event.case_number,
        definition_id=event.definition_id,
        user=seen_as(event.actor, own_of),
        at=event.at,
        kind=kind,
        change=_texts(kind.change(event)),
        work_item=f"{event.case_number}:{item}" if item else None,
    )


def _texts(change: Change) -> Change:
    name, was, now = change
    return name, None if was is None else str(was), None if now is None else str(now)


# --- Camunda's names ----------------------------------------------------------------


def _of_kind(fits: Callable[[Kind], bool]) -> ColumnElement[bool]:
    return e.type.in_([name for name, kind in _KINDS.items() if fits(kind)])


def _of_item(work_item: str, fits: Callable[[Kind], bool]) -> ColumnElement[bool]:
    """The payload names the activation inside its case; it is canonical JSON, so its text can be searched."""
    number, _, name = work_item.partition(":")
    if '"' in name or "\\" in name:
        return false()
    named = type_coerce(e.payload, Text).contains(f'"work_item":"{name}"', autoescape=True)
    return (e.case_number == number) & named & _of_kind(fits)


def _by(user: str) -> ColumnElement[bool]:
    """As `Operation.user`."""
    theirs = c.own_of.is_not(None) & (e.actor == c.own_of)
    return (e.actor == user) & ~theirs | (theirs if user == COMPLAINANT else false())


def _filters() -> Mapping[str, Condition]:
    return {
        **of_case(),
        "rootProcessInstanceId": lambda v: e.case_number == v,
        "userId": _by,
        "operationId": lambda v: e.case_number + ":" + cast(e.seq, Text) == v,
        "taskId": lambda v: _of_item(v, lambda kind: kind.entity == TASK),
        "externalTaskId": lambda v: _of_item(v, lambda kind: kind.entity == EXTERNAL),
        "operationType": lambda v: _of_kind(lambda kind: kind.operation == v),
        "entityType": lambda v: _of_kind(lambda kind: kind.entity == v),
        "entityTypeIn": lambda v: _of_kind(lambda kind: kind.entity in v),
        "category": lambda v: _of_kind(lambda kind: kind.category == v),
        "categoryIn": lambda v: _of_kind(lambda kind: kind.category in v),
        "afterTimestamp": lambda v: e.at > v,
        "beforeTimestamp": lambda v: e.at < v,
    }


_ORDER: Mapping[str, ColumnElement[Any]] = {"timestamp": e.at}
