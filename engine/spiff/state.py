"""A workflow at rest: small, by reference to its spec, the same text for the same tree.

One row a task, in the order of the tree: `[spec, state, parent row, triggered, internal data]`. Predicted
tasks are left out and predicted again when needed; task data is left out because the variables live
in the case's state (notes of the project: the library's own deltas lose data when keys are sorted).
Sub-processes follow as `[row of their parent task, rows]`, the outermost first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task

from engine.spiff.compiled import Compiled
from engine.spiff.joins import OPEN
from engine.spiff.timers import Timer

#: Not stored: what may never come, and what is certain to be made again.
UNSTORED = TaskState.PREDICTED_MASK | TaskState.FUTURE


def dump(workflow: BpmnWorkflow) -> list[Any]:
    """JSON-able rows: the main process, then each sub-process still in the tree."""
    rows, index = _dump_tree(workflow.task_tree)
    stored: list[Any] = [rows]
    known = {task_id: (0, row) for task_id, row in index.items()}
    # A sub-process is stored after the tree that holds its parent task.
    for task_id, sub in sorted(workflow.subprocesses.items(), key=lambda pair: pair[1].depth):
        if task_id in known and not sub.completed:
            sub_rows, sub_index = _dump_tree(sub.task_tree)
            stored.append([*known[task_id], sub_rows])
            known.update({t: (len(stored) - 1, row) for t, row in sub_index.items()})
    return stored


def load(made: Compiled, stored: list[Any]) -> BpmnWorkflow:
    """The workflow of `stored`, with its predictions made anew."""
    workflow = BpmnWorkflow(made.spec, made.subprocesses, deserializing=True)
    ids = count(1)
    trees = [_load_tree(workflow, stored[0], ids)]
    for tree, row, rows in stored[1:]:
        parent = trees[tree][row]
        spec = made.subprocesses[parent.task_spec.spec]
        sub = BpmnSubWorkflow(spec, parent.id, workflow, deserializing=True)
        workflow.subprocesses[parent.id] = sub
        trees.append(_load_tree(sub, rows, ids))
    for tasks in trees:
        for task in tasks:
            if task.has_state(OPEN):
                waits = task.has_state(TaskState.WAITING) and isinstance(task.task_spec, CatchingEvent)
                if waits:
                    workflow.event_manager.add_task(task)
                if not (waits and isinstance(task.task_spec.event_definition, Timer)):
                    predict(task)
    return workflow


def predict(task: Task) -> None:
    """Make the tasks that may follow, which the library needs when `task` runs. Timers wait for theirs: most never
    fire, and only `Workflow.fire` can make one.
    """
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def _dump_tree(root: Task) -> tuple[list[list[Any]], dict[Any, int]]:
    rows: list[list[Any]] = []
    index: dict[Any, int] = {}
    pending = [(root, -1)]
    while pending:
        task, parent = pending.pop()
        if task.state & UNSTORED and parent >= 0:
            continue
        row = len(rows)
        index[task.id] = row
        # What an event gateway has seen serves it from the event to its run, which is one command.
        internal = {k: v for k, v in task.internal_data.items() if k != "seen_events"}
        rows.append([task.task_spec.name, task.state, parent, int(task.triggered), internal])
        pending.extend((child, row) for child in reversed(task.children))
    return rows, index


def _load_tree(workflow: Any, rows: list[list[Any]], ids: Iterator[int]) -> list[Task]:
    tasks: list[Task] = []
    specs = workflow.spec.task_specs
    for name, state, parent, triggered, internal in rows:
        above = tasks[parent] if parent >= 0 else None
        # A number serves as an id, and is looked up several times as fast as a random UUID.
        task = Task(workflow, specs[name], above, state=state, id=next(ids))
        task.triggered = bool(triggered)
        task.internal_data = internal
        tasks.append(task)
    workflow.task_tree = tasks[0]
    return tasks
