"""One command's walk through the workflow, and the events that tell what became of the case on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import events
from engine.commands import Command
from engine.definition.model import Element, ProcessDefinition
from engine.errors import EngineError
from engine.events import Event, record
from engine.expression import parse
from engine.office_hours import Calendar
from engine.runtime.state import ExternalTask, Snapshot, State, Timer, WorkItem
from engine.spiff.workflow import Waiting, Workflow


@dataclass(frozen=True, slots=True)
class World:
    """What `apply` is given besides the state and the command."""

    definition: ProcessDefinition
    calendar: Calendar
    #: As which behaviour of `apply` the command is answered.
    behaviour: int


class Step:
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
        #: Pending timers run by another calendar from now on.
        self.recounted = False
        workflow.enter(self.variables, at, world.calendar, world.behaviour)

    @classmethod
    def resume(cls, world: World, state: State, at: datetime) -> Step:
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
        attached = self.before.timers[name].attached
        limited = [attached] if attached in self.before.work_items else self._limited_by(name)
        if not self.workflow.fire(name):
            return
        self.fired.append(name)
        self.happened.append(Event(events.TIMER_FIRED, {"timer": name}))
        open_now = {w.name for w in self.workflow.waiting()} if limited else ()
        for item in limited:
            if item in open_now:
                self.happened.append(Event(events.WORK_ITEM_OVERDUE, {"work_item": item, "timer": name}))
        self._note(attached)

    def _limited_by(self, timer: str) -> list[str]:
        """Of several instances, those that one limit is for."""
        return [w.name for w in self.workflow.waiting() if w.kind == "task" and timer in w.limits]

    def recount(self) -> None:
        """Let the pending timers run by the calendar in force."""
        self.recounted = True
        self.workflow.recount(self.world.calendar)

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
        external = {w.name: self._external_task(w) for w in waiting if w.kind == "external"}
        ending = self._ending() if self.workflow.completed else None
        return State(
            snapshot=Snapshot(self.workflow),
            variables=self.variables,
            activations=self.activations,
            work_items=items,
            timers=timers,
            last_at=self.at,
            external_tasks=external,
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
        for name in sorted(self.before.external_tasks.keys() - after.external_tasks.keys() - {answered}):
            out.append(
                Event(
                    events.EXTERNAL_TASK_CANCELLED,
                    {"external_task": name, "cause": self._cause(name, after)},
                )
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
        for name, task in after.external_tasks.items():
            if name not in self.before.external_tasks:
                element = self.world.definition.elements[task.element]
                said = {"external_task": name, "topic": element.topic, "group": element.group or ""}
                out.append(Event(events.EXTERNAL_TASK_CREATED, said))
        items = after.work_items
        for name, timer in after.timers.items():
            before = self.before.timers.get(name)
            if before is None:
                out.append(Event(events.TIMER_STARTED, self._started(name, timer, explained[name])))
            elif before.due != timer.due:
                moved = self._moved(name, timer, explained[name], items)
                several = {
                    w.name: _text(items[w.name].due) for w in waiting if name in w.limits and w.name in items
                }
                out.append(Event(events.TIMER_MOVED, {**moved, "instances": several} if several else moved))
        if after.ending:
            out.append(Event(events.CASE_ENDED, self._ended(after.ending, after)))
        return after, out

    def _ended(self, ending: str, after: State) -> dict[str, Any]:
        """What is told of the end; whom alone the case is for now, only where the end event restricts it."""
        element = self.world.definition.elements[ending]
        said = {"element": ending, "outcome": after.outcome}
        if element.restricted_to and self._restricts(element):
            said["restricted_to"] = element.restricted_to
        return said

    def _restricts(self, end: Element) -> bool:
        """Whether the end event's `terbatas_bila` holds; what cannot be told to be false restricts."""
        if end.restricted_if is None:
            return True
        condition = parse(end.restricted_if)
        if any(self.variables.get(name) is None for name in condition.names):
            return True
        try:
            return condition.evaluate(self.variables, now=self.at) is not False
        except EngineError:
            return True

    def _item(self, waiting: Waiting, timers: Mapping[str, Timer], overdue: set[str]) -> WorkItem:
        known = self.before.work_items.get(waiting.name)
        limits = [t.due for n, t in timers.items() if t.attached == waiting.name or n in waiting.limits]
        if known is not None:
            if self.recounted and limits:
                known = replace(known, due=min(limits))
            return replace(known, overdue=True) if waiting.name in overdue else known
        element = self.world.definition.elements[waiting.element]
        return WorkItem(element.id, element.group or "", element.public, self.at, min(limits, default=None))

    def _external_task(self, waiting: Waiting) -> ExternalTask:
        known = self.before.external_tasks.get(waiting.name)
        return known or ExternalTask(waiting.element, self.at)

    def _moved(
        self, name: str, timer: Timer, waiting: Waiting, items: Mapping[str, WorkItem]
    ) -> dict[str, Any]:
        limited = items.get(timer.attached or "")
        return {
            "timer": name,
            "work_item": timer.attached,
            "due": _text(timer.due),
            "work_item_due": _text(limited.due) if limited else None,
            "explanation": waiting.explanation,
            "calendar": self.world.calendar.version,
        }

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
        element = element_of(work_item)
        for passed in map(self._passed_element, self.passed):
            if passed and passed.attached_to == element and passed.interrupting:
                return passed.id
        several = self.world.definition.elements[element].instances is not None
        return after.ending or (element if several else None)

    def _passed_element(self, name: str) -> Element | None:
        return self.world.definition.elements.get(element_of(name))


def _due(waiting: Waiting) -> datetime:
    assert waiting.due is not None, "a timer has a due instant from the moment it starts"
    return waiting.due


def element_of(name: str) -> str:
    """The element of `<element>:<nth>`, its nth activation."""
    return name.partition(":")[0]


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
