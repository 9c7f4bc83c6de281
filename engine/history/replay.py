"""A case's recorded commands applied once more, and what comes out held against what was recorded.

It is the very `apply` that made the history, over the definition and the calendar each command had. The
outcome must be the same events and the same state digest after every command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.canonical_json import canonical
from engine.definition.model import ProcessDefinition
from engine.errors import EngineError
from engine.events import CONSEQUENCES
from engine.history.chain import StoredEvent
from engine.history.log import read
from engine.history.recorded import by_command, command_of
from engine.office_hours import Calendar
from engine.runtime.apply import BEHAVIOUR, apply
from engine.runtime.ports import Ports
from engine.runtime.state import State, digest


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded command and what it did when applied again."""

    event: StoredEvent
    #: The state after it; None when it could not be applied.
    state: State | None
    digest_found: str | None
    #: Why the replay differs, in words for an auditor; None when it is the same.
    difference: str | None

    @property
    def digest_expected(self) -> str | None:
        return self.event.state_digest


def replay(ports: Ports, connection: Connection, number: str, until: int | None = None) -> Iterator[Step]:
    """Replay a case from the store, up to and with event `until`. Stops after the first difference."""
    return replay_recorded(ports, connection, read(connection, number, until))


def replay_recorded(ports: Ports, connection: Connection, history: Sequence[StoredEvent]) -> Iterator[Step]:
    """Replay a history that was read already, over what is deployed. Stops after the first difference."""
    calendar = ports.active_calendar(connection)
    return replay_events(
        history,
        lambda definition_id: ports.definition(connection, definition_id),
        lambda version: calendar if version is None else ports.calendar(connection, version),
    )


def replay_events(
    history: Sequence[StoredEvent],
    definition_of: Callable[[str], ProcessDefinition],
    calendar_of: Callable[[int | None], Calendar],
) -> Iterator[Step]:
    """Replay recorded events, one step for each command; stops after the first difference.

    `calendar_of(None)` is for commands that start no timer: any calendar does.
    """
    state: State | None = None
    for command, following in by_command(history):
        # what is no consequence (an incident, a comment) is passed over
        consequences = tuple(event for event in following if event.type in CONSEQUENCES)
        step = _again(command, consequences, state, definition_of, calendar_of)
        yield step
        if step.difference is not None:
            return
        state = step.state


def _again(
    recorded: StoredEvent,
    consequences: tuple[StoredEvent, ...],
    state: State | None,
    definition_of: Callable[[str], ProcessDefinition],
    calendar_of: Callable[[int | None], Calendar],
) -> Step:
    def differs(why: str, after: State | None = None, found: str | None = None) -> Step:
        return Step(recorded, after, found, why)

    try:
        command = command_of(recorded)
        definition = definition_of(recorded.definition_id or "")
        calendar = calendar_of(recorded.payload.get("calendar"))
        after, happened = apply(
            definition, calendar, state, command, behaviour=recorded.behaviour or BEHAVIOUR
        )
    except (EngineError, KeyError, AssertionError) as error:
        return differs(f"the command cannot be applied any more: {error!r}")
    found = digest(after)
    for index, (event, was) in enumerate(zip(happened, (recorded, *consequences), strict=False)):
        if event.type != was.type or canonical(event.payload) != canonical(was.payload):
            return differs(
                f"event {was.seq} was {was.type}, replay gives {event.type} (place {index})", after, found
            )
    if len(happened) != 1 + len(consequences):
        return differs(
            f"{1 + len(consequences)} events were recorded, replay gives {len(happened)}", after, found
        )
    if found != recorded.state_digest:
        return differs("the state after the command is another than the one recorded", after, found)
    return Step(recorded, after, found, None)
