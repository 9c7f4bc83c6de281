"""JSON Lines: every event with all its fields, so that anybody can compute the hashes again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.canonical_json import canonical
from engine.history.exports.records import all_chains, as_mapping
from engine.identity.policy import Actor
from engine.runtime.ports import Ports


def write(ports: Ports, connection: Connection, actor: Actor) -> Iterator[bytes]:
    """A line for each event, its canonical JSON; the chain `sistem` first, then the cases by number."""
    for chain in all_chains(ports, connection, actor):
        yield b"".join(canonical(as_mapping(event)) + b"\n" for event in chain.events)
