"""Do the rows that lists and sweepers read say of a case what its history says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, select

from engine import events
from engine.commands import is_user
from engine.errors import EngineError
from engine.history.chain import StoredEvent
from engine.history.finding import TAMPERED, Finding
from engine.runtime.project import COUNTED_AS
from engine.runtime.state import State, digest, loads
from engine.store import incidents
from engine.store.tables import external_tasks, timers, work_items

#: How a task ended, by the event that says so.
_ENDED: Final = {
    events.CASE_SUBMITTED: "completed",
    events.WORK_ITEM_COMPLETED: "completed",
    events.WORK_ITEM_CANCELLED: "cancelled",
}
_TIMER_ENDED: Final = {events.TIMER_FIRED: "fired", events.TIMER_CANCELLED: "cancelled"}
_EXTERNAL_ENDED: Final = {
    events.EXTERNAL_TASK_COMPLETED: "completed",
    events.ERROR_THROWN: "error",
    events.EXTERNAL_TASK_CANCELLED: "cancelled",
}


def check_rows(
    connection: Connection,
    row: Mapping[str, Any],
    state: State,
    history: Sequence[StoredEvent],
    answers: Sequence[Any],
) -> Iterator[Finding]:
    """Every difference; `row` is the case's, `state` what the replay ended in."""
    found = _Found(row["number"])
    yield from _case(found, connection, row, state, history)
    yield from _open(found, connection, state)
    yield from _ended(found, connection, history, answers)


class _Found:
    """Findings of one case."""

    def __init__(self, number: str) -> None:
        self.number = number

    def unlike(self, what: str, expected: object, found: object) -> Iterator[Finding]:
        """A finding, if the two are not the same."""
        if expected != found:
            message = f"{what}: history says {expected}, found {found}"
            yield Finding(self.number, None, TAMPERED, "projection", message)

    def all_unlike(
        self, what: str, expected: Mapping[str, object], found: Mapping[str, object]
    ) -> Iterator[Finding]:
        for name in sorted(expected.keys() | found.keys()):
            yield from self.unlike(f"{what} {name}", expected.get(name), found.get(name))


def _case(
    found: _Found,
    connection: Connection,
    row: Mapping[str, Any],
    state: State,
    history: Sequence[StoredEvent],
) -> Iterator[Finding]:
    try:
        stored = digest(loads(row["state"]))
    except EngineError as error:
        stored = error.code
    yield from found.unlike("stored state", digest(state), stored)
    yield from found.unlike("ending", (state.ending, state.outcome), (row["ending"], row["outcome"]))
    halted = incidents.halting(connection, found.number) is not None
    status = "ended" if state.ended else "halted" if halted else "open"
    yield from found.unlike("status", status, row["status"])
    steps = sorted({item.element for item in state.work_items.values()})
    yield from found.unlike("open steps", steps, row["open_steps"])
    definitions = [event.definition_id for event in history if event.definition_id]
    yield from found.unlike("definition", definitions[-1], row["definition_id"])
    yield from found.unlike("submitted", history[0].at, row["submitted_at"])
    shield = (row["own_of"], row["restricted_to"], row["referred_by"])
    yield from found.unlike("who it is kept from", _shield(history), shield)
    counted = {column: row[column] for column in COUNTED_AS.values() if row[column] is not None}
    yield from found.unlike("what reports count it as", _counted(history), counted)


def _counted(history: Sequence[StoredEvent]) -> dict[str, object]:
    said = {name: value for event in history for name, value in event.payload.get("reported", {}).items()}
    return {COUNTED_AS[name]: value for name, value in said.items()}


def _shield(history: Sequence[StoredEvent]) -> tuple[str | None, str | None, str | None]:
    first = history[0]
    own_of = first.actor if is_user(first.actor) and not first.on_behalf else None
    for event in history:
        if event.type == events.CASE_ENDED and "restricted_to" in event.payload:
            return own_of, event.payload["restricted_to"], event.actor
    return own_of, None, None


def _open(found: _Found, connection: Connection, state: State) -> Iterator[Finding]:
    def standing(table: Table, *conditions: ColumnElement[bool]) -> Any:
        return connection.execute(select(table).where(table.c.case_number == found.number, *conditions))

    of_case = f"{found.number}:"
    rows = standing(work_items, work_items.c.ended_at.is_(None))
    kept: dict[str, object] = {r.id: (r.candidate_group, r.assignee, r.due_at, r.overdue) for r in rows}
    open_items = {of_case + n: (w.group, w.assignee, w.due, w.overdue) for n, w in state.work_items.items()}
    yield from found.all_unlike("task", open_items, kept)
    kept = {r.id: r.due_at for r in standing(timers, timers.c.status == "pending")}
    yield from found.all_unlike("timer", {of_case + n: t.due for n, t in state.timers.items()}, kept)
    kept = {r.id: r.created_at for r in standing(external_tasks, external_tasks.c.ended_at.is_(None))}
    waiting = {of_case + n: task.created for n, task in state.external_tasks.items()}
    yield from found.all_unlike("external task", waiting, kept)


def _ended(
    found: _Found, connection: Connection, history: Sequence[StoredEvent], answers: Sequence[Any]
) -> Iterator[Finding]:
    """Who finished what, when and how; whom a task was escalated to; what is said beside the answers."""
    of_case = f"{found.number}:"
    tasks: dict[str, object] = {}
    ended_timers: dict[str, object] = {}
    external: dict[str, object] = {}
    escalated: dict[str, object] = {}
    for event in history:
        said = event.payload
        if how := _ENDED.get(event.type):
            name = said.get("work_item") or said.get("entry")
            tasks[f"{of_case}{name}"] = (how, event.actor, event.at)
        elif how := _TIMER_ENDED.get(event.type):
            ended_timers[of_case + said["timer"]] = (how, event.at)
        elif how := _EXTERNAL_ENDED.get(event.type):
            name = said.get("work_item") or said.get("external_task")
            external[f"{of_case}{name}"] = (how, event.at)
        elif event.type == events.ESCALATION_RAISED and said["work_item"]:
            escalated[of_case + said["work_item"]] = said["to"]
        elif event.type == events.WORK_ITEM_MOVED and of_case + said["work_item"] in escalated:
            escalated[of_case + said["to"]] = escalated.pop(of_case + said["work_item"])

    rows = connection.execute(select(work_items).where(work_items.c.case_number == found.number)).all()
    # a limit may be a service task's, whose row does not say whom it was escalated to
    made = {
        of_case + event.payload["work_item"] for event in history if event.type == events.WORK_ITEM_CREATED
    } | {of_case + event.payload["to"] for event in history if event.type == events.WORK_ITEM_MOVED}
    escalated = {name: to for name, to in escalated.items() if name in made}
    kept: dict[str, object] = {r.id: (r.ended_how, r.ended_by, r.ended_at) for r in rows if r.ended_at}
    yield from found.all_unlike("task", tasks, kept)
    yield from found.all_unlike(
        "escalation of", escalated, {r.id: r.escalated_to for r in rows if r.escalated_to}
    )
    beside: dict[str, object] = {
        r.work_item_id: ("completed", r.answered_by, r.answered_at)
        for r in answers
        if r.work_item_id in tasks
    }
    yield from found.all_unlike("answers to", {name: tasks[name] for name in beside}, beside)
    query = select(timers).where(timers.c.case_number == found.number, timers.c.status != "pending")
    kept = {r.id: (r.status, r.ended_at) for r in connection.execute(query)}
    yield from found.all_unlike("timer", ended_timers, kept)
    query = select(external_tasks).where(
        external_tasks.c.case_number == found.number, external_tasks.c.ended_at.is_not(None)
    )
    kept = {r.id: (r.ended_how, r.ended_at) for r in connection.execute(query)}
    yield from found.all_unlike("external task", external, kept)
