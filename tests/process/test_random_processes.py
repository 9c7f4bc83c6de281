"""Random processes under random commands: whoever carries the state, it is the same case.

Three tracks take every command: one is dumped and loaded each time, as `handle` does; one lives on and is
given the commands as recalled from their events, as a replay does; one lives on and is never compacted, which
is SpiffWorkflow as it comes. After every command their events and digests are equal.

`SOAK=1` (`make soak`) runs many more, and other ones each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.canonical_json import canonical
from engine.commands import (
    Claim,
    Command,
    Complete,
    Delegate,
    FireTimers,
    OfWorkItem,
    Release,
    SendMessage,
    Submit,
)
from engine.definition.calendar import resolve
from engine.definition.lint import lint
from engine.definition.model import ProcessDefinition
from engine.errors import ExecutionFailed, NobodyWaits, Refused, WorkItemNotOpen
from engine.events import Event, recall
from engine.runtime.apply import apply
from engine.runtime.state import State, digest, dumps, loads
from engine.spiff import workflow
from tests.casework import ROOT, ZONE
from tests.process.random_process import (
    FILENAME,
    Both,
    Catch,
    Choice,
    Inside,
    Limit,
    Loop,
    Pause,
    Race,
    Script,
    Sequence,
    Some,
    Task,
    bodies,
    bpmn,
    definition,
    form_files,
)

CASE = "PGD-2026-000001"
START = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)
CALENDAR = resolve((ROOT / "processes" / "kalender.toml").read_text(), first_year=2026).calendar
SOAK = os.environ.get("SOAK") == "1"
#: Nothing of a run is left to chance or to a clock, unless it is a soak.
RUNS = settings(
    max_examples=3000 if SOAK else 150,
    derandomize=not SOAK,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
COMMANDS = 40 if SOAK else 20
#: What a stored state may weigh: a fixed part, and so much for each element of the diagram.
BYTES, BYTES_PER_ELEMENT = 1_000, 400


@contextmanager
def uncompacted() -> Iterator[None]:
    """SpiffWorkflow keeps every task that ever ran."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "compact", lambda whole: 0)
        yield


@dataclass
class Run:
    """One case in three tracks."""

    process: ProcessDefinition
    now: datetime = START
    stored: bytes | None = None
    live: State | None = None
    plain: State | None = None
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
        """Carry out a command in all tracks. An error of the first leaves all as they were."""
        before = loads(self.stored) if self.stored else None
        state, happened = apply(self.process, CALENDAR, before, command)
        self.stored = dumps(state)
        recalled = recall(
            CASE,
            happened[0],
            at=command.at or self.now,
            actor=command.actor,
            on_behalf=command.on_behalf,
            source=command.source,
            command_id=command.command_id,
        )
        assert recalled == command
        self.live, replayed = apply(self.process, CALENDAR, self.live, recalled)
        with uncompacted():
            self.plain, as_it_comes = apply(self.process, CALENDAR, self.plain, recalled)
        for track, events in ((self.live, replayed), (self.plain, as_it_comes)):
            assert canonical([[e.type, e.payload] for e in events]) == canonical(
                [[e.type, e.payload] for e in happened]
            )
            assert digest(track) == digest(self.state)
        assert len(self.stored) <= BYTES + BYTES_PER_ELEMENT * len(self.process.elements)
        self.happened += happened
        return happened

    def submit(self, **variables: Any) -> None:
        self.do(Submit(process=self.process.key, variables=self._read(variables), **self._by("pengadu")))

    def complete(self, element: str, actor: str = "petugas", **variables: Any) -> None:
        """Finish the first open task of `element`."""
        name = next(n for n, item in self.state.work_items.items() if item.element == element)
        self.do(
            Complete(
                work_item=f"{CASE}:{name}", claim=True, variables=self._read(variables), **self._by(actor)
            )
        )

    def send(self, message: str) -> None:
        self.do(SendMessage(case=CASE, message=message, **self._by("petugas")))

    def of_item(self, kind: type[OfWorkItem], name: str, actor: str, **more: Any) -> None:
        self.do(kind(work_item=f"{CASE}:{name}", **self._by(actor), **more))

    def wait(self, **time: float) -> None:
        """Let time pass and fire what comes due, each instant as its own command, as `handle` does."""
        self.now += timedelta(**time)
        while due := self.state.due(self.now):
            at = max(due[0], self.state.last_at)
            self.do(FireTimers(case=CASE, due=due[0], **{**self._by("sistem"), "at": at}))

    def _by(self, actor: str) -> dict[str, Any]:
        return {"actor": actor, "source": "web", "command_id": str(len(self.happened)), "at": self.now}

    def _read(self, variables: dict[str, Any]) -> dict[str, Any]:
        """As `handle` seals it: only what expressions read."""
        return {k: v for k, v in variables.items() if k in self.process.variables}


answers = st.fixed_dictionaries(
    {
        "warna": st.sampled_from(("merah", "biru")),
        "angka": st.sampled_from((1, 2, 3, 3.5, None)),
        "ulang": st.sampled_from((True, False, False, None)),
    }
)
actors = st.sampled_from(("petugas", "petugas2"))
pauses = st.sampled_from((0, 0, 1, 30, 60, 120, 1500))
acts = st.sampled_from(("complete", "complete", "complete", "claim", "release", "delegate", "send", "gone"))


def act(run: Run, data: st.DataObject) -> None:
    """One random command; also some that must be refused."""
    run.wait(minutes=data.draw(pauses))
    items, messages = sorted(run.state.work_items), sorted(run.process.senders())
    kind = data.draw(acts)
    if kind == "gone":
        run.of_item(Claim, "T0:9", data.draw(actors))
    elif kind == "send":
        run.send(data.draw(st.sampled_from(messages)) if messages else "pesan_lain")
    elif items:
        name, actor = data.draw(st.sampled_from(items)), data.draw(actors)
        if kind == "complete":
            run.complete(run.state.work_items[name].element, actor, **data.draw(answers))
        elif kind == "delegate":
            run.of_item(Delegate, name, actor, to=data.draw(actors))
        else:
            run.of_item(Claim if kind == "claim" else Release, name, actor)


@RUNS
@given(bodies, st.data())
def test_random_commands_leave_the_same_case_stored_replayed_and_uncompacted(
    body: Any, data: st.DataObject
) -> None:
    run = Run(definition(body))
    try:
        run.submit(**data.draw(answers))
    except ExecutionFailed:
        return  # a null in the first condition: no case begins
    for _ in range(COMMANDS):
        if run.state.ended:
            break
        try:
            act(run, data)
        except Refused:
            continue
        except ExecutionFailed as failure:
            assert "None" in failure.message, "only a null may halt a process"
            if run.state.due(run.now):
                break  # the timer's own way is blocked: the case is halted until somebody mends it


@RUNS
@given(bodies)
def test_a_random_process_may_be_deployed(body: Any) -> None:
    assert lint(bpmn(body), FILENAME, form_files()) == []
