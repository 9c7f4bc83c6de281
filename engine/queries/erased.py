"""The proof of an erasure: the events that say so, and the seal over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.events import CASE_ERASED
from engine.store.tables import SYSTEM_CHAIN, events, seals


@dataclass(frozen=True, slots=True)
class Proof:
    """What the record says of an erasure."""

    case: str
    at: datetime
    by: str
    why: str
    #: Table -> rows that went.
    removed: Mapping[str, int]
    #: (number, hash) of the event in the case's chain and in the chain `sistem`.
    event: tuple[int, str]
    system: tuple[int, str] | None
    #: The first seal that covers it; None while it is younger than the last.
    seal: int | None


def proof_of_erasure(connection: Connection, number: str) -> Proof | None:
    """The proof, or None for a case whose person is still there."""
    query = select(events).where(events.c.case_number == number, events.c.type == CASE_ERASED)
    event = connection.execute(query.order_by(events.c.seq)).first()
    if event is None:
        return None
    said = event.payload
    return Proof(
        case=number,
        at=event.at,
        by=event.actor,
        why=said["why"],
        removed=said.get("removed", {}),
        event=(event.seq, event.hash),
        system=_in_system(connection, number, event.received_at),
        seal=_sealed(connection, number, event.seq, event.received_at),
    )


def _in_system(connection: Connection, number: str, at: datetime) -> tuple[int, str] | None:
    query = select(events.c.seq, events.c.hash, events.c.payload).where(
        events.c.case_number == SYSTEM_CHAIN, events.c.type == CASE_ERASED, events.c.at == at
    )
    for row in connection.execute(query):
        if row.payload["case"] == number:
            return row.seq, row.hash
    return None


def _sealed(connection: Connection, number: str, seq: int, at: datetime) -> int | None:
    query = select(seals.c.number, seals.c.heads).where(seals.c.at >= at).order_by(seals.c.number)
    for row in connection.execute(query.execution_options(yield_per=20)):
        head = row.heads.get(number)
        if head is not None and head[0] >= seq:
            return int(row.number)
    return None
