"""A recorded history as the commands that made it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.commands import Command
from engine.events import Event, is_command, recall
from engine.history.chain import StoredEvent


def command_of(recorded: StoredEvent) -> Command:
    """The command that an event of one tells of."""
    return recall(
        recorded.case_number,
        Event(recorded.type, recorded.payload),
        at=recorded.at,
        actor=recorded.actor,
        on_behalf=recorded.on_behalf,
        source=recorded.source,
        command_id=recorded.command_id or "",
    )


def by_command(history: Iterable[StoredEvent]) -> Iterator[tuple[StoredEvent, list[StoredEvent]]]:
    """Each command's event with all that followed it, before the next one."""
    command: StoredEvent | None = None
    following: list[StoredEvent] = []
    for event in history:
        if is_command(event.type):
            if command is not None:
                yield command, following
            command, following = event, []
        else:
            following.append(event)
    if command is not None:
        yield command, following
