"""A case that is moved after every command, to and fro between a diagram and its twin under other names, goes the way
of one that stays: the same is open, due at the same instant, held by the same people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from engine.commands import Command, Migrate, OfWorkItem
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.errors import ExecutionFailed, Refused
from engine.events import EXTERNAL_TASK_MOVED, WORK_ITEM_MOVED, Event
from engine.runtime.apply import apply
from engine.runtime.state import State, dumps, loads
from tests.process.diagrams import Diagram
from tests.process.random_process import FILENAME, bodies, bpmn, definition, racy
from tests.process.test_random_processes import COMMANDS, RUNS, act, answers, only_for_a_null
from tests.process.tracks import CALENDAR, NUMBER, Case

TWIN = "_kembar"


def twin_of(process: ProcessDefinition, body: Any) -> ProcessDefinition:
    """The same diagram, every element of it called otherwise."""
    diagram = Diagram(etree.fromstring(bpmn(body)), {}, FILENAME)
    diagram.rename_ids(lambda own: own + TWIN if own in process.elements else own)
    return parse(diagram.source(), FILENAME, process.forms, {}, key=process.key, version=2)


@dataclass
class Wanderer(Case):
    """The case, and one that takes every command too and moves after it."""

    versions: tuple[ProcessDefinition, ...] = ()
    moves: int = 0
    wandering: bytes = b""
    #: Name of an open activation here -> its name there.
    names: dict[str, str] = field(default_factory=dict)

    def do(self, command: Command) -> list[Event]:
        happened = super().do(command)
        there = command
        if isinstance(command, OfWorkItem):
            there = replace(command, work_item=f"{NUMBER}:{self.names[command.activation]}")
        before = loads(self.wandering) if self.wandering else None
        state, _ = apply(self.at, CALENDAR, before, there)
        self._learn(state)
        self._compare(state)
        if not state.ended:
            state = self._move(state)
        self.wandering = dumps(state)
        return happened

    @property
    def at(self) -> ProcessDefinition:
        return self.versions[self.moves % 2]

    def _move(self, state: State) -> State:
        mapping = dict(zip(self.at.elements, self.versions[(self.moves + 1) % 2].elements, strict=True))
        self.moves += 1
        moving = Migrate(
            case=NUMBER, to=self.at.id, mapping=mapping, **{**self.by("analis"), "at": state.last_at}
        )
        moved, events = apply(self.at, CALENDAR, loads(dumps(state)), moving)
        new = {
            e.payload.get("work_item") or e.payload.get("external_task"): e.payload["to"]
            for e in events
            if e.type in (WORK_ITEM_MOVED, EXTERNAL_TASK_MOVED)
        }
        self.names = {here: new.get(there, there) for here, there in self.names.items()}
        self._compare(moved)
        return moved

    def _learn(self, there: State) -> None:
        """What came up with this command, here and there, in the order in which it did."""
        for open_here, open_there in (
            (self.state.work_items, there.work_items),
            (self.state.external_tasks, there.external_tasks),
        ):
            new_here = sorted(open_here.keys() - self.names.keys(), key=_order)
            new_there = sorted(open_there.keys() - set(self.names.values()), key=_order)
            self.names |= dict(zip(new_here, new_there, strict=True))

    def _compare(self, there: State) -> None:
        here = self.state
        for name, item in here.work_items.items():
            assert there.work_items[self.names[name]] == replace(
                item, element=there.work_items[self.names[name]].element
            )
        assert len(there.work_items) == len(here.work_items)
        assert len(there.external_tasks) == len(here.external_tasks)
        assert _limits(there, {}) == _limits(here, self.names)
        assert (there.variables, there.ended) == (here.variables, here.ended)


def _order(name: str) -> tuple[str, int]:
    element, _, nth = name.partition(":")
    return element.removesuffix(TWIN), int(nth)


def _limits(state: State, names: Mapping[str, str]) -> list[Any]:
    return sorted(
        (t.element.removesuffix(TWIN), t.due, names.get(t.attached or "", t.attached or ""))
        for t in state.timers.values()
    )


@RUNS
@given(bodies, st.data())
def test_a_case_that_moves_after_every_command_goes_the_way_of_one_that_stays(
    body: Any, data: st.DataObject
) -> None:
    assume(not racy(body))
    process = definition(body)
    case = Wanderer(process, versions=(process, twin_of(process, body)))
    try:
        case.submit(**data.draw(answers))
    except ExecutionFailed:
        return
    for _ in range(COMMANDS):
        if case.state.ended:
            break
        try:
            act(case, data)  # type: ignore[arg-type]  # it asks no more of it than a case has
        except Refused:
            pass
        except ExecutionFailed as failure:
            only_for_a_null(failure)
            if case.state.due(case.now):
                break
