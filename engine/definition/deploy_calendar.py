"""From a calendar file to an immutable version of plain dates, active at once.

Timers that run keep their due instants: a later calendar moves nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.definition.calendar import content_hash, resolve
from engine.errors import NotFound
from engine.history.log import append_system
from engine.office_hours import Calendar
from engine.store import calendars as store
from engine.store.session import Database

#: System events: version, content_hash; version, previous (null for the first).
CALENDAR_DEPLOYED = "calendar:deployed"
CALENDAR_ACTIVATED = "calendar:activated"


@dataclass(frozen=True, slots=True)
class DeployedCalendar:
    """What deploying a calendar did."""

    calendar: Calendar
    #: False when this very content was active already.
    changed: bool
    warnings: tuple[str, ...]


def deploy_calendar(
    database: Database, text: str, *, by: str, at: datetime, note: str | None, source: str
) -> DeployedCalendar:
    """Resolve `text` (TOML) from the year before `at` on, store it and make it active, in one transaction.

    The year before is resolved too, so that a timer from before New Year can be explained and moved.
    Raises `CalendarInvalid`.
    """
    resolved = resolve(text, first_year=at.year - 1)
    with database.write() as connection:
        try:
            previous: int | None = store.active_version(connection)
        except NotFound:
            previous = None
        row = store.insert_calendar(
            connection,
            content_hash=content_hash(resolved.calendar),
            source=text,
            resolved=resolved.calendar.to_json(),
            note=note,
            deployed_by=by,
            deployed_at=at,
        )
        calendar = replace(resolved.calendar, version=row.version)
        changed = row.version != previous
        if row.deployed_at == at:
            payload = {"version": row.version, "content_hash": row.content_hash}
            append_system(connection, CALENDAR_DEPLOYED, at, by, source, payload)
        if changed:
            store.activate(connection, row.version, by=by, at=at)
            payload = {"version": row.version, "previous": previous}
            append_system(connection, CALENDAR_ACTIVATED, at, by, source, payload)
    return DeployedCalendar(calendar, changed, resolved.warnings)
