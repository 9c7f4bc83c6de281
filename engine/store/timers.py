"""Pending timers as a sweeper and a failure see them: which to try, how often they were tried, and when next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from engine.store.tables import timers


def cases_to_try(connection: Connection, now: datetime, limit: int) -> list[str]:
    """Numbers of the cases with a timer to try by `now`, the longest due first; `limit` timers are looked at."""
    query = (
        select(timers.c.case_number)
        .where(timers.c.status == "pending", timers.c.next_try <= now)
        .order_by(timers.c.next_try)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.scalars(query)))


def earliest_try(connection: Connection) -> datetime | None:
    """When the next timer is to be tried; None when none is."""
    query = select(func.min(timers.c.next_try)).where(timers.c.status == "pending")
    found: datetime | None = connection.scalar(query)
    return found


def due_at(number: str, due: datetime) -> ColumnElement[bool]:
    """The case's pending timers of one instant."""
    return and_(timers.c.case_number == number, timers.c.status == "pending", timers.c.due_at == due)


def to_try(number: str, now: datetime) -> ColumnElement[bool]:
    """The case's pending timers that are to be tried by `now`."""
    return and_(timers.c.case_number == number, timers.c.status == "pending", timers.c.next_try <= now)


def tries(connection: Connection, which: ColumnElement[bool]) -> int:
    """How often they have failed so far."""
    return connection.scalar(select(func.max(timers.c.tries)).where(which)) or 0


def failed(connection: Connection, which: ColumnElement[bool], next_try: datetime | None) -> None:
    """They were tried and failed once more; `next_try` is None when they are given up."""
    again = update(timers).where(which).values(tries=timers.c.tries + 1, next_try=next_try)
    connection.execute(again)


def leave_alone(connection: Connection, which: ColumnElement[bool]) -> None:
    """They are not tried again by themselves."""
    connection.execute(update(timers).where(which).values(next_try=None))
