"""From the events of a command to the rows that lists and sweepers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import events
from engine.commands import COMPLAINANT, Command
from engine.definition.model import ProcessDefinition
from engine.events import Event
from engine.store import cases, outbox

#: What a form counts an answer as (`engine.forms.fields.REPORTED`) -> the column of `cases` that reports read.
COUNTED_AS: Mapping[str, str] = {"kategori": "category", "kanal": "channel", "nilai": "rating"}


@dataclass(slots=True)
class Rows:
    """What is to be written, gathered over all commands of one transaction."""

    case: str
    new_items: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_timers: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_external_tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    timers: dict[str, dict[str, Any]] = field(default_factory=dict)
    external_tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Columns of the case's own row, beside those that its state says.
    of_case: dict[str, Any] = field(default_factory=dict)
    messages: list[outbox.Message] = field(default_factory=list)
    #: What an open activation is called now -> what it was called when the transaction began.
    before: dict[str, str] = field(default_factory=dict)

    def item(self, name: str, **values: Any) -> None:
        """Change a task, which may be one that this very transaction makes."""
        _change(self.new_items, self.items, self.before.get(name, name), values)

    def ended(self) -> list[str]:
        """The tasks that were finished or taken away."""
        return [name for name, values in self.items.items() if "ended_at" in values]

    def timer(self, name: str, **values: Any) -> None:
        _change(self.new_timers, self.timers, self.before.get(name, name), values)

    def external_task(self, name: str, **values: Any) -> None:
        _change(self.new_external_tasks, self.external_tasks, self.before.get(name, name), values)

    def renamed(self, name: str, to: str) -> dict[str, Any]:
        """What a row gets whose activation is called `to` from now on."""
        if to != name:
            self.before[to] = self.before.get(name, name)
        element, _, nth = to.partition(":")
        return {"id": f"{self.case}:{to}", "element": element, "nth": int(nth)}

    def moved_items(self) -> dict[str, str]:
        """The tasks that stood before and are called otherwise now: name then -> name now."""
        return {was: to for to, was in self.before.items() if was in self.items}

    def write(self, connection: Connection, *, own_of: str | None) -> None:
        """At most one statement for each kind of change; `own_of` as in `cases`."""

        def qualified(rows: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
            return {f"{self.case}:{name}": row for name, row in rows.items()}

        cases.change_work_items(connection, qualified(self.items))
        cases.change_timers(connection, qualified(self.timers))
        cases.change_external_tasks(connection, qualified(self.external_tasks))
        cases.add_work_items(connection, [{**row, "own_of": own_of} for row in self.new_items.values()])
        cases.add_timers(connection, list(self.new_timers.values()))
        cases.add_external_tasks(connection, list(self.new_external_tasks.values()))
        if moved := qualified_names(self.case, self.moved_items()):
            cases.rename_work_items(connection, moved)
        outbox.enqueue(connection, self.messages)


def qualified_names(case: str, names: Mapping[str, str]) -> dict[str, str]:
    """Names inside a case as ids of rows."""
    return {f"{case}:{name}": f"{case}:{to}" for name, to in names.items()}


def _change(
    new: Mapping[str, dict[str, Any]],
    standing: dict[str, dict[str, Any]],
    name: str,
    values: Mapping[str, Any],
) -> None:
    """A row that this transaction makes, or one that stood before."""
    row = new.get(name)
    (row if row is not None else standing.setdefault(name, {})).update(values)


def project(rows: Rows, definition: ProcessDefinition, command: Command, happened: Sequence[Event]) -> None:
    """Add what `happened` changes to `rows`."""
    at = command.at
    assert at is not None
    for event in happened:
        said = event.payload
        rows.of_case |= {COUNTED_AS[name]: value for name, value in said.get("reported", {}).items()}
        match event.type:
            case events.WORK_ITEM_CREATED:
                rows.new_items[said["work_item"]] = _new_item(rows.case, definition, said, at)
                if not said["public"]:
                    rows.messages.append(_message(rows.case, event, said["group"], at, said["work_item"]))
                elif not said["work_item"].startswith(f"{definition.entry}:"):
                    rows.messages.append(_message(rows.case, event, COMPLAINANT, at, said["work_item"]))
            case events.WORK_ITEM_CLAIMED:
                rows.item(said["work_item"], assignee=command.actor)
            case events.WORK_ITEM_RELEASED:
                rows.item(said["work_item"], assignee=None)
            case events.WORK_ITEM_DELEGATED:
                rows.item(said["work_item"], assignee=said["to"])
            case events.WORK_ITEM_COMPLETED:
                rows.item(
                    said["work_item"], ended_at=at, ended_how="completed", ended_by=command.actor, cause=None
                )
                if said["claim"]:
                    rows.item(said["work_item"], assignee=command.actor)
            case events.WORK_ITEM_CANCELLED:
                rows.item(
                    said["work_item"],
                    ended_at=at,
                    ended_how="cancelled",
                    ended_by=command.actor,
                    cause=said["cause"],
                )
            case events.WORK_ITEM_MOVED:
                name, to = said["work_item"], said["to"]
                element = definition.elements[to.partition(":")[0]]
                rows.item(
                    name,
                    **rows.renamed(name, to),
                    form_id=element.form_ref,
                    candidate_group=said["group"],
                    public=said["public"],
                    due_at=_instant(said["due"]),
                    assignee=said["assignee"],
                )
            case events.TIMER_RENAMED:
                named = rows.renamed(said["timer"], said["to"])
                attached = f"{rows.case}:{said['work_item']}" if said["work_item"] else None
                rows.timer(said["timer"], id=named["id"], work_item_id=attached)
            case events.EXTERNAL_TASK_MOVED:
                name, to = said["external_task"], said["to"]
                served = {"topic": said["topic"], "candidate_group": said["group"]}
                rows.external_task(
                    name, **rows.renamed(name, to), **served, **(_UNLOCKED if to != name else {})
                )
            case events.WORK_ITEM_OVERDUE:
                rows.item(said["work_item"], overdue=True)
            case events.ESCALATION_RAISED:
                if said["work_item"]:
                    rows.item(said["work_item"], escalated_to=said["to"])
                rows.messages.append(_message(rows.case, event, said["to"], at, said["element"]))
            case events.TIMER_STARTED:
                rows.new_timers[said["timer"]] = _new_timer(rows.case, said, at)
            case events.TIMER_FIRED:
                rows.timer(said["timer"], status="fired", ended_at=at, next_try=None)
            case events.TIMER_CANCELLED:
                rows.timer(said["timer"], status="cancelled", ended_at=at, next_try=None)
            case events.TIMER_MOVED:
                due = _instant(said["due"])
                moved = {"due_at": due, "next_try": due, "explanation": said["explanation"]}
                rows.timer(said["timer"], **moved, calendar_version=said["calendar"])
                if said["work_item_due"]:
                    rows.item(said["work_item"], due_at=_instant(said["work_item_due"]))
                for name, item_due in said.get("instances", {}).items():
                    rows.item(name, due_at=_instant(item_due))
            case events.EXTERNAL_TASK_CREATED:
                rows.new_external_tasks[said["external_task"]] = _new_external_task(rows.case, said, at)
            case events.EXTERNAL_TASK_COMPLETED:
                rows.external_task(said["work_item"], ended_at=at, ended_how="completed", **_UNLOCKED)
            case events.ERROR_THROWN:
                rows.external_task(said["work_item"], ended_at=at, ended_how="error", **_UNLOCKED)
            case events.EXTERNAL_TASK_CANCELLED:
                rows.external_task(said["external_task"], ended_at=at, ended_how="cancelled", **_UNLOCKED)
            case events.CASE_ENDED:
                rows.of_case["ended_at"] = at
                if "restricted_to" in said:
                    rows.of_case |= {"restricted_to": said["restricted_to"], "referred_by": command.actor}
                    rows.messages.append(
                        _message(rows.case, event, said["restricted_to"], at, said["element"])
                    )


def submitted_item(case: str, definition: ProcessDefinition, command: Command, name: str) -> dict[str, Any]:
    """The row of a case's first task, which is made and completed in one command."""
    assert command.at is not None
    element = definition.elements[definition.entry]
    said = {"work_item": name, "group": element.group or "", "public": element.public, "due": None}
    return {
        **_new_item(case, definition, said, command.at),
        "ended_at": command.at,
        "ended_how": "completed",
        "ended_by": command.actor,
    }


def _new_item(
    case: str, definition: ProcessDefinition, said: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    element, _, nth = said["work_item"].partition(":")
    return {
        "id": f"{case}:{said['work_item']}",
        "case_number": case,
        "element": element,
        "nth": int(nth),
        "form_id": definition.elements[element].form_ref,
        "candidate_group": said["group"],
        "public": said["public"],
        "assignee": None,
        "created_at": at,
        "due_at": _instant(said["due"]),
        "overdue": False,
        "escalated_to": None,
        "ended_at": None,
        "ended_how": None,
        "ended_by": None,
        "cause": None,
    }


_UNLOCKED: Mapping[str, Any] = {"worker_id": None, "locked_until": None}


def _new_external_task(case: str, said: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    element, _, nth = said["external_task"].partition(":")
    return {
        "id": f"{case}:{said['external_task']}",
        "case_number": case,
        "element": element,
        "nth": int(nth),
        "topic": said["topic"],
        "candidate_group": said["group"],
        "created_at": at,
    }


def _new_timer(case: str, said: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "id": f"{case}:{said['timer']}",
        "case_number": case,
        "work_item_id": f"{case}:{said['work_item']}" if said["work_item"] else None,
        "started_at": at,
        "due_at": _instant(said["due"]),
        "duration": said["duration"],
        "calendar_version": said["calendar"],
        "explanation": said["explanation"],
        "status": "pending",
        "ended_at": None,
        "next_try": _instant(said["due"]),
    }


def _message(case: str, event: Event, to: str, at: datetime, about: str) -> outbox.Message:
    """References only: what it says is rendered when it is sent."""
    return outbox.Message(
        id=f"{case}:{event.type}:{about}",
        case_number=case,
        kind=event.type,
        recipient=to,
        payload=dict(event.payload),
        created_at=at,
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
