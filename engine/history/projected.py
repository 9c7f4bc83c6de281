"""The rows that a history gives when it is told once more: what the lists and sweepers of its case should read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.commands import Command
from engine.definition.model import ProcessDefinition
from engine.events import CASE_SUBMITTED, Event, is_command
from engine.history.chain import StoredEvent
from engine.runtime.project import Rows, project, qualified_names, submitted_item


def projected(
    number: str, history: Sequence[StoredEvent], definition_of: Callable[[str], ProcessDefinition]
) -> Rows:
    """All rows of the case as they stand at its end, by their names then: `new_items`, `new_timers`,
    `new_external_tasks`; and `of_case`."""
    rows = Rows(number)
    for event in history:
        if event.definition_id is None:
            continue  # what is beside the process: an erasure, a hold
        if is_command(event.type):
            _settle(rows)
        command = Command(
            actor=event.actor, source=event.source, command_id=event.command_id or "", at=event.at
        )
        definition = definition_of(event.definition_id)
        project(rows, definition, command, [Event(event.type, event.payload)])
        if event.type == CASE_SUBMITTED:
            entry = event.payload["entry"]
            rows.new_items[entry] = submitted_item(number, definition, command, entry)
    _settle(rows)
    return rows


def _settle(rows: Rows) -> None:
    """What goes on in another version is called by its new name from the next command on, as in the store."""
    if not rows.before:
        return
    moved = {was: to for to, was in rows.before.items() if was in rows.new_items}
    names = qualified_names(rows.case, moved)
    for timer in rows.new_timers.values():
        timer["work_item_id"] = names.get(timer["work_item_id"], timer["work_item_id"])
    rows.new_items = _by_name(rows.case, rows.new_items)
    rows.new_timers = _by_name(rows.case, rows.new_timers)
    rows.new_external_tasks = _by_name(rows.case, rows.new_external_tasks)
    rows.before.clear()


def _by_name(case: str, rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"].removeprefix(f"{case}:"): row for row in rows.values()}
