"""Multi-instance activities: an activity done several times, all at once or one after the other.

SpiffWorkflow 3.2 counts the instances by the ids of their tasks and hears of their end only in the process that began
them, so a stored case would wait for ever; it also leaves sub-processes running when the whole is taken away. This
keeps three numbers in the task that holds the instances. Its boundary events are those of the whole, as the standard has
it. Source: BPMN 2.0.2, 10.3.8 and 13.3.7; the three counters of a completion condition are Camunda 7's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task

from engine.definition.model import MOST_INSTANCES
from engine.errors import ExecutionFailed

#: Instances that may be open in one case, nested ones too.
MOST_OPEN = 500


class Instances(BpmnTaskSpec):  # type: ignore[misc]  # the library has no types
    """Stands in the flow for the activity; the instances are tasks of the activity's own spec under it.

    It has no BPMN id: what is named, open and passed is the instances.
    """

    at_once: ClassVar[bool]

    def __init__(self, wf_spec: Any, name: str, cardinality: str, condition: str | None, **more: Any) -> None:
        super().__init__(wf_spec, name, description=more.get("description"))
        self.cardinality = cardinality
        self.condition = condition
        #: Name of the spec of the instances; the parser sets it.
        self.task_spec = ""

    def _update_hook(self, my_task: Task) -> bool:
        if "instances" in my_task.internal_data:
            return False
        super()._update_hook(my_task)
        total = self._count(my_task)
        my_task.internal_data.update(instances=total, begun=0, done=0)
        if total == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        self._begin(my_task)
        return False

    def instance_done(self, workflow: Any, instance: Task) -> None:
        """One has ended: the whole has, too, or goes on."""
        my_task = instance.parent
        kept = my_task.internal_data
        kept["done"] += 1
        if kept["done"] == kept["instances"] or self._enough(my_task):
            for other in open_instances(my_task):
                other.cancel()
            my_task._ready()
        else:
            self._begin(my_task)

    def _begin(self, my_task: Task) -> None:
        """Those whose turn it is; also right for a case that moved here from where they went in another order."""
        kept = my_task.internal_data
        while kept["begun"] < kept["instances"] and (self.at_once or not any(open_instances(my_task))):
            kept["begun"] += 1
            spec = my_task.workflow.spec.task_specs[self.task_spec]
            instance = my_task._add_child(spec, TaskState.WAITING)
            instance.triggered = True
            instance.task_spec._update(instance)

    def _count(self, my_task: Task) -> int:
        context = my_task.workflow.script_engine
        found = context.value(my_task, self.cardinality)
        whole = isinstance(found, Decimal | int) and not isinstance(found, bool) and found == int(found)
        if not whole or not 0 <= found <= MOST_INSTANCES:
            absent = context.absent(my_task, self.cardinality)
            said = f"no answer for {', '.join(absent)}" if absent else repr(found)
            raise ExecutionFailed(
                f"{self.name}: expected a whole number from 0 to {MOST_INSTANCES} from `{self.cardinality}`, "
                f"found {said}; look at the answers it reads, then retry",
                element=self.name,
                expression=self.cardinality,
            )
        self._must_fit(my_task, int(found))
        return int(found)

    def _must_fit(self, my_task: Task, more: int) -> None:
        top = my_task.workflow.top_workflow
        standing = sum(
            1
            for part in (top, *top.subprocesses.values())
            for task in part.tasks.values()
            if isinstance(task.task_spec, Instances) and task.state == TaskState.STARTED
            for _ in open_instances(task)
        )
        if standing + more > MOST_OPEN:
            raise ExecutionFailed(
                f"{self.name}: expected at most {MOST_OPEN} instances open in a case, found {standing + more}; "
                "draw fewer inside each other",
                element=self.name,
            )

    def _enough(self, my_task: Task) -> bool:
        if self.condition is None:
            return False
        total, done = my_task.internal_data["instances"], my_task.internal_data["done"]
        counters = {
            "nrOfInstances": total,
            "nrOfCompletedInstances": done,
            "nrOfActiveInstances": sum(1 for _ in open_instances(my_task)),
        }
        before, my_task.data = my_task.data, {**my_task.data, **counters}
        try:
            return bool(my_task.workflow.script_engine.evaluate(my_task, self.condition))
        finally:
            my_task.data = before


class AtOnce(Instances):
    """All instances begin together."""

    at_once = True


class InTurn(Instances):
    """Each instance begins when the one before it has ended."""

    at_once = False


def holder_of(task: Task) -> Task | None:
    """What holds the instances, if the task is one of several."""
    return task.parent if task.parent is not None and isinstance(task.parent.task_spec, Instances) else None


def open_instances(my_task: Task) -> Iterator[Task]:
    """Those that have not ended."""
    for child in my_task.children:
        if child.task_spec.name == my_task.task_spec.task_spec and not child.has_state(
            TaskState.FINISHED_MASK
        ):
            yield child


def take_all_away(workflow: BpmnWorkflow) -> BpmnWorkflow:
    """Let nothing go on inside a task that is taken out of the tree: the library drops the instances of a cancelled
    holder as if they were predictions.
    """

    def removed(part: Any, task: Task) -> None:
        workflow.event_manager.remove_task(task)
        inside = workflow.subprocesses.pop(task.id, None)
        if inside is not None and not inside.completed:
            inside.cancel()

    workflow.task_removed_event.connect(removed)
    return workflow


class _Repeating:
    """A parser whose activity may be done several times."""

    PARALLEL_MI_CLASS = AtOnce
    SEQUENTIAL_MI_CLASS = InTurn
    task: Any

    def _copy_task_attrs(self, original: Any, loop_characteristics: Any = None) -> None:
        super()._copy_task_attrs(original, loop_characteristics)  # type: ignore[misc]
        # once, as it is read: specs are shared and never change while cases run
        original.completed_event.connect(self.task.instance_done)


class StepParser(_Repeating, TaskParser):  # type: ignore[misc]
    """Tasks of people."""


class InsideParser(_Repeating, SubWorkflowParser):  # type: ignore[misc]
    """Sub-processes."""


class CallParser(_Repeating, CallActivityParser):  # type: ignore[misc]
    """Called processes."""
