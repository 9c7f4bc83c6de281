"""The chains that an export tells, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, select

from engine.history import log
from engine.history.chain import StoredEvent
from engine.identity.policy import Actor
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store.counters import no_trial
from engine.store.tables import SYSTEM_CHAIN, cases

#: Cases asked for at once.
PAGE: Final = 200
#: The fields of an event, in the order of its columns.
FIELDS: Final = tuple(field.name for field in fields(StoredEvent))

_CASE = (cases.c.number, cases.c.definition_id, cases.c.outcome, cases.c.category, cases.c.channel)


@dataclass(frozen=True, slots=True)
class Chain:
    """A case, or the chain `sistem` (without a definition), with its events in order."""

    number: str
    definition_id: str | None
    outcome: str | None
    category: str | None
    channel: str | None
    events: list[StoredEvent]


def case_chains(ports: Ports, connection: Connection, actor: Actor) -> Iterator[Chain]:
    """Every case that `actor` may export, by number."""
    readable, last = readable_cases(ports, connection, actor, "history:export"), ""
    condition = readable & no_trial(cases.c.number)  # whoever asks: an export is what is counted elsewhere
    while True:
        query = select(*_CASE).where(condition, cases.c.number > last).order_by(cases.c.number).limit(PAGE)
        rows = connection.execute(query).all()
        for row in rows:
            yield Chain(*row, events=log.read(connection, row.number))
        if len(rows) < PAGE:
            return
        last = rows[-1].number


def all_chains(ports: Ports, connection: Connection, actor: Actor) -> Iterator[Chain]:
    """The chain `sistem`, then `case_chains`."""
    yield Chain(SYSTEM_CHAIN, None, None, None, None, log.read(connection, SYSTEM_CHAIN))
    yield from case_chains(ports, connection, actor)


def as_mapping(event: StoredEvent) -> Mapping[str, Any]:
    """All fields of an event by name."""
    return {name: getattr(event, name) for name in FIELDS}
