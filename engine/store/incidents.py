"""Kendala: what failed and waits for somebody to look. Opened by `handle`, resolved by a retry that works."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, tuple_, update

from engine.errors import NotFound
from engine.store.counters import no_trial
from engine.store.external_tasks import GIVEN_UP
from engine.store.tables import incidents, outbox
from engine.store.types import Instant


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
    tries: int
    resolved_at: datetime | None
    resolved_by: str | None

    @property
    def halting(self) -> bool:
        """A timer could not be fired, so its case stands still until this is retried."""
        return self.timer_due is not None

    @property
    def retriable(self) -> bool:
        """`RetryIncident` tries it again: a timer, or a worker's task. What a person sent they send again themselves."""
        return self.halting or self.what == GIVEN_UP

    @property
    def is_letter(self) -> bool:
        """A letter was given up; its row in the outbox may be sent again."""
        return self.what == NOTIFICATION


#: `what` of an incident of the sender (`engine.jobs.sender`).
NOTIFICATION: Final = "notification"

_OF_THE_OFFICE = no_trial(incidents.c.case_number)
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


def unresolved(
    connection: Connection,
    *,
    letters: bool | None = None,
    after: Incident | None = None,
    limit: int | None = None,
) -> list[Incident]:
    """Open incidents, the oldest first: all, or only those of letters (or only the others), behind `after`.

    Here and in the counts there are none of trials: those are the analyst's, and stand in the trial's own file.
    """
    query = select(*_COLUMNS).where(*_open(letters)).order_by(incidents.c.opened_at, incidents.c.id)
    if after is not None:
        at = literal(after.opened_at, Instant)
        behind = tuple_(incidents.c.opened_at, incidents.c.id) > tuple_(at, literal(after.id))
        query = query.where(behind)
    return [Incident(*row) for row in connection.execute(query.limit(limit))]


def resolved(connection: Connection, limit: int) -> list[Incident]:
    """The incidents closed last, the newest first."""
    query = select(*_COLUMNS).where(incidents.c.resolved_at.is_not(None), _OF_THE_OFFICE)
    newest = query.order_by(incidents.c.resolved_at.desc(), incidents.c.id).limit(limit)
    return [Incident(*row) for row in connection.execute(newest)]


def open_counts(connection: Connection) -> tuple[int, int, int]:
    """How many open incidents halt a case, are of a letter, are of something else."""
    letters = func.count().filter(incidents.c.what == NOTIFICATION)
    halting = func.count().filter(incidents.c.timer_due.is_not(None))
    query = select(halting, letters, func.count()).where(incidents.c.resolved_at.is_(None), _OF_THE_OFFICE)
    halts, given_up, all_of_them = connection.execute(query).one()
    return halts, given_up, all_of_them - halts - given_up


def _open(letters: bool | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [incidents.c.resolved_at.is_(None), _OF_THE_OFFICE]
    if letters is not None:
        of_a_letter = incidents.c.what == NOTIFICATION
        conditions.append(of_a_letter if letters else ~of_a_letter)
    return conditions


def resolve(connection: Connection, incident_id: str, *, at: datetime, by: str) -> None:
    """Close an incident."""
    connection.execute(
        update(incidents).where(incidents.c.id == incident_id).values(resolved_at=at, resolved_by=by)
    )


def send_again(connection: Connection, of: Sequence[Incident], *, at: datetime) -> dict[str, list[str]]:
    """Let the letters that these incidents are about be due again, with all their tries; gives their ids by incident.

    A letter's row is found by its case and by what the incident says of it. One look at the outbox for all of them.
    """
    by_said = {(incident.case_number, incident.message): incident.id for incident in of}
    query = select(
        outbox.c.id, outbox.c.case_number, outbox.c.kind, outbox.c.recipient, outbox.c.error
    ).where(
        outbox.c.failed_at.is_not(None), outbox.c.case_number.in_({incident.case_number for incident in of})
    )
    found: dict[str, list[str]] = {incident.id: [] for incident in of}
    for row in connection.execute(query):
        incident = by_said.get((row.case_number, f"{row.kind} to {row.recipient}: {row.error}"))
        if incident is not None:
            found[incident].append(row.id)
    letters = [id for ids in found.values() for id in ids]
    again = update(outbox).where(outbox.c.id.in_(letters))
    connection.execute(again.values(next_try=at, tries=0, failed_at=None, error=None))
    return found


def resolve_about(connection: Connection, work_items: Sequence[str], *, at: datetime, by: str) -> None:
    """Close what is open about these tasks: they have ended, however that came."""
    about = incidents.c.work_item_id.in_(work_items)
    connection.execute(
        update(incidents)
        .where(about, incidents.c.resolved_at.is_(None))
        .values(resolved_at=at, resolved_by=by)
    )
