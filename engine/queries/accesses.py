"""The access log as an auditor reads it: who read what, the newest first, and nothing of what they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from engine.identity.policy import Actor
from engine.queries.readable import readable_cases
from engine.runtime.ports import Ports
from engine.store.tables import access_log, cases

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Accesses:
    """A page of the log; `next` is the id after which the following page begins, None on the last."""

    rows: tuple[Any, ...]
    next: str | None


def accesses(
    ports: Ports,
    connection: Connection,
    actor: Actor,
    *,
    number: str | None = None,
    user: str | None = None,
    after: str | None = None,
) -> Accesses:
    """Rows of `access_log` by time and id, of one case or one user where that is asked; an unknown `after` begins anew.

    What was read of a case that is kept from `actor` is left out.
    """
    readable = select(cases.c.number).where(readable_cases(ports, connection, actor, "access:read"))
    query = select(access_log).where(
        or_(access_log.c.case_number.is_(None), access_log.c.case_number.in_(readable))
    )
    if number:
        query = query.where(access_log.c.case_number == number)
    if user:
        query = query.where(access_log.c.actor == user)
    last = connection.execute(
        select(access_log.c.at, access_log.c.id).where(access_log.c.id == after)
    ).first()
    if last is not None:
        query = query.where(
            or_(access_log.c.at < last.at, (access_log.c.at == last.at) & (access_log.c.id < last.id))
        )
    found = connection.execute(
        query.order_by(access_log.c.at.desc(), access_log.c.id.desc()).limit(PAGE + 1)
    ).all()
    return Accesses(tuple(found[:PAGE]), found[PAGE - 1].id if len(found) > PAGE else None)
