"""Do the rows that lists and sweepers read say of a case what its history says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from engine import events
from engine.commands import is_user
from engine.errors import EngineError
from engine.events import ANSWERED, is_command
from engine.history.chain import StoredEvent
from engine.history.finding import TAMPERED, Finding
from engine.history.projected import projected
from engine.runtime.ports import Ports
from engine.runtime.project import COUNTED_AS, Rows
from engine.runtime.state import State, digest, loads
from engine.store import comments, incidents
from engine.store.tables import external_tasks, timers, work_items

#: Whom a case is kept from, by the end event that said so.
_SHIELD: Final = ("restricted_to", "referred_by")
#: What a sweeper or a worker keeps in the row for the next try; no event tells of it.
_TRYING: Final = frozenset({"tries", "next_try", "worker_id", "locked_until", "retries", "error"})
#: What the database computes itself.
_COMPUTED: Final = frozenset({"due_order"})


def check_rows(
    ports: Ports,
    connection: Connection,
    row: Mapping[str, Any],
    state: State,
    history: Sequence[StoredEvent],
    answers: Sequence[Any],
) -> Iterator[Finding]:
    """Every difference; `row` is the case's, `state` what the replay ended in."""
    found = _Found(row["number"])
    said = projected(found.number, history, lambda id: ports.definition(connection, id))
    own_of = _own_of(history)
    yield from _case(found, connection, row, state, history, said)
    items = {name: {**item, "own_of": own_of} for name, item in said.new_items.items()}
    yield from _table(found, connection, "task", work_items, items)
    yield from _table(found, connection, "timer", timers, said.new_timers)
    yield from _table(found, connection, "external task", external_tasks, said.new_external_tasks)
    yield from _still_tried(found, connection, history)
    yield from _beside(found, connection, history, said, answers)


class _Found:
    """Findings of one case."""

    def __init__(self, number: str) -> None:
        self.number = number

    def unlike(self, what: str, expected: object, found: object) -> Iterator[Finding]:
        """A finding, if the two are not the same."""
        if expected != found:
            message = f"{what}: history says {expected}, found {found}"
            yield Finding(self.number, None, TAMPERED, "projection", message)


def _case(
    found: _Found,
    connection: Connection,
    row: Mapping[str, Any],
    state: State,
    history: Sequence[StoredEvent],
    said: Rows,
) -> Iterator[Finding]:
    try:
        stored = digest(loads(row["state"]))
    except EngineError as error:
        stored = error.code
    yield from found.unlike("stored state", digest(state), stored)
    yield from found.unlike("ending", (state.ending, state.outcome), (row["ending"], row["outcome"]))
    halted = incidents.halting(connection, found.number)
    raised = {event.payload["incident"] for event in history if event.type == events.INCIDENT_RAISED}
    status = "ended" if state.ended else "halted" if halted and halted.id in raised else "open"
    yield from found.unlike("status", status, row["status"])
    steps = sorted({item.element for item in state.work_items.values()})
    yield from found.unlike("open steps", steps, row["open_steps"])
    definitions = [event.definition_id for event in history if event.definition_id]
    yield from found.unlike("definition", definitions[-1], row["definition_id"])
    yield from found.unlike("submitted", history[0].at, row["submitted_at"])
    yield from found.unlike("ended", said.of_case.get("ended_at"), row["ended_at"])
    last = [event.at for event in history if is_command(event.type)]
    yield from found.unlike("last command", last[-1], row["last_at"])
    first = history[0].actor
    yield from found.unlike("entered by", first if is_user(first) else None, row["entered_by"])
    shield = (_own_of(history), *(said.of_case.get(column) for column in _SHIELD))
    yield from found.unlike(
        "who it is kept from", shield, (row["own_of"], *(row[column] for column in _SHIELD))
    )
    counted = {column: said.of_case.get(column) for column in COUNTED_AS.values()}
    yield from found.unlike("what reports count it as", counted, {column: row[column] for column in counted})


def _own_of(history: Sequence[StoredEvent]) -> str | None:
    first = history[0]
    return first.actor if is_user(first.actor) and not first.on_behalf else None


def _table(
    found: _Found, connection: Connection, what: str, table: Table, said: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    """Every row of the case is there, with every column that its events say, and no other row is."""
    rows = connection.execute(select(table).where(table.c.case_number == found.number)).mappings()
    kept = {row["id"]: row for row in rows}
    expected = {f"{found.number}:{name}": row for name, row in said.items()}
    for id in sorted(expected.keys() | kept.keys()):
        if id not in expected or id not in kept:
            yield from found.unlike(
                f"{what} {id}", *("a row" if id in of else "none" for of in (expected, kept))
            )
            continue
        for column in (one.name for one in table.c):
            if column not in _TRYING | _COMPUTED:
                yield from found.unlike(f"{what} {id} {column}", expected[id].get(column), kept[id][column])


def _still_tried(found: _Found, connection: Connection, history: Sequence[StoredEvent]) -> Iterator[Finding]:
    """A limit that never failed is tried when it is due: who takes that away stops the clock of the case."""
    if any(event.type == events.INCIDENT_RAISED for event in history):
        return
    query = select(timers).where(
        timers.c.case_number == found.number, timers.c.status == "pending", timers.c.tries == 0
    )
    for timer in connection.execute(query):
        yield from found.unlike(f"next try of timer {timer.id}", timer.due_at, timer.next_try)


def _beside(
    found: _Found,
    connection: Connection,
    history: Sequence[StoredEvent],
    said: Rows,
    answers: Sequence[Any],
) -> Iterator[Finding]:
    """What stands in the clear beside sealed answers and comments; that they are there is for `check_content`."""
    of_case = f"{found.number}:"
    done = {
        event.payload.get("work_item") or event.payload["entry"]: (event.actor, event.at)
        for event in history
        if event.type in ANSWERED
    }
    for row in answers:
        name = row.work_item_id.removeprefix(of_case)
        task = said.new_items.get(name) or said.new_external_tasks.get(name)
        if task is None:
            continue
        element, _, nth = name.partition(":")
        expected = (element, int(nth), task.get("form_id") or "", *done.get(name, (None, None)))
        kept = (row.element, row.nth, row.form_id, row.answered_by, row.answered_at)
        yield from found.unlike(f"answers to {row.work_item_id}", expected, kept)
    told = {
        f"{of_case}komentar:{event.seq}": (event.actor, event.at)
        for event in history
        if event.type == events.COMMENT_ADDED
    }
    for row in comments.of_case(connection, found.number):
        if row.id in told:
            yield from found.unlike(f"comment {row.id}", told[row.id], (row.author, row.at))
