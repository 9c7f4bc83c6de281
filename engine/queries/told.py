"""Tasks and limits of a case as its events tell of them, one event after the other; no projection is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import events
from engine.definition.model import ProcessDefinition
from engine.history.chain import StoredEvent
from engine.office_hours import Calendar, Explanation
from engine.queries.case import Activation, Limit, seen_as, timeline
from engine.queries.stays import Change, Stay, changes_of_hands, stay


class Told:
    """What the events heard so far have told. They are a replay's, so that their payloads are as `apply` makes them."""

    def __init__(
        self, number: str, own_of: str | None, calendar_of: Callable[[int | None], Calendar]
    ) -> None:
        self._number, self._own_of, self._calendar_of = number, own_of, calendar_of
        #: By the name in the case, `<element>:<nth>`.
        self._tasks: dict[str, Activation] = {}
        self._limits: dict[str, Limit] = {}
        self._changes: dict[str, list[Change]] = {}
        #: A task's id -> the names of its timers.
        self._timers: dict[str, list[str]] = {}

    def hear(self, event: StoredEvent, definition: ProcessDefinition) -> None:
        """Take in the next event; one that is about neither a task nor a timer changes nothing."""
        said = event.payload
        match event.type:
            case events.CASE_SUBMITTED:
                self._come(said["entry"], event, definition)
                self._end(said["entry"], event, "completed")
            case events.WORK_ITEM_CREATED:
                self._come(said["work_item"], event, definition)
            case events.WORK_ITEM_CLAIMED | events.WORK_ITEM_RELEASED | events.WORK_ITEM_DELEGATED:
                self._change_hands(event, definition)
            case events.WORK_ITEM_COMPLETED:
                self._end(said["work_item"], event, "completed")
            case events.WORK_ITEM_CANCELLED:
                self._end(said["work_item"], event, "cancelled", definition)
            case events.WORK_ITEM_OVERDUE:
                self._put(said["work_item"], overdue=True)
            case events.TIMER_STARTED:
                self._start(event, definition)
            case events.TIMER_MOVED:
                self._move(said)
            case events.WORK_ITEM_MOVED:
                self._go_on(event, definition)
            case events.TIMER_RENAMED:
                self._rename(said)
            case events.TIMER_FIRED:
                self._limits[said["timer"]] = replace(
                    self._limits[said["timer"]], status="fired", ended=event.at
                )
            case events.TIMER_CANCELLED:
                self._limits[said["timer"]] = replace(
                    self._limits[said["timer"]], status="cancelled", ended=event.at
                )

    def stay(self, name: str, until: datetime) -> Stay | None:
        """The time of the task up to then, or to its end; None for what is none (a service's)."""
        task = self._tasks.get(name)
        if task is None:
            return None
        mine = [self._limits[timer] for timer in self._timers.get(task.id, ())]
        own = min(mine, key=lambda limit: limit.due, default=None)
        return stay(task, self._changes.get(name, ()), own, self._limits.values(), self._calendar_of, until)

    def _come(self, name: str, event: StoredEvent, definition: ProcessDefinition) -> None:
        element, _, nth = name.partition(":")
        due = event.payload.get("due")
        self._tasks[name] = Activation(
            id=f"{self._number}:{name}",
            element=definition.elements[element],
            nth=int(nth),
            group=definition.elements[element].group or "",
            assignee=None,
            created=event.at,
            due=datetime.fromisoformat(due) if due else None,
            overdue=False,
            ended=None,
            ended_how=None,
            ended_by=None,
            cause=None,
        )

    def _change_hands(self, event: StoredEvent, definition: ProcessDefinition) -> None:
        """The holder, as the times are reckoned by."""
        for name, changes in changes_of_hands(timeline([event], definition, self._own_of)).items():
            self._changes.setdefault(name, []).extend(changes)
            self._put(name, assignee=changes[-1][1])

    def _end(
        self, name: str, event: StoredEvent, how: str, definition: ProcessDefinition | None = None
    ) -> None:
        cause = event.payload.get("cause")
        self._put(
            name,
            ended=event.at,
            ended_how=how,
            ended_by=seen_as(event.actor, self._own_of),
            cause=definition.elements.get(cause) if definition and cause else None,
        )

    def _put(self, name: str, **changed: Any) -> None:
        if name in self._tasks:  # a service's task has a name of the same kind
            self._tasks[name] = replace(self._tasks[name], **changed)

    def _go_on(self, event: StoredEvent, definition: ProcessDefinition) -> None:
        """The task is another version's from now on, with the time that it had taken."""
        said = event.payload
        name, to = said["work_item"], said["to"]
        was = self._tasks.pop(name)
        element, _, nth = to.partition(":")
        self._tasks[to] = replace(
            was,
            id=f"{self._number}:{to}",
            element=definition.elements[element],
            nth=int(nth),
            group=said["group"],
            assignee=said["assignee"],
            due=datetime.fromisoformat(said["due"]) if said["due"] else None,
        )
        changes = self._changes.pop(name, [])
        if was.assignee != said["assignee"]:
            changes.append((event.at, said["assignee"]))
        self._changes[to] = changes
        self._timers[f"{self._number}:{to}"] = self._timers.pop(was.id, [])

    def _rename(self, said: Mapping[str, Any]) -> None:
        timer, to = said["timer"], said["to"]
        task = f"{self._number}:{said['work_item']}" if said["work_item"] else None
        self._limits[to] = replace(self._limits.pop(timer), work_item=task)
        if task:
            others = [one for one in self._timers.get(task, ()) if one != timer]
            self._timers[task] = [*others, to]

    def _start(self, event: StoredEvent, definition: ProcessDefinition) -> None:
        said = event.payload
        task = f"{self._number}:{said['work_item']}" if said["work_item"] else None
        if task:
            self._timers.setdefault(task, []).append(said["timer"])
        self._limits[said["timer"]] = Limit(
            work_item=task,
            event=definition.elements.get(said["timer"].partition(":")[0]),
            started=event.at,
            due=datetime.fromisoformat(said["due"]),
            explanation=Explanation.from_json(said["explanation"]),
            status="pending",
            ended=None,
            calendar=said["calendar"],
        )

    def _move(self, said: Mapping[str, Any]) -> None:
        self._limits[said["timer"]] = replace(
            self._limits[said["timer"]],
            due=datetime.fromisoformat(said["due"]),
            explanation=Explanation.from_json(said["explanation"]),
            calendar=said["calendar"],
        )
        if said["work_item"] and said["work_item_due"]:
            self._put(said["work_item"], due=datetime.fromisoformat(said["work_item_due"]))
