"""Finished tasks cut out of a task tree, so that a case of 200 loops is as small as one of none.

SpiffWorkflow keeps every task that ever ran: a reply loop adds 15 levels, and at about 1,000 levels
the case stalls without a word. What is finished matters only to what is open: as the task just before it,
or as the split whose branches it belongs to. The rest goes, also beside a branch that stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.task import Task

from engine.spiff.instances import Instances
from engine.spiff.joins import OPEN


def compact(workflow: BpmnWorkflow) -> int:
    """Cut what is finished, in sub-processes too; return how many tasks went."""
    return sum(_compact(workflow, part) for part in (workflow, *list(workflow.subprocesses.values())))


def _compact(workflow: BpmnWorkflow, part: Any) -> int:
    tokens = [t for t in part.tasks.values() if t.has_state(OPEN) and not isinstance(t.task_spec, _EndJoin)]
    if part.completed or not tokens:
        return 0
    root = part.task_tree
    keep = {root.id}
    for token in tokens:
        keep.update(task.id for task in (*_under(token), *_needed(token)))
    order = _subtree(root)
    children: dict[Any, list[Task]] = {task_id: [] for task_id in keep}
    for task in order:
        if task.id in keep and task is not root:
            children[_above(task, keep).id].append(task)
    for task in order:
        if task.id not in keep:
            workflow.event_manager.remove_task(task)
            workflow.subprocesses.pop(task.id, None)
            del part.tasks[task.id]
    for task in part.tasks.values():
        task.children = children[task.id]
        for child in children[task.id]:
            child.parent = task
    part.last_task = root
    return len(order) - len(keep)


def _under(token: Task) -> list[Task]:
    """The token and what is under it; of several instances, those that have ended are counted and go."""
    if not isinstance(token.task_spec, Instances):
        return _subtree(token)
    own = token.task_spec.task_spec
    ended = {
        task.id
        for task in token.children
        if task.task_spec.name == own and task.has_state(TaskState.FINISHED_MASK)
    }
    return [task for task in _subtree(token) if task.id not in ended]


def _needed(token: Task) -> Iterator[Task]:
    """The finished tasks that an open one needs: the one before it, and what else its split has led to."""
    yield token.parent
    if isinstance(token.parent.task_spec, BoundaryEventSplit):
        # Without an event that has happened, what came of it would be taken for the activity itself.
        yield from token.parent.children


def _above(task: Task, keep: set[Any]) -> Task:
    above = task.parent
    while above.id not in keep:
        above = above.parent
    return above


def _subtree(top: Task) -> list[Task]:
    """All tasks under `top`, itself first, by a loop: the library's iterator stops at 1,000 levels."""
    found, pending = [], [top]
    while pending:
        task = pending.pop()
        found.append(task)
        pending.extend(reversed(task.children))
    return found
