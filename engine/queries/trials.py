"""The trials (*uji*) of the office's processes, for analysts: cases that nobody else sees (ADR 0016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, literal, select, tuple_

from engine.errors import NotAllowed
from engine.identity.policy import Actor, Subject, allowed
from engine.queries.case_list import CaseRow, cases_of
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store.counters import trial
from engine.store.tables import cases
from engine.store.types import Instant

#: Trials of one page.
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Trials:
    """A page of trials, the newest first; `next` is the number to go on after, None on the last page."""

    rows: tuple[CaseRow, ...]
    next: str | None


def trials(ports: Ports, connection: Connection, actor: Actor, *, after: str | None = None) -> Trials:
    """A page of all trials, of whichever analyst, by the index that holds nothing else. Raises `NotAllowed`.

    `after` is the number of the last one shown before; one that does not exist begins anew.
    """
    if not allowed(actor, "case:read", Subject(trials=True)):
        raise NotAllowed(act="case:read")
    place = (cases.c.submitted_at, cases.c.number)
    query = select(cases.c.number).where(trial(cases.c.number), readable_cases(ports, connection, actor))
    last = connection.scalar(select(cases.c.submitted_at).where(cases.c.number == after)) if after else None
    if last is not None:
        query = query.where(tuple_(*place) < tuple_(literal(last, Instant), literal(after)))
    found = connection.scalars(query.order_by(*(column.desc() for column in place)).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    return Trials(cases_of(ports, connection, shown), shown[-1] if len(found) > PAGE else None)
