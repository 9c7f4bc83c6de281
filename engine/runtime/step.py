"""One command's walk through the workflow, and the events that tell what became of the case on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import events
from engine.commands import Command
from engine.definition.model import Element, ProcessDefinition
from engine.events import Event, record
from engine.office_hours import Calendar
from engine.runtime.state import Snapshot, State, Timer, WorkItem
from engine.spiff.workflow import Waiting, Workflow


@dataclass(frozen=True, slots=True)
class World:
    """What `apply` is given besides the state and the command."""

    definition: ProcessDefinition
    calendar: Calendar


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
        workflow.enter(self.variables, at, world.calendar)

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
        element = element_of(work_item)
        for passed in map(self._passed_element, self.passed):
            if passed and passed.attached_to == element and passed.interrupting:
                return passed.id
        return after.ending

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
