"""From a checked bundle to immutable versions in the store, all of it or nothing.

The same content is never a version twice, and deploying it again changes nothing: not even which version is
active, so that deploying the shipped files once more undoes no analyst's newer version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from engine.definition.bundle import Bundle, check
from engine.definition.findings import Finding, errors, refusal
from engine.definition.model import ProcessDefinition
from engine.errors import NotFound
from engine.history.log import append_system
from engine.store import definitions as store
from engine.store.session import Database, lock

#: System events (DESIGN 5). deployment, files (name -> SHA-256), definitions (id -> content hash).
DEPLOYMENT_CREATED = "deployment:created"
#: process, version, previous (the id active before, or null).
PROCESS_ACTIVATED = "process:activated"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did."""

    #: None when nothing was new.
    deployment_id: str | None
    #: The new versions, now active.
    definitions: tuple[ProcessDefinition, ...]
    #: The versions that have the content of the other diagrams already.
    unchanged: tuple[ProcessDefinition, ...]
    #: Warnings: what was deployed all the same.
    warnings: tuple[Finding, ...]


def deploy(
    database: Database,
    bundle: Bundle,
    *,
    by: str,
    at: datetime,
    note: str | None,
    source: str,
    name: str | None = None,
    within: Callable[[Connection, bool], None] | None = None,
) -> Deployed:
    """Deploy every process of the bundle and make its new versions active, in one transaction.

    `by` is the analyst, `at` the instant in UTC, `source` the way it came ("cli", "web", "rest"), `name` what
    people call the deployment (by default its processes). `within` runs in the transaction before anything is stored
    and is told whether anything will be; what it raises refuses all. Raises `DefinitionInvalid` with all findings, of all
    files, when one of them is an error; nothing is stored then.
    """
    checked = check(bundle)
    if errors(checked.findings):
        raise refusal(checked.findings)
    with database.write() as connection:
        new, unchanged = _sorted_out(connection, checked.definitions)
        deployment_id = None
        if within is not None:
            within(connection, bool(new))
        if new:
            deployment_id = store.insert_deployment(
                connection,
                name=name or ", ".join(d.key for d in new),
                source=source,
                note=note,
                deployed_by=by,
                deployed_at=at,
            )
            new = [_insert(connection, deployment_id, d) for d in new]
            payload = {
                "deployment": deployment_id,
                "files": {n: hashlib.sha256(data).hexdigest() for n, data in sorted(bundle.files.items())},
                "definitions": {d.id: d.content_hash for d in new},
            }
            append_system(connection, DEPLOYMENT_CREATED, at, by, source, payload)
            for definition in new:
                activate(connection, definition.key, definition.version, by=by, at=at, source=source)
    return Deployed(deployment_id, tuple(new), tuple(unchanged), checked.findings)


def activate(
    connection: Connection,
    key: str,
    version: int,
    *,
    by: str,
    at: datetime,
    source: str,
    note: str | None = None,
) -> None:
    """Make a deployed version the one that new cases take; running cases keep theirs. Raises `NotFound`."""
    try:
        previous = store.active_id(connection, key)
    except NotFound:
        previous = None
    store.activate(connection, key, version, by=by, at=at)
    payload = {"process": key, "version": version, "previous": previous, **({"note": note} if note else {})}
    append_system(connection, PROCESS_ACTIVATED, at, by, source, payload, definition_id=f"{key}:{version}")


def put_in_force(
    database: Database,
    key: str,
    version: int,
    *,
    clock: Callable[[Connection], datetime],
    by: str,
    source: str,
    note: str | None,
) -> bool:
    """`activate` in a transaction of its own; False, and nothing done, where the version is active already."""
    with database.write() as connection:
        if store.active_id(connection, key) == f"{key}:{version}":
            return False
        activate(connection, key, version, by=by, at=clock(connection), source=source, note=note)
        return True


def _sorted_out(
    connection: Connection, definitions: tuple[ProcessDefinition, ...]
) -> tuple[list[ProcessDefinition], list[ProcessDefinition]]:
    new, unchanged = [], []
    for definition in sorted(
        definitions, key=lambda d: d.key
    ):  # one order of locks, so that none waits in a ring
        lock(connection, f"definitions {definition.key}")
        known = store.by_content(connection, definition.key, definition.content_hash)
        if known is None:
            new.append(definition)
        else:
            unchanged.append(replace(definition, version=known.version))
    return new, unchanged


def _insert(connection: Connection, deployment_id: str, definition: ProcessDefinition) -> ProcessDefinition:
    row = store.insert_definition(
        connection,
        deployment_id,
        key=definition.key,
        name=definition.name,
        bpmn=definition.source,
        resources={name: data.decode() for name, data in definition.resources.items()},
        content_hash=definition.content_hash,
    )
    return replace(definition, version=row.version)
