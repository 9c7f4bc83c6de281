"""The processes that were deployed, version by version: who, when, why, and how many cases run by each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.definition.model import ProcessDefinition
from engine.errors import NotFound
from engine.runtime.ports import Ports
from engine.store import definitions, users
from engine.store.counters import no_trial
from engine.store.tables import cases, deployments, process_definitions


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process."""

    definition: ProcessDefinition
    #: New cases take it.
    active: bool
    deployed_by: str
    deployed_at: datetime
    note: str | None
    source: str
    #: Cases that are not at their end, and all.
    running: int
    cases: int


@dataclass(frozen=True, slots=True)
class Process:
    """A process with its versions, the newest first."""

    key: str
    name: str
    versions: tuple[Version, ...]
    #: User name -> name, of those who deployed.
    names: Mapping[str, str]

    @property
    def active(self) -> Version | None:
        return next((version for version in self.versions if version.active), None)


def processes(ports: Ports, connection: Connection, key: str | None = None) -> list[Process]:
    """Every process, or the one called `key`, by key. Counts cases and shows none."""
    columns = process_definitions.c
    query = (
        select(columns.id, columns.key, deployments)
        .join(deployments, deployments.c.id == columns.deployment_id)
        .order_by(columns.key, columns.version.desc())
    )
    if key is not None:
        query = query.where(columns.key == key)
    active = set(definitions.active_ids(connection))
    counts = _counts(connection)
    names = {user.id: user.name for user in users.everyone(connection)}
    found: dict[str, list[Version]] = {}
    for row in connection.execute(query):
        running, total = counts.get(row[0], (0, 0))
        version = Version(
            definition=ports.definition(connection, row[0]),
            active=row[0] in active,
            deployed_by=row.deployed_by,
            deployed_at=row.deployed_at,
            note=row.note,
            source=row.source,
            running=running,
            cases=total,
        )
        found.setdefault(row.key, []).append(version)
    return [
        Process(one, versions[0].definition.name, tuple(versions), names) for one, versions in found.items()
    ]


def process(ports: Ports, connection: Connection, key: str) -> Process:
    """One process. Raises `NotFound`."""
    found = processes(ports, connection, key)
    if not found:
        raise NotFound(f"There is no process {key}; `pengaduan deploy` makes versions.")
    return found[0]


def _counts(connection: Connection) -> dict[str, tuple[int, int]]:
    """Definition id -> cases that are not at their end, and all."""
    by_status = (
        select(cases.c.definition_id, cases.c.status, func.count())
        .where(no_trial(cases.c.number))
        .group_by(cases.c.definition_id, cases.c.status)
    )
    found: dict[str, tuple[int, int]] = {}
    for id, status, count in connection.execute(by_status):
        running, total = found.get(id, (0, 0))
        found[id] = (running + (count if status != "ended" else 0), total + count)
    return found
