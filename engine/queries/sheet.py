"""What the archive sheet of a case says: the SOP's steps beside what became of them, and what proves the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from engine.definition.model import Element, Lane
from engine.forms.fields import Field
from engine.history import log
from engine.history.chain import GENESIS, verify_chain
from engine.identity.policy import Actor
from engine.queries.answered import Answered
from engine.queries.attachments import Attached, attached
from engine.queries.case import case_row, in_order, names_of
from engine.queries.case_file import CaseFile, case_file
from engine.queries.proof import Covering, covering
from engine.queries.public import office_of
from engine.queries.stays import Stay
from engine.runtime.ports import Ports
from engine.store.seals import Head

#: So many completed forms stand on a sheet, the newest; the sheet says how many do not.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the SOP, with every time that the case came to it."""

    element: Element
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is kept of a case on paper."""

    case: CaseFile
    #: The office's names from the identity block of the case's own version, the largest unit first.
    office: tuple[str, ...]
    #: Every user task of the diagram in the SOP's order, also one that the case never came to.
    steps: tuple[Step, ...]
    #: What reports count the case as (`laporan`); it outlasts an erasure.
    category: str | None
    channel: str | None
    #: Sequence and hash of the newest event.
    head: Head
    #: The first event at which the hash chain is not whole.
    broken: int | None
    #: The first seal that covers the newest event.
    seal: Covering | None
    #: Lane -> who finished the newest task in it: the lanes of the staff, in the diagram's order.
    signing: tuple[tuple[Lane, str | None], ...]
    #: In the order they came; empty once the person was erased.
    files: tuple[Attached, ...]
    #: Forms that were completed and are not on the sheet, being too many.
    left_out: int
    #: User id -> display name, of everybody on the sheet.
    names: Mapping[str, str]
    printed_by: str

    @property
    def entry(self) -> Answered | None:
        """The form that was sent in; None once the person was erased."""
        return self.case.answered[-1] if self.case.answered else None

    @property
    def identity(self) -> tuple[tuple[Field, Any], ...]:
        """Who the complainant is, as far as they said: (field, answer), with None for what is kept from the reader."""
        entry = self.entry
        if entry is None or entry.schema is None:
            return ()
        return tuple(
            (field, entry.answers.get(path))
            for path, field in entry.schema.fields.items()
            if field.identity and (path in entry.veiled or entry.answers.get(path))
        )


def sheet(
    ports: Ports, connection: Connection, actor: Actor, number: str, *, identity: bool = False
) -> Sheet:
    """The sheet of `number` as `actor` may read the case; `identity` after they have revealed it.

    Raises as `case_file` does. A fixed number of statements, however long the case.
    """
    case = case_file(ports, connection, actor, number, identity=identity, opened=MOST)
    row = case_row(connection, number)
    history = log.read(connection, number)
    problems = verify_chain(history, (row.last_seq, row.last_hash))
    head = (history[-1].seq, history[-1].hash) if history else (0, GENESIS)
    completed = [one for one in case.activations if one.ended_how == "completed" and one.element.form_ref]
    files = attached(ports, connection, row)
    names = {**case.names, **names_of(connection, [actor.id, *(one.by for one in files)])}
    return Sheet(
        case=case,
        office=office_of(case.definition),
        steps=tuple(
            Step(element, tuple(stay for stay in case.stays if stay.task.element.id == element.id))
            for element in in_order(case.definition)
        ),
        category=row.category,
        channel=row.channel,
        head=head,
        broken=problems[0].seq if problems else None,
        seal=covering(connection, history, number, head[0]) if history else None,
        signing=tuple((lane, _last_in(lane, case)) for lane in case.definition.lanes if not lane.public),
        files=files,
        left_out=0 if case.erased else max(len(completed) - len(case.answered), 0),
        names=names,
        printed_by=names.get(actor.id, actor.id),
    )


def _last_in(lane: Lane, case: CaseFile) -> str | None:
    finished = [
        (task.ended, task.ended_by)
        for task in case.activations
        if task.element.lane == lane and task.ended and task.ended_how == "completed" and task.ended_by
    ]
    return max(finished)[1] if finished else None
