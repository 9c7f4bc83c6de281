"""Deployed calendars, numbered 1, 2, 3 …: rows are never changed; which one timers take is `active_versions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from engine.errors import NotFound
from engine.store.definitions import set_active
from engine.store.session import lock
from engine.store.tables import active_versions, calendars

#: There is one calendar in an office, so its key in `active_versions` says nothing more.
KIND: Final = "calendar"


@dataclass(frozen=True, slots=True)
class Calendar:
    """A row of `calendars`: the TOML as it was written and the plain dates it was resolved to."""

    version: int
    content_hash: str
    source: str
    resolved: Mapping[str, Any]
    note: str | None
    deployed_by: str
    deployed_at: datetime


def insert_calendar(
    connection: Connection,
    *,
    content_hash: str,
    source: str,
    resolved: Mapping[str, Any],
    note: str | None,
    deployed_by: str,
    deployed_at: datetime,
) -> Calendar:
    """Adds the next version; it is not active yet. The same content gives the version that has it already."""
    lock(connection, "calendars")
    known = connection.execute(select(calendars).where(calendars.c.content_hash == content_hash)).first()
    if known:
        return Calendar(*known)
    newest = connection.execute(select(func.max(calendars.c.version))).scalar_one() or 0
    calendar = Calendar(newest + 1, content_hash, source, dict(resolved), note, deployed_by, deployed_at)
    connection.execute(
        insert(calendars).values(
            version=calendar.version,
            content_hash=content_hash,
            source=source,
            resolved=calendar.resolved,
            note=note,
            deployed_by=deployed_by,
            deployed_at=deployed_at,
        )
    )
    return calendar


def by_version(connection: Connection, version: int) -> Calendar:
    """The calendar of a version; raises NotFound."""
    # the column holds no other; an address may ask for anything
    asked = version if 0 < version < 2**31 else 0
    row = connection.execute(select(calendars).where(calendars.c.version == asked)).first()
    if row is None:
        raise NotFound(f"There is no calendar version {version}; `pengaduan calendar deploy` makes versions.")
    return Calendar(*row)


def active_version(connection: Connection) -> int:
    """The number of the active calendar; raises NotFound before the first activation."""
    version = connection.execute(
        select(active_versions.c.version).where(active_versions.c.kind == KIND)
    ).scalar_one_or_none()
    if version is None:
        raise NotFound("No calendar is active; run `pengaduan calendar deploy` with a calendar file first.")
    return int(version)


def zone(connection: Connection) -> tzinfo:
    """The office's zone, of the active calendar; UTC before the first."""
    query = select(calendars.c.resolved).join(
        active_versions, active_versions.c.version == calendars.c.version
    )
    resolved = connection.scalar(query.where(active_versions.c.kind == KIND))
    return ZoneInfo(resolved["timezone"]) if resolved else UTC


def activate(connection: Connection, version: int, *, by: str, at: datetime) -> Calendar:
    """Makes `version` the one that timers take; timers that run keep their due instant. Raises NotFound."""
    calendar = by_version(connection, version)
    set_active(connection, KIND, KIND, version, by=by, at=at)
    return calendar
