"""Write the histories of today's behaviour: `python -m tests.golden.record`, once when `BEHAVIOUR` is raised.

A folder a behaviour and diagram: the diagram and forms, the resolved calendar, and a file of events for each case.
A folder that is there stays as it is: a golden history is never rewritten.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from engine.canonical_json import canonical
from engine.commands import (
    COMPLAINANT,
    Comment,
    Complete,
    CompleteExternalTask,
    Migrate,
    RecountTimers,
    ThrowError,
)
from engine.definition import bundle
from engine.definition.deploy import deploy
from engine.history.log import read
from engine.runtime.apply import BEHAVIOUR
from engine.store import migrations
from engine.store.session import Database
from tests.casework import PROCESS, Office, open_office
from tests.given_files import attach
from tests.process.diagrams import Diagram
from tests.process.test_external_tasks import catching, with_service
from tests.process.test_migrate import RENAMED, both

FOLDER = Path(__file__).parent
#: Where the second version of a book's diagram is, in its folder.
SECOND = "versi-2"


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


def _waiting(office: Office, number: str) -> str:
    office.run_to_external(number)
    [name] = office.state(number).external_tasks
    office.wait(minutes=20)
    return f"{number}:{name}"


def _asked(office: Office, actor: str) -> dict[str, str]:
    return {"actor": actor, "source": "rest", "command_id": office.id()}


def served_and_answered_at_the_counter(office: Office, number: str) -> None:
    """A worker does its part late, colleagues comment, limits are recounted, the counter answers on behalf."""
    task = _waiting(office, number)
    office.do(Comment(**_asked(office, "admin"), case=number, text="Suratnya lama."))
    office.wait(hours=4)
    office.do(CompleteExternalTask(**_asked(office, "admin"), work_item=task, answers={"nomor": "S-1"}))
    office.do(RecountTimers(**_asked(office, "pengelola"), case=number))
    office.run_to(number, "Langkah_8")
    [last] = office.open_items(number)
    given = {"answers": {"tanggapan": "selesai"}, "attested": "tanda_terima"}
    office.do(Complete(**_asked(office, "petugas"), work_item=last, **given))


def left_by_an_error(office: Office, number: str) -> None:
    task = _waiting(office, number)
    office.do(ThrowError(**_asked(office, "admin"), work_item=task, error_code="ALAMAT_SALAH"))


def kept_for_its_receivers(office: Office, number: str) -> None:
    """Referred as berkadar by a diagram that restricts it."""
    found = {"lingkup": "berkadar_pengawasan", "tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
    office.complete(number, **found)


def moved_to_another_version(office: Office, number: str) -> None:
    """Late and in a colleague's hands, it goes on where the step is called otherwise and another comes after it."""
    office.run_to(number, "Langkah_5")
    office.claim(office.open_items(number)[0], "pejabat")
    office.wait(hours=26)
    office.do(Migrate(**_asked(office, "analis"), case=number, to=f"{PROCESS}:2", mapping=RENAMED))
    office.complete(number, "pejabat")
    while not office.state(number).ended:
        office.wait(minutes=10)
        office.complete(number)


def with_a_file(office: Office, number: str) -> None:
    """A file by staff at the desk, and the case goes its way."""
    attach(office, number, actor="petugas")
    office.wait(minutes=2)
    while not office.state(number).ended:
        office.complete(number)


def done_by_several(office: Office, number: str) -> None:
    """One step by two people at once and late, another three times in turn until two are enough."""
    office.run_to(number, "Langkah_3")
    office.wait(hours=26)
    office.complete(number, item=office.open_items(number)[1])
    while not office.state(number).ended:
        office.wait(minutes=10)
        office.complete(number)


def an_error_in_one_of_two_parts(office: Office, number: str) -> None:
    """Two sub-processes are open when one of them fails."""
    office.run_to(number, "Isi_1")
    while not office.state(number).ended:
        office.wait(minutes=10)
        office.complete(number)


def _two_parts() -> Diagram:
    diagram = Diagram.shipped()
    diagram.parts_on("Alur_Langkah_3_Langkah_4", "Lajur_admin_opd", "penerimaan_opd", "GAGAL")
    return diagram


def _several() -> Diagram:
    diagram = Diagram.shipped()
    diagram.several("Langkah_3", "2")
    diagram.several("Langkah_6", "3", sequential=True, until="nrOfCompletedInstances = 2")
    return diagram


def _changed() -> Diagram:
    diagram = Diagram.shipped()
    both(diagram)
    return diagram


Story = Callable[[Office, str], None]


@dataclass(frozen=True)
class Book:
    """A diagram and the stories that are played on it."""

    diagram: Callable[[], Diagram]
    stories: tuple[Story, ...]
    #: Its second version, in force once the first story has begun.
    second: Callable[[], Diagram] | None = None


#: What follows the behaviour's number in the folder's name -> its book.
BOOKS: Mapping[str, Book] = {
    "": Book(Diagram.shipped, (answered, late_and_replied, closed_by_an_admin, referred_after_analysis)),
    "-layanan": Book(
        lambda: catching(with_service(), "ALAMAT_SALAH"),
        (served_and_answered_at_the_counter, left_by_an_error, kept_for_its_receivers),
    ),
    "-berganda": Book(_several, (done_by_several,)),
    "-galat": Book(_two_parts, (an_error_in_one_of_two_parts,)),
    "-lampiran": Book(Diagram.shipped, (with_a_file,)),
    "-pindah": Book(Diagram.shipped, (moved_to_another_version,), second=_changed),
}


def record(folder: Path, book: Book) -> None:
    """Play every story and write it down."""
    book.diagram().save(folder)
    with tempfile.TemporaryDirectory() as place:
        database = Database(f"sqlite:///{Path(place) / 'golden.sqlite3'}")
        migrations.upgrade(database)
        office = open_office(database, paths=[folder], now="2026-11-24 15:20")
        with database.read() as connection:
            calendar = office.ports.active_calendar(connection).to_json()
        (folder / "calendar.json").write_bytes(canonical(calendar))
        begun = office.now
        for story in book.stories:
            office.now = begun
            number = office.submit()
            if book.second is not None:
                after = bundle.read([book.second().save(folder / SECOND)])
                deploy(database, after, by="analis", at=office.now, note=None, source="cli")
            office.wait(minutes=1)
            story(office, number)
            begun += timedelta(hours=1)
            with database.read() as connection:
                lines = [json.loads(canonical(asdict(event))) for event in read(connection, number)]
            text = "\n".join(json.dumps(line, sort_keys=True) for line in lines)
            (folder / f"{story.__name__}.jsonl").write_text(text + "\n")
        database.dispose()


if __name__ == "__main__":
    for suffix, book in BOOKS.items():
        if not (to := FOLDER / f"behaviour-{BEHAVIOUR}{suffix}").exists():
            record(to, book)
