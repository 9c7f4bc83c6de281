"""One task with everything that its page shows: open or finished, never a dead end.

A link to a task outlives the task. Whoever could work on it sees who finished it and where the case is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.canonical_json import from_canonical
from engine.definition.model import Element, ProcessDefinition
from engine.errors import NotAllowed, NotFound
from engine.forms.fields import FormSchema
from engine.history import log
from engine.identity.ending import working
from engine.identity.policy import (
    ANALYSTS,
    Actor,
    Shield,
    Subject,
    allowed,
    complaint_of,
    shield_of,
    subject_of,
)
from engine.office_hours import Explanation
from engine.queries.answered import Answered, Sealed, merged, open_answers
from engine.queries.case import (
    Activation,
    Entry,
    Step,
    activations,
    by_task,
    hidden,
    limits,
    names_of,
    rail,
    seen_as,
    timeline,
)
from engine.runtime.ports import Ports
from engine.store import drafts, incidents, users
from engine.store.tables import case_keys, cases


@dataclass(frozen=True, slots=True)
class Message:
    """A message event that the actor may send now; the names of `event` and what it leads to say what it does."""

    name: str
    event: Element
    leads_to: Element | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the actor has typed and not sent."""

    answers: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything about one task, for one actor, at one moment."""

    task: Activation
    case: str
    definition: ProcessDefinition
    case_status: str  # "open" | "halted" | "ended"
    submitted_at: datetime
    #: The end event that the case reached.
    ending: Element | None
    now: datetime
    #: Why it is due when it is; None without a limit.
    explanation: Explanation | None
    #: Acts of `engine.identity.policy` that are possible for this actor now, without `work_item:`.
    may: frozenset[str]
    #: All activations of the case, in the order they came up.
    activations: tuple[Activation, ...]
    #: The steps of the diagram: done, now, to come.
    rail: tuple[Step, ...]
    #: Everything that happened, ascending; empty when the actor may not read it.
    timeline: tuple[Entry, ...]
    #: Newest first; the last is the complaint itself. Empty when the actor may not read, or the person was erased.
    answered: tuple[Answered, ...]
    #: The person was erased: the history stays, what was written is gone.
    erased: bool
    draft: Draft | None
    messages: tuple[Message, ...]
    #: Who the task can be handed to: active members of its group, by user name.
    colleagues: tuple[users.User, ...]
    #: User id -> display name, of everybody on the page.
    names: Mapping[str, str]
    #: The incident that halts the case.
    halted_by: str | None

    @property
    def veiled(self) -> bool:
        """The complainant's identity is kept from this page."""
        return any(one.veiled for one in self.answered)

    @property
    def stored(self) -> Mapping[str, Any]:
        """Each key's latest value, for what the form shows read-only."""
        return merged(self.answered)

    @property
    def open_tasks(self) -> tuple[Activation, ...]:
        """Where the case is now."""
        return tuple(a for a in self.activations if a.is_open)


def task_page(
    ports: Ports, connection: Connection, actor: Actor, work_item: str, *, identity: bool = False
) -> TaskPage:
    """The task `work_item` as `actor` may see it; `identity` after they have revealed it.

    Raises `NotFound` for one that never existed or is kept from them, and `NotAllowed` with `group` and `lane` in
    its detail when it is another group's. At most ten statements, however long the case.
    """
    number, _, _ = work_item.partition(":")
    case = connection.execute(_CASE, {"number": number}).first()
    if case is None:
        raise NotFound(f"There is no task {work_item}; check the link.", work_item=work_item)
    definition = ports.definition(connection, case.definition_id)
    found = activations(connection, number, definition, case.own_of)
    task = next((a for a in found if a.id == work_item), None)
    if task is None:
        raise NotFound(f"There is no task {work_item}; check the link.", work_item=work_item)
    shield = shield_of(case)
    subject = subject_of(definition, task.element, number, shield)
    sendable = _sendable(actor, number, definition, shield)
    if not allowed(actor, "work_item:list", subject) and not any(
        e.attached_to == task.element.id for e in sendable
    ):
        if hidden(actor, subject, "work_item:list"):
            # a case that is kept from them is not even said to be there, here as in its file
            raise NotFound(f"There is no task {work_item}; check the link.", work_item=work_item)
        raise NotAllowed(
            f"The task {work_item} is for {task.group}; sign in as one of them, or ask the Sekretariat.",
            group=task.group,
            lane=task.element.lane.name if task.element.lane else "",
            act="work_item:list",
        )
    sealed = Sealed(number, definition, case.wrapped)
    reads = allowed(actor, "case:read", subject)
    opened = open_answers(ports, connection, sealed, identity=identity) if reads else []
    answered = [replace(one, by=seen_as(one.by, case.own_of)) for one in opened]
    tells = allowed(actor, "case:history", subject)
    history = timeline(log.read(connection, number), definition, case.own_of) if tells else ()
    limit = by_task(limits(connection, number, definition, [task.id])).get(task.id)
    may = _may(actor, task, subject)
    complaint = complaint_of(definition, number, shield)
    if any(one.veiled for one in answered) and allowed(actor, "identity:reveal", complaint):
        may |= {"reveal"}
    halted = incidents.halting(connection, number) if case.status == "halted" else None
    return TaskPage(
        task=task,
        case=number,
        definition=definition,
        case_status=case.status,
        submitted_at=case.submitted_at,
        ending=definition.elements.get(case.ending) if case.ending else None,
        now=ports.clock(connection),
        explanation=limit.explanation if limit else None,
        may=may,
        activations=found,
        rail=rail(definition, found),
        timeline=history,
        answered=tuple(answered),
        erased=case.wrapped is None,
        draft=_draft(ports, connection, actor, task, sealed) if "complete" in may else None,
        messages=_messages(definition, sendable, task, found),
        colleagues=_colleagues(ports, connection, task, subject, case.own_of) if "delegate" in may else (),
        names=names_of(connection, _people(answered, history, found)),
        halted_by=halted.id if halted else None,
    )


def form_of(ports: Ports, connection: Connection, work_item: str) -> FormSchema | None:
    """The form that a task is answered by, to read a post with; None where it has none. Raises `NotFound`."""
    number, _, activation = work_item.partition(":")
    case = connection.execute(_CASE, {"number": number}).first()
    definition = ports.definition(connection, case.definition_id) if case else None
    element = activation.partition(":")[0]
    if definition is None or element not in definition.elements:
        raise NotFound(f"There is no task {work_item}; check the link.", work_item=work_item)
    return definition.form_of(element)


_CASE = (
    select(
        cases.c.definition_id,
        cases.c.status,
        cases.c.ending,
        cases.c.submitted_at,
        cases.c.own_of,
        cases.c.restricted_to,
        cases.c.referred_by,
        case_keys.c.wrapped,
    )
    .outerjoin_from(cases, case_keys, case_keys.c.case_number == cases.c.number)
    .where(cases.c.number == bindparam("number"))
)


def _may(actor: Actor, task: Activation, subject: Subject) -> frozenset[str]:
    """What the policy grants and the task's state admits; `handle` asks both again."""
    # the complainant's own tasks are answered at the counter or by tracking; of a trial there is neither
    if not task.is_open or (subject.public and not subject.trial):
        return frozenset()
    if subject.public:
        return frozenset({"complete"} if allowed(actor, "work_item:complete", subject) else ())
    free, mine = task.assignee is None, task.assignee == actor.id
    possible = {
        "claim": free,
        "release": mine,
        "complete": free or mine,
        "delegate": free or mine or allowed(actor, "work_item:reassign", subject),
    }
    return frozenset(
        act for act, fits in possible.items() if fits and allowed(actor, f"work_item:{act}", subject)
    )


def _sendable(actor: Actor, number: str, definition: ProcessDefinition, shield: Shield) -> list[Element]:
    """The message events of the process that the actor's groups may send."""
    return [
        event
        for event in definition.elements.values()
        if event.message
        and allowed(actor, "message:send", Subject(case=number, group=event.group, shield=shield))
    ]


def _messages(
    definition: ProcessDefinition, sendable: Sequence[Element], task: Activation, found: Sequence[Activation]
) -> tuple[Message, ...]:
    """Those of them that an open step waits for: this task's, or, when it is finished, the case's."""
    waiting = {task.element.id} if task.is_open else {a.element.id for a in found if a.is_open}
    return tuple(
        Message(event.message, event, _next(definition, event))
        for event in sendable
        if event.message and event.attached_to in waiting
    )


def _next(definition: ProcessDefinition, event: Element) -> Element | None:
    return next(
        (definition.elements[f.target] for f in definition.flows.values() if f.source == event.id), None
    )


def _draft(
    ports: Ports, connection: Connection, actor: Actor, task: Activation, sealed: Sealed
) -> Draft | None:
    kept = drafts.load(connection, task.id, actor.id)
    if kept is None or sealed.wrapped is None:
        return None
    key = ports.keyring.unwrap(sealed.case, sealed.wrapped)
    return Draft(from_canonical(ports.keyring.open(key, drafts.seal_name(task.id), kept.blob)), kept.saved_at)


def _colleagues(
    ports: Ports, connection: Connection, task: Activation, subject: Subject, own_of: str | None
) -> tuple[users.User, ...]:
    group = ANALYSTS if subject.trial else task.group
    people = working(connection, users.in_group(connection, group), ports.clock)
    return tuple(user for user in people if user.id not in (task.assignee, own_of))


def _people(
    answered: Sequence[Answered], history: Sequence[Entry], found: Sequence[Activation]
) -> Iterator[str | None]:
    yield from (one.by for one in answered)
    yield from (entry.actor for entry in history)
    for task in found:
        yield from (task.assignee, task.ended_by)
