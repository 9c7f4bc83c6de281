"""Write the histories of today's behaviour: `python -m tests.golden.record`, once when `BEHAVIOUR` is raised.

A folder a behaviour: the diagram and forms, the resolved calendar, and a file of events for each case.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from engine.canonical_json import canonical
from engine.commands import COMPLAINANT
from engine.history.log import read
from engine.runtime.apply import BEHAVIOUR
from engine.store import migrations
from engine.store.session import Database
from tests.casework import PROCESS, ROOT, Office, open_office

FOLDER = Path(__file__).parent


def answered(office: Office, number: str) -> None:
    """Claimed, released, handed on, answered and closed by the complainant."""
    item = office.open_items(number)[0]
    office.claim(item, "petugas2")
    office.wait(minutes=3)
    office.complete(number, "petugas2")
    office.run_to(number, "Langkah_8")
    office.complete(number)


def late_and_replied(office: Office, number: str) -> None:
    """Every step late, one reply, closed by the system over a weekend."""
    for loop in (1, 2):
        while not any(n.startswith("Langkah_8") for n in office.state(number).work_items):
            office.wait(hours=26)
            office.complete(number)
        if loop == 1:
            office.wait(minutes=5)
            reply = {"tanggapan": "respon_balik", "isi_respon_balik": "Belum jelas jadwalnya."}
            office.complete(number, COMPLAINANT, **reply)
    office.wait(days=4)
    office.sweep(number)


def closed_by_an_admin(office: Office, number: str) -> None:
    office.run_to(number, "Langkah_8")
    office.wait(minutes=10)
    office.send(number, "tutup_oleh_admin")


def referred_after_analysis(office: Office, number: str) -> None:
    office.run_to(number, "Langkah_5")
    office.wait(minutes=45)
    found = {"lingkup": "berkadar_pengawasan", "tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
    office.complete(number, **found)


STORIES: tuple[Callable[[Office, str], None], ...] = (
    answered,
    late_and_replied,
    closed_by_an_admin,
    referred_after_analysis,
)


def record(folder: Path) -> None:
    """Play every story and write it down."""
    if folder.exists():
        raise SystemExit(
            f"{folder} is there already: a golden history is never rewritten; raise BEHAVIOUR first"
        )
    folder.mkdir()
    shutil.copy(ROOT / "processes" / f"{PROCESS}.bpmn", folder)
    for form in sorted((ROOT / "forms").glob("*.form")):
        shutil.copy(form, folder)
    with tempfile.TemporaryDirectory() as place:
        database = Database(f"sqlite:///{Path(place) / 'golden.sqlite3'}")
        migrations.upgrade(database)
        office = open_office(database, now="2026-11-24 15:20")
        with database.read() as connection:
            calendar = office.ports.active_calendar(connection).to_json()
        (folder / "calendar.json").write_bytes(canonical(calendar))
        begun = office.now
        for story in STORIES:
            office.now = begun
            number = office.submit()
            office.wait(minutes=1)
            story(office, number)
            begun += timedelta(hours=1)
            with database.read() as connection:
                lines = [json.loads(canonical(asdict(event))) for event in read(connection, number)]
            text = "\n".join(json.dumps(line, sort_keys=True) for line in lines)
            (folder / f"{story.__name__}.jsonl").write_text(text + "\n")
        database.dispose()


if __name__ == "__main__":
    record(FOLDER / f"behaviour-{BEHAVIOUR}")
