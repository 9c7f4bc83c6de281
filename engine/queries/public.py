"""What the public may ask: which process takes complaints, and where their own case is.

Whoever tracks has shown number and code; `code_fits` is that check, and the entry point makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.definition.model import Element, ProcessDefinition
from engine.definition.sop import listed
from engine.errors import NotAllowed, NotFound
from engine.forms.fields import Field
from engine.history import log
from engine.identity.policy import Actor, Subject, allowed
from engine.numbers import PREFIX, is_trial
from engine.office_hours import Explanation
from engine.queries.answered import Answered, Sealed, merged, open_answers
from engine.queries.case import (
    Activation,
    Entry,
    Step,
    activations,
    by_task,
    case_row,
    limits,
    rail,
    timeline,
)
from engine.runtime.ports import Ports
from engine.store import definitions
from engine.store.tables import cases


@dataclass(frozen=True, slots=True)
class Said:
    """What one completed form tells the complainant: its fields marked `publik` that hold an answer."""

    element: Element
    at: datetime
    values: tuple[tuple[Field, Any], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open task with its limit; `closes` when its timer ends the task by itself."""

    task: Activation
    explanation: Explanation | None
    closes: bool


@dataclass(frozen=True, slots=True)
class Tracking:
    """A case as the person sees it whose case it is."""

    number: str
    status: str  # "open" | "halted" | "ended"
    definition: ProcessDefinition
    submitted_at: datetime
    ended_at: datetime | None
    #: The end event that the case reached.
    ending: Element | None
    now: datetime
    rail: tuple[Step, ...]
    timeline: tuple[Entry, ...]
    #: Newest first; the last is the complaint itself. Empty once the person was erased.
    said: tuple[Said, ...]
    waiting: tuple[Waiting, ...]
    #: Each key's latest value, for what a form shows read-only.
    stored: Mapping[str, Any]
    erased: bool

    @property
    def own(self) -> Waiting | None:
        """The task that waits for the complainant, if there is one."""
        return next((w for w in self.waiting if w.task.element.public), None)


def public_process(ports: Ports, connection: Connection) -> ProcessDefinition:
    """The process that takes the public's complaints: the first active one by key whose first step is theirs.

    Raises `NotFound` where nothing such is deployed.
    """
    for definition_id in definitions.active_ids(connection):
        definition = ports.definition(connection, definition_id)
        if definition.elements[definition.entry].public:
            return definition
    raise NotFound("No active process takes complaints from the public; run `pengaduan deploy`.")


def office_names(ports: Ports, connection: Connection) -> tuple[str, ...]:
    """The office's names as the process that takes complaints has them. Raises `NotFound` where there is none."""
    return office_of(public_process(ports, connection))


def office_of(definition: ProcessDefinition) -> tuple[str, ...]:
    """The office's names from the SOP's identity block (`instansi_1` …), the largest unit first."""
    return tuple(listed(definition.properties, "instansi"))


def normalise_number(typed: str) -> str:
    """A case number as it is written, from what people type: "pgd 2026 123", "2026-000123"."""
    plain = "".join(filter(str.isalnum, typed.upper()))
    found = re.fullmatch(r"([A-Z]*)(\d{4})(\d{1,6})", plain)
    return f"{found[1] or PREFIX}-{found[2]}-{int(found[3]):06d}" if found else plain


def number_in(text: str) -> str | None:
    """The first thing in `text`, an address perhaps, that looks like a case number; as it is written."""
    found = re.search(r"(?<![A-Za-z0-9])[A-Za-z]{2,4}[-_ .]?\d{4}[-_ .]?\d{1,6}(?!\d)", text)
    return normalise_number(found[0]) if found else None


def code_fits(ports: Ports, connection: Connection, number: str, code: str) -> bool:
    """Whether this case exists and `code`, however typed, is its code; an unknown number takes as long, and so does a
    trial, which nobody tracks."""
    fits = ports.keyring.code_matches(number, code)
    known = connection.scalar(select(cases.c.number).where(cases.c.number == number)) is not None
    return fits and known and not is_trial(number)


def tracking(ports: Ports, connection: Connection, actor: Actor, number: str) -> Tracking:
    """The case `number` as its complainant may see it. Raises `NotFound`, and `NotAllowed` for another's case."""
    if not allowed(actor, "case:track", Subject(case=number)):
        raise NotAllowed(act="case:track")
    row = case_row(connection, number)
    definition = ports.definition(connection, row.definition_id)
    found = activations(connection, number, definition)
    answered = open_answers(ports, connection, Sealed(number, definition, row.wrapped), identity=True)
    return Tracking(
        number=number,
        status=row.status,
        definition=definition,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        ending=definition.elements.get(row.ending) if row.ending else None,
        now=ports.clock(connection),
        rail=rail(definition, found),
        timeline=timeline(log.read(connection, number), definition),
        said=tuple(_said(answered)),
        waiting=tuple(_waiting(connection, number, definition, found)),
        stored=merged(answered),
        erased=row.wrapped is None,
    )


def _said(answered: list[Answered]) -> Iterator[Said]:
    for one in answered:
        fields = one.schema.fields.values() if one.schema else ()
        values = tuple(
            (field, value)
            for field in fields
            if field.public
            and field.readonly is not True
            and not field.disabled
            and (value := _value(one.answers, field.path)) not in (None, "", [])
        )
        if values:
            yield Said(one.element, one.at, values)


def _value(answers: Mapping[str, Any], path: str) -> Any:
    """The answer at a flat path; what is inside repeated groups is not told to the public."""
    found: Any = answers
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _waiting(
    connection: Connection, number: str, definition: ProcessDefinition, found: tuple[Activation, ...]
) -> Iterator[Waiting]:
    open_tasks = [task for task in found if task.is_open]
    own = by_task(limits(connection, number, definition, [task.id for task in open_tasks]))
    closing = {
        e.attached_to
        for e in definition.elements.values()
        if e.event == "timer" and e.interrupting and e.attached_to
    }
    for task in open_tasks:
        limit = own.get(task.id)
        yield Waiting(task, limit.explanation if limit else None, closes=task.element.id in closing)
