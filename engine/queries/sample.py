"""A sample of cases for an audit day, which anybody can draw again: the same seed over the same cases gives the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from engine.errors import NotAllowed
from engine.identity.policy import Actor, allowed
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store.counters import no_trial
from engine.store.tables import cases

#: So many cases at most: an audit day is short.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case of the sample."""

    number: str
    submitted: datetime
    ended: datetime
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, in the order of the draw; `among` says out of how many ended cases."""

    drawn: tuple[Drawn, ...]
    among: int


def sample(ports: Ports, connection: Connection, actor: Actor, *, size: int, seed: str) -> Sample:
    """`size` ended cases (at most `MOST`) that the actor may read: those whose SHA-256 of "<seed>:<number>" is least.

    Drawn so, a case that ends later changes only its own place, and no program is needed to check the draw.
    Raises `NotAllowed`.
    """
    if not allowed(actor, "history:replay"):
        raise NotAllowed(act="history:replay")
    ended = readable_cases(ports, connection, actor) & (cases.c.status == "ended") & no_trial(cases.c.number)
    numbers = connection.scalars(select(cases.c.number).where(ended)).all()
    chosen = sorted(numbers, key=lambda number: place(seed, number))[: max(0, min(size, MOST))]
    columns = (cases.c.number, cases.c.submitted_at, cases.c.ended_at, cases.c.outcome)
    rows = {
        row.number: Drawn(*row)
        for row in connection.execute(select(*columns).where(cases.c.number.in_(chosen)))
    }
    return Sample(tuple(rows[number] for number in chosen), len(numbers))


def place(seed: str, number: str) -> str:
    """What a case is sorted by: SHA-256 in hex."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
