"""The state of a case between two commands, as values: what is open, who holds it, when it is due."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from engine.canonical_json import canonical
from engine.definition.model import ProcessDefinition
from engine.errors import StateUnreadable
from engine.spiff.compiled import compiled
from engine.spiff.workflow import Workflow

#: Format of the stored bytes.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class WorkItem:
    """An open task. Its name is `<element>:<nth>`; the element says the rest."""

    element: str
    group: str
    public: bool
    created: datetime
    due: datetime | None = None
    assignee: str | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """A pending timer; `attached` is the work item it limits, if any."""

    element: str
    due: datetime
    attached: str | None


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """A service task that waits for a worker; its topic and group are the element's."""

    element: str
    created: datetime


class Snapshot:
    """A workflow at rest as bytes, alive, or both.

    `take` hands a workflow over for one command. A snapshot that was never stored is spent by it, which
    is what a replay wants; a stored one can be taken again and again.
    """

    __slots__ = ("_live", "_stored")

    def __init__(self, live: Workflow | None = None, stored: bytes | None = None) -> None:
        self._live = live
        self._stored = stored

    def stored(self) -> bytes:
        """The stored form, made when first asked for."""
        if self._stored is None:
            if self._live is None:
                raise StateUnreadable("this state was already continued and had not been stored")
            self._stored = orjson.dumps(self._live.dump())
            self._live = None
        return self._stored

    def take(self, definition: ProcessDefinition, activations: dict[str, int]) -> Workflow:
        """A workflow for one command, counting in `activations`."""
        if self._live is not None:
            live, self._live = self._live, None
            live.count_in(activations)
            return live
        return Workflow.load(compiled(definition), orjson.loads(self.stored()), activations)


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides how a case goes on, and nothing that a person wrote."""

    snapshot: Snapshot
    variables: Mapping[str, Any]
    #: Element id -> how often it has been entered.
    activations: Mapping[str, int]
    work_items: Mapping[str, WorkItem]
    timers: Mapping[str, Timer]
    last_at: datetime
    external_tasks: Mapping[str, ExternalTask] = field(default_factory=dict)
    #: The end event that was reached, and how reports count it; None while the case is open.
    ending: str | None = None
    outcome: str | None = None

    @property
    def ended(self) -> bool:
        return self.ending is not None

    def due(self, now: datetime) -> list[datetime]:
        """The distinct instants, ascending, at which timers are due by `now`."""
        return sorted({t.due for t in self.timers.values() if t.due <= now})


def digest(state: State) -> str:
    """SHA-256 of the state in BPMN terms: what is open and due, how often each element was entered,
    the variables and the ending. No task id of the library is in it.
    """
    terms = canonical(
        {
            "open": {
                name: [w.group, w.assignee, w.due, w.overdue, w.created]
                for name, w in state.work_items.items()
            },
            "timers": {name: [t.due, t.attached] for name, t in state.timers.items()},
            "activations": state.activations,
            "variables": state.variables,
            "ending": state.ending,
            "at": state.last_at,
            **_external(state),
        }
    )
    return hashlib.sha256(terms).hexdigest()


def dumps(state: State) -> bytes:
    """The bytes that are stored with the case: a line of JSON, then the workflow's own."""
    head = {
        "format": FORMAT,
        "variables": state.variables,
        "activations": state.activations,
        "work_items": {
            n: [w.element, w.group, w.public, w.created, w.due, w.assignee, w.overdue]
            for n, w in state.work_items.items()
        },
        "timers": {n: [t.element, t.due, t.attached] for n, t in state.timers.items()},
        "last_at": state.last_at,
        "ending": state.ending,
        "outcome": state.outcome,
        **_external(state),
    }
    return orjson.dumps(head) + b"\n" + state.snapshot.stored()


def _external(state: State) -> dict[str, Any]:
    """Only where there is one: a case without service tasks is stored and digested as it always was."""
    external = {n: [task.element, task.created] for n, task in state.external_tasks.items()}
    return {"external": external} if external else {}


def loads(data: bytes) -> State:
    """The state of `dumps`. Raises `StateUnreadable` for another format or broken bytes."""
    try:
        head, _, workflow = data.partition(b"\n")
        stored = orjson.loads(head)
        if stored["format"] != FORMAT:
            raise StateUnreadable(
                f"expected state format {FORMAT}, found {stored['format']}; upgrade the program"
            )
        return State(
            snapshot=Snapshot(stored=workflow),
            variables=stored["variables"],
            activations=stored["activations"],
            work_items={
                n: WorkItem(element, group, public, _instant(created), _maybe(due), assignee, overdue)
                for n, (element, group, public, created, due, assignee, overdue) in stored[
                    "work_items"
                ].items()
            },
            timers={
                n: Timer(element, _instant(due), attached)
                for n, (element, due, attached) in stored["timers"].items()
            },
            last_at=_instant(stored["last_at"]),
            external_tasks={
                n: ExternalTask(element, _instant(created))
                for n, (element, created) in stored.get("external", {}).items()
            },
            ending=stored["ending"],
            outcome=stored["outcome"],
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise StateUnreadable(f"the stored state of the case is broken: {error!r}") from error


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
