"""What the receipt and the answer letter of a case say, for the complainant and for the staff who may print them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.commands import COMPLAINANT
from engine.definition.model import Element, ProcessDefinition
from engine.forms.fields import Field
from engine.identity.policy import Actor, Subject, allowed, complaint_of, shield_of
from engine.queries.answered import Answered, Sealed, open_answers
from engine.queries.awaited import Allowance, allowance_of, latest, tells_the_public, way_to
from engine.queries.case import case_row, must, names_of
from engine.queries.public import Said, Tracking, office_of, tracking
from engine.runtime.ports import Ports

#: Acts of which one is enough: the complainant's own, the counter's for them, and for the letter the readers'.
_RECEIPT = ("case:track", "work_item:complete")
_LETTER = (*_RECEIPT, "case:read")


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a complaint was received: what, when, by whom, and what comes next."""

    #: As the complainant sees it. Its `stored` holds who they are, also when that is secret: not for paper.
    case: Tracking
    #: The office's names from the identity block of the case's own version, the largest unit first.
    office: tuple[str, ...]
    #: The form that was sent in, without what is secret; None once the person was erased.
    entry: Answered | None
    #: The complainant asked that nobody learns who they are.
    secret: bool
    #: The member of the staff who entered it for them, by name.
    received_by: str | None
    #: The reader acts for the complainant at the counter.
    at_counter: bool

    @property
    def identity(self) -> tuple[tuple[Field, Any], ...]:
        """Who the complainant is, as far as they said and it is not secret: (field, answer), the name first."""
        return tuple(
            (field, value)
            for path, field in (self.entry.schema.fields.items() if self.entry and self.entry.schema else ())
            if field.identity and self.entry and (value := self.entry.answers.get(path))
        )

    @property
    def complaint(self) -> Said | None:
        """The complaint, as far as the complainant reads it while tracking; its title is the first value."""
        entry = self.case.definition.entry
        return next((said for said in reversed(self.case.said) if said.element.id == entry), None)


@dataclass(frozen=True, slots=True)
class Letter(Receipt):
    """The newest answer of the office, or where it is to come from."""

    answer: Said | None
    #: How many answers there were up to and with this one.
    nth: int
    #: What the complainant wrote after an earlier answer, and this one answers.
    reply: Said | None
    #: What they wrote after this one.
    replied: Said | None
    #: How long there is to reply once that is asked for; None where the diagram says nothing.
    reply_within: Allowance | None
    #: The step that writes the answer, where one always does.
    written_at: Element | None
    #: When it is there at the latest, if every step takes all of its time.
    expected: datetime | None


def receipt(ports: Ports, connection: Connection, actor: Actor, number: str) -> Receipt:
    """The receipt of `number`. Raises `NotFound`; `NotAllowed` for all but the complainant and the counter."""
    return Receipt(**_read(ports, connection, actor, number, _RECEIPT))


def letter(ports: Ports, connection: Connection, actor: Actor, number: str) -> Letter:
    """The answer letter of `number`, with `answer` None before there is one. Raises `NotFound` and `NotAllowed`."""
    shared = _read(ports, connection, actor, number, _LETTER)
    case: Tracking = shared["case"]
    definition = case.definition
    answers = [found for said in case.said if (found := _of_office(said, shared["secret"]))]
    answer = answers[0] if answers else None
    replies = [s for s in case.said if s.element.public and s.element.id != definition.entry]
    step = next((task for task in definition.user_tasks() if tells_the_public(definition, task)), None)
    return Letter(
        **shared,
        answer=answer,
        nth=len(answers),
        reply=_before(replies, answer) if answer else None,
        replied=replies[0] if answer and replies and replies[0].at > answer.at else None,
        reply_within=_reply_within(definition, answer.element) if answer else None,
        written_at=step,
        expected=None
        if answer
        else latest(definition, ports.active_calendar(connection), case.waiting, case.now),
    )


def _read(
    ports: Ports, connection: Connection, actor: Actor, number: str, acts: tuple[str, ...]
) -> Mapping[str, Any]:
    row = case_row(connection, number)
    definition = ports.definition(connection, row.definition_id)
    subject = complaint_of(definition, number, shield_of(row))
    must(actor, subject, *acts)
    sealed = Sealed(number, definition, row.wrapped)
    opened = open_answers(ports, connection, sealed)
    entry = next((one for one in opened if one.work_item == sealed.entry), None)
    received_by = None if row.own_of else row.entered_by
    return {
        "case": tracking(ports, connection, Actor(COMPLAINANT, case=number), number),
        "office": office_of(definition),
        "entry": entry,
        "secret": any(_asks_for_secrecy(one) for one in opened),
        "received_by": names_of(connection, [received_by]).get(received_by) if received_by else None,
        "at_counter": _at_counter(actor, subject),
    }


def _at_counter(actor: Actor, subject: Subject) -> bool:
    return not actor.is_complainant and allowed(actor, "work_item:complete", subject)


def _asks_for_secrecy(one: Answered) -> bool:
    fields = one.schema.fields if one.schema else {}
    return any(f.veils_identity and one.answers.get(path) is True for path, f in fields.items())


def _of_office(said: Said, secret: bool) -> Said | None:
    """What a step of the office told the complainant, without who they are when that is secret."""
    values = tuple((field, value) for field, value in said.values if not (secret and field.identity))
    return Said(said.element, said.at, values) if values and not said.element.public else None


def _before(replies: list[Said], answer: Said) -> Said | None:
    """The newest reply that the answer answers."""
    return next((reply for reply in replies if reply.at < answer.at), None)


def _reply_within(definition: ProcessDefinition, after: Element) -> Allowance | None:
    way = way_to(definition, after, lambda element: element.kind == "userTask" and element.public)
    return allowance_of(definition, way[-1]) if way else None
