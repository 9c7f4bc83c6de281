"""The hash chain of a case's history. Pure: whoever has the events can compute it again, without this program.

An event's hash is SHA-256 over the canonical JSON of all its fields but the hash, the hash of the previous
event among them; so nobody changes, removes or inserts an event without changing every later hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from engine.canonical_json import canonical

#: The `previous` of every chain's first event.
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event before it has its place in a chain. Fields as in DESIGN 5; nothing personal in the payload."""

    type: str  #: "work_item:claimed"
    at: datetime  #: when it happened, by the case
    received_at: datetime  #: when this program learnt of it
    actor: str
    source: str  #: "web" | "rest" | "cli" | "sweeper" | "worker"
    payload: Mapping[str, Any]
    on_behalf: str | None = None
    definition_id: str | None = None
    #: The next five stand on command events only.
    command_id: str | None = None
    request_digest: str | None = None
    behaviour: int | None = None
    spiff: str | None = None
    state_digest: str | None = None
    cause: str | None = None  #: `command_id` of the command that made this one be


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of `events`; the fields are its columns, in their order."""

    case_number: str
    seq: int
    type: str
    at: datetime
    received_at: datetime
    actor: str
    on_behalf: str | None
    source: str
    definition_id: str | None
    payload: Mapping[str, Any]
    previous: str
    hash: str
    command_id: str | None
    request_digest: str | None
    behaviour: int | None
    spiff: str | None
    state_digest: str | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """Where a chain is not whole: at event `seq` of `case_number`."""

    case_number: str
    seq: int
    #: "missing" (a gap before it), "unlinked" (names another predecessor), "altered" (hash and fields differ),
    #: "foreign" (of another case), "cut" (the case knows a later head)
    code: str
    expected: str
    found: str


_FIELDS: Final = tuple(field.name for field in fields(StoredEvent) if field.name != "hash")


def event_hash(previous: str, event: Mapping[str, Any]) -> str:
    """SHA-256 in hex over `event` (every column but `hash`) with `previous` as its predecessor's hash."""
    return hashlib.sha256(canonical({**event, "previous": previous})).hexdigest()


def verify_chain(events: Iterable[StoredEvent], head: tuple[int, str] | None = None) -> list[ChainProblem]:
    """What is wrong with the chain of one case, in order; [] when it is whole.

    `events` from the first on, ascending; `head` is the (seq, hash) that the case's row remembers, so that a
    history cut at its end is noticed as well. After a problem the check goes on from what was found.
    """
    problems = []
    previous, seq, case_number = GENESIS, 0, None
    for event in events:
        case_number = case_number or event.case_number

        def report(code: str, expected: object, found: object, at: StoredEvent = event) -> None:
            problems.append(ChainProblem(at.case_number, at.seq, code, str(expected), str(found)))

        if event.case_number != case_number:
            report("foreign", case_number, event.case_number)
        if event.seq != seq + 1:
            report("missing", seq + 1, event.seq)
        elif event.previous != previous:
            report("unlinked", previous, event.previous)
        computed = event_hash(event.previous, {name: getattr(event, name) for name in _FIELDS})
        if event.hash != computed:
            report("altered", computed, event.hash)
        previous, seq = event.hash, event.seq
    if head is not None and head != (seq, previous):
        problems.append(
            ChainProblem(case_number or "", seq, "cut", "{}:{}".format(*head), f"{seq}:{previous}")
        )
    return problems
