"""Copies of a seal that leave the machine: by letter to the auditor, and into a file of seals elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from engine.config import Settings
from engine.errors import NotFound
from engine.history import seal_file
from engine.history.seal import must_continue
from engine.notifications.port import Letter, Unreachable
from engine.notifications.seal_letter import seal_letter
from engine.store import seals
from engine.store.outbox import Message
from engine.store.seals import Seal
from engine.store.session import Database


@dataclass(frozen=True, slots=True)
class Places:
    """Where copies of seals go; None: nowhere."""

    address: str | None = None
    directory: Path | None = None


def places(settings: Settings) -> Places:
    return Places(settings.seal_mail, settings.seal_copy)


def mailed(connection: Connection, message: Message, to: Places) -> Letter:
    """The letter of the seal that `message` names. Raises `Unreachable` where no address is set any more."""
    if to.address is None:
        raise Unreachable("no address")
    return seal_letter(message, _seal(connection, message), to.address)


def copied(database: Database, message: Message, to: Places) -> None:
    """The file of seals elsewhere has the lines up to the seal that `message` names, and they are on its disk.

    Lines that are there stay as they are. The directory is never made: a share that is not mounted is a failure,
    and so is a file that tells of another past (`Refused`).
    """
    if to.directory is None:
        raise Unreachable("no directory")
    if not to.directory.is_dir():
        raise FileNotFoundError("SEAL_COPY is no directory")
    path = to.directory / seal_file.NAME
    with database.read() as connection:
        _seal(connection, message)
        must_continue(connection, seal_file.read_newest(path))
    seal_file.catch_up(database, path)


def _seal(connection: Connection, message: Message) -> Seal:
    number = message.payload["seal"]
    found = seals.numbered(connection, number)
    if found is None:
        raise NotFound(f"There is no seal {number}.", seal=number)
    return found
