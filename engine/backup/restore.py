"""A restore: an archive into an empty place, in one transaction, and what came after it told, not hidden.

1. The archive is held against its manifest, and its case keys against the master key, before anything is touched.
2. All rows go in, with the triggers standing. Every session of before has ended.
3. The seals that survived outside go in as well; who was erased after the backup is erased again; the counters
   of case numbers go past every number known, and some more.
4. The event `record:restored` names what is lost, and a bridging seal covers where the chains go on from.
5. After the commit the file of seals is written. A crash before it is made good by the next start.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, exists, insert, select

from engine.backup import archive
from engine.backup.archive import Reader
from engine.backup.lost import Lost, lost, merged
from engine.backup.rows import decode, kept_columns
from engine.backup.save import ATTACHMENTS, part_of
from engine.errors import KeyMissing, NotFound, Refused
from engine.events import CASE_ERASED
from engine.history import log, seal_file
from engine.history.restored import RESTORED, Restored, payload_of
from engine.history.seal import bridge, current_heads
from engine.history.seal_file import Erasure, SealFile
from engine.key_file import read_key
from engine.on_disk import sync_directory
from engine.runtime import erase
from engine.runtime.ports import Ports
from engine.store import attachments, erasure, migrations, seals
from engine.store import cases as store_cases
from engine.store.attachment_files import AttachmentFiles
from engine.store.keyring import Keyring
from engine.store.seals import Seal
from engine.store.session import Database, now, upsert
from engine.store.tables import case_keys, case_numbers, cases, events, metadata, users

#: Rows in one statement.
ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a restore did."""

    made_at: str
    rows: dict[str, int]
    cases: int
    lost: Lost
    erased: tuple[str, ...]
    #: Erased cases that run again, because the backup is from before their end.
    running_erased: tuple[str, ...]
    bridge: Seal
    #: Whether a file of seals was there to tell what came after the backup.
    seals_known: bool


def restore(
    database: Database,
    source: Path,
    *,
    data_dir: Path,
    master_key: Path,
    by: str,
    seals_at: Path | None = None,
    past: str | None = None,
    seal_copies: Collection[str] = (),
    clock: Callable[[Connection], datetime] = now,
) -> Outcome:
    """Load the archive `source`; nothing is changed when it is refused, and a killed restore left nothing.

    `seals_at` is a copy of the file of seals, beside the one in `data_dir`. `past` is the last case number that
    is known to be given out. `seal_copies` are the kinds of copies that the bridging seal gets. Raises `Refused`, and `KeyMissing` without the key that opens the cases.
    """
    with archive.reading(source) as reader:
        keyring = _keyring(reader, master_key)
        places = [data_dir / seal_file.NAME, *([seals_at] if seals_at else [])]
        known = merged(_survived(place, wanted=place == seals_at) for place in places)
        _must_fit(reader, database)
        with database.read() as connection:  # before a file is written over; and once more when it counts
            _must_be_empty(connection)
        brought = _restore_attachments(reader, data_dir / ATTACHMENTS)
        with database.write() as connection:
            _must_be_empty(connection)
            rows = {table.name: _load(connection, reader, table) for table in metadata.sorted_tables}
            outcome = _catch_up(
                Ports(database, keyring, clock, frozenset(seal_copies)),
                connection,
                reader,
                known,
                by,
                past,
                rows,
                archive.sha256(source),
            )
            kept = attachments.all_ids(connection)
    AttachmentFiles(data_dir / ATTACHMENTS).remove(brought - kept)  # of whoever was erased again
    seal_file.catch_up(database, data_dir / seal_file.NAME)
    erasure.forget_log(database)
    return outcome


def _keyring(reader: Reader, master_key: Path) -> Keyring:
    """The keyring that opens every case of the archive: one that does not is found before, not after."""
    master = read_key(master_key)
    with closing(reader.lines(part_of(case_keys))) as lines:
        wrapped = (decode(kept_columns(case_keys), line) for line in lines)
        if master is None:
            if next(wrapped, None) is None:
                return Keyring(secrets.token_bytes(32))  # no case, so nothing to open
            raise KeyMissing(
                f"The backup holds complaints, and the master key that opens them is kept apart from it: put that key "
                f"file at {master_key} (or name its place by MASTER_KEY_FILE), then restore again. Nothing was changed.",
                reason="restore_key",
                path=master_key,
            )
        keyring = Keyring(master)
        for row in wrapped:
            keyring.unwrap(row["case_number"], row["wrapped"])
    return keyring


def _survived(place: Path, *, wanted: bool) -> SealFile:
    if wanted and not place.is_file():
        raise Refused(
            f"There is no file of seals at {place}; check its name.", reason="seals_missing", path=place
        )
    found = seal_file.read(place)
    if found.unreadable:
        raise Refused(
            f"The file of seals {place} should hold seals and erasures only, and line {found.unreadable[0]} is neither; "
            "name a whole copy by --seals, and take this one away. Nothing was changed.",
            reason="seals_unreadable",
            path=place,
            line=found.unreadable[0],
        )
    return found


def _must_fit(reader: Reader, database: Database) -> None:
    """The tables are made where there are none; they must be those that the rows are from."""
    revision = migrations.current(database) or migrations.upgrade(database)
    if reader.manifest.revision != revision or migrations.pending(database):
        raise Refused(
            f"The backup is of revision {reader.manifest.revision} and this release is at {revision}: restore it with the "
            "release that made it, then upgrade by `pengaduan db upgrade`. Nothing was changed.",
            reason="restore_revision",
            found=reader.manifest.revision,
            expected=revision,
        )


def _must_be_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.scalar(select(exists().select_from(table))):
            raise Refused(
                f"A restore goes into an empty place, and there are rows in {table.name}: name another DATA_DIR, or an "
                "empty database by DATABASE_URL. Nothing was changed.",
                reason="restore_taken",
                table=table.name,
            )


def _restore_attachments(reader: Reader, folder: Path) -> frozenset[str]:
    """Files before the rows that name them; a file without a row harms nobody. Gives their ids."""
    for one in (folder.parent, folder):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in reader.below(ATTACHMENTS):
        target = folder / name.removeprefix(f"{ATTACHMENTS}/")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with reader.open(name) as part, os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(part, file)
            file.flush()
            os.fsync(file.fileno())
        sync_directory(target.parent)
    return frozenset(name.rpartition("/")[2] for name in reader.below(ATTACHMENTS))


def _load(connection: Connection, reader: Reader, table: Table) -> int:
    columns, count = kept_columns(table), 0
    with closing(reader.lines(part_of(table))) as lines:
        for batch in _batches(lines):
            try:
                rows = [decode(columns, line) for line in batch]
            except (LookupError, TypeError, ValueError):
                raise archive.broken(f"a row of {table.name} cannot be read") from None
            if table is users:  # whoever was signed in on the day of the backup is not any more
                rows = [row | {"fs_uniquifier": secrets.token_hex(16)} for row in rows]
            connection.execute(insert(table), rows)
            count += len(rows)
    return count


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _catch_up(
    ports: Ports,
    connection: Connection,
    reader: Reader,
    known: SealFile,
    by: str,
    past: str | None,
    rows: dict[str, int],
    sha256: str,
) -> Outcome:
    """Steps 3 and 4."""
    at = ports.clock(connection)
    kept = list(seals.after(connection))
    counters = {(row.series, row.year): row.last for row in connection.execute(select(case_numbers))}
    year = at.astimezone(_zone(ports, connection)).year
    gone = lost(kept, current_heads(connection), counters, known, year=year, past=past)
    seals.add(connection, gone.seals)
    for (series, of_year), last in gone.counters.items():
        counter = upsert(connection, case_numbers).values(series=series, year=of_year, last=last)
        key = [case_numbers.c.series, case_numbers.c.year]
        connection.execute(counter.on_conflict_do_update(index_elements=key, set_={"last": last}))
    again = _erase_again(connection, known.erasures, by, at)
    last_kept = kept[-1].number if kept else 0
    restored = Restored(
        at=at,
        by=by,
        made_at=reader.manifest.made_at,
        seals=(last_kept, gone.seals[-1].number if gone.seals else last_kept),
        lost=gone.chains,
        numbers=gone.numbers,
        erased=frozenset(again),
    )
    backup = {"sha256": sha256, "seal": list(reader.manifest.seal)}
    log.append_system(connection, RESTORED, at, by, "cli", payload_of(restored, backup))
    bridging = bridge(connection, at, ports.seal_copies)
    running = select(cases.c.number).where(cases.c.number.in_(again), cases.c.status != "ended")
    return Outcome(
        made_at=reader.manifest.made_at,
        rows=rows,
        cases=rows[cases.name],
        lost=gone,
        erased=tuple(again),
        running_erased=tuple(connection.scalars(running.order_by(cases.c.number))),
        bridge=bridging,
        seals_known=known.last >= max(last_kept, 1),
    )


def _erase_again(connection: Connection, erasures: Sequence[Erasure], by: str, at: datetime) -> list[str]:
    """Erase whoever was erased after the backup; gives the cases. One that is lost with its case needs nothing."""
    query = select(events.c.case_number).where(events.c.type == CASE_ERASED)
    done = set(connection.scalars(query))
    again = []
    for one in erasures:
        if one.case in done:
            continue
        try:
            row = store_cases.load(connection, one.case)
        except NotFound:
            continue
        removed = {table: count for table, count in erasure.erase(connection, one.case).items() if count}
        said = {"why": one.why, "at": one.at, "by": one.by, "removed": removed}
        head = (row.last_seq, row.last_hash)
        erase.record(connection, one.case, head, max(at, row.last_at), by, "cli", said)
        again.append(one.case)
    return again


def _zone(ports: Ports, connection: Connection) -> tzinfo:
    try:
        return ports.active_calendar(connection).zone
    except NotFound:  # an office before its first calendar
        return UTC
