"""The months behind each other: how many complaints came, how many of them ended, how many were ever late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from engine.identity.policy import Actor
from engine.queries.report import Span, is_late, within
from engine.runtime.ports import Ports
from engine.store.tables import cases, work_items


@dataclass(frozen=True, slots=True)
class Month:
    """Of the cases submitted in it."""

    span: Span
    cases: int
    ended: int
    #: With some task that is or was past its limit.
    late: int


def months(
    ports: Ports, connection: Connection, actor: Actor, spans: Sequence[Span], now: datetime
) -> tuple[Month, ...]:
    """The figures of each span, of the cases that `actor` may read."""
    late = exists().where(work_items.c.case_number == cases.c.number, is_late(now))
    counts = select(func.count(), func.count(cases.c.ended_at), func.count().filter(late)).select_from(cases)
    found = (connection.execute(counts.where(within(ports, connection, actor, span))).one() for span in spans)
    return tuple(Month(span, *row) for span, row in zip(spans, found, strict=True))
