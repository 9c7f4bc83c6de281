"""A case at the level of `apply`: no database, no forms; commands in, the stored state out.

`Case` dumps and loads the state at every command, as `handle` does. `Tracks` gives every command to two more: one
lives on and takes it as recalled from its event, as a replay does; one lives on and is never compacted, which is
SpiffWorkflow as it comes. Their events and digests are the same, and what is open is what the token game of the
standard says, or it fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.canonical_json import canonical
from engine.commands import Command, Complete, FireTimers, OfWorkItem, SendMessage, Submit
from engine.definition.calendar import resolve
from engine.definition.model import ProcessDefinition
from engine.events import Event, recall
from engine.runtime.apply import apply
from engine.runtime.state import State, digest, dumps, loads
from engine.spiff import workflow
from tests.casework import ROOT, ZONE
from tests.process.token_game import Game

NUMBER = "PGD-2026-000001"
START = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE).astimezone(UTC)
CALENDAR = resolve((ROOT / "processes" / "kalender.toml").read_text(), first_year=2026).calendar


@dataclass
class Case:
    """One case, and the office's clock."""

    process: ProcessDefinition
    now: datetime = START
    stored: bytes | None = None
    happened: list[Event] = field(default_factory=list)

    @property
    def state(self) -> State:
        assert self.stored is not None
        return loads(self.stored)

    @property
    def open(self) -> list[str]:
        """The elements with an open task, sorted."""
        return sorted(item.element for item in self.state.work_items.values())

    def do(self, command: Command) -> list[Event]:
        """Carry out a command; an error leaves the case as it was."""
        before = loads(self.stored) if self.stored else None
        state, happened = apply(self.process, CALENDAR, before, command)
        self.stored = dumps(state)
        self.happened += happened
        return happened

    def submit(self, **variables: Any) -> None:
        self.do(Submit(process=self.process.key, variables=self._read(variables), **self.by("pengadu")))

    def complete(self, element: str, actor: str = "petugas", **variables: Any) -> None:
        """Finish the first open task of `element`."""
        name = next(n for n, item in self.state.work_items.items() if item.element == element)
        self.do(
            Complete(
                work_item=f"{NUMBER}:{name}", claim=True, variables=self._read(variables), **self.by(actor)
            )
        )

    def send(self, message: str) -> None:
        self.do(SendMessage(case=NUMBER, message=message, **self.by("petugas")))

    def on(self, kind: type[OfWorkItem], name: str, actor: str, **more: Any) -> None:
        """Another command about the task `name`."""
        self.do(kind(work_item=f"{NUMBER}:{name}", **self.by(actor), **more))

    def wait(self, **time: float) -> None:
        """Let time pass and fire what comes due, each instant as its own command, as `handle` does."""
        self.now += timedelta(**time)
        while due := self.state.due(self.now):
            self.fire(due[0])

    def fire(self, due: datetime) -> None:
        """Fire the timers of one instant."""
        self.do(FireTimers(case=NUMBER, due=due, **{**self.by("sistem"), "at": max(due, self.state.last_at)}))

    def by(self, actor: str) -> dict[str, Any]:
        """What every command carries, sealed now."""
        return {"actor": actor, "source": "web", "command_id": str(len(self.happened)), "at": self.now}

    def _read(self, variables: dict[str, Any]) -> dict[str, Any]:
        """As `handle` seals it: only what expressions read."""
        return {key: value for key, value in variables.items() if key in self.process.variables}


@dataclass
class Tracks(Case):
    """The case and its companions, which must not differ from it."""

    live: State | None = None
    plain: State | None = None
    #: None for a process in which BPMN leaves open what comes first.
    game: Game | None = None

    def do(self, command: Command) -> list[Event]:
        before = self.state if self.stored else None
        happened = super().do(command)
        state = self.state
        if self.game is not None:
            self.game.take(command, before)
            assert (self.game.tasks, self.game.timers) == (set(state.work_items), set(state.timers))
            assert self.game.external_tasks == set(state.external_tasks)
            assert self.game.ended == state.ended
        again = _recalled(happened[0], command)
        assert again == command
        self.live, replayed = apply(self.process, CALENDAR, self.live, again)
        with uncompacted():
            self.plain, as_it_comes = apply(self.process, CALENDAR, self.plain, again)
        for track, events in ((self.live, replayed), (self.plain, as_it_comes)):
            assert _text(events) == _text(happened)
            assert digest(track) == digest(state)
        return happened


@contextmanager
def uncompacted() -> Iterator[None]:
    """SpiffWorkflow keeps every task that ever ran."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "compact", lambda whole: 0)
        yield


def _recalled(event: Event, command: Command) -> Command:
    said = {name: getattr(command, name) for name in ("actor", "on_behalf", "source", "command_id")}
    assert command.at is not None
    return recall(NUMBER, event, at=command.at, **said)


def _text(events: list[Event]) -> bytes:
    return canonical([[event.type, event.payload] for event in events])
