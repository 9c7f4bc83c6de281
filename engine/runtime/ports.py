"""What the engine needs of the outside, in one value that every entry point is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from engine.config import Settings
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.errors import NotFound, SettingsInvalid
from engine.forms.schema import load as load_form
from engine.history import seal_copies
from engine.office_hours import Calendar
from engine.store import calendars, definitions
from engine.store.attachment_files import AttachmentFiles
from engine.store.keyring import Keyring, open_keyring
from engine.store.session import Database, now

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Ports:
    """Database, keys and clock; and the deployed files already read, which never change.

    The clock is the database's own on PostgreSQL; tests set theirs.
    """

    database: Database
    keyring: Keyring
    clock: Callable[[Connection], datetime] = now
    #: Kinds of copies that are made of every seal (`engine.history.seal_copies`).
    seal_copies: frozenset[str] = frozenset()
    #: Where the files of cases lie; None for a program that has to do with none of them.
    attachments: AttachmentFiles | None = None
    _definitions: dict[str, ProcessDefinition] = field(default_factory=dict)
    _calendars: dict[int, Calendar] = field(default_factory=dict)

    @property
    def files(self) -> AttachmentFiles:
        """Where the files of cases lie. Raises `SettingsInvalid` where no place was named."""
        if self.attachments is None:
            raise SettingsInvalid(
                "The files of cases need a place, and this program was started without one."
            )
        return self.attachments

    def definition(self, connection: Connection, definition_id: str) -> ProcessDefinition:
        """The deployed definition `key:version`. Raises `NotFound`."""
        if definition_id not in self._definitions:
            definition = _read_definition(connection, definition_id)
            if definition.version > 1:
                definition = definition.after(
                    self.definition(connection, f"{definition.key}:{definition.version - 1}")
                )
            self._definitions[definition_id] = definition
        return self._definitions[definition_id]

    def active_definition(self, connection: Connection, key: str) -> ProcessDefinition:
        """The version of a process that new cases take. Raises `NotFound`."""
        return self.definition(connection, definitions.active_id(connection, key))

    def calendar(self, connection: Connection, version: int) -> Calendar:
        """A deployed calendar. Raises `NotFound`."""
        return _kept(self._calendars, version, partial(_read_calendar, connection))

    def active_calendar(self, connection: Connection) -> Calendar:
        """The calendar that a timer takes when it starts now. Raises `NotFound`."""
        return self.calendar(connection, calendars.active_version(connection))


def open_ports(settings: Settings, database: Database | None = None) -> Ports:
    """Database, unless it is open already, and keys as the settings say. Raises `SettingsInvalid` and `KeyMissing`."""
    database = database or Database(settings.url)
    return Ports(
        database,
        open_keyring(database, settings.master_key),
        seal_copies=seal_copies.wanted(settings),
        attachments=AttachmentFiles(settings.attachments),
    )


def _kept(kept: dict[K, V], name: K, read: Callable[[K], V]) -> V:
    """Read once: what is deployed is immutable, and an office has a handful of versions."""
    if name not in kept:
        kept[name] = read(name)
    return kept[name]


def _read_definition(connection: Connection, definition_id: str) -> ProcessDefinition:
    row = definitions.by_id(connection, definition_id)
    if definition_id != f"{row.key}:{row.version}":  # somebody wrote so; versions follow each other by it
        raise NotFound(
            f"The row of {definition_id} calls itself {row.key}:{row.version}.", definition=definition_id
        )
    files = {name: text.encode() for name, text in row.resources.items()}
    schemas = [load_form(data, name) for name, data in files.items() if name.endswith(".form")]
    forms = {schema.id: schema for schema in schemas}
    return parse(row.bpmn, f"{row.key}.bpmn", forms, files, key=row.key, version=row.version)


def _read_calendar(connection: Connection, version: int) -> Calendar:
    return replace(Calendar.from_json(calendars.by_version(connection, version).resolved), version=version)
