"""The one pure step: (definition, calendar, state, sealed command) -> (state, events).

No clock, database, random number, network or form in here; the command brings its own time. Replay,
dry run and simulation are this function again. The guards of each command stand beside it; a refused
command has changed nothing.

`BEHAVIOUR` is raised whenever a recorded command would be answered differently than before; the old
answer then stays, chosen by the recorded number (`tests/golden` holds histories of each).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from engine.commands import (
    COMPLAINANT,
    Attach,
    Claim,
    Command,
    Comment,
    Complete,
    CompleteExternalTask,
    Delegate,
    FireTimers,
    Migrate,
    OfWorkItem,
    RecountTimers,
    Release,
    RetryIncident,
    RevealIdentity,
    SendMessage,
    Submit,
    ThrowError,
)
from engine.definition.model import ProcessDefinition
from engine.errors import AlreadyClaimed, CaseEnded, NotClaimed, WorkItemNotOpen
from engine.events import Event, record
from engine.office_hours import Calendar
from engine.runtime.moving import moved
from engine.runtime.state import ExternalTask, Snapshot, State, WorkItem
from engine.runtime.step import Step, World, element_of
from engine.spiff.compiled import compiled
from engine.spiff.workflow import Workflow

#: 2: an error or escalation of a sub-process reaches the nearest event that catches it, and no other.
BEHAVIOUR = 2


def apply(
    definition: ProcessDefinition,
    calendar: Calendar,
    state: State | None,
    command: Command,
    *,
    behaviour: int = BEHAVIOUR,
) -> tuple[State, list[Event]]:
    """Carry out a sealed command, or one that was recorded with an earlier `behaviour`.

    `state` is None for `Submit` only. The first event is the command's own. Raises a `Refused` error
    when the command is not possible now and `ExecutionFailed` when the process cannot go on.
    """
    world = World(definition, calendar, behaviour)
    if isinstance(command, Submit):
        return _submit(world, command)
    assert state is not None, "only a submission starts without a state"
    if state.ended and not isinstance(command, OfWorkItem | RevealIdentity | Comment | Attach):
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
    step = Step(world, empty, at, workflow, activations)
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
    step = Step.resume(world, state, _at(command))
    step.put(command.variables)
    step.run(lambda: step.workflow.complete(command.activation))
    return step.finish(command, answered=command.activation)


@_apply.register
def _complete_external(
    command: CompleteExternalTask, world: World, state: State
) -> tuple[State, list[Event]]:
    """That the worker holds the lock was looked at with its row; here the task only has to be waiting."""
    waiting(state, command)
    step = Step.resume(world, state, _at(command))
    step.put(command.variables)
    step.run(lambda: step.workflow.complete(command.activation))
    return step.finish(command, answered=command.activation)


@_apply.register
def _throw(command: ThrowError, world: World, state: State) -> tuple[State, list[Event]]:
    waiting(state, command)
    step = Step.resume(world, state, _at(command))
    step.run(lambda: step.workflow.throw_error(command.activation, command.error_code))
    return step.finish(command, answered=command.activation)


@_apply.register
def _recount(command: RecountTimers, world: World, state: State) -> tuple[State, list[Event]]:
    step = Step.resume(world, state, _at(command))
    step.recount()
    return step.finish(command)


@_apply.register
def _migrate(command: Migrate, world: World, state: State) -> tuple[State, list[Event]]:
    """`world` is that of the version to go on in."""
    return moved(world, state, command)


@_apply.register
def _send(command: SendMessage, world: World, state: State) -> tuple[State, list[Event]]:
    step = Step.resume(world, state, _at(command))
    step.run(lambda: step.workflow.send(command.message))
    return step.finish(command)


@_apply.register
def _fire(command: FireTimers, world: World, state: State) -> tuple[State, list[Event]]:
    """Fire what is due at `due` one after the other: those that leave their task open first, so that none
    interrupts before an escalation of the same instant; then by name, so that no order is left to chance.
    """
    step = Step.resume(world, state, _at(command))
    elements = world.definition.elements
    due = [name for name, timer in state.timers.items() if timer.due <= command.due]
    for name in sorted(due, key=lambda n: (elements[element_of(n)].interrupting, n)):
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


@_apply.register
def _comment(command: Comment, world: World, state: State) -> tuple[State, list[Event]]:
    """What is said is beside the process: nothing in it moves."""
    return replace(state, last_at=_at(command)), [record(command)]


@_apply.register
def _attach(command: Attach, world: World, state: State) -> tuple[State, list[Event]]:
    """A file is beside the process too. After the end staff may complete the record; the complainant begins anew."""
    if state.ended and COMPLAINANT in (command.actor, command.on_behalf):
        raise CaseEnded(ending=state.ending)
    return replace(state, last_at=_at(command)), [record(command)]


def answerable(state: State, command: Complete) -> WorkItem:
    """The open task that `command` may finish. Raises `WorkItemNotOpen`, `NotClaimed` or `AlreadyClaimed`.

    The complainant's own tasks are nobody's to take; `claim` takes a free one in the same act.
    """
    item = _open(state, command)
    if not item.public and not (command.claim and item.assignee is None):
        _must_hold(item, command)
    return item


def waiting(state: State, command: CompleteExternalTask | ThrowError) -> ExternalTask:
    """The service task that waits for the worker who sends `command`. Raises `WorkItemNotOpen`."""
    task = state.external_tasks.get(command.activation)
    if task is None:
        raise WorkItemNotOpen(work_item=command.work_item)
    return task


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
