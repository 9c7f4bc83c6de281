"""Accounts that end on a date: they work on that day of the office still, and from the next one on let nobody in.

Nobody has to do anything on that day: sign-in, a session that runs, tokens, commands and letters all ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from engine.store import calendars
from engine.store.users import User

Clock = Callable[[Connection], datetime]


def works(connection: Connection, user: User, clock: Clock) -> bool:
    """Whether the account lets its person in now: neither disabled nor past its last day. Without one no clock is asked."""
    if not user.active or user.ends_on is None:
        return user.active
    return today(connection, clock) <= user.ends_on


def working(connection: Connection, people: Iterable[User], clock: Clock) -> list[User]:
    """Those of them whose accounts work now."""
    return [user for user in people if works(connection, user, clock)]


def today(connection: Connection, clock: Clock) -> date:
    """The day of the office."""
    return clock(connection).astimezone(calendars.zone(connection)).date()
