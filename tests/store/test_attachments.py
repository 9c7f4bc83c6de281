"""Files of a case: sealed, beside the process, in the history by a digest, gone with the person; on both databases."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from engine.commands import COMPLAINANT
from engine.errors import AttachmentsFull, CaseEnded, CaseErased, CommandReused, Disturbed, NotAllowed
from engine.history.verify import verify
from engine.identity.policy import Actor
from engine.jobs.tidier import GRACE, tidy
from engine.runtime.answering import MOST_FILES, MOST_FILES_OF_COMPLAINANT
from engine.runtime.erase import erase
from engine.store import attachments
from engine.store.tables import attachments as table
from engine.store.tables import events
from tests.casework import PEOPLE, Office
from tests.given_files import attach, given, pdf, photo


def rows(office: Office, number: str) -> list[attachments.Any]:
    with office.ports.database.read() as connection:
        return list(attachments.of_case(connection, number))


def files(office: Office) -> list[Path]:
    return [path for path in office.ports.files.folder.rglob("*") if path.is_file()]


def ended(office: Office) -> str:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    return number


def test_a_file_is_kept_sealed_and_nothing_of_it_is_in_the_history(office: Office) -> None:
    number, file = office.submit(), given("surat-ibu-contoh.pdf")
    attach(office, number, file)
    (row,), (path,) = rows(office, number), files(office)
    assert (row.nth, row.added_by, row.on_behalf) == (1, "petugas", None)
    assert (row.media_type, row.size, row.at) == ("application/pdf", len(file.content), office.now)
    assert path == office.ports.files.path(row.id)
    assert path.stat().st_mode & 0o777 == 0o600
    for folder in (path.parent, office.ports.files.folder):
        assert folder.stat().st_mode & 0o077 == 0
    assert b"Surat" not in path.read_bytes()
    with office.ports.database.read() as connection:
        payload = connection.scalar(select(events.c.payload).where(events.c.type == "attachment:added"))
    assert payload.keys() == {"nth", "digest", "media_type", "size"}
    assert "contoh" not in str(payload)


def test_a_file_moves_nothing_in_the_process(office: Office) -> None:
    number = office.submit()
    before = office.state(number)
    attach(office, number)
    after = office.state(number)
    assert (after.work_items, after.timers, after.ending) == (before.work_items, before.timers, before.ending)


def test_the_same_file_sent_twice_is_kept_once_and_another_under_its_id_is_refused(office: Office) -> None:
    number = office.submit()
    for _ in range(2):
        attach(office, number, command_id="sekali")
    with pytest.raises(CommandReused):
        attach(office, number, given("lain.pdf"), command_id="sekali")
    assert [row.nth for row in rows(office, number)] == [1]
    assert len(files(office)) == 1


def test_the_members_of_the_lanes_and_the_supervisors_attach_and_nobody_else(office: Office) -> None:
    number = office.submit()
    for actor in ("petugas", "admin", "pejabat", "sekretariat"):
        attach(office, number, actor=actor)
    for actor in ("auditor", "analis", "pengelola"):
        with pytest.raises(NotAllowed):
            attach(office, number, actor=actor)
    assert [row.added_by for row in rows(office, number)] == ["petugas", "admin", "pejabat", "sekretariat"]


def test_the_counter_attaches_for_the_complainant_and_others_do_not(office: Office) -> None:
    number = office.submit()
    attach(office, number, on_behalf=COMPLAINANT)
    with pytest.raises(NotAllowed):
        attach(office, number, actor="admin", on_behalf=COMPLAINANT)
    assert [(row.added_by, row.on_behalf) for row in rows(office, number)] == [("petugas", COMPLAINANT)]


def test_after_the_end_staff_still_attach_and_the_complainant_does_not(office: Office) -> None:
    number = ended(office)
    attach(office, number)
    for refused in ({"actor": COMPLAINANT}, {"on_behalf": COMPLAINANT}):
        with pytest.raises(CaseEnded):
            attach(office, number, **refused)
    assert len(rows(office, number)) == len(files(office)) == 1


def test_a_case_takes_so_many_files_and_of_its_complainant_fewer(office: Office) -> None:
    number = office.submit()
    for _ in range(MOST_FILES_OF_COMPLAINANT):
        attach(office, number, actor=COMPLAINANT)
    with pytest.raises(AttachmentsFull):
        attach(office, number, actor=COMPLAINANT)
    for _ in range(MOST_FILES - MOST_FILES_OF_COMPLAINANT):
        attach(office, number)
    with pytest.raises(AttachmentsFull):
        attach(office, number)
    assert [row.nth for row in rows(office, number)] == list(range(1, MOST_FILES + 1))


def test_where_the_disk_fails_nothing_is_recorded(office: Office, tmp_path: Path) -> None:
    number = office.submit()
    office.ports.files.folder.write_text("no folder")
    with pytest.raises(Disturbed):
        attach(office, number)
    assert rows(office, number) == []
    office.ports.files.folder.unlink()
    attach(office, number)
    assert len(rows(office, number)) == 1


# --- the record is proved ---------------------------------------------------------------------------------------


def found(office: Office) -> set[tuple[str, int | None]]:
    """Code and event of every finding."""
    office.tampered = True
    with office.ports.database.read() as connection:
        return {(one.code, one.seq) for one in verify(office.ports, connection).findings}


def changed(office: Office, statement: object) -> None:
    with office.ports.database.write() as connection:
        assert connection.execute(statement).rowcount  # type: ignore[call-overload]


def remove_row(office: Office, path: Path) -> None:
    changed(office, delete(table))


def remove_file(office: Office, path: Path) -> None:
    path.unlink()


def change_file(office: Office, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def change_kind(office: Office, path: Path) -> None:
    changed(office, update(table).values(media_type="image/png"))


def change_who(office: Office, path: Path) -> None:
    changed(office, update(table).values(added_by="admin"))


def change_name(office: Office, path: Path) -> None:
    changed(office, update(table).values(name=b"\1" + bytes(40)))


@pytest.mark.parametrize(
    ("tampering", "codes"),
    [
        (remove_row, {"attachment_missing"}),
        (remove_file, {"attachment_file_missing"}),
        (change_file, {"attachment_changed"}),
        (change_kind, {"attachment_row", "attachment_differs"}),
        (change_who, {"attachment_row"}),
        (change_name, {"attachment_changed"}),
    ],
)
def test_tampering_is_found_with_its_event(
    office: Office, tampering: Callable[[Office, Path], None], codes: set[str]
) -> None:
    attach(office, office.submit())
    tampering(office, files(office)[0])
    with office.ports.database.read() as connection:
        seq = connection.scalar(select(events.c.seq).where(events.c.type == "attachment:added"))
    assert found(office) == {(code, seq) for code in codes}


def test_one_file_in_the_place_of_another_is_found(office: Office) -> None:
    number = office.submit()
    attach(office, number, given("satu.pdf", pdf("satu")))
    attach(office, number, given("dua.pdf", pdf("dua")))
    one, two = files(office)
    one.write_bytes(two.read_bytes())
    assert {code for code, _ in found(office)} == {"attachment_changed"}


def test_a_row_that_no_event_recorded_is_found(office: Office) -> None:
    number = office.submit()
    attach(office, number)
    (row,) = rows(office, number)
    changed(office, insert(table).values(**{**row._mapping, "id": "0" * 32, "nth": 2}))
    assert found(office) == {("attachment_unrecorded", None)}


# --- erasure, and what is left over ------------------------------------------------------------------------------


def erased(office: Office, number: str, seals: Path) -> None:
    actor = Actor("pengelola", frozenset(PEOPLE["pengelola"]))
    erase(office.ports, actor, number, "Permintaan pemilik data.", source="cli", seals=seals)


def test_an_erasure_takes_rows_and_files_and_leaves_those_of_others(office: Office, tmp_path: Path) -> None:
    gone, kept = ended(office), office.submit()
    attach(office, gone, given("foto.jpg", photo()))
    attach(office, kept)
    erased(office, gone, tmp_path / "segel.jsonl")
    assert rows(office, gone) == []
    assert files(office) == [office.ports.files.path(rows(office, kept)[0].id)]
    with pytest.raises(CaseErased):
        attach(office, gone)


def test_a_row_that_comes_back_after_an_erasure_is_found(office: Office, tmp_path: Path) -> None:
    number = ended(office)
    attach(office, number)
    (row,) = rows(office, number)
    erased(office, number, tmp_path / "segel.jsonl")
    changed(office, insert(table).values(**row._mapping))
    assert found(office) == {("erasure_undone", None)}


def old(path: Path, office: Office) -> Path:
    """As if it had been written before the last day."""
    moment = (office.now - GRACE - timedelta(minutes=1)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_what_a_rollback_leaves_over_is_tidied_after_a_day_and_nothing_else_is(office: Office) -> None:
    attach(office, office.submit())
    kept = old(files(office)[0], office)
    left = office.ports.files.path("ab" + "0" * 30)
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"noise")
    assert tidy(office.ports) == 0
    old(left, office)
    foreign = kept.parent / "catatan.txt"
    foreign.write_text("of somebody else")
    assert tidy(office.ports) == 1
    assert not left.exists()
    assert kept.exists()
    assert old(foreign, office).exists()


def test_the_place_of_another_database_is_left_alone(office: Office) -> None:
    for name in ("aa", "bb"):
        path = office.ports.files.path(name + "0" * 30)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"noise")
        old(path, office)
    assert tidy(office.ports) == 0
    assert len(files(office)) == 2


def test_no_file_and_no_name_is_in_the_database_in_the_clear(office: Office) -> None:
    number = office.submit()
    attach(office, number, given("surat-ibu-contoh.pdf"))
    with office.ports.database.read() as connection:
        names = connection.execute(text("SELECT name FROM attachments")).scalars().all()
    assert not any(b"contoh" in bytes(name) for name in names)
