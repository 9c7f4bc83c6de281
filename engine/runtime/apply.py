"""The one pure step: (definition, calendar, state, sealed command) -> (state, events).

No clock, database, random number, network or form in here; the command brings its own time. Replay,
dry run and simulation are this function again. The guards of each command stand beside it; a refused
command has changed nothing.

`BEHAVIOUR` is raised whenever a recorded command would be answered differently than before; the old
answer then stays, chosen by the recorded number (`tests/golden` holds histories of each).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from engine import events
from engine.commands import (
    Claim,
    Command,
    Complete,
    Delegate,
    FireTimers,
    OfWorkItem,
    Release,
    RetryIncident,
    RevealIdentity,
    SendMessage,
    Submit,
)
from engine.definition.model import Element, ProcessDefinition
from engine.errors import AlreadyClaimed, CaseEnded, NotClaimed, WorkItemNotOpen
from engine.events import Event, record
from engine.office_hours import Calendar
from engine.runtime.state import Snapshot, State, Timer, WorkItem
from engine.spiff.compiled import compiled
from engine.spiff.workflow import Waiting, Workflow

BEHAVIOUR = 1


@dataclass(frozen=True, slots=True)
class World:
    """What `apply` is given besides the state and the command."""

    definition: ProcessDefinition
    calendar: Calendar


def apply(
    definition: ProcessDefinition, calendar: Calendar, state: State | None, command: Command
) -> tuple[State, list[Event]]:
    """Carry out a sealed command.

    `state` is None for `Submit` only. The first event is the command's own. Raises a `Refused` error
    when the command is not possible now and `ExecutionFailed` when the process cannot go on.
    """
    world = World(definition, calendar)
    if isinstance(command, Submit):
        return _submit(world, command)
    assert state is not None, "only a submission starts without a state"
    if state.ended and not isinstance(command, OfWorkItem | RevealIdentity):
        raise CaseEnded(ending=state.ending)
    return _apply(command, world, state)


@singledispatch
def _apply(command: Command, world: World, state: State) -> tuple[State, list[Event]]:
    raise TypeError(f"no rule for {type(command).__name__}")


def _submit(world: World, command: Submit) -> tuple[State, list[Event]]:
    activations: dict[str, int] = {}
    workflow = Workflow.start(compiled(world.definition), activations)
    at = _at(command)
    empty = State(Snapshot(workflow), {}, activations, {}, {}, at)
    step = _Step(world, empty, at, workflow, activations)
    step.run(workflow.advance)
    entry = next(w.name for w in workflow.waiting() if w.element == world.definition.entry)
    step.put(command.variables)
    step.run(lambda: workflow.complete(entry))
    return step.finish(command, answered=entry, entry=entry)


@_apply.register
def _claim(command: Claim, world: World, state: State) -> tuple[State, list[Event]]:
    item = _open(state, command)
    if item.assignee == command.actor:
        return _held(state, command, item)
    _must_be_free(item)
    return _held(state, command, replace(item, assignee=command.actor))


@_apply.register
def _release(command: Release, world: World, state: State) -> tuple[State, list[Event]]:
    item = _open(state, command)
    _must_hold(item, command)
    return _held(state, command, replace(item, assignee=None))


@_apply.register
def _delegate(command: Delegate, world: World, state: State) -> tuple[State, list[Event]]:
    """Whose task it may be is for policy; here it only has to be open."""
    item = _open(state, command)
    return _held(state, command, replace(item, assignee=command.to), was=item.assignee)


@_apply.register
def _complete(command: Complete, world: World, state: State) -> tuple[State, list[Event]]:
    answerable(state, command)
    step = _Step.resume(world, state, _at(command))
    step.put(command.variables)
    step.run(lambda: step.workflow.complete(command.activation))
    return step.finish(command, answered=command.activation)


@_apply.register
def _send(command: SendMessage, world: World, state: State) -> tuple[State, list[Event]]:
    step = _Step.resume(world, state, _at(command))
    step.run(lambda: step.workflow.send(command.message))
    return step.finish(command)


@_apply.register
def _fire(command: FireTimers, world: World, state: State) -> tuple[State, list[Event]]:
    """Fire what is due at `due` one after the other: those that leave their task open first, so that none
    interrupts before an escalation of the same instant; then by name, so that no order is left to chance.
    """
    step = _Step.resume(world, state, _at(command))
    elements = world.definition.elements
    due = [name for name, timer in state.timers.items() if timer.due <= command.due]
    for name in sorted(due, key=lambda n: (elements[_element(n)].interrupting, n)):
        step.fire(name)
    return step.finish(command)


@_apply.register
def _retry(command: RetryIncident, world: World, state: State) -> tuple[State, list[Event]]:
    """Nothing in the case changes by trying again; what is tried comes as its own command."""
    return replace(state, last_at=_at(command)), [record(command)]


@_apply.register
def _reveal(command: RevealIdentity, world: World, state: State) -> tuple[State, list[Event]]:
    """Reading changes nothing but the record of who read."""
    return replace(state, last_at=_at(command)), [record(command)]


def answerable(state: State, command: Complete) -> WorkItem:
    """The open task that `command` may finish. Raises `WorkItemNotOpen`, `NotClaimed` or `AlreadyClaimed`.

    The complainant's own tasks are nobody's to take; `claim` takes a free one in the same act.
    """
    item = _open(state, command)
    if not item.public and not (command.claim and item.assignee is None):
        _must_hold(item, command)
    return item


class _Step:
    """One command's walk through the workflow, gathering what became of the case on the way."""

    def __init__(
        self, world: World, before: State, at: datetime, workflow: Workflow, activations: dict[str, int]
    ) -> None:
        self.world = world
        self.before = before
        self.at = at
        self.workflow = workflow
        self.variables: dict[str, Any] = dict(before.variables)
        self.activations = activations
        self.passed: list[str] = []
        self.fired: list[str] = []
        self.happened: list[Event] = []
        workflow.enter(self.variables, at, world.calendar)

    @classmethod
    def resume(cls, world: World, state: State, at: datetime) -> _Step:
        activations = dict(state.activations)
        return cls(world, state, at, state.snapshot.take(world.definition, activations), activations)

    def put(self, variables: Mapping[str, Any]) -> None:
        """Put a form's scalars in, those that an expression reads."""
        self.variables.update({k: v for k, v in variables.items() if k in self.world.definition.variables})

    def run(self, act: Callable[[], Any]) -> None:
        """Do one act in the workflow and note what it passed."""
        act()
        self._note(None)

    def fire(self, name: str) -> None:
        """Fire a timer, unless an earlier one of the same instant has taken it away."""
        if not self.workflow.fire(name):
            return
        attached = self.before.timers[name].attached
        self.fired.append(name)
        self.happened.append(Event(events.TIMER_FIRED, {"timer": name}))
        if attached and attached in {w.name for w in self.workflow.waiting()}:
            self.happened.append(Event(events.WORK_ITEM_OVERDUE, {"work_item": attached, "timer": name}))
        self._note(attached)

    def _note(self, limited: str | None) -> None:
        """What was passed; escalations among it concern the work item whose limit ran out, if one did."""
        passed = self.workflow.drain()
        self.passed += passed
        for name in passed:
            element = self._passed_element(name)
            if element is not None and element.escalation and element.kind != "boundaryEvent":
                raised = {"element": name, "to": element.escalation, "work_item": limited}
                self.happened.append(Event(events.ESCALATION_RAISED, raised))

    def state(self, waiting: Sequence[Waiting]) -> State:
        """The case as it stands with what is `waiting` now."""
        timers = {w.name: Timer(w.element, _due(w), w.attached) for w in waiting if w.kind == "timer"}
        overdue = {e.payload["work_item"] for e in self.happened if e.type == events.WORK_ITEM_OVERDUE}
        items = {w.name: self._item(w, timers, overdue) for w in waiting if w.kind == "task"}
        ending = self._ending() if self.workflow.completed else None
        return State(
            snapshot=Snapshot(self.workflow),
            variables=self.variables,
            activations=self.activations,
            work_items=items,
            timers=timers,
            last_at=self.at,
            ending=ending,
            outcome=self.world.definition.elements[ending].outcome if ending else None,
        )

    def finish(
        self, command: Command, answered: str | None = None, **facts: Any
    ) -> tuple[State, list[Event]]:
        """The new state, and the command's event with all its consequences in a fixed order."""
        waiting = list(self.workflow.waiting())
        after = self.state(waiting)
        calendar = self.world.calendar.version
        out = [record(command, passed=self.passed, calendar=calendar, **facts), *self.happened]
        explained = {w.name: w for w in waiting if w.kind == "timer"}
        for name in sorted(self.before.work_items.keys() - after.work_items.keys() - {answered}):
            out.append(
                Event(events.WORK_ITEM_CANCELLED, {"work_item": name, "cause": self._cause(name, after)})
            )
        for name in sorted(self.before.timers.keys() - after.timers.keys() - set(self.fired)):
            out.append(Event(events.TIMER_CANCELLED, {"timer": name}))
        for name, item in after.work_items.items():
            if name not in self.before.work_items:
                created = {
                    "work_item": name,
                    "group": item.group,
                    "public": item.public,
                    "due": _text(item.due),
                }
                out.append(Event(events.WORK_ITEM_CREATED, created))
        for name, timer in after.timers.items():
            if name not in self.before.timers:
                out.append(Event(events.TIMER_STARTED, self._started(name, timer, explained[name])))
        if after.ended:
            out.append(Event(events.CASE_ENDED, {"element": after.ending, "outcome": after.outcome}))
        return after, out

    def _item(self, waiting: Waiting, timers: Mapping[str, Timer], overdue: set[str]) -> WorkItem:
        known = self.before.work_items.get(waiting.name)
        if known is not None:
            return replace(known, overdue=True) if waiting.name in overdue else known
        element = self.world.definition.elements[waiting.element]
        limits = [t.due for t in timers.values() if t.attached == waiting.name]
        return WorkItem(element.id, element.group or "", element.public, self.at, min(limits, default=None))

    def _started(self, name: str, timer: Timer, waiting: Waiting) -> dict[str, Any]:
        said = self.world.definition.elements[timer.element].timer
        return {
            "timer": name,
            "work_item": timer.attached,
            "due": _text(timer.due),
            "duration": said.expression if said else None,
            "explanation": waiting.explanation,
            "calendar": None if said and said.wall_clock else self.world.calendar.version,
        }

    def _ending(self) -> str:
        """The end event that closed the case: the last one passed on the process's own level."""
        ends = [e for e in map(self._passed_element, reversed(self.passed)) if e and e.kind == "endEvent"]
        top = [e.id for e in ends if e.parent is None]
        return top[0] if top else ends[0].id

    def _cause(self, work_item: str, after: State) -> str | None:
        element = _element(work_item)
        for passed in map(self._passed_element, self.passed):
            if passed and passed.attached_to == element and passed.interrupting:
                return passed.id
        return after.ending

    def _passed_element(self, name: str) -> Element | None:
        return self.world.definition.elements.get(_element(name))


def _open(state: State, command: OfWorkItem) -> WorkItem:
    item = state.work_items.get(command.activation)
    if item is None:
        raise WorkItemNotOpen(work_item=command.work_item)
    return item


def _must_be_free(item: WorkItem) -> None:
    if item.assignee is not None:
        raise AlreadyClaimed(holder=item.assignee)


def _must_hold(item: WorkItem, command: OfWorkItem) -> None:
    if item.assignee is None:
        raise NotClaimed(work_item=command.work_item)
    if item.assignee != command.actor:
        raise AlreadyClaimed(holder=item.assignee)


def _held(state: State, command: OfWorkItem, item: WorkItem, **facts: Any) -> tuple[State, list[Event]]:
    """Only who holds the task has changed: the workflow is not woken for it."""
    work_items = {**state.work_items, command.activation: item}
    return replace(state, work_items=work_items, last_at=_at(command)), [record(command, **facts)]


def _at(command: Command) -> datetime:
    assert command.at is not None, "a command is sealed with its time before it is applied"
    return command.at.astimezone(UTC)


def _due(waiting: Waiting) -> datetime:
    assert waiting.due is not None, "a timer has a due instant from the moment it starts"
    return waiting.due


def _element(name: str) -> str:
    return name.partition(":")[0]


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
