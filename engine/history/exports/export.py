"""An export of the history in one of the formats, noted in the access log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection

from engine.errors import NotAllowed, NotFound
from engine.history.exports import csv, jsonl, xes, xlsx
from engine.identity.policy import Actor, allowed
from engine.runtime.ports import Ports
from engine.store import access_log

#: The act, as in `engine.identity.policy`.
ACT: Final = "history:export"


class Format(NamedTuple):
    """How a file is written, and what it is by its media type."""

    media_type: str
    write: Callable[[Ports, Connection, Actor], Iterator[bytes]]


#: By the ending of the file's name.
FORMATS: Final[Mapping[str, Format]] = {
    "xes": Format("application/xml", xes.write),
    "csv": Format("text/csv", csv.write),
    "jsonl": Format("application/jsonl", jsonl.write),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.write),
}


def export(ports: Ports, actor: Actor, format: str, *, source: str) -> Iterator[bytes]:
    """The pieces of the file, read while they are asked for, all of one moment.

    That it was asked for is noted first. Raises `NotAllowed`, `NotFound` for another format.
    """
    if not allowed(actor, ACT):
        raise NotAllowed(act=ACT)
    if format not in FORMATS:
        raise NotFound(f"The history is exported as {', '.join(FORMATS)}; found {format!r}.", format=format)
    with ports.database.write() as connection:
        at = ports.clock(connection)
        access_log.add(connection, at=at, actor=actor.id, act=ACT, source=source, why=format)
    return _pieces(ports, actor, FORMATS[format])


def _pieces(ports: Ports, actor: Actor, format: Format) -> Iterator[bytes]:
    with ports.database.read() as connection:
        yield from format.write(ports, connection, actor)
