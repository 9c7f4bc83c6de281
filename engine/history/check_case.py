"""Is the record of one case whole and true: its chain, its answers, its replay, and the rows that lists read?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine import events
from engine.errors import EngineError, KeyMissing, StateUnreadable
from engine.history.chain import StoredEvent
from engine.history.finding import DIVERGED, TAMPERED, Finding, chain_findings
from engine.history.replay import replay_recorded
from engine.runtime.ports import Ports
from engine.runtime.state import State, digest, loads
from engine.store import answers, incidents
from engine.store.tables import case_keys, timers, work_items


def check_case(
    ports: Ports, connection: Connection, row: Mapping[str, Any], history: Sequence[StoredEvent]
) -> Iterator[Finding]:
    """Everything that is wrong with one case; `row` is its row of `cases`, `history` its chain."""
    number = row["number"]
    broken = list(chain_findings(number, history, (row["last_seq"], row["last_hash"])))
    yield from broken
    kept = answers.of_case(connection, number)
    yield from _answers(ports, connection, number, history, kept)
    if broken:
        return  # a replay of a changed history proves nothing
    state: State | None = None
    for step in replay_recorded(ports, connection, history):
        state = step.state
        if step.difference is not None:
            yield Finding(number, step.event.seq, DIVERGED, "replay_differs", step.difference)
            return
    if state is None:
        yield Finding(number, None, TAMPERED, "no_history", "the case has no recorded beginning")
        return
    yield from _projection(connection, row, state)
    yield from _finished(connection, row, history, kept)


def _answers(
    ports: Ports, connection: Connection, number: str, history: Sequence[StoredEvent], rows: Sequence[Any]
) -> Iterator[Finding]:
    """Every completion's answers still give the digest that was recorded; an erased person's are gone."""
    wrapped = connection.scalar(select(case_keys.c.wrapped).where(case_keys.c.case_number == number))
    if wrapped is None:
        if not any(event.type == events.CASE_ERASED for event in history):
            yield Finding(
                number, None, TAMPERED, "key_missing", "the case's key is gone and no erasure says why"
            )
        return
    try:
        key = ports.keyring.unwrap(number, wrapped)
    except KeyMissing:
        yield Finding(
            number, None, TAMPERED, "key_foreign", "the case's key was not wrapped by this master key"
        )
        return
    kept = {row.work_item_id: row.blob for row in rows}
    for event in history:
        if (
            event.type not in (events.CASE_SUBMITTED, events.WORK_ITEM_COMPLETED)
            or not event.payload["digest"]
        ):
            continue
        name = event.payload.get("work_item") or event.payload["entry"]
        blob = kept.pop(f"{number}:{name}", None)
        if blob is None:
            yield Finding(number, event.seq, TAMPERED, "answers_missing", f"the answers to {name} are gone")
            continue
        try:
            text = ports.keyring.open(key, f"{number}:{name}", blob)
        except StateUnreadable:
            yield Finding(
                number, event.seq, TAMPERED, "answers_changed", f"the answers to {name} were changed"
            )
            continue
        if ports.keyring.digest(key, text) != event.payload["digest"]:
            yield Finding(
                number, event.seq, TAMPERED, "answers_differ", f"the answers to {name} are not the recorded"
            )
    for work_item in kept:
        yield Finding(
            number, None, TAMPERED, "answers_unrecorded", f"no event recorded the answers to {work_item}"
        )


def _projection(connection: Connection, row: Mapping[str, Any], state: State) -> Iterator[Finding]:
    """The case's row, its stored state, open tasks and timers say what the history says."""
    number = row["number"]

    def unlike(what: str, expected: object, found: object) -> Finding:
        return Finding(
            number, None, TAMPERED, "projection", f"{what}: history says {expected}, found {found}"
        )

    try:
        stored = digest(loads(row["state"]))
    except EngineError as error:
        stored = error.code
    if stored != (replayed := digest(state)):
        yield unlike("stored state", replayed, stored)
    if (row["ending"], row["outcome"]) != (state.ending, state.outcome):
        yield unlike("ending", state.ending, row["ending"])
    halted = incidents.halting(connection, number) is not None
    status = "ended" if state.ended else "halted" if halted else "open"
    if row["status"] != status:
        yield unlike("status", status, row["status"])
    steps = sorted({item.element for item in state.work_items.values()})
    if row["open_steps"] != steps:
        yield unlike("open steps", steps, row["open_steps"])
    query = select(work_items).where(work_items.c.case_number == number, work_items.c.ended_at.is_(None))
    found = {r.id: (r.candidate_group, r.assignee, r.due_at, r.overdue) for r in connection.execute(query)}
    expected = {f"{number}:{n}": (w.group, w.assignee, w.due, w.overdue) for n, w in state.work_items.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            yield unlike(f"task {name}", expected.get(name), found.get(name))
    query = select(timers).where(timers.c.case_number == number, timers.c.status == "pending")
    pending = {r.id: r.due_at for r in connection.execute(query)}
    running = {f"{number}:{n}": t.due for n, t in state.timers.items()}
    for name in sorted(pending.keys() | running.keys()):
        if pending.get(name) != running.get(name):
            yield unlike(f"timer {name}", running.get(name), pending.get(name))


def _finished(
    connection: Connection, row: Mapping[str, Any], history: Sequence[StoredEvent], rows: Sequence[Any]
) -> Iterator[Finding]:
    """Who finished a task, and when, is in its row and beside its answers as the history has it."""
    number = row["number"]
    told: dict[str, tuple[Any, ...]] = {}
    for event in history:
        name, how = event.payload.get("work_item") or event.payload.get("entry"), _ENDED.get(event.type)
        if how:
            told[f"{number}:{name}"] = (how, event.actor, event.at)
    query = select(work_items).where(work_items.c.case_number == number, work_items.c.ended_at.is_not(None))
    kept = {r.id: (r.ended_how, r.ended_by, r.ended_at) for r in connection.execute(query)}
    answered = {r.work_item_id: ("completed", r.answered_by, r.answered_at) for r in rows}
    wrong = {name for name in told.keys() | kept.keys() if told.get(name) != kept.get(name)}
    wrong |= {name for name in answered.keys() & told.keys() if told[name] != answered[name]}
    for name in sorted(wrong):
        message = (
            f"task {name}: history says {told.get(name)}, found {kept.get(name)} and {answered.get(name)}"
        )
        yield Finding(number, None, TAMPERED, "projection", message)
    definitions = [event.definition_id for event in history if event.definition_id]
    if row["definition_id"] != definitions[-1]:
        message = f"definition: history says {definitions[-1]}, found {row['definition_id']}"
        yield Finding(number, None, TAMPERED, "projection", message)
    if row["submitted_at"] != history[0].at:
        message = f"submitted: history says {history[0].at}, found {row['submitted_at']}"
        yield Finding(number, None, TAMPERED, "projection", message)


#: How a task ended, by the event that says so.
_ENDED = {
    events.CASE_SUBMITTED: "completed",
    events.WORK_ITEM_COMPLETED: "completed",
    events.WORK_ITEM_CANCELLED: "cancelled",
}
