"""Deployed definitions and deployments as the REST face lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lxml import etree
from sqlalchemy import Connection, select

from engine.definition.model import ProcessDefinition
from engine.definition.parse import executable
from engine.definition.xml import BPMN, CAMUNDA, harden
from engine.errors import NotFound
from engine.identity.policy import Actor, Subject, allowed, complaint_of
from engine.runtime.ports import Ports
from engine.store import definitions
from engine.store.tables import deployments, process_definitions


@dataclass(frozen=True, slots=True)
class Listed:
    """A version of a process, with what Camunda's lists show of it."""

    definition: ProcessDefinition
    deployment: str
    #: New cases take it.
    active: bool
    #: The newest version of its key.
    newest: bool
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the diagram says for Camunda only; nothing here acts by it."""

    category: str | None
    description: str | None
    version_tag: str | None
    history_time_to_live: int | None
    startable: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """A row of `deployments`."""

    id: str
    name: str
    source: str
    note: str | None
    at: datetime


def versions(ports: Ports, connection: Connection, actor: Actor) -> list[Listed]:
    """Every version that `actor` may see, by key, the newest first; an office has a handful."""
    query = select(process_definitions.c.id, process_definitions.c.deployment_id).order_by(
        process_definitions.c.key, process_definitions.c.version.desc()
    )
    active = set(definitions.active_ids(connection))
    found, keys = [], set[str]()
    for row in connection.execute(query):
        definition = ports.definition(connection, row.id)
        newest = definition.key not in keys
        keys.add(definition.key)
        if may_see(actor, definition):
            about = _attributes(definition.source, definition.key)
            found.append(Listed(definition, row.deployment_id, row.id in active, newest, about))
    return found


def may_see(actor: Actor, definition: ProcessDefinition) -> bool:
    """Who reads definitions, and who works by this one: enters its complaints or reads its cases."""
    return (
        allowed(actor, "definition:read")
        or allowed(actor, "case:submit", complaint_of(definition))
        or allowed(actor, "case:read", Subject(lane_groups=definition.lane_groups))
    )


def xml_text(definition: ProcessDefinition) -> str:
    """The diagram as text, whatever its encoding."""
    try:
        return definition.source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return etree.tostring(harden(definition.source), encoding="unicode")


def all_deployments(connection: Connection) -> list[Deployment]:
    """Every deployment, the newest first."""
    columns = (deployments.c[name] for name in ("id", "name", "source", "note", "deployed_at"))
    query = select(*columns).order_by(deployments.c.deployed_at.desc(), deployments.c.id.desc())
    return [Deployment(*row) for row in connection.execute(query)]


def deployment(connection: Connection, id: str) -> Deployment:
    """One deployment. Raises `NotFound`."""
    found = next((d for d in all_deployments(connection) if d.id == id), None)
    if found is None:
        raise NotFound(f"There is no deployment {id}.")
    return found


def files_of(ports: Ports, connection: Connection, id: str) -> dict[str, bytes]:
    """File name -> contents, of all that a deployment brought."""
    query = select(process_definitions.c.id).where(process_definitions.c.deployment_id == id)
    files: dict[str, bytes] = {}
    for definition_id in connection.scalars(query.order_by(process_definitions.c.id)):
        definition = ports.definition(connection, definition_id)
        files[definition.filename] = definition.source
        files |= definition.resources
    return files


@lru_cache(maxsize=64)
def _attributes(source: bytes, key: str) -> Attributes:
    root = harden(source)
    process = executable(root, "", key)
    said = process.find(f"{{{BPMN}}}documentation")
    days = process.get(f"{{{CAMUNDA}}}historyTimeToLive", "").removeprefix("P").removesuffix("D")
    return Attributes(
        category=root.get("targetNamespace"),
        description=said.text if said is not None else None,
        version_tag=process.get(f"{{{CAMUNDA}}}versionTag"),
        history_time_to_live=int(days) if days.isascii() and days.isdigit() and len(days) < 10 else None,
        startable=process.get(f"{{{CAMUNDA}}}isStartableInTasklist") != "false",
    )
