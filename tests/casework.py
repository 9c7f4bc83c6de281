"""An office to test in: the shipped process deployed, people in their groups, a clock that is set.

    office.submit(judul="…")          -> the new case's number
    office.complete(number, "petugas", lingkup="tidak_berkadar", …)
    office.at("2026-11-24 09:00")     sets the clock, in the office's zone

Tests may know the steps of the shipped diagram; the code under test may not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, func, select, text

from engine.commands import COMPLAINANT, Claim, Command, Complete, FireTimers, SendMessage, Submit
from engine.definition.bundle import read
from engine.definition.deploy import deploy
from engine.definition.deploy_calendar import deploy_calendar
from engine.history import log
from engine.history.chain import GENESIS, event_hash
from engine.history.verify import verify
from engine.identity import accounts
from engine.identity.accounts import DEMO
from engine.numbers import is_trial
from engine.runtime.handle import Outcome, handle
from engine.runtime.ports import Ports
from engine.runtime.state import State, loads
from engine.store import cases
from engine.store.attachment_files import AttachmentFiles
from engine.store.keyring import Keyring
from engine.store.session import Database
from engine.store.tables import metadata, work_items

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Makassar")
PROCESS = "pengaduan_mpp"
MASTER = bytes(range(32))
#: Set by `make soak`: what a run of all tests leaves out for its time is tried too.
SOAK = os.environ.get("SOAK") == "1"
SAMPLES = ROOT / "tests" / "fixtures" / "pengaduan_contoh.jsonl"

#: User -> groups, as `--demo` makes them.
PEOPLE = DEMO
#: Candidate group -> who works for it in these tests.
WORKER = {
    "petugas_mpp": "petugas",
    "admin_opd": "admin",
    "pejabat_penghubung": "pejabat",
    "pengadu": COMPLAINANT,
}

COMPLAINT: Mapping[str, Any] = {
    "judul": "Antrean terlalu lama",
    "uraian": "Nomor antrean saya baru dipanggil setelah dua jam lebih, padahal yang menunggu hanya lima orang.",
    "kategori": "pelayanan_loket",
    "kanal": "loket_mpp",
    "lokasi": "Mal Pelayanan Publik",
    "tanggal_kejadian": "2026-09-08",
    "cara_jawaban": "loket",
}

#: What a step's form gets when the test says nothing else, by form id.
USUAL: Mapping[str, Mapping[str, Any]] = json.loads((ROOT / "tests" / "fixtures" / "isian.json").read_text())

#: What lies in the tables once an office has been opened at this local time.
_OPENED: dict[str, list[tuple[Table, list[dict[str, Any]]]]] = {}


@dataclass
class Office:
    """One office over one database."""

    ports: Ports
    now: datetime
    #: Set by a test that changes rows behind the engine's back.
    tampered: bool = False
    #: What its command ids begin with.
    prefix: str = "t"
    _ids: Any = field(default_factory=lambda: count(1))

    def at(self, local: str | datetime) -> datetime:
        """Set the clock to a local time of the office; returns it in UTC."""
        moment = datetime.fromisoformat(local) if isinstance(local, str) else local
        self.now = (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
        return self.now

    def wait(self, **time: float) -> datetime:
        """Let wall-clock time pass."""
        self.now += timedelta(**time)
        return self.now

    @property
    def by(self) -> dict[str, Any]:
        """Who changes people and their groups, now."""
        return {"by": "pengelola", "at": self.now, "source": "cli"}

    def id(self) -> str:
        """A fresh `command_id`."""
        return f"{self.prefix}-{next(self._ids)}"

    def do(self, command: Command) -> Outcome:
        return handle(self.ports, command)

    def submit(self, process: str = PROCESS, **answers: Any) -> str:
        given = {**COMPLAINT, **answers}
        command = Submit(
            actor=COMPLAINANT, source="web", command_id=self.id(), process=process, answers=given
        )
        return self.do(command).case

    def trial(
        self, actor: str = "analis", *, process: str = PROCESS, version: int | None = None, **answers: Any
    ) -> str:
        """An analyst's trial, of the version in force or another."""
        command = Submit(
            actor=actor,
            on_behalf=COMPLAINANT,
            source="web",
            command_id=self.id(),
            process=process,
            answers={**COMPLAINT, **answers},
            trial=True,
            version=version,
        )
        return self.do(command).case

    def state(self, number: str) -> State:
        with self.ports.database.read() as connection:
            return loads(cases.load(connection, number).state)

    def open_items(self, number: str) -> list[str]:
        """Ids of the open tasks of a case."""
        return [f"{number}:{name}" for name in self.state(number).work_items]

    def form_id(self, work_item: str) -> str | None:
        with self.ports.database.read() as connection:
            return connection.scalar(select(work_items.c.form_id).where(work_items.c.id == work_item))

    def usual(self, work_item: str, **answers: Any) -> dict[str, Any]:
        """Acceptable answers for a task, with `answers` over them where its form has them."""
        form = self.form_id(work_item) or ""
        return {**USUAL.get(form, {}), **answers}

    def complete(
        self, number: str, actor: str | None = None, *, item: str | None = None, **answers: Any
    ) -> Outcome:
        """Finish the case's only open task (or `item`) by whoever works there."""
        work_item = item or self.open_items(number)[0]
        name = work_item.partition(":")[2]
        group = self.state(number).work_items[name].group
        worker = "analis" if is_trial(number) else WORKER.get(group, group)
        return self.do(
            Complete(
                actor=actor or worker,
                source="web",
                command_id=self.id(),
                work_item=work_item,
                answers=self.usual(work_item, **answers),
                claim=True,
            )
        )

    def claim(self, work_item: str, actor: str) -> Outcome:
        return self.do(Claim(actor=actor, source="web", command_id=self.id(), work_item=work_item))

    def send(self, number: str, message: str, actor: str = "admin") -> Outcome:
        return self.do(
            SendMessage(actor=actor, source="web", command_id=self.id(), case=number, message=message)
        )

    def sweep(self, number: str) -> Outcome:
        """What the sweeper does with one case."""
        return self.do(
            FireTimers(actor="sistem", source="sweeper", command_id=self.id(), case=number, due=self.now)
        )

    def run_to(self, number: str, element: str) -> None:
        """Complete tasks with the usual answers until `element` is open."""
        while not any(name.startswith(f"{element}:") for name in self.state(number).work_items):
            self.complete(number)

    def run_to_external(self, number: str) -> None:
        """Complete tasks with the usual answers until the case waits for a worker."""
        while not self.state(number).external_tasks:
            self.complete(number)


def second_version(office: Office, folder: Path) -> None:
    """The shipped process with another word in it: new cases run by version 2."""
    path = folder / f"{PROCESS}.bpmn"
    path.write_text((ROOT / "processes" / path.name).read_text().replace("Ada pengaduan", "Ada aduan"))
    bundle = read([path, ROOT / "forms"])
    deploy(office.ports.database, bundle, by="analis", at=office.now, note=None, source="cli")


def tamper(office: Office, statement: str, **values: Any) -> None:
    """Change rows that the database would not let anybody change, as whoever owns its file can."""
    office.tampered = True
    with office.ports.database.write() as connection:
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        assert connection.execute(text(statement), values).rowcount


def diverge(office: Office, number: str) -> None:
    """Leave the chain of a case whole and its replay another: as if the program had answered differently then."""
    with office.ports.database.read() as connection:
        history = log.read(connection, number)
    previous = GENESIS
    for event in history:
        other = "0" * 64 if event is history[0] else event.state_digest
        fields = asdict(event) | {"state_digest": other, "previous": previous}
        del fields["hash"]
        digest = event_hash(previous, fields)
        tamper(
            office,
            "UPDATE events SET state_digest = :s, previous = :p, hash = :h WHERE case_number = :n AND seq = :at",
            **{"s": other, "p": previous, "h": digest, "n": number, "at": event.seq},
        )
        previous = digest
    tamper(office, "UPDATE cases SET last_hash = :h WHERE number = :n", h=previous, n=number)


def sound(office: Office) -> None:
    """The record of the office is whole, and every case in it replays to its stored digests."""
    if not office.tampered:
        with office.ports.database.read() as connection:
            assert verify(office.ports, connection).findings == []


def an_office(
    database: Database, *, now: str = "2026-11-24 09:00", attachments: Path | None = None
) -> Office:
    """The office that lies in this database. Files lie in `attachments`, or beside an SQLite file."""

    def clock(connection: Connection) -> datetime:
        return office.now

    if attachments is None and database.dialect == "sqlite":
        attachments = Path(str(database.url.database)).with_name("attachments")
    files = AttachmentFiles(attachments) if attachments else None
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE).astimezone(UTC)
    office = Office(Ports(database, Keyring(MASTER), clock, attachments=files), moment)
    return office


def open_office(
    database: Database,
    *,
    paths: Iterable[Path] | None = None,
    now: str = "2026-11-24 09:00",
    attachments: Path | None = None,
) -> Office:
    """Deploy the shipped process and calendar (or the files of `paths`) and let the people in.

    The shipped ones are deployed once for an instant; another empty database is given the rows that this left.
    """
    office = an_office(database, now=now, attachments=attachments)
    with database.write() as connection:
        empty = connection.scalar(select(func.count()).select_from(metadata.tables["events"])) == 0
        if paths is None and empty and now in _OPENED:
            for table, rows in _OPENED[now]:
                connection.execute(table.insert(), rows)
            return office
    at = office.now
    text = (ROOT / "processes" / "kalender.toml").read_text()
    deploy_calendar(database, text, by="pengelola", at=at, note=None, source="cli")
    files = read(list(paths or (ROOT / "processes", ROOT / "forms")))
    deploy(database, files, by="analis", at=at, note=None, source="cli")
    with database.write() as connection:
        for name, groups in PEOPLE.items():
            accounts.add_user(connection, name, name.capitalize(), groups, **office.by)
        if paths is None and empty:
            _OPENED[now] = [
                (table, rows) for table in metadata.sorted_tables if (rows := _rows(connection, table))
            ]
    return office


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    stored = [column for column in table.columns if column.computed is None]
    return [dict(row._mapping) for row in connection.execute(select(*stored))]
