"""The cases that are held, for who keeps the record: numbers, grounds and days, never what a complaint says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from engine.identity.policy import Actor
from engine.store.tables import cases, legal_holds


@dataclass(frozen=True, slots=True)
class Held:
    """A case that nothing erases, and why."""

    case: str
    ended_at: datetime | None
    ground: str
    by: str
    since: datetime


def held(connection: Connection, actor: Actor, *, first: int = 0, limit: int | None = None) -> list[Held]:
    """The holds, the newest first; never one on a complaint of the actor's own."""
    query = (
        select(
            cases.c.number, cases.c.ended_at, legal_holds.c.ground, legal_holds.c.set_by, legal_holds.c.set_at
        )
        .join(legal_holds, legal_holds.c.case_number == cases.c.number)
        .where(not_own(actor))
        .order_by(legal_holds.c.set_at.desc(), cases.c.number)
        .offset(first)
        .limit(limit)
    )
    return [Held(*row) for row in connection.execute(query)]


def held_count(connection: Connection, actor: Actor) -> int:
    """How many `held` there are in all."""
    query = (
        select(func.count()).select_from(legal_holds).join(cases, cases.c.number == legal_holds.c.case_number)
    )
    return connection.scalar(query.where(not_own(actor))) or 0


def not_own(actor: Actor) -> ColumnElement[bool]:
    """Keeping the record is about no complaint's content, so only one's own is kept from whoever does it."""
    if actor.is_operator:
        return true()
    return or_(cases.c.own_of.is_(None), cases.c.own_of != actor.id)
