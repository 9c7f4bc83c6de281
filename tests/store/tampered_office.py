"""A small office that is sealed twice, for whoever owns its database file to change, and what such a person can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from engine.commands import Comment, Submit
from engine.definition.bundle import read as bundle
from engine.definition.deploy import deploy
from engine.definition.deploy_calendar import deploy_calendar
from engine.history import log, seal_file
from engine.history.chain import GENESIS, StoredEvent, event_hash
from engine.history.finding import Finding
from engine.history.seal import seal
from engine.history.verify import Report, verify
from engine.identity import accounts, tokens
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from engine.runtime.ports import Ports
from engine.store import migrations, seals, tables
from engine.store.keyring import Keyring
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN, cases, events
from tests.casework import COMPLAINT, MASTER, PROCESS, ROOT, Office, open_office
from tests.process.test_external_tasks import completed, with_service

FILE: Final = "pengaduan.sqlite3"
#: When it is tampered with: after all that happened in it.
NOW: Final = datetime(2026, 12, 7, 1, tzinfo=UTC)
#: What each case is: its letter in statements and expectations -> its number.
ANSWERED, RUNNING, REFERRED, OWN, ERASED, LAST, WAITING, SERVED = (
    f"PGD-2026-{nth:06d}" for nth in range(1, 9)
)
NEXT = "PGD-2026-000009"
HERE = {
    "answered": ANSWERED, "running": RUNNING, "referred": REFERRED, "own": OWN, "erased": ERASED,
    "last": LAST, "waiting": WAITING, "served": SERVED, "next": NEXT, "sistem": SYSTEM_CHAIN,
}  # fmt: skip


def build(folder: Path) -> None:
    """The office, sealed twice: an ended case with a late step, a loop and a comment; a running one, late and taken;
    one referred; an officer's own; one whose person was erased; and two of a version with a service task."""
    database = Database(f"sqlite:///{folder / FILE}", synchronous="OFF")
    migrations.upgrade(database)
    office = open_office(database)
    assert office.submit() == ANSWERED
    office.run_to(ANSWERED, "Langkah_4")
    office.wait(days=3)
    office.complete(ANSWERED)
    office.run_to(ANSWERED, "Langkah_8")
    office.complete(ANSWERED, tanggapan="respon_balik", isi_respon_balik="Belum jelas jadwalnya.")
    office.do(
        Comment(actor="petugas", source="web", command_id=office.id(), case=ANSWERED, text="Sudah dua kali.")
    )
    office.run_to(ANSWERED, "Langkah_8")
    office.complete(ANSWERED, nilai=4)
    assert office.submit() == RUNNING
    office.run_to(RUNNING, "Langkah_4")
    office.claim(office.open_items(RUNNING)[0], "admin")
    office.wait(days=1)
    office.sweep(RUNNING)
    assert office.submit() == REFERRED
    office.complete(
        REFERRED, lingkup="berkadar_pengawasan", tujuan_rujukan="Inspektorat", konfirmasi_akhir=True
    )
    path = folder / seal_file.NAME
    seal(office.ports, path)
    office.wait(hours=1)
    own = Submit(actor="petugas", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    assert office.do(own).case == OWN
    assert office.submit() == ERASED
    office.run_to(ERASED, "Langkah_8")
    office.complete(ERASED)
    with closing(sqlite3.connect(folder / FILE)) as raw:
        raw.execute("VACUUM INTO ?", [str(folder / "before-erasure.sqlite3")])
    pengelola = Actor("pengelola", frozenset({"pengelola"}))
    erase(office.ports, pengelola, ERASED, "Permintaan yang bersangkutan", source="cli", seals=path)
    assert office.submit() == LAST
    files = bundle([with_service().save(folder / "layanan")])
    deploy(database, files, by="analis", at=office.now, note=None, source="cli")
    assert office.submit() == WAITING
    office.run_to_external(WAITING)
    assert office.submit() == SERVED
    office.run_to_external(SERVED)
    [task] = office.state(SERVED).external_tasks
    office.do(completed(office, f"{SERVED}:{task}", nomor_surat="S-1"))
    calendar = (ROOT / "processes" / "kalender.toml").read_text().replace('"13:00-14:00"', '"13:00-14:30"')
    deploy_calendar(database, calendar, by="pengelola", at=office.now, note=None, source="cli")
    with database.write() as connection:
        tokens.add(connection, "admin", "uji", 30, **office.by)
        second, _ = tokens.add(connection, "petugas", "lama", 30, **office.by)
        tokens.revoke(connection, second.id, **office.by)
        accounts.disable_user(connection, "petugas2", **office.by)
    office.wait(hours=1)
    seal(office.ports, path)
    assert checked(office, folder).findings == []
    database.dispose()


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """The office below `folder`, without the triggers that guard it, long after all that happened in it."""
    with closing(sqlite3.connect(folder / FILE)) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")

    def clock(connection: Connection) -> datetime:
        return office.now

    database = Database(f"sqlite:///{folder / FILE}", synchronous="OFF")
    office = Office(Ports(database, Keyring(MASTER), clock), NOW, tampered=True, _ids=count(10_000))
    yield office
    database.dispose()


def rewritten(
    case: str, change: Callable[[list[StoredEvent]], list[StoredEvent]]
) -> Callable[[Office, Path], None]:
    """The whole chain is written anew with hashes that fit, and the case's row with it."""

    def act(office: Office, folder: Path) -> None:
        number = HERE[case]
        with office.ports.database.write() as connection:
            history = change(log.read(connection, number))
            connection.execute(delete(events).where(events.c.case_number == number))
            previous = GENESIS
            for seq, event in enumerate(history, start=1):
                row = {one.name: getattr(event, one.name) for one in fields(event) if one.name != "hash"}
                row |= {"seq": seq, "previous": previous}
                previous = event_hash(previous, row)
                connection.execute(insert(events).values(**row, hash=previous))
            head = {"last_seq": len(history), "last_hash": previous}
            connection.execute(update(cases).where(cases.c.number == number).values(**head))

    return act


def resealed(office: Office, folder: Path) -> None:
    """Every seal is made to cover what stands there now, and linked anew."""
    with office.ports.database.write() as connection:
        previous = GENESIS
        for one in list(seals.after(connection)):
            heads = {chain: (seq, _hash(connection, chain, seq)) for chain, (seq, _) in one.heads.items()}
            made = replace(one, heads=heads, previous=previous)
            made = replace(made, hash=seal_file.hash_of(made))
            values = {
                "heads": {c: list(h) for c, h in heads.items()},
                "previous": previous,
                "hash": made.hash,
            }
            connection.execute(
                update(tables.seals).where(tables.seals.c.number == one.number).values(**values)
            )
            previous = made.hash


def _hash(connection: Connection, chain: str, seq: int) -> str:
    query = select(events.c.hash).where(events.c.case_number == chain, events.c.seq == seq)
    return str(connection.scalar(query))


def all_of(*acts: Callable[[Office, Path], None]) -> Callable[[Office, Path], None]:
    def act(office: Office, folder: Path) -> None:
        for one in acts:
            one(office, folder)

    return act


def another_actor(history: list[StoredEvent]) -> list[StoredEvent]:
    return [*history[:3], replace(history[3], actor="petugas2"), *history[4:]]


def restored_rows(office: Office, folder: Path) -> None:
    """Key and answers of the erased come back from an old copy of the file."""
    with closing(sqlite3.connect(folder / FILE)) as raw, raw:
        raw.execute("ATTACH ? AS old", [str(folder / "before-erasure.sqlite3")])
        for table in ("case_keys", "answers", "search_tokens"):
            raw.execute(f"INSERT INTO {table} SELECT * FROM old.{table} {of('erased')}")


def of(case: str, more: str = "") -> str:
    return f"WHERE case_number = '{HERE[case]}' {more}"


def checked(office: Office, folder: Path) -> Report:
    """What a check finds by somebody who remembers nothing of before."""
    with office.ports.database.read() as connection:
        fresh = Ports(office.ports.database, office.ports.keyring, office.ports.clock)
        return verify(fresh, connection, seals=seal_file.read(folder / seal_file.NAME))


def told(found: Sequence[Finding]) -> str:
    return (
        "\n".join(f"{f.kind} {f.code} {f.case}:{f.seq} {f.message[:160]}" for f in found)
        or "nothing was found"
    )
