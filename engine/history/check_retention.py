"""Do the rules of retention say what the chain `sistem` says? Whoever shortens one in the table lets erase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from engine.events import RETENTION_REMOVED, RETENTION_SET
from engine.history.chain import StoredEvent
from engine.history.finding import TAMPERED, Finding
from engine.retention import Rule
from engine.store import retention
from engine.store.tables import SYSTEM_CHAIN


def check_retention(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """Every rule that is another than the events say."""
    said: dict[str, Rule] = {}
    for event in system:
        told = event.payload
        if event.type == RETENTION_SET:
            category = told["category"]
            said[category] = Rule(category, told["months"], told["ground"], event.actor, event.at)
        elif event.type == RETENTION_REMOVED:
            said.pop(told["category"], None)
    found = retention.rules(connection)
    for category in sorted(said.keys() | found.keys()):
        if said.get(category) != found.get(category):
            message = f"retention of {category}: history says {_told(said.get(category))}, found {_told(found.get(category))}"
            yield Finding(SYSTEM_CHAIN, None, TAMPERED, "retention_changed", message)


def _told(rule: Rule | None) -> str:
    return f"{rule.months} months by {rule.set_by}" if rule else "no rule"
