"""A running case carried over to another version of its process: pure, as all of `apply`.

What is open goes on as it was: who holds it, when it came up, when it is due. What the new version has besides it
begins now (a limit that the old one had not); what it lost ends now. A task that comes to another group is free
again, for its holder may not be in it. Source: Camunda 7, process instance migration; notes of the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from engine import events
from engine.commands import Migrate
from engine.definition.model import ProcessDefinition
from engine.errors import NotMigratable
from engine.events import Event
from engine.runtime.state import State, Timer, WorkItem
from engine.runtime.step import Step, World
from engine.spiff.compiled import compiled
from engine.spiff.workflow import Workflow


def moved(world: World, state: State, command: Migrate) -> tuple[State, list[Event]]:
    """`world` is that of the new version. Raises `NotMigratable` with all reasons."""
    assert command.at is not None
    activations = dict(state.activations)
    workflow, renamed = Workflow.transplanted(
        compiled(world.definition), orjson.loads(state.snapshot.stored()), command.mapping, activations
    )
    carried = _carried(world.definition, state, command, renamed)
    step = Step(world, carried, command.at, workflow, activations)
    step.run(workflow.settle)
    after, (first, *rest) = step.finish(command)
    _must_be_the_same(carried, after)
    after = replace(after, work_items=_due_anew(carried, after))
    return after, [first, *_moves(world.definition, state, after, renamed), *rest]


def _carried(
    definition: ProcessDefinition, state: State, command: Migrate, renamed: Mapping[str, str]
) -> State:
    """The state before, in the words of the new version."""

    def new(name: str) -> str:
        return renamed.get(name, name)

    return replace(
        state,
        variables={**command.variables, **state.variables},
        work_items={new(n): _item(definition, new(n), item) for n, item in state.work_items.items()},
        timers={
            new(n): Timer(
                new(n).partition(":")[0], timer.due, new(timer.attached) if timer.attached else None
            )
            for n, timer in state.timers.items()
        },
        external_tasks={
            new(n): replace(task, element=new(n).partition(":")[0])
            for n, task in state.external_tasks.items()
        },
    )


def _item(definition: ProcessDefinition, name: str, item: WorkItem) -> WorkItem:
    element = definition.elements.get(name.partition(":")[0])
    if element is None or element.kind not in _OF_PEOPLE:
        raise NotMigratable(
            reasons=(("element_gone" if element is None else "kind_changed", name.partition(":")[0]),)
        )
    group = element.group or ""
    assignee = item.assignee if group == item.group else None
    return replace(item, element=element.id, group=group, public=element.public, assignee=assignee)


#: Tasks that a person does.
_OF_PEOPLE = frozenset({"userTask", "manualTask", "task"})


def _must_be_the_same(before: State, after: State) -> None:
    """A move opens and closes no task; where the process would go on by itself, it is not a move."""
    for name in sorted(before.work_items.keys() ^ after.work_items.keys()):
        raise NotMigratable(reasons=(("would_go_on", name.partition(":")[0]),))
    for name in sorted(before.external_tasks.keys() ^ after.external_tasks.keys()):
        raise NotMigratable(reasons=(("kind_changed", name.partition(":")[0]),))
    if after.ending:
        raise NotMigratable(reasons=(("would_go_on", after.ending),))


def _due_anew(before: State, after: State) -> dict[str, WorkItem]:
    """A task whose limits are others than before is due by what limits it now; an overdue one stays so."""
    return {
        name: item
        if item.overdue or _limits(before, name) == _limits(after, name)
        else replace(item, due=min(_limits(after, name).values(), default=None))
        for name, item in after.work_items.items()
    }


def _limits(state: State, name: str) -> dict[str, Any]:
    return {timer: one.due for timer, one in state.timers.items() if one.attached == name}


def _moves(
    definition: ProcessDefinition, before: State, after: State, renamed: Mapping[str, str]
) -> Iterator[Event]:
    """What of the open things is called or counted otherwise now."""
    for name, was in before.work_items.items():
        to = renamed.get(name, name)
        item = after.work_items[to]
        if to != name or replace(was, element=item.element) != item:
            said = {"group": item.group, "public": item.public, "assignee": item.assignee}
            due = item.due.isoformat() if item.due else None
            yield Event(events.WORK_ITEM_MOVED, {"work_item": name, "to": to, "due": due, **said})
    for name, timer in before.timers.items():
        to = renamed.get(name, name)
        attached = renamed.get(timer.attached, timer.attached) if timer.attached else None
        if to in after.timers and (to != name or attached != timer.attached):
            yield Event(events.TIMER_RENAMED, {"timer": name, "to": to, "work_item": attached})
    for name in before.external_tasks:
        to = renamed.get(name, name)
        element = definition.elements[after.external_tasks[to].element]
        served = {"topic": element.topic, "group": element.group or ""}
        yield Event(events.EXTERNAL_TASK_MOVED, {"external_task": name, "to": to, **served})
