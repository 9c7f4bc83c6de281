"""What a printed hash was the head of: a case after an event, or the chain of seals; and what can be said of it today."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from engine.errors import NotAllowed
from engine.history import log, seal_file
from engine.history.chain import StoredEvent, verify_chain
from engine.identity.policy import Actor, allowed
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store import seals
from engine.store.tables import SYSTEM_CHAIN, cases, events

ACT = "history:verify"
#: A SHA-256 in hex.
_WHOLE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Covering:
    """The first seal that covers an event, and whether that seal still proves it."""

    number: int
    at: datetime
    #: The seal is as it was made, and the event that it names still stands in a whole chain.
    holds: bool


@dataclass(frozen=True, slots=True)
class HeadOfCase:
    """It is the hash of this event: with it the chain ended when the sheet was printed."""

    chain: str
    event: StoredEvent
    #: Events that came after it, and when the last of them happened.
    later: int
    last_at: datetime
    #: The case remembers a later end than its history has: events were taken away.
    cut: bool
    #: The first event, up to this one, at which the chain is not whole.
    broken: int | None
    seal: Covering | None


@dataclass(frozen=True, slots=True)
class HashOfSeal:
    """It is the hash of this seal."""

    number: int
    at: datetime
    kind: str
    chains: int
    newest: bool
    #: Hash and fields still fit.
    whole: bool


@dataclass(frozen=True, slots=True)
class SealedAndGone:
    """A seal tells of it as the head of this chain, and no event has it any more."""

    chain: str
    seq: int
    seal: int
    at: datetime


Known = HeadOfCase | HashOfSeal | SealedAndGone

#: Cases on a page: each is put through its history again.
PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Numbers:
    """A page of cases, the newest first; `next` is the number after which the following begins."""

    numbers: tuple[str, ...]
    next: str | None


def page_of_cases(
    ports: Ports,
    connection: Connection,
    actor: Actor,
    *,
    after: str | None = None,
    among: Collection[str] | None = None,
) -> Numbers:
    """The cases that `actor` may verify, or those `among` them. Raises `NotAllowed`."""
    if not allowed(actor, ACT):
        raise NotAllowed(act=ACT)
    query = select(cases.c.number).where(readable_cases(ports, connection, actor, ACT))
    if among is not None:
        query = query.where(cases.c.number.in_(among))
    if after:
        query = query.where(cases.c.number < after)
    found = connection.scalars(query.order_by(cases.c.number.desc()).limit(PAGE + 1)).all()
    return Numbers(tuple(found[:PAGE]), found[PAGE - 1] if len(found) > PAGE else None)


def kept_back(ports: Ports, connection: Connection, actor: Actor, numbers: Collection[str]) -> frozenset[str]:
    """Those of the cases that `actor` may not know of."""
    of_these = select(cases.c.number).where(cases.c.number.in_(numbers))
    there = connection.scalars(of_these)
    readable = connection.scalars(of_these.where(readable_cases(ports, connection, actor, ACT)))
    return frozenset(there) - frozenset(readable)


def normalise_hash(typed: str) -> str | None:
    """The hash as the record has it, whatever blanks, line breaks and capitals it was typed with; None for anything
    that is not a whole one. A shortened hash could be many."""
    plain = "".join(typed.split()).lower()
    return plain if _WHOLE.fullmatch(plain) else None


def look_up(
    ports: Ports, connection: Connection, actor: Actor, digest: str, number: str | None = None
) -> Known | None:
    """What `digest` is known as, first in the case `number`, then anywhere; None where it is not.

    Of a case that is kept from `actor` it is not known either. Raises `NotAllowed`.
    """
    if not allowed(actor, ACT):
        raise NotAllowed(act=ACT)
    made = _with_hash(connection, digest)
    if made is not None:
        return made
    place = (_place(connection, digest, number) if number else None) or _place(connection, digest)
    if place is not None:
        return _head(connection, *place) if _readable(ports, connection, actor, place[0]) else None
    for seal in seals.naming(connection, digest):
        for chain, (seq, sealed) in seal.heads.items():
            if sealed == digest and _readable(ports, connection, actor, chain):
                return SealedAndGone(chain, seq, seal.number, seal.at)
    return None


def _place(connection: Connection, digest: str, number: str | None = None) -> tuple[str, int] | None:
    """(chain, number) of the event with this hash. Without a case's number every event is looked at: an index would
    cost each case more of the disk than such a question is worth."""
    query = select(events.c.case_number, events.c.seq).where(events.c.hash == digest)
    if number:
        query = query.where(events.c.case_number == number)
    row = connection.execute(query.limit(1)).first()
    return (row.case_number, row.seq) if row else None


def _readable(ports: Ports, connection: Connection, actor: Actor, chain: str) -> bool:
    if chain == SYSTEM_CHAIN:
        return True
    mine = readable_cases(ports, connection, actor, ACT)
    return connection.scalar(select(cases.c.number).where(cases.c.number == chain, mine)) is not None


def _head(connection: Connection, chain: str, seq: int) -> HeadOfCase:
    history = log.read(connection, chain)
    before = [event for event in history if event.seq <= seq]
    problems = verify_chain(before)
    ends = connection.scalar(select(cases.c.last_seq).where(cases.c.number == chain))
    return HeadOfCase(
        chain=chain,
        event=before[-1],
        later=len(history) - len(before),
        last_at=history[-1].at,
        cut=ends not in (None, history[-1].seq),
        broken=problems[0].seq if problems else None,
        seal=covering(connection, history, chain, seq),
    )


def covering(connection: Connection, history: Sequence[StoredEvent], chain: str, seq: int) -> Covering | None:
    """The first seal that covers the event `seq` of a chain with this history; None where none does yet.

    A seal covers what comes before the event that it names: that is in this event's hash.
    """
    for seal in seals.naming(connection, f'"{chain}"'):
        if chain not in seal.heads or seal.heads[chain][0] < seq:
            continue
        upto = [event for event in history if event.seq <= seal.heads[chain][0]]
        stands = (upto[-1].seq, upto[-1].hash) == seal.heads[chain]
        return Covering(
            seal.number,
            seal.at,
            holds=stands and not verify_chain(upto) and seal.hash == seal_file.hash_of(seal),
        )
    return None


def _with_hash(connection: Connection, digest: str) -> HashOfSeal | None:
    seal = seals.with_hash(connection, digest)
    if seal is None:
        return None
    newest = seals.last(connection)
    return HashOfSeal(
        number=seal.number,
        at=seal.at,
        kind=seal.kind,
        chains=len(seal.heads),
        newest=newest is not None and newest.number == seal.number,
        whole=seal.hash == seal_file.hash_of(seal),
    )
