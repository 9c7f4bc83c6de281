"""A backup of one moment, restored into an empty place on either database, equals its source row by row; what
happened after it is not hidden: the erased stay erased, no number comes twice, and what is lost is named.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select

from engine.backup.lost import MARGIN
from engine.backup.restore import Outcome, restore
from engine.backup.rows import decode, encode, kept_columns
from engine.backup.save import back_up
from engine.commands import Comment
from engine.errors import KeyMissing, Refused
from engine.events import BACKUP_BEGUN, BACKUP_MADE
from engine.history import log, seal_file
from engine.history.exports.export import export
from engine.history.finding import LOST
from engine.history.restored import RESTORED, Restored, payload_of
from engine.history.seal import seal
from engine.history.verify import Report, verify
from engine.identity.policy import Actor
from engine.key_file import make_key
from engine.runtime.drafts import save_draft
from engine.runtime.erase import erase
from engine.runtime.ports import Ports
from engine.store import erasure, users
from engine.store.attachment_files import AttachmentFiles
from engine.store.keyring import Keyring
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN, case_numbers, cases, metadata, seals
from tests.casework import MASTER, ROOT, Office, open_office
from tests.given_files import attach

PENGELOLA = Actor("pengelola", frozenset({"pengelola"}))
WHY = "Permintaan tertulis"

#: An empty, migrated database of a kind.
Fresh = Callable[[str], Database]


@pytest.fixture
def fresh(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[Fresh]:
    made: list[Database] = []
    numbers = count(1)

    def database(kind: str) -> Database:
        if kind == "postgres":
            found: Database = request.getfixturevalue("postgres_database")
            return found
        path = shutil.copy(sqlite_template, tmp_path / f"place{next(numbers)}.sqlite3")
        made.append(Database(f"sqlite:///{path}", synchronous="OFF"))
        return made[-1]

    yield database
    for one in made:
        one.dispose()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """DATA_DIR of the first office, with its master key in it."""
    place = tmp_path / "home"
    (place / "keys").mkdir(parents=True, mode=0o700)
    return keyed(place)


def keyed(place: Path, master: bytes = MASTER) -> Path:
    key = place / "keys" / "master.key"
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_text(master.hex())
    key.chmod(0o600)
    return place


def furnished(database: Database, seed: int = 1) -> Office:
    """Cases in every stage, with comments, a draft, and letters."""
    office, choose = open_office(database), random.Random(seed)
    for _ in range(6):
        number = office.submit(nama="Siti Rahasia", kontak="0811-222-333", cara_jawaban="whatsapp")
        office.run_to(number, f"Langkah_{choose.randint(2, 8)}")
        said = Comment(
            actor="petugas", source="web", command_id=office.id(), case=number, text="Sudah ditelepon."
        )
        office.do(said)
    number = office.submit()
    draft = {"alasan": "Rancangan petugas"}
    save_draft(
        office.ports, Actor("petugas", frozenset({"petugas_mpp"})), office.open_items(number)[0], draft
    )
    return office


def saved(office: Office, home: Path, name: str = "cadangan.zip") -> Path:
    back_up(office.ports, home, home / name, by="pengelola", source="cli")
    return home / name


def put_back(
    office: Office, target: Database, file: Path, place: Path, **options: Any
) -> tuple[Office, Outcome]:
    """Restore `file` into `target`; gives the office there, at the same hour."""

    def clock(connection: Connection) -> datetime:
        return office.now

    outcome = restore(
        target,
        file,
        data_dir=place,
        master_key=place / "keys" / "master.key",
        by="os:root",
        clock=clock,
        **options,
    )
    files = AttachmentFiles(place / "attachments")
    there = Office(
        Ports(target, Keyring(MASTER), lambda connection: there.now, attachments=files), office.now
    )
    there._ids = (f"r-{n}" for n in count(1))
    return there, outcome


def rows(database: Database, table: Table) -> list[bytes]:
    columns = kept_columns(table)
    with database.read() as connection:
        found = connection.execute(select(*columns).order_by(*table.primary_key)).all()
    return [encode(columns, row) for row in found]


def without_this_program(
    office: Office, place: Path, *, leaving_out: str | None = None
) -> tuple[int, list[str]]:
    """What `docs/periksa_riwayat.py` says of an export and the file of seals; of a case nothing is exported."""
    auditor = Actor("auditor", frozenset({"auditor"}))
    lines = b"".join(export(office.ports, auditor, "jsonl", source="cli")).splitlines(keepends=True)
    record = place / "ekspor.jsonl"
    record.write_bytes(b"".join(line for line in lines if json.loads(line)["case_number"] != leaving_out))
    script = ROOT / "docs" / "periksa_riwayat.py"
    command = [sys.executable, "-I", script, record, place / seal_file.NAME]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def checked(office: Office, place: Path) -> Report:
    with office.ports.database.read() as connection:
        return verify(office.ports, connection, seals=seal_file.read(place / seal_file.NAME))


@pytest.mark.parametrize(
    ("source", "target"),
    [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite")],
)
def test_what_comes_back_equals_what_was_saved_row_by_row(
    fresh: Fresh, home: Path, tmp_path: Path, source: str, target: str
) -> None:
    office = furnished(fresh(source))
    seal(office.ports, home / seal_file.NAME)
    file = saved(office, home)
    place = keyed(tmp_path / "there")
    there, outcome = put_back(office, fresh(target), file, place, past="PGD-2026-000007")
    for table in metadata.sorted_tables:
        before, after = rows(office.ports.database, table), rows(there.ports.database, table)
        match table.name:
            case (
                "events" | "seals"
            ):  # the restore itself is on record; that the copy was finished is not in it
                before = [row for row in before if BACKUP_MADE.encode() not in row]
                assert set(before) < set(after)
                assert len(after) == len(before) + 1
            case "users":  # sessions have ended
                kept = [{**json.loads(row), "fs_uniquifier": ""} for row in before]
                assert [{**json.loads(row), "fs_uniquifier": ""} for row in after] == kept
            case _:
                assert after == before, table.name
                assert outcome.rows[table.name] == len(before)
    report = checked(there, place)
    assert report.findings == []
    assert report.cases == outcome.cases == 7


def test_postgresql_to_postgresql_is_the_same_way(
    fresh: Fresh, home: Path, tmp_path: Path, postgres_database: Database
) -> None:
    """The rows of PostgreSQL's backup equal those of SQLite's, so one target of each kind tells all."""
    office = furnished(fresh("sqlite"))
    first = saved(office, home)
    there, _ = put_back(office, postgres_database, first, keyed(tmp_path / "there"), past="PGD-2026-000007")
    second = saved(there, home, "dua.zip")
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as two:
        for table in (
            "cases",
            "answers",
            "work_items",
            "timers",
            "outbox",
            "comments",
            "process_definitions",
        ):
            name = f"tables/{table}.jsonl"
            assert one.read(name) == two.read(name)


def test_the_office_goes_on_where_it_stood(fresh: Fresh, home: Path, tmp_path: Path) -> None:
    office = furnished(fresh("sqlite"))
    file = saved(office, home)
    place = keyed(tmp_path / "there")
    there, _ = put_back(office, fresh("sqlite"), file, place)
    with there.ports.database.read() as connection:
        numbers = list(connection.scalars(select(cases.c.number)))
    for number in numbers:
        there.run_to(number, "Langkah_8")
        there.complete(number, tanggapan="selesai")
    seal(there.ports, place / seal_file.NAME)
    assert checked(there, place).findings == []


def test_after_a_loss_the_erased_stay_erased_and_no_number_comes_twice(fresh: Fresh, home: Path) -> None:
    """The scenario: backup, three complaints, an older one's person erased, a seal, and the disk is gone."""
    office = open_office(fresh("sqlite"))
    older = office.submit(nama="Siti Rahasia", kontak="0811-222-333", cara_jawaban="whatsapp")
    office.run_to(older, "Langkah_8")
    office.complete(older, tanggapan="selesai")
    grown = office.submit()
    seal(office.ports, home / seal_file.NAME)
    file = saved(office, home)
    later = [office.submit() for _ in range(3)]
    office.complete(grown)
    erase(office.ports, PENGELOLA, older, WHY, source="web", seals=home / seal_file.NAME)
    seal(office.ports, home / seal_file.NAME)

    there, outcome = put_back(office, fresh("sqlite"), file, home)

    with there.ports.database.read() as connection:
        assert erasure.left(connection, older) == []
        system = log.read(connection, SYSTEM_CHAIN)
    assert outcome.erased == (older,)
    assert outcome.running_erased == ()
    new = there.submit()
    assert new == f"PGD-2026-{5 + MARGIN + 1:06d}"
    assert new not in later
    report = checked(there, home)
    assert report.findings == []
    told = {note.case for note in report.notes if note.kind == LOST}
    assert told >= {*later, grown, SYSTEM_CHAIN}
    [event] = [event for event in system if event.type == RESTORED]
    assert event.payload["seals"] == [1, 2]
    assert event.payload["lost"][later[0]][0] == 0
    assert event.payload["numbers"] == {"2026": [3, 5 + MARGIN]}
    assert outcome.bridge.number == 3
    assert outcome.bridge.kind == "bridging"
    seal(there.ports, home / seal_file.NAME)
    assert checked(there, home).findings == []
    code, words = without_this_program(there, home)
    assert (code, words[-1].endswith(" rantai, 0 temuan.")) == (0, True)
    assert {line.partition(":")[0] for line in words[:-1]} == told
    assert all("hilang oleh pemulihan yang tercatat, bukan temuan" in line for line in words[:-1])


def test_an_erasure_of_a_case_that_runs_again_is_said(fresh: Fresh, home: Path) -> None:
    office = open_office(fresh("sqlite"))
    number = office.submit()
    file = saved(office, home)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    erase(office.ports, PENGELOLA, number, WHY, source="web", seals=home / seal_file.NAME)
    there, outcome = put_back(office, fresh("sqlite"), file, home)
    assert outcome.running_erased == (number,)
    assert checked(there, home).findings == []


def test_seals_that_survived_elsewhere_are_named_by_hand(fresh: Fresh, home: Path, tmp_path: Path) -> None:
    office = open_office(fresh("sqlite"))
    file = saved(office, home)
    office.submit()
    seal(office.ports, home / seal_file.NAME)
    place = keyed(tmp_path / "there")
    there, outcome = put_back(office, fresh("sqlite"), file, place, seals_at=home / seal_file.NAME)
    assert outcome.seals_known
    assert outcome.lost.numbers == {("PGD", 2026): (1, 1 + MARGIN)}
    assert [
        line["number"] for line in map(json.loads, (place / seal_file.NAME).read_text().splitlines())
    ] == [1, 2]
    assert checked(there, place).findings == []


def test_without_a_newer_file_of_seals_that_is_said_and_numbers_are_left_out(
    fresh: Fresh, home: Path, tmp_path: Path
) -> None:
    office = open_office(fresh("sqlite"))
    office.submit()
    file = saved(office, home)
    there, outcome = put_back(office, fresh("sqlite"), file, keyed(tmp_path / "there"))
    assert not outcome.seals_known
    assert there.submit() == f"PGD-2026-{1 + MARGIN + 1:06d}"


def test_the_last_number_known_stands_in_for_the_margin(fresh: Fresh, home: Path, tmp_path: Path) -> None:
    office = open_office(fresh("sqlite"))
    office.submit()
    file = saved(office, home)
    there, _ = put_back(office, fresh("sqlite"), file, keyed(tmp_path / "there"), past="PGD-2026-000012")
    assert there.submit() == "PGD-2026-000013"


def test_a_number_of_a_trial_does_not_come_twice_either(fresh: Fresh, home: Path, tmp_path: Path) -> None:
    office = open_office(fresh("sqlite"))
    office.submit()
    office.trial()
    seal(office.ports, home / seal_file.NAME)
    file = saved(office, home)
    lost = [office.trial(), office.trial()]
    seal(office.ports, home / seal_file.NAME)

    there, outcome = put_back(office, fresh("sqlite"), file, home, past="PGD-2026-000001")

    assert outcome.lost.numbers == {("UJI", 2026): (2, 3 + MARGIN)}
    with there.ports.database.read() as connection:
        [event] = [event for event in log.read(connection, SYSTEM_CHAIN) if event.type == RESTORED]
    assert event.payload["numbers"] == {"UJI-2026": [2, 3 + MARGIN]}
    new = there.trial()
    assert new == f"UJI-2026-{3 + MARGIN + 1:06d}"
    assert new not in lost
    assert there.submit() == "PGD-2026-000002"
    report = checked(there, home)
    assert report.findings == []
    assert {note.case for note in report.notes if note.code == "numbers_lost"} == {"UJI-2026-000002"}
    seal(there.ports, home / seal_file.NAME)
    code, words = without_this_program(there, home)
    assert (code, words[-1].endswith(" rantai, 0 temuan.")) == (0, True)
    assert not any("UJI" in line for line in words)

    again, _ = put_back(office, fresh("sqlite"), file, keyed(tmp_path / "again"), past="UJI-2026-000007")
    assert again.trial() == "UJI-2026-000008"


def test_a_restore_of_a_restore_still_verifies(fresh: Fresh, home: Path) -> None:
    office = open_office(fresh("sqlite"))
    office.submit()
    file = saved(office, home)
    for _ in range(2):
        office.submit()
        seal(office.ports, home / seal_file.NAME)
        office, _ = put_back(office, fresh("sqlite"), file, home)
        office.submit()
        seal(office.ports, home / seal_file.NAME)
        assert checked(office, home).findings == []
    with office.ports.database.read() as connection:
        assert connection.scalar(select(case_numbers.c.last)) > 2 * MARGIN


def test_a_database_that_was_set_back_without_a_restore_is_tampering(fresh: Fresh, home: Path) -> None:
    """The same loss, and nobody says so."""
    office = open_office(fresh("sqlite"))
    number = office.submit()
    path = Path(str(office.ports.database.url.database))
    office.ports.database.dispose()
    before = path.read_bytes()
    office.complete(number)
    seal(office.ports, home / seal_file.NAME)
    office.ports.database.dispose()
    path.write_bytes(before)
    assert {finding.code for finding in checked(office, home).findings} == {"seal_ahead"}


def test_a_restore_that_never_was_explains_nothing(fresh: Fresh, home: Path) -> None:
    """Whoever owns the database can write such an event, and cannot make it a seal of that day."""
    office = open_office(fresh("sqlite"))
    office.submit()
    seal(office.ports, home / seal_file.NAME)
    with office.ports.database.write() as connection:
        said = Restored(office.now, "x", "", (0, 1), {}, {("PGD", 2026): (1, 1)}, frozenset())
        log.append_system(connection, RESTORED, office.now, "os:root", "cli", payload_of(said, {}))
    seal(office.ports, home / seal_file.NAME)
    assert {finding.code for finding in checked(office, home).findings} == {"restore_unbridged"}


def test_without_this_program_too_such_a_restore_explains_nothing(fresh: Fresh, home: Path) -> None:
    office = open_office(fresh("sqlite"))
    number = office.submit()
    seal(office.ports, home / seal_file.NAME)
    with office.ports.database.write() as connection:
        said = Restored(office.now, "x", "", (0, 1), {number: (0, 99)}, {}, frozenset())
        log.append_system(connection, RESTORED, office.now, "os:root", "cli", payload_of(said, {}))
    seal(office.ports, home / seal_file.NAME)
    code, words = without_this_program(office, home, leaving_out=number)
    assert code == 1
    assert any(line.startswith(f"{number}:") and "tidak ada di ekspor" in line for line in words)


def test_a_backup_is_whole_while_others_write(fresh: Fresh, home: Path, tmp_path: Path) -> None:
    office = furnished(fresh("sqlite"))
    stop = threading.Event()
    begun = threading.Barrier(3)

    def write(name: str) -> None:
        writer = Office(
            Ports(office.ports.database, Keyring(MASTER), lambda connection: office.now), office.now
        )
        writer._ids = (f"{name}-{n}" for n in count(1))
        begun.wait()
        while not stop.is_set():
            writer.complete(writer.submit())

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    begun.wait()
    files = [saved(office, home, f"{n}.zip") for n in range(3)]
    stop.set()
    for thread in threads:
        thread.join()
    place = keyed(tmp_path / "there")
    there, outcome = put_back(office, fresh("sqlite"), files[-1], place)
    assert outcome.cases > 7
    assert checked(there, place).findings == []


def test_who_took_a_copy_is_on_record_and_the_copy_is_closed_to_others(fresh: Fresh, home: Path) -> None:
    office = open_office(fresh("sqlite"))
    file = saved(office, home)
    assert file.stat().st_mode & 0o777 == 0o600
    with office.ports.database.read() as connection:
        begun, made = log.read(connection, SYSTEM_CHAIN)[-2:]
    assert (begun.type, begun.actor) == (BACKUP_BEGUN, "pengelola")
    assert (made.type, made.actor) == (BACKUP_MADE, "pengelola")
    assert [path.name for path in home.glob(".*")] == []


def test_a_backup_holds_no_key_and_nothing_in_the_clear(fresh: Fresh, home: Path) -> None:
    office = furnished(fresh("sqlite"))
    make_key(home / "keys" / "session.key")
    file = saved(office, home)
    keys = [key.read_text().strip() for key in (home / "keys").iterdir()]
    hidden = [*(key.encode() for key in keys), *map(bytes.fromhex, keys), b"Siti Rahasia", b"0811-222-333"]
    with zipfile.ZipFile(file) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "key" in name and "case_keys" not in name]
    assert [secret for secret in hidden if secret in whole] == []
    assert len(keys) == 2


def test_a_backup_replaces_no_file(fresh: Fresh, home: Path) -> None:
    office = open_office(fresh("sqlite"))
    file = saved(office, home)
    before = file.read_bytes()
    with pytest.raises(Refused, match="never written over"):
        saved(office, home)
    assert file.read_bytes() == before


def test_attachments_come_along_and_what_no_row_names_does_not(
    fresh: Fresh, home: Path, tmp_path: Path
) -> None:
    office = open_office(fresh("sqlite"), attachments=home / "attachments")
    attach(office, office.submit())
    (home / "attachments" / "catatan.txt").write_bytes(b"of nobody")
    place = keyed(tmp_path / "there")
    there, _ = put_back(office, fresh("sqlite"), saved(office, home), place)
    [brought] = [path for path in (place / "attachments").rglob("*") if path.is_file()]
    assert brought.read_bytes() == (home / brought.relative_to(place)).read_bytes()
    assert brought.stat().st_mode & 0o777 == 0o600
    assert checked(there, place).findings == []


def test_a_file_that_is_gone_keeps_nobody_from_a_backup_and_is_found_after_the_restore(
    fresh: Fresh, home: Path, tmp_path: Path
) -> None:
    office = open_office(fresh("sqlite"), attachments=home / "attachments")
    attach(office, office.submit())
    next(path for path in (home / "attachments").rglob("*") if path.is_file()).unlink()
    place = keyed(tmp_path / "there")
    there, _ = put_back(office, fresh("sqlite"), saved(office, home), place)
    assert [one.code for one in checked(there, place).findings] == ["attachment_file_missing"]


def test_the_files_of_whoever_was_erased_after_the_backup_do_not_come_back(fresh: Fresh, home: Path) -> None:
    office = open_office(fresh("sqlite"), attachments=home / "attachments")
    number = office.submit()
    attach(office, number)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    file = saved(office, home)
    erase(office.ports, PENGELOLA, number, WHY, source="web", seals=home / seal_file.NAME)
    there, _ = put_back(office, fresh("sqlite"), file, home)
    assert [path for path in (home / "attachments").rglob("*") if path.is_file()] == []
    assert checked(there, home).findings == []


def test_everybodys_session_has_ended(fresh: Fresh, home: Path, tmp_path: Path) -> None:
    office = open_office(fresh("sqlite"))
    there, _ = put_back(office, fresh("sqlite"), saved(office, home), keyed(tmp_path / "there"))
    with office.ports.database.read() as one, there.ports.database.read() as two:
        before = {user.fs_uniquifier for user in users.everyone(one)}
        after = {user.fs_uniquifier for user in users.everyone(two)}
    assert len(before) == len(after)
    assert not before & after


# --- refused, with nothing changed ---------------------------------------------


def is_empty(database: Database) -> bool:
    return all(rows(database, table) == [] for table in metadata.sorted_tables)


def refused(office: Office, fresh: Fresh, file: Path, place: Path, match: str, **options: Any) -> None:
    target = fresh("sqlite")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    with pytest.raises((Refused, KeyMissing), match=match):
        put_back(office, target, file, place, **options)
    assert is_empty(target)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


@pytest.fixture
def file(fresh: Fresh, home: Path) -> tuple[Office, Path]:
    office = open_office(fresh("sqlite"))
    office.submit()
    seal(office.ports, home / seal_file.NAME)
    return office, saved(office, home)


def test_without_the_master_key_it_says_where_to_put_it(
    file: tuple[Office, Path], fresh: Fresh, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    refused(file[0], fresh, file[1], tmp_path / "there", "put that key file at .*master.key")


def test_another_offices_master_key_opens_nothing(
    file: tuple[Office, Path], fresh: Fresh, tmp_path: Path
) -> None:
    refused(file[0], fresh, file[1], keyed(tmp_path / "there", b"x" * 32), "master key should open")


def test_a_place_that_is_not_empty_is_left_alone(file: tuple[Office, Path], home: Path) -> None:
    office, archive = file
    before = [rows(office.ports.database, table) for table in metadata.sorted_tables]
    with pytest.raises(Refused, match="empty place"):
        put_back(office, office.ports.database, archive, home)
    assert [rows(office.ports.database, table) for table in metadata.sorted_tables] == before


def _without_manifest(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    for name in source.namelist():
        if name != "manifest.json":
            target.writestr(name, source.read(name))


def _one_row_changed(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    for name in source.namelist():
        data = source.read(name)
        target.writestr(name, data.replace(b"petugas", b"petugaz") if name == "tables/users.jsonl" else data)


def _one_part_more(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    for name in source.namelist():
        target.writestr(name, source.read(name))
    target.writestr("tables/lain.jsonl", b"")


def _of_another_revision(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    for name in source.namelist():
        data = source.read(name)
        if name == "manifest.json":
            data = json.dumps({**json.loads(data), "revision": "2025_01_01"}).encode()
        target.writestr(name, data)


def _of_another_format(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    for name in source.namelist():
        data = source.read(name)
        if name == "manifest.json":
            data = json.dumps({**json.loads(data), "format": 9}).encode()
        target.writestr(name, data)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (_without_manifest, "manifest is missing"),
        (_one_row_changed, "users.jsonl is not what the manifest says"),
        (_one_part_more, "parts and manifest differ"),
        (_of_another_revision, "revision 2025_01_01"),
        (_of_another_format, "its format is 9"),
    ],
)
def test_an_archive_that_is_not_whole_is_refused(
    file: tuple[Office, Path], fresh: Fresh, tmp_path: Path, change: Callable[..., None], match: str
) -> None:
    changed = tmp_path / "berubah.zip"
    with zipfile.ZipFile(file[1]) as source, zipfile.ZipFile(changed, "w") as target:
        change(source, target)
    refused(file[0], fresh, changed, keyed(tmp_path / "there"), match)


@pytest.mark.parametrize("kept", [0, 10, 5_000, -30])
def test_a_file_cut_short_is_refused(
    file: tuple[Office, Path], fresh: Fresh, tmp_path: Path, kept: int
) -> None:
    cut = tmp_path / "potong.zip"
    cut.write_bytes(file[1].read_bytes()[:kept])
    refused(file[0], fresh, cut, keyed(tmp_path / "there"), "whole backup")


def test_seals_of_another_past_are_refused(file: tuple[Office, Path], fresh: Fresh, tmp_path: Path) -> None:
    other = open_office(fresh("sqlite"))
    other.submit(judul="Kantor lain")
    seal(other.ports, tmp_path / "lain.jsonl")
    foreign = tmp_path / "lain.jsonl"
    refused(file[0], fresh, file[1], keyed(tmp_path / "there"), "differ at seal 1", seals_at=foreign)


def test_a_broken_file_of_seals_is_refused(
    file: tuple[Office, Path], fresh: Fresh, tmp_path: Path, home: Path
) -> None:
    place = keyed(tmp_path / "there")
    (place / seal_file.NAME).write_bytes((home / seal_file.NAME).read_bytes()[5:])
    refused(file[0], fresh, file[1], place, "line 1 is neither")


def test_a_number_that_is_none_is_refused(file: tuple[Office, Path], fresh: Fresh, tmp_path: Path) -> None:
    refused(file[0], fresh, file[1], keyed(tmp_path / "there"), "written like", past="12")


# --- a row and its line --------------------------------------------------------


@given(
    at=st.datetimes(timezones=st.just(UTC)),
    heads=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers())),
    text=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_row_survives_its_line(at: datetime, heads: dict[str, list[int]], text: str) -> None:
    columns = kept_columns(seals)
    row = (1, at, "periodic", heads, text, text)
    assert decode(columns, encode(columns, row)) == dict(zip([c.name for c in columns], row, strict=True))
