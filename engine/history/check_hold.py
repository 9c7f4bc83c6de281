"""Does the row that keeps a case from being erased say what its history says? Whoever takes it away lets erase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from engine.events import HOLD_LIFTED, HOLD_SET
from engine.history.chain import StoredEvent
from engine.history.finding import TAMPERED, Finding
from engine.store import holds
from engine.store.holds import Hold


def check_hold(connection: Connection, number: str, history: Sequence[StoredEvent]) -> Iterator[Finding]:
    """A finding, if the hold on the case is another than its last event says."""
    said: Hold | None = None
    for event in history:
        if event.type == HOLD_SET:
            said = Hold(number, event.payload["why"], event.actor, event.at)
        elif event.type == HOLD_LIFTED:
            said = None
    found = holds.get(connection, number)
    if found != said:
        message = f"hold: history says {_told(said)}, found {_told(found)}"
        yield Finding(number, None, TAMPERED, "hold_changed", message)


def _told(hold: Hold | None) -> str:
    return f"{hold.set_by} at {hold.set_at:%Y-%m-%d %H:%M} UTC" if hold else "none"
