"""A case's workflow as `apply` sees it: start, answer a task, send a message, fire a timer, what is open.

Names are ours and the same in every replay: `<element>:<nth activation>`. The library's random task
ids never leave this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition, MessageEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task

from engine.errors import EngineError, ExecutionFailed, NobodyWaits, StateUnreadable, WorkItemNotOpen
from engine.office_hours import Calendar
from engine.spiff.compact import compact
from engine.spiff.compiled import Compiled
from engine.spiff.context import Context
from engine.spiff.external import ExternalTask
from engine.spiff.instances import holder_of, take_all_away
from engine.spiff.joins import OPEN, reconsider
from engine.spiff.state import UNSTORED, dump, load, predict
from engine.spiff.thrown import catcher, caught
from engine.spiff.timers import Timer, due_of, recount
from engine.spiff.transplant import transplant

#: Tasks of the library in one act, its own helpers too. It overlooks what lies deeper than 1,000 levels: a loop
#: that nobody stops would end there without a word, and its case would wait for nothing.
MOST_AT_ONCE = 900


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open element: a person's task, a worker's, a timer, or another event that is waited for."""

    name: str
    element: str
    kind: str  # "task" | "external" | "timer" | "event"
    #: For a boundary event: the name of the activity it is attached to.
    attached: str | None = None
    due: datetime | None = None
    explanation: Any = None
    #: For one of several instances: the timers that limit all of them together.
    limits: tuple[str, ...] = ()


class Workflow:
    """One case's workflow, alive for one command or for a whole replay."""

    def __init__(self, workflow: BpmnWorkflow, activations: MutableMapping[str, int]) -> None:
        self._workflow = workflow
        self._activations = activations
        self._passed: list[str] = []
        self._finished = 0

    @classmethod
    def start(cls, made: Compiled, activations: MutableMapping[str, int]) -> Workflow:
        """A new workflow, not yet moved."""
        return cls(take_all_away(BpmnWorkflow(made.spec, made.subprocesses)), activations)

    @classmethod
    def load(cls, made: Compiled, stored: list[Any], activations: MutableMapping[str, int]) -> Workflow:
        """The workflow of `dump`. Raises `StateUnreadable` when it does not fit the definition."""
        try:
            return cls(take_all_away(load(made, stored)), activations)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise StateUnreadable(f"the stored state does not fit its definition: {error!r}") from error

    @classmethod
    def transplanted(
        cls,
        made: Compiled,
        stored: list[Any],
        mapping: Mapping[str, str],
        activations: MutableMapping[str, int],
    ) -> tuple[Workflow, Mapping[str, str]]:
        """The workflow of another version's `dump`, and the new name of every open activation that has one.

        Raises `NotMigratable`.
        """

        def next_name(element: str) -> str:
            activations[element] = nth = activations.get(element, 0) + 1
            return f"{element}:{nth}"

        moved = transplant(stored, made, mapping, next_name)
        return cls.load(made, moved.stored, activations), moved.renamed

    def dump(self) -> list[Any]:
        """JSON-able; empty when the case has ended."""
        return [] if self._workflow.completed else dump(self._workflow)

    def count_in(self, activations: MutableMapping[str, int]) -> None:
        """Count activations in this mapping from now on."""
        self._activations = activations

    def enter(
        self, variables: MutableMapping[str, Any], at: datetime, calendar: Calendar, behaviour: int
    ) -> None:
        """Set the world for the next act."""
        self._workflow.script_engine = Context(variables, at, calendar, behaviour)

    def advance(self) -> None:
        """Run everything that needs nobody, cut what is finished, name what has become open."""
        self._finished = 0
        try:
            self._workflow.do_engine_steps(did_complete_task=self._note)
            while reconsider(self._workflow):
                self._workflow.do_engine_steps(did_complete_task=self._note)
        except EngineError:
            raise
        except (SpiffWorkflowException, RecursionError) as error:
            raise ExecutionFailed(f"the process could not go on: {error}") from error
        self._workflow.get_events()  # uncaught escalations: read off the elements passed instead
        self._workflow.is_completed()
        compact(self._workflow)
        self._name_open()

    def settle(self) -> None:
        """After a transplant: let the limits begin that the new version has beside what is open."""
        for task in list(self._open()):
            if task.state == TaskState.WAITING and "name" not in task.internal_data:
                task.task_spec._update(task)
        self.advance()

    def complete(self, name: str) -> None:
        """Finish a person's or a worker's task and go on. Raises `WorkItemNotOpen`."""
        task = self._find(name)
        if task is None or task.state != TaskState.READY:
            raise WorkItemNotOpen(work_item=name)
        task.run()
        self.advance()

    def fire(self, name: str) -> bool:
        """Fire one due timer and go on; False when an earlier one has taken it away."""
        task = self._find(name)
        if task is None or task.state != TaskState.WAITING:
            return False
        if not task.children:
            predict(task)
        self._workflow.script_engine.firing = {task.id}
        task.task_spec._update(task)
        self._workflow.script_engine.firing = set()
        self.advance()
        return True

    def send(self, message: str) -> None:
        """Deliver a message to whoever waits for it. Raises `NobodyWaits`."""
        event = BpmnEvent(MessageEventDefinition(message), payload={})
        if not any(t.task_spec.catches(t, event) for t in self._workflow.event_manager.tasks.values()):
            raise NobodyWaits(message=message)
        self._workflow.send_event(event)
        self.advance()

    def throw_error(self, name: str, code: str) -> None:
        """Leave a worker's task by the error event that catches `code`. Raises `WorkItemNotOpen` and `NobodyWaits`."""
        task = self._find(name)
        if task is None:
            raise WorkItemNotOpen(work_item=name)
        catching = catcher(task, ErrorEventDefinition, code)
        if catching is None:
            raise NobodyWaits(
                f"expected an error event around {task.task_spec.bpmn_id} that catches {code}, found none; "
                "draw one, or let the worker report a failure",
                error_code=code,
            )
        caught(catching, BpmnEvent(ErrorEventDefinition(code, code=code)))
        self.advance()

    def recount(self, calendar: Calendar) -> None:
        """Let every pending timer that counts office hours run by `calendar`."""
        for task in self._open():
            definition = getattr(task.task_spec, "event_definition", None)
            if isinstance(definition, Timer) or (
                isinstance(task.task_spec, EventBasedGateway) and "due" in task.internal_data
            ):
                recount(task, calendar)

    @property
    def completed(self) -> bool:
        return bool(self._workflow.completed)

    def drain(self) -> list[str]:
        """The elements that were finished since the last call, in order, by name."""
        passed, self._passed = self._passed, []
        return passed

    def waiting(self) -> Iterator[Waiting]:
        """Every open element, in the order of the tree."""
        for task in self._open():
            name = task.internal_data.get("name")
            if name is None:
                continue
            definition = getattr(task.task_spec, "event_definition", None)
            if isinstance(task.task_spec, EventBasedGateway):
                yield from _raced(task)
            elif task.task_spec.manual:
                kind = "external" if isinstance(task.task_spec, ExternalTask) else "task"
                yield Waiting(name, task.task_spec.bpmn_id, kind, limits=_limits(task))
            elif isinstance(definition, Timer):
                yield Waiting(
                    name,
                    task.task_spec.bpmn_id,
                    "timer",
                    attached=_attached(task),
                    due=due_of(task),
                    explanation=task.internal_data.get("explanation"),
                )
            else:
                yield Waiting(name, task.task_spec.bpmn_id, "event", attached=_attached(task))

    def _open(self) -> Iterator[Task]:
        """The open tasks in the order of the tree, each sub-process before what follows it."""
        if self._workflow.completed:
            return
        inside = self._workflow.subprocesses
        pending = [self._workflow.task_tree]
        while pending:
            task = pending.pop()
            if task.state & UNSTORED:
                continue  # nothing is open below what has not come
            if task.state & OPEN:
                yield task
            pending.extend(reversed(task.children))
            if task.id in inside and not inside[task.id].completed:
                pending.append(inside[task.id].task_tree)

    def _find(self, name: str) -> Task | None:
        return next((t for t in self._open() if name in _names(t)), None)

    def _note(self, task: Task) -> None:
        self._finished += 1
        if self._finished > MOST_AT_ONCE:
            raise ExecutionFailed(
                f"{task.task_spec.name}: expected the process to come to a person, a timer or an end within "
                f"{MOST_AT_ONCE} elements, found a loop that goes on; mend its condition in the diagram"
            )
        if task.task_spec.bpmn_id is not None:
            self._passed.append(self._name(task))

    def _name(self, task: Task) -> str:
        name = task.internal_data.get("name")
        if name is None:
            element = task.task_spec.bpmn_id
            raced = task.parent.internal_data.get("raced", {}) if task.parent else {}
            name = task.internal_data["name"] = raced.get(element) or self._next(element)
        return str(name)

    def _next(self, element: str) -> str:
        self._activations[element] = nth = self._activations.get(element, 0) + 1
        return f"{element}:{nth}"

    def _name_open(self) -> None:
        """Name people's tasks, events and sub-processes. A join is named when it is passed."""
        for task in self._open():
            spec = task.task_spec
            if spec.bpmn_id is not None and (spec.manual or hasattr(spec, "event_definition")):
                self._name(task)
            if isinstance(spec, EventBasedGateway) and "raced" not in task.internal_data:
                # The events behind it are waited for in its own task; each gets its name now.
                task.internal_data["raced"] = {out.bpmn_id: self._next(out.bpmn_id) for out in spec.outputs}


def _names(task: Task) -> list[str]:
    """The task's own name, and those of the events that an event gateway waits for."""
    return [task.internal_data.get("name"), *task.internal_data.get("raced", {}).values()]


def _raced(task: Task) -> Iterator[Waiting]:
    """What an event gateway waits for: the events of the elements behind it, in their order."""
    spec = task.task_spec
    for out, definition in zip(spec.outputs, spec.event_definition.event_definitions, strict=True):
        name = task.internal_data["raced"][out.bpmn_id]
        if isinstance(definition, Timer):
            explanation = task.internal_data.get("explanation")
            yield Waiting(name, out.bpmn_id, "timer", due=due_of(task), explanation=explanation)
        else:
            yield Waiting(name, out.bpmn_id, "event")


def _limits(task: Task) -> tuple[str, ...]:
    """The timers beside what holds the instances that the task is one of."""
    whole = holder_of(task)
    beside = whole.parent.children if whole is not None and whole.parent is not None else ()
    return tuple(
        str(other.internal_data["name"])
        for other in beside
        if other.state == TaskState.WAITING
        and isinstance(getattr(other.task_spec, "event_definition", None), Timer)
        and "name" in other.internal_data
    )


def _attached(task: Task) -> str | None:
    """The name of the activity that a boundary event's task stands beside."""
    if not hasattr(task.task_spec, "cancel_activity") or task.parent is None:
        return None
    for sibling in task.parent.children:
        if not hasattr(sibling.task_spec, "cancel_activity"):
            name: str | None = sibling.internal_data.get("name")
            return name
    return None
