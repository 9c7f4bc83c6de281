"""The seals outside the database: `segel.jsonl`, a line for each seal and for each person erased.

The rows are the truth and commit first; `catch_up` then writes what the file has not yet, also on start-up, so
a crash between the two loses nothing. A line is the canonical JSON of its row: whoever has the file can compute
every hash again. It holds case numbers and digests only, and may be given to anybody who shall keep a copy.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from engine.canonical_json import canonical, from_canonical, instant_text, parse_instant
from engine.events import CASE_ERASED
from engine.on_disk import sync_directory
from engine.store import seals
from engine.store.seals import Seal
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN, events

#: Its name in DATA_DIR.
NAME: Final = "segel.jsonl"
#: `kind` of a line that tells of an erasure; the others are kinds of seals.
ERASURE: Final = "erasure"
#: No seal's line has this: its chains have names of their own, and canonical JSON has no blanks.
_MARK: Final = canonical({"kind": ERASURE})[1:-1]


@dataclass(frozen=True, slots=True)
class Erasure:
    """A person was erased: what a restore from an older backup must do again."""

    case: str
    at: str
    by: str
    why: str


@dataclass(slots=True)
class SealFile:
    """What a file says, line by line."""

    seals: list[Seal] = field(default_factory=list)
    erasures: list[Erasure] = field(default_factory=list)
    #: Numbers of the lines that are neither.
    unreadable: list[int] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The highest number of a seal."""
        return max((seal.number for seal in self.seals), default=0)

    @property
    def erased(self) -> frozenset[str]:
        return frozenset(erasure.case for erasure in self.erasures)


def hash_of(seal: Seal) -> str:
    """What the hash of `seal` must be: SHA-256 in hex over the canonical JSON of its other fields."""
    others = {name: value for name, value in asdict(seal).items() if name != "hash"}
    return hashlib.sha256(canonical(others)).hexdigest()


def seal_line(seal: Seal) -> bytes:
    """A seal as the file has it."""
    return canonical(asdict(seal)) + b"\n"


def erasure_line(erasure: Erasure) -> bytes:
    return canonical({"kind": ERASURE, **asdict(erasure)}) + b"\n"


def read(path: Path) -> SealFile:
    """What the file says; an empty one where there is no file. A last line without its end is not there yet."""
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return SealFile()


def parse(data: bytes) -> SealFile:
    """The lines of `data`; what cannot be read is counted, not guessed at."""
    found = SealFile()
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), start=1):
        try:
            said = from_canonical(line)
            if said["kind"] == ERASURE:
                del said["kind"]
                found.erasures.append(Erasure(**said))
            else:
                said |= {"at": parse_instant(said["at"]), "heads": seals.heads(said["heads"])}
                found.seals.append(Seal(**said))
        except (LookupError, TypeError, ValueError, AttributeError):
            found.unreadable.append(number)
    return found


def read_newest(path: Path) -> SealFile:
    """The last seal only, and all erasures: what sealing must know, however long the file has become."""
    try:
        return _newest(path.read_bytes())
    except FileNotFoundError:
        return SealFile()


def _newest(data: bytes) -> SealFile:
    lines = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
    erased = [line for line in lines if _MARK in line]
    last = next((line for line in reversed(lines) if _MARK not in line), b"")
    return parse(last + b"".join(erased))


def erasures(connection: Connection) -> list[Erasure]:
    """Everybody who was erased, as the chain `sistem` tells it, in order."""
    query = select(events.c.at, events.c.actor, events.c.payload).where(
        events.c.case_number == SYSTEM_CHAIN, events.c.type == CASE_ERASED
    )
    return [
        Erasure(
            row.payload["case"],
            row.payload.get("at") or instant_text(row.at),  # a restore repeats what was done before
            row.payload.get("by") or row.actor,
            row.payload["why"],
        )
        for row in connection.execute(query.order_by(events.c.seq))
    ]


def catch_up(database: Database, path: Path) -> int:
    """Write the lines that the file has not yet, on the disk before this returns; gives their number.

    Two processes take turns. A line that a crash left half-written is begun anew.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        data = file.read()
        known = _newest(data)
        with database.read() as connection:
            lines = [seal_line(seal) for seal in seals.after(connection, known.last)]
            lines += [erasure_line(one) for one in erasures(connection) if one.case not in known.erased]
        if lines:
            file.seek(data.rfind(b"\n") + 1)
            file.write(b"".join(lines))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
    sync_directory(path.parent)
    return len(lines)
