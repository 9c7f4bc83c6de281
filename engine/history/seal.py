"""Sealing: a link that covers the heads of all chains that grew since the last seal, `sistem` among them.

Whoever rewrites a sealed history must also rewrite every later seal, and every copy of the file outside the
database. What is younger than the last seal is not yet sealed, and `verify` says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from engine.errors import Refused
from engine.history import log, seal_copies, seal_file
from engine.history.chain import GENESIS
from engine.runtime.ports import Ports
from engine.store import seals
from engine.store.seals import BRIDGING, PERIODIC, Head, Seal
from engine.store.tables import SYSTEM_CHAIN, cases


def seal(ports: Ports, path: Path) -> Seal | None:
    """Seal what grew, row first, then the line in `path`; None, and no seal, when nothing grew.

    Raises `Refused` when the file is ahead of the database or tells of another past.
    """
    while True:
        seal_file.catch_up(ports.database, path)
        with ports.database.read() as connection:  # long, perhaps, and nobody waits for it
            must_continue(connection, seal_file.read_newest(path))
            before = seals.last(connection)
            grown = grown_chains(connection)
        if not grown:
            return None
        with ports.database.write() as connection:
            seals.alone(connection)
            if seals.last(connection) != before:
                continue  # somebody else has sealed meanwhile
            made = next_seal(before, PERIODIC, ports.clock(connection), grown)
            seals.add(connection, [made])
            seal_copies.enqueue(connection, made, ports.seal_copies)
        seal_file.catch_up(ports.database, path)
        return made


def bridge(connection: Connection, at: datetime, copies: Collection[str] = ()) -> Seal:
    """The first seal after a restore: covers every chain whose head is not the last one sealed.

    `copies` are the kinds of its copies elsewhere (`engine.history.seal_copies`).
    """
    sealed, current = sealed_heads(seals.after(connection)), current_heads(connection)
    differing = {chain: head for chain, head in current.items() if sealed.get(chain) != head}
    made = next_seal(seals.last(connection), BRIDGING, at, differing)
    seals.add(connection, [made])
    seal_copies.enqueue(connection, made, copies)
    return made


def next_seal(before: Seal | None, kind: str, at: datetime, heads: Mapping[str, Head]) -> Seal:
    """The link after `before`."""
    number, previous = (before.number + 1, before.hash) if before else (1, GENESIS)
    made = Seal(number, at, kind, heads, previous, "")
    return replace(made, hash=seal_file.hash_of(made))


def grown_chains(connection: Connection) -> dict[str, Head]:
    """Chains with events that no seal covers. One that became shorter has not grown: that is for `verify`."""
    sealed = sealed_heads(seals.after(connection))
    return {
        chain: head
        for chain, head in current_heads(connection).items()
        if head[0] > sealed.get(chain, (0, GENESIS))[0]
    }


def sealed_heads(made: Iterable[Seal]) -> dict[str, Head]:
    """The last head of each chain that a seal covers."""
    found: dict[str, Head] = {}
    for one in made:
        found |= one.heads
    return found


def current_heads(connection: Connection, only: Collection[str] | None = None) -> dict[str, Head]:
    """The head of every chain that has events, or of those named."""
    query = select(cases.c.number, cases.c.last_seq, cases.c.last_hash)
    if only is not None:
        query = query.where(cases.c.number.in_(only))
    found = {number: (seq, digest) for number, seq, digest in connection.execute(query)}
    if only is None or SYSTEM_CHAIN in only:
        found[SYSTEM_CHAIN] = log.head(connection, SYSTEM_CHAIN)
    return {chain: head for chain, head in found.items() if head[0] > 0}


def must_continue(connection: Connection, file: seal_file.SealFile) -> None:
    """A seal made on a past that the file contradicts would only hide it. Raises `Refused`."""
    if not file.seals:
        return
    outside = file.seals[-1]
    inside = seals.numbered(connection, outside.number)
    if inside is None or inside.hash != outside.hash:
        raise Refused(
            f"The database should hold seal {outside.number} as the file of seals has it, and does not: it was set "
            "back or changed; run `pengaduan history verify`, and restore the backup by `pengaduan restore`.",
            seal=outside.number,
        )
