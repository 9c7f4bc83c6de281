"""Finished branches cut out of a task tree, so that a case of 200 loops is as small as one of none.

SpiffWorkflow keeps every task that ever ran: a reply loop adds 15 levels, and at about 1,000 levels
the case stalls without a word. Only what lies under the lowest common ancestor of the open tasks can
still matter to a join; the rest goes.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.task import Task

from engine.spiff.state import OPEN


def compact(workflow: BpmnWorkflow) -> int:
    """Cut what is finished; return how many tasks went. Sub-processes are left as they are."""
    if workflow.completed:
        return 0
    open_tasks = [
        t for t in workflow.tasks.values() if t.has_state(OPEN) and not isinstance(t.task_spec, _EndJoin)
    ]
    if not open_tasks:
        return 0
    top = _common_ancestor(open_tasks)
    if (
        top.has_state(OPEN)
        and top.parent is not None
        and isinstance(top.parent.task_spec, BoundaryEventSplit)
    ):
        # A task whose timers have all fired: the join after it still looks for the split above it.
        top = top.parent
    root = workflow.task_tree
    if top is root or top.parent is root:
        return 0
    keep = {task.id for task in _subtree(top)} | {root.id}
    gone = [task for task in workflow.tasks.values() if task.id not in keep]
    root.children = [top]
    top.parent = root
    for task in gone:
        workflow.event_manager.remove_task(task)
        workflow.subprocesses.pop(task.id, None)
        del workflow.tasks[task.id]
    workflow.last_task = root
    return len(gone)


def _common_ancestor(tasks: list[Task]) -> Task:
    paths = [_path(task) for task in tasks]
    common = paths[0][0]
    for level in zip(*paths, strict=False):
        if any(task is not level[0] for task in level):
            break
        common = level[0]
    return common


def _path(task: Task) -> list[Task]:
    path = []
    while task is not None:
        path.append(task)
        task = task.parent
    return path[::-1]


def _subtree(top: Task) -> list[Task]:
    """All tasks under `top`, by a loop: the library's iterator stops at 1,000 levels."""
    found, pending = [], [top]
    while pending:
        task = pending.pop()
        found.append(task)
        pending.extend(task.children)
    return found
