"""What `try` and `simulate` set beside the version in force."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from engine.definition import bundle
from engine.definition.findings import errors, refusal
from engine.definition.model import ProcessDefinition
from engine.errors import NotFound
from engine.queries.completed import completed
from engine.queries.drafted import drafted
from engine.runtime.ports import Ports
from webapp.commands.definitions import beside


def tried(
    ports: Ports, connection: Connection, key: str, paths: tuple[Path, ...], version: int | None
) -> ProcessDefinition:
    """A deployed version, files, or the drafts. Raises `DefinitionInvalid` with all findings, and `NotFound`."""
    if version is not None:
        return ports.definition(connection, f"{key}:{version}")
    if paths:
        given = bundle.read([*paths, *beside(paths, None)])
        files = completed(ports, connection, given.files).bundle
    else:
        files = drafted(ports, connection, key).bundle
    checked = bundle.check(files)
    if found := errors(checked.findings):
        raise refusal(found)
    definition = checked.of(key)
    if definition is None:
        raise NotFound(f"There is no process {key} in these files.", process=key)
    return definition
