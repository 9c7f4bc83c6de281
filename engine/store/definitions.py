"""Deployed process definitions: rows are never changed; which version new cases take is `active_versions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from engine.errors import NotFound
from engine.store.session import lock, upsert
from engine.store.tables import active_versions, deployments, process_definitions

_PROCESS = "process"
_ALL: Select[*tuple[Any, ...]] = select(process_definitions)


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """A row of `process_definitions`; `resources` maps the name of each .form and .dmn file to its text."""

    id: str  #: "key:version"
    key: str
    version: int
    deployment_id: str
    name: str
    bpmn: bytes
    resources: Mapping[str, str]
    content_hash: str


def insert_deployment(
    connection: Connection,
    *,
    name: str,
    source: str,
    note: str | None,
    deployed_by: str,
    deployed_at: datetime,
) -> str:
    """Records that something is being deployed; gives its id ("penerapan-7")."""
    lock(connection, "deployments")
    count = connection.execute(select(func.count()).select_from(deployments)).scalar_one()
    deployment_id = f"penerapan-{count + 1}"  # rows are never removed, so the count is the last number
    connection.execute(
        insert(deployments).values(
            id=deployment_id,
            name=name,
            source=source,
            note=note,
            deployed_by=deployed_by,
            deployed_at=deployed_at,
        )
    )
    return deployment_id


def insert_definition(
    connection: Connection,
    deployment_id: str,
    *,
    key: str,
    name: str,
    bpmn: bytes,
    resources: Mapping[str, str],
    content_hash: str,
) -> ProcessDefinition:
    """Adds the next version of `key`; it is not active yet."""
    lock(connection, f"definitions {key}")
    version = next_version(connection, key)
    definition = ProcessDefinition(
        f"{key}:{version}", key, version, deployment_id, name, bpmn, dict(resources), content_hash
    )
    connection.execute(
        insert(process_definitions).values(
            id=definition.id,
            key=key,
            version=version,
            deployment_id=deployment_id,
            name=name,
            bpmn=bpmn,
            resources=definition.resources,
            content_hash=content_hash,
        )
    )
    return definition


def next_version(connection: Connection, key: str) -> int:
    """1 for a key never deployed, else one more than its newest version."""
    newest = select(func.max(process_definitions.c.version)).where(process_definitions.c.key == key)
    return (connection.execute(newest).scalar_one() or 0) + 1


def by_id(connection: Connection, definition_id: str) -> ProcessDefinition:
    """The definition "key:version"; raises NotFound."""
    found = _one(connection, _ALL.where(process_definitions.c.id == definition_id))
    if found is None:
        raise NotFound(f"There is no process definition {definition_id}; `pengaduan deploy` makes versions.")
    return found


def by_content(connection: Connection, key: str, content_hash: str) -> ProcessDefinition | None:
    """The newest version of `key` that has this content, so that the same files are not deployed twice."""
    same = _ALL.where(process_definitions.c.key == key, process_definitions.c.content_hash == content_hash)
    return _one(connection, same.order_by(process_definitions.c.version.desc()).limit(1))


def versions(connection: Connection, key: str | None = None) -> list[ProcessDefinition]:
    """All versions of `key` (or of every key), newest first."""
    query = _ALL.order_by(process_definitions.c.key, process_definitions.c.version.desc())
    if key is not None:
        query = query.where(process_definitions.c.key == key)
    return [ProcessDefinition(*row) for row in connection.execute(query)]


def active_id(connection: Connection, key: str) -> str:
    """The id of the version that new cases of `key` take; raises NotFound before the first activation."""
    version = connection.execute(
        select(active_versions.c.version).where(
            active_versions.c.kind == _PROCESS, active_versions.c.key == key
        )
    ).scalar_one_or_none()
    if version is None:
        raise NotFound(f"No version of the process {key} is active; deploy and activate one first.")
    return f"{key}:{version}"


def active_ids(connection: Connection) -> list[str]:
    """The ids of all versions that new cases take, in the order of their keys."""
    query = select(active_versions.c.key, active_versions.c.version).where(active_versions.c.kind == _PROCESS)
    return [f"{row.key}:{row.version}" for row in connection.execute(query.order_by(active_versions.c.key))]


def activate(connection: Connection, key: str, version: int, *, by: str, at: datetime) -> ProcessDefinition:
    """Makes `version` the one that new cases take; running cases keep theirs. Raises NotFound."""
    definition = by_id(connection, f"{key}:{version}")
    set_active(connection, _PROCESS, key, version, by=by, at=at)
    return definition


def set_active(connection: Connection, kind: str, key: str, version: int, *, by: str, at: datetime) -> None:
    """Points (kind, key) at `version`; kind is "process" or "calendar"."""
    values = {"version": version, "activated_by": by, "activated_at": at}
    pointer = upsert(connection, active_versions).values(kind=kind, key=key, **values)
    connection.execute(
        pointer.on_conflict_do_update(
            index_elements=[active_versions.c.kind, active_versions.c.key], set_=values
        )
    )


def _one(connection: Connection, query: Select[*tuple[Any, ...]]) -> ProcessDefinition | None:
    row = connection.execute(query).first()
    return ProcessDefinition(*row) if row else None
