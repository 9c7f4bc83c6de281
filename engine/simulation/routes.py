"""Where a case goes: `engine.runtime.apply`, asked once for each situation and remembered.

A completion moves a case by what is open, by the variables and by the answers; never by when it happens, nor by how
often the case came here before. So a situation is the stored workflow without its times, its activations counted
anew, and the variables. What `apply` makes of it is kept, and a simulation of ten thousand cases asks it a few dozen times.
The times that a limit runs are kept as lengths; `Axis` turns them into instants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from engine import events
from engine.commands import (
    COMPLAINANT,
    SYSTEM,
    Command,
    Complete,
    CompleteExternalTask,
    FireTimers,
    SendMessage,
    Submit,
)
from engine.definition.model import ProcessDefinition
from engine.errors import EngineError
from engine.events import Event
from engine.office_hours import Calendar, Duration
from engine.runtime.apply import apply
from engine.runtime.state import State, Timer, WorkItem
from engine.simulation.draws import Answers

#: Situations that are remembered; a process has dozens. Beyond it, all are forgotten and learnt anew.
MOST: Final = 5_000
_LATER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a timer runs from its start; `until` is set for one that names a date."""

    duration: Duration
    wall_clock: bool
    until: datetime | None = None


@dataclass(frozen=True, eq=False)
class Situation:
    """What is open in a case. Names are `<element>:<n>`, counted among what is open."""

    state: State | None
    #: Name in `state` -> name here.
    names: Mapping[str, str]
    #: People's tasks, and service tasks that wait for a worker: name -> element.
    tasks: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    timers: tuple[str, ...] = ()
    #: Task -> the timers that limit it.
    limits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ending: str | None = None
    outcome: str | None = None
    #: The process could not go on: an incident.
    halted: bool = False

    def named(self, name: str) -> str:
        """The name in `state`."""
        return next(own for own, here in self.names.items() if here == name)

    @property
    def at_rest(self) -> bool:
        """Whether nothing in it comes by itself: only a message could move it."""
        return not (self.tasks or self.services or self.timers or self.ending or self.halted)


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What a command makes of a situation."""

    to: Situation
    #: What stays open: name before -> name after.
    kept: Mapping[str, str]
    #: Timers that begin to run, by their name after.
    started: Mapping[str, Limit]


class Routes:
    """The ways of one definition."""

    def __init__(self, definition: ProcessDefinition, calendar: Calendar, at: datetime) -> None:
        self.definition = definition
        self._calendar = calendar
        self._at = at
        self._sealed: dict[str, Any] = {"source": "simulation", "command_id": "simulation", "at": at}
        self._situations: dict[bytes, Situation] = {}
        self._moves: dict[tuple[Any, ...], Move] = {}
        #: How often `apply` was asked.
        self.asked = 0

    def start(self, answers: Answers) -> Move:
        """A submission."""
        key = (None, answers)
        if (known := self._moves.get(key)) is not None:
            return known
        command = Submit(
            actor=COMPLAINANT, process=self.definition.key, variables=dict(answers), **self._sealed
        )
        return self._learn(key, None, command)

    def complete(self, situation: Situation, name: str, answers: Answers) -> Move:
        """Somebody finishes a task, or a worker a service task."""
        key = (situation, name, answers)
        if (known := self._moves.get(key)) is not None:
            return known
        item = f"simulation:{situation.named(name)}"
        common: dict[str, Any] = {
            "actor": SYSTEM,
            "work_item": item,
            "variables": dict(answers),
            **self._sealed,
        }
        command: Command = (
            Complete(claim=True, **common) if name in situation.tasks else CompleteExternalTask(**common)
        )
        return self._learn(key, situation, command)

    def fire(self, situation: Situation, names: tuple[str, ...]) -> Move:
        """These timers run out at the same instant."""
        key = (situation, names)
        if (known := self._moves.get(key)) is not None:
            return known
        assert situation.state is not None
        due = {situation.named(name) for name in names}
        timers = {
            own: replace(timer, due=self._at if own in due else self._at + _LATER)
            for own, timer in situation.state.timers.items()
        }
        ready = replace(situation, state=replace(situation.state, timers=timers))
        command = FireTimers(actor=SYSTEM, case="simulation", due=self._at, **self._sealed)
        return self._learn(key, ready, command, before=situation)

    def message(self, situation: Situation) -> Move | None:
        """What the first message does that is waited for; None when none is."""
        for message in sorted(self.definition.senders()):
            command = SendMessage(actor=SYSTEM, case="simulation", message=message, **self._sealed)
            move = self._learn((situation, message), situation, command)
            if not move.to.halted:
                return move
        return None

    def _learn(
        self, key: tuple[Any, ...], from_: Situation | None, command: Command, before: Situation | None = None
    ) -> Move:
        if len(self._moves) >= MOST:
            self._moves.clear()
            self._situations.clear()
        self.asked += 1
        try:
            state, happened = apply(self.definition, self._calendar, from_.state if from_ else None, command)
        except EngineError:
            move = Move(_HALTED, {}, {})
        else:
            move = self._move(before or from_, state, happened)
        self._moves[key] = move
        return move

    def _move(self, before: Situation | None, state: State, happened: list[Event]) -> Move:
        situation, names = self._situation(state)
        kept = {here: names[own] for own, here in before.names.items() if own in names} if before else {}
        started = {
            names[event.payload["timer"]]: self._limit(event)
            for event in happened
            if event.type == events.TIMER_STARTED
        }
        return Move(situation, kept, started)

    def _situation(self, state: State) -> tuple[Situation, Mapping[str, str]]:
        """The situation that `state` is in, and the names there of what is open in it."""
        stored = orjson.loads(state.snapshot.stored())
        named = _renamed({name for name in _names(stored) if name.partition(":")[0] in state.activations})
        timeless = orjson.dumps(
            [_timeless(stored, named), dict(state.variables), state.ending], option=orjson.OPT_SORT_KEYS
        )
        opened = (*state.work_items, *state.timers, *state.external_tasks)
        names = {own: named[own] for own in opened}
        known = self._situations.get(timeless)
        if known is None:
            known = self._situations[timeless] = Situation(
                state=state,
                names=names,
                tasks={names[own]: item.element for own, item in state.work_items.items()},
                services={names[own]: task.element for own, task in state.external_tasks.items()},
                timers=tuple(names[own] for own in state.timers),
                limits={
                    names[own]: tuple(
                        names[t] for t, timer in state.timers.items() if self._limits(timer, own, item)
                    )
                    for own, item in state.work_items.items()
                },
                ending=state.ending,
                outcome=state.outcome,
            )
        return known, names

    def _limits(self, timer: Timer, name: str, item: WorkItem) -> bool:
        """Whether the task is due by the timer: it sits on it, or on all instances of its step together."""
        if timer.attached is not None:
            return timer.attached == name
        elements = self.definition.elements
        several = elements[item.element].instances is not None
        return several and elements[timer.element].attached_to == item.element

    def _limit(self, event: Event) -> Limit:
        explanation = event.payload["explanation"]
        element = self.definition.elements[event.payload["timer"].partition(":")[0]]
        dated = element.timer is not None and element.timer.kind == "date"
        until = datetime.fromisoformat(event.payload["due"]) if dated else None
        return Limit(Duration(*explanation["duration"]), explanation["clock"] == "wall", until)


_HALTED: Final = Situation(None, {}, halted=True)


def _names(stored: Any) -> Iterator[str]:
    """Every text in it that looks like `<element>:<nth>`."""
    if isinstance(stored, str):
        if stored.rpartition(":")[2].isdecimal():
            yield stored
    elif isinstance(stored, dict):
        for key, value in stored.items():
            if key not in _TIMES:
                yield from _names(value)
    elif isinstance(stored, list):
        for value in stored:
            yield from _names(value)


def _renamed(names: set[str]) -> dict[str, str]:
    """Each name with its place among those of its element, in the order in which they came."""
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name in sorted(names, key=lambda name: int(name.rpartition(":")[2])):
        element = name.rpartition(":")[0]
        counts[element] = nth = counts.get(element, 0) + 1
        found[name] = f"{element}:{nth}"
    return found


def _timeless(stored: Any, named: Mapping[str, str]) -> Any:
    """The same without times, by the new names."""
    if isinstance(stored, str):
        return named.get(stored, stored)
    if isinstance(stored, dict):
        return {key: _timeless(value, named) for key, value in stored.items() if key not in _TIMES}
    if isinstance(stored, list):
        return [_timeless(value, named) for value in stored]
    return stored


#: What a waiting timer's task holds of its own start.
_TIMES: Final = frozenset({"due", "explanation"})
