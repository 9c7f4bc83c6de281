"""Recorded cases of a process, played on a draft or another version; nothing is stored, and no answer is opened.

History alone is read: what conditions read stands in it, what people wrote does not. Trials are no cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from sqlalchemy import Connection, func, select

from engine.definition.mapping import suggested
from engine.definition.model import ProcessDefinition
from engine.history.chain import StoredEvent
from engine.identity.policy import Actor, Shield, shield_of
from engine.retold import Retold, retell
from engine.runtime.ports import Ports
from engine.store.counters import no_trial
from engine.store.tables import cases, events, process_definitions

#: So many cases are looked at, the newest ones.
MOST: Final = 1_000
_READ_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Looked:
    """Which cases are looked at, the newest first, of how many that there are in the period."""

    numbers: tuple[str, ...]
    among: int


def to_look_at(
    connection: Connection,
    process: str,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    most: int = MOST,
) -> Looked:
    """The newest cases of a process, on whichever version they ran, submitted from `since` on and before `before`."""
    wanted = (
        select(cases.c.number)
        .join(process_definitions, process_definitions.c.id == cases.c.definition_id)
        .where(process_definitions.c.key == process, no_trial(cases.c.number))
    )
    if since is not None:
        wanted = wanted.where(cases.c.submitted_at >= since)
    if before is not None:
        wanted = wanted.where(cases.c.submitted_at < before)
    among = connection.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(cases.c.submitted_at.desc(), cases.c.number.desc()).limit(most)
    return Looked(tuple(connection.scalars(newest)), among)


def played(
    ports: Ports,
    connection: Connection,
    new: ProcessDefinition,
    numbers: Sequence[str],
    actor: Actor,
    mapping: Mapping[str, str] | None = None,
) -> Iterator[tuple[Retold, bool]]:
    """What becomes of each case on `new`, as it is played, and whether `actor` may know that it is there.

    `mapping`: elements that are called otherwise in `new`, beside those of which the diagrams themselves say so.
    """

    def mapping_of(old: ProcessDefinition) -> Mapping[str, str]:
        return {**suggested(old, new), **{k: v for k, v in (mapping or {}).items() if k in old.elements}}

    in_force = ports.active_calendar(connection)
    for start in range(0, len(numbers), _READ_AT_ONCE):
        some = numbers[start : start + _READ_AT_ONCE]
        shields = _shields(connection, some)
        histories = _histories(connection, some)
        for number in some:
            one = retell(
                histories.get(number, []),
                new,
                lambda id: ports.definition(connection, id),
                lambda version: in_force if version is None else ports.calendar(connection, version),
                mapping_of,
            )
            yield one, shields[number].admits(actor)


def _histories(connection: Connection, numbers: Sequence[str]) -> dict[str, list[StoredEvent]]:
    found = connection.execute(
        select(events).where(events.c.case_number.in_(numbers)).order_by(events.c.case_number, events.c.seq)
    )
    rows = (StoredEvent(*row) for row in found)
    return {number: list(some) for number, some in groupby(rows, key=attrgetter("case_number"))}


def _shields(connection: Connection, numbers: Sequence[str]) -> dict[str, Shield]:
    columns = (cases.c.number, cases.c.own_of, cases.c.restricted_to, cases.c.referred_by)
    found = connection.execute(select(*columns).where(cases.c.number.in_(numbers)))
    return {row.number: shield_of(row) for row in found}
