"""Is the record of one case whole and true: its chain, what it holds sealed, its replay, and the rows of lists?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from engine.history.chain import StoredEvent
from engine.history.check_content import check_content
from engine.history.check_hold import check_hold
from engine.history.check_rows import check_rows
from engine.history.finding import DIVERGED, TAMPERED, Finding, chain_findings
from engine.history.replay import replay_recorded
from engine.runtime.ports import Ports
from engine.runtime.state import State
from engine.store import answers


def check_case(
    ports: Ports, connection: Connection, row: Mapping[str, Any], history: Sequence[StoredEvent]
) -> Iterator[Finding]:
    """Everything that is wrong with one case; `row` is its row of `cases`, `history` its chain."""
    number = row["number"]
    broken = list(chain_findings(number, history, (row["last_seq"], row["last_hash"])))
    yield from broken
    kept = answers.of_case(connection, number)
    yield from check_content(ports, connection, number, history, kept)
    yield from check_hold(connection, number, history)
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
    yield from check_rows(ports, connection, row, state, history, kept)
