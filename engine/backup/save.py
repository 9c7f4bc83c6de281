"""A backup: every row of one moment, while others go on writing; the file of seals, and attachments.

Never a key: the master key would open what the backup holds, and belongs somewhere else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, select

from engine.backup import archive
from engine.backup.archive import FORMAT, Manifest
from engine.backup.rows import encode, kept_columns
from engine.canonical_json import instant_text
from engine.events import BACKUP_BEGUN, BACKUP_MADE
from engine.history import log, seal_file
from engine.runtime.ports import Ports
from engine.store import attachments, migrations, seals
from engine.store.attachment_files import AttachmentFiles
from engine.store.tables import SYSTEM_CHAIN, metadata

#: Rows held in memory at once.
ROWS: Final = 500
ATTACHMENTS: Final = "attachments"
TABLES: Final = "tables"
_PIECE: Final = 1 << 20


def part_of(table: Table) -> str:
    """Where a table's rows are in an archive."""
    return f"{TABLES}/{table.name}.jsonl"


def back_up(ports: Ports, data_dir: Path, target: Path, *, by: str, source: str) -> Manifest:
    """Write an archive to `target`. Raises `Refused` when there is a file already.

    Whoever takes a copy of everything is on record, and in the copy. One read transaction sees one moment on both
    databases, and keeps nobody waiting. The file of seals is read before it: rows commit before their lines, so it
    never tells of more than the rows do.
    """
    outside = data_dir / seal_file.NAME
    sealed = outside.read_bytes() if outside.exists() else b""
    with archive.writing(target) as writer:
        with ports.database.write() as connection:
            log.append_system(connection, BACKUP_BEGUN, ports.clock(connection), by, source, {})
        manifest = _write(ports, data_dir, sealed, writer)
    with ports.database.write() as connection:
        log.append_system(connection, BACKUP_MADE, ports.clock(connection), by, source, {})
    return manifest


def _write(ports: Ports, data_dir: Path, sealed: bytes, writer: archive.Writer) -> Manifest:
    with ports.database.read() as connection:
        made_at = instant_text(ports.clock(connection))
        for table in metadata.sorted_tables:
            writer.add(part_of(table), _lines(connection, table))
        writer.add(seal_file.NAME, sealed[: sealed.rfind(b"\n") + 1].splitlines(keepends=True))
        _add_files(connection, AttachmentFiles(data_dir / ATTACHMENTS), writer)
        last = seals.last(connection)
        manifest = Manifest(
            format=FORMAT,
            made_at=made_at,
            revision=migrations.current(ports.database) or "",
            seal=(last.number, last.hash) if last else (0, ""),
            system=log.head(connection, SYSTEM_CHAIN),
            parts=writer.parts,
        )
        writer.close(manifest)
    return manifest


def _add_files(connection: Connection, files: AttachmentFiles, writer: archive.Writer) -> None:
    """The file of each row of this moment; one that has gone is for `history verify`, or its case was erased meanwhile."""
    for id in sorted(attachments.all_ids(connection)):
        path = files.path(id)
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            writer.add(
                f"{ATTACHMENTS}/{path.relative_to(files.folder).as_posix()}",
                iter(partial(file.read, _PIECE), b""),
            )


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    columns: Sequence[Column[Any]] = kept_columns(table)
    query = select(*columns).order_by(*table.primary_key).execution_options(yield_per=ROWS)
    for row in connection.execute(query):
        yield encode(columns, row)
