"""Joins that count the tokens that wait at them now.

SpiffWorkflow 3.2 counts every task that ever came to a join, those of an earlier pass through a loop too: when
the branches are finished in another order than before, it goes on while one of them is still open. It also
drops what an earlier passing of the same join led to. These look at what waits, and leave the rest alone.
Source: BPMN 2.0.2, 13.4.1 (parallel gateway) and 13.4.3 (inclusive gateway).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task

#: Has a token on it.
OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class _Join:
    """A token waits here until enough of them have come; one from each flow goes into the one that passes."""

    inputs: list[Any]

    def _update_hook(self, my_task: Task) -> bool:
        arrived = {my_task.parent.task_spec.name: my_task}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task.state == TaskState.WAITING:
                arrived.setdefault(task.parent.task_spec.name, task)
        if not self._enough(my_task, arrived):
            my_task._set_state(TaskState.WAITING)
            return False
        for task in arrived.values():
            if task is not my_task:
                task.cancel()
        my_task._inherit_data()
        return True

    def _enough(self, my_task: Task, arrived: Mapping[str, Task]) -> bool:
        raise NotImplementedError


class ParallelGateway(_Join, defaults.ParallelGateway):  # type: ignore[misc]  # the library has no types
    """Passes when every incoming flow has a token."""

    def _enough(self, my_task: Task, arrived: Mapping[str, Task]) -> bool:
        return {spec.name for spec in self.inputs} <= arrived.keys()

    def _run_hook(self, my_task: Task) -> bool:
        return True


class InclusiveGateway(_Join, defaults.InclusiveGateway):  # type: ignore[misc]
    """Passes when no token can still come by a flow that has none, but for those that come by one that has."""

    def _enough(self, my_task: Task, arrived: Mapping[str, Task]) -> bool:
        empty = {spec.name for spec in self.inputs} - arrived.keys()
        if not empty:
            return True
        ways = (self._ways_in(task) for task in _tokens(my_task) if task.task_spec is not self)
        return not any(way & empty and not way & arrived.keys() for way in ways)

    def _ways_in(self, token: Task) -> set[str]:
        """The inputs by which a token can come here without passing here."""
        seen, todo, found = {token.task_spec.name}, [token.task_spec], set()
        while todo:
            spec = todo.pop()
            for after in spec.outputs:
                if after is self:
                    found.add(spec.name)
                elif after.name not in seen:
                    seen.add(after.name)
                    todo.append(after)
        return found

    def _run_hook(self, my_task: Task) -> bool:
        matches, default = self._get_matching_outputs(my_task)
        if not matches and not default:
            raise WorkflowException("no condition is true and there is no default flow", task_spec=self)
        my_task._sync_children(matches or default, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


def reconsider(workflow: Any) -> bool:
    """Look again at the inclusive joins that wait: what others did elsewhere may let one pass. Whether it did."""
    passed = False
    for part in (workflow, *workflow.subprocesses.values()):
        for task in list(part.tasks.values()):
            if isinstance(task.task_spec, InclusiveGateway) and task.state == TaskState.WAITING:
                task.task_spec._update(task)
                passed |= task.state == TaskState.READY
    return passed


def _tokens(my_task: Task) -> Iterator[Task]:
    """Every task of the same level that holds a token: it is open, or the next one after a finished task."""
    for task in my_task.workflow.tasks.values():
        if task is not my_task and (task.has_state(OPEN) or _just_reached(task)):
            yield task


def _just_reached(task: Task) -> bool:
    return bool(task.state == TaskState.FUTURE and task.parent.state == TaskState.COMPLETED)
