"""Finding a complaint again by its words, when the number is lost: a name, a telephone number, what it was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from engine.definition.model import Element, ProcessDefinition
from engine.identity.policy import Actor, allowed, complaint_of, shield_of
from engine.queries.answered import Sealed, open_titles
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store.search import cases_with, words
from engine.store.tables import case_keys, cases, work_items

#: More than these are not shown: one more word tells them apart.
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A case in a list of the counter: where it is, and until when."""

    number: str
    #: The complaint's title, where the actor may read it.
    title: str | None
    submitted_at: datetime
    status: str  # "open" | "halted" | "ended"
    #: The steps that are open now.
    steps: tuple[Element, ...]
    ending: Element | None
    #: When the first of its open tasks is due.
    due: datetime | None


def find(
    ports: Ports, connection: Connection, actor: Actor, text: str, *, limit: int = MOST
) -> tuple[Found, ...]:
    """The cases of `numbers_with`, as rows of a list. Six statements at most."""
    return described(ports, connection, actor, numbers_with(ports, connection, actor, text, limit=limit))


def numbers_with(
    ports: Ports, connection: Connection, actor: Actor, text: str, *, limit: int = MOST
) -> Sequence[str]:
    """The cases that hold every word of `text`, the latest first, without those that are kept from `actor`.

    Nothing is found by words that are in every text ("yang", "dan").
    """
    asked = words(text)
    if not asked:
        return ()
    readable = readable_cases(ports, connection, actor, "case:search")
    holding = cases_with(connection, ports.keyring, asked)
    return connection.scalars(holding.where(readable).limit(limit)).all()


def described(
    ports: Ports, connection: Connection, actor: Actor, numbers: Sequence[str]
) -> tuple[Found, ...]:
    """These cases as rows of a list, in the order given. Three statements, none for no case."""
    if not numbers:
        return ()
    query = select(cases, case_keys.c.wrapped).outerjoin(case_keys, case_keys.c.case_number == cases.c.number)
    rows = {row.number: row for row in connection.execute(query.where(cases.c.number.in_(numbers)))}
    definitions = {number: ports.definition(connection, row.definition_id) for number, row in rows.items()}
    titles = open_titles(
        ports,
        connection,
        [
            Sealed(number, definitions[number], row.wrapped)
            for number, row in rows.items()
            if _reads(actor, definitions[number], row)
        ],
    )
    first_due = (
        select(work_items.c.case_number, func.min(work_items.c.due_at).label("due"))
        .where(work_items.c.case_number.in_(numbers), work_items.c.ended_at.is_(None))
        .group_by(work_items.c.case_number)
    )
    due = {row.case_number: row.due for row in connection.execute(first_due)}
    return tuple(
        _found(rows[number], definitions[number], titles.get(number), due.get(number)) for number in numbers
    )


def _reads(actor: Actor, definition: ProcessDefinition, row: Any) -> bool:
    return allowed(actor, "case:read", complaint_of(definition, row.number, shield_of(row)))


def _found(row: Any, definition: ProcessDefinition, title: str | None, due: datetime | None) -> Found:
    return Found(
        number=row.number,
        title=title,
        submitted_at=row.submitted_at,
        status=row.status,
        steps=tuple(definition.elements[step] for step in row.open_steps),
        ending=definition.elements.get(row.ending) if row.ending else None,
        due=due,
    )
