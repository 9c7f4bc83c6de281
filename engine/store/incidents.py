"""Kendala: what failed and waits for somebody to look. Opened by `handle`, resolved by a retry that works."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.errors import NotFound
from engine.store.tables import incidents


@dataclass(frozen=True, slots=True)
class Incident:
    """A row of `incidents`."""

    id: str
    case_number: str
    opened_at: datetime
    what: str
    work_item_id: str | None
    timer_due: datetime | None
    error_code: str
    message: str
    actor: str
    resolved_at: datetime | None
    resolved_by: str | None


_COLUMNS = [incidents.c[name] for name in Incident.__dataclass_fields__]


def new_number() -> str:
    """A number for an incident, short enough to be read out: "K-7F3A2B"."""
    return f"K-{secrets.token_hex(3).upper()}"


def open_incident(connection: Connection, values: Mapping[str, Any]) -> None:
    """Record an incident."""
    connection.execute(insert(incidents), [dict(values)])


def get(connection: Connection, incident_id: str) -> Incident:
    """The incident. Raises `NotFound`."""
    row = connection.execute(select(*_COLUMNS).where(incidents.c.id == incident_id)).first()
    if row is None:
        raise NotFound(f"There is no incident {incident_id}; check its number.", incident=incident_id)
    return Incident(*row)


def halting(connection: Connection, number: str) -> Incident | None:
    """The open incident that halts a case, if one does."""
    query = (
        select(*_COLUMNS)
        .where(
            incidents.c.case_number == number,
            incidents.c.resolved_at.is_(None),
            incidents.c.timer_due.is_not(None),
        )
        .order_by(incidents.c.opened_at)
    )
    row = connection.execute(query).first()
    return Incident(*row) if row else None


def unresolved(connection: Connection) -> list[Incident]:
    """All open incidents, the oldest first."""
    query = select(*_COLUMNS).where(incidents.c.resolved_at.is_(None)).order_by(incidents.c.opened_at)
    return [Incident(*row) for row in connection.execute(query)]


def resolve(connection: Connection, incident_id: str, *, at: datetime, by: str) -> None:
    """Close an incident."""
    connection.execute(
        update(incidents).where(incidents.c.id == incident_id).values(resolved_at=at, resolved_by=by)
    )
