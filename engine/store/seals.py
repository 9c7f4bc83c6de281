"""The chain of seals as rows: written once, never changed (engine/store/triggers.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Text, cast, insert, select

from engine.store.session import lock
from engine.store.tables import seals

PERIODIC: Final = "periodic"
#: The first after a restore.
BRIDGING: Final = "bridging"

#: Seals held in memory at once while they are read: each names every case that grew in its hour.
ROWS: Final = 100

#: (seq, hash) of a chain's last event.
Head = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain: the heads of the chains that grew since the one before."""

    number: int
    at: datetime
    kind: str
    heads: Mapping[str, Head] = field(repr=False)
    previous: str
    hash: str


def last(connection: Connection) -> Seal | None:
    """The newest seal."""
    row = connection.execute(select(seals).order_by(seals.c.number.desc()).limit(1)).first()
    return _seal(row) if row else None


def numbered(connection: Connection, number: int) -> Seal | None:
    """The seal of that number."""
    row = connection.execute(select(seals).where(seals.c.number == number)).first()
    return _seal(row) if row else None


def page(connection: Connection, before: int | None, most: int) -> list[Seal]:
    """The newest `most` seals, or those with a lower number than `before`."""
    query = select(seals).order_by(seals.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(seals.c.number < before)
    return [_seal(row) for row in connection.execute(query)]


def with_hash(connection: Connection, digest: str) -> Seal | None:
    """The seal with that hash."""
    row = connection.execute(select(seals).where(seals.c.hash == digest)).first()
    return _seal(row) if row else None


def naming(connection: Connection, text: str) -> Iterator[Seal]:
    """The seals in whose heads `text` stands, a hash or the quoted name of a chain, ascending."""
    query = select(seals).where(cast(seals.c.heads, Text).contains(text, autoescape=True))
    yield from map(_seal, connection.execute(query.order_by(seals.c.number)))


def after(connection: Connection, number: int = 0) -> Iterator[Seal]:
    """All seals with a higher number, ascending, read as they are asked for."""
    query = select(seals).where(seals.c.number > number).order_by(seals.c.number)
    yield from map(_seal, connection.execute(query.execution_options(yield_per=ROWS)))


def add(connection: Connection, new: Sequence[Seal]) -> None:
    """Write seals; of two processes that would write the same number one fails."""
    if new:
        connection.execute(insert(seals), [asdict(seal) for seal in new])


def alone(connection: Connection) -> None:
    """Until the end of the transaction nobody else adds a seal."""
    lock(connection, "chain of seals")


def heads(stored: Mapping[str, Any]) -> dict[str, Head]:
    """The heads as JSON keeps them. Raises ValueError or TypeError for anything else."""
    return {chain: (int(seq), str(digest)) for chain, (seq, digest) in stored.items()}


def _seal(row: Row[Any]) -> Seal:
    return Seal(row.number, row.at, row.kind, heads(row.heads), row.previous, row.hash)
