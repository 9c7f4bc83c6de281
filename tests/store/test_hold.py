"""A case that is held is erased by nobody; who takes the row away is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import events
from engine.errors import CaseErased, NotAllowed, Refused
from engine.history import log, seal_file
from engine.history.replay import replay
from engine.history.verify import verify
from engine.identity.policy import Actor
from engine.queries.held import held, held_count
from engine.runtime.erase import erase
from engine.runtime.hold import hold, lift
from engine.store import erasure
from engine.store.session import Database
from engine.store.tables import legal_holds
from tests.casework import Office, open_office

PENGELOLA = Actor("pengelola", frozenset({"pengelola"}))
GROUND = "Gugatan TUN 12/G/2026"
WHO = {"nama": "Siti Rahasia", "kontak": "0811-222-333", "cara_jawaban": "whatsapp"}


def ended(office: Office) -> str:
    number = office.submit(**WHO)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    return number


def findings(office: Office) -> list[tuple[str, str]]:
    with office.ports.database.read() as connection:
        return [(f.case, f.code) for f in verify(office.ports, connection).findings]


def test_a_held_case_is_not_erased_until_the_hold_is_lifted(office: Office, tmp_path: Path) -> None:
    number, seals = ended(office), tmp_path / seal_file.NAME
    hold(office.ports, PENGELOLA, number, GROUND, source="web")
    with pytest.raises(Refused, match=r"held by pengelola \(Gugatan TUN 12/G/2026\)"):
        erase(office.ports, PENGELOLA, number, "Permintaan tertulis", source="web", seals=seals)
    with office.ports.database.read() as connection:
        assert "case_keys" in erasure.left(connection, number)
        assert [(one.case, one.ground, one.by) for one in held(connection, PENGELOLA)] == [
            (number, GROUND, "pengelola")
        ]
    lift(office.ports, PENGELOLA, number, "Putusan inkrah", source="web")
    erase(office.ports, PENGELOLA, number, "Permintaan tertulis", source="web", seals=seals)
    with office.ports.database.read() as connection:
        told = [(e.type, e.payload["why"]) for e in log.read(connection, number)[-3:]]
        assert all(step.difference is None for step in replay(office.ports, connection, number))
        assert held_count(connection, PENGELOLA) == 0
    assert told == [
        (events.HOLD_SET, GROUND),
        (events.HOLD_LIFTED, "Putusan inkrah"),
        (events.CASE_ERASED, "Permintaan tertulis"),
    ]


def test_a_case_that_runs_is_held_and_goes_on(office: Office) -> None:
    number = office.submit()
    hold(office.ports, PENGELOLA, number, GROUND, source="cli")
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    assert findings(office) == []


def test_a_ground_does_not_keep_who_the_person_was(office: Office) -> None:
    number = ended(office)
    for ground in ("Gugatan siti rahasia", "Telepon 0811222333 dulu", "ya", "x" * 401):
        with pytest.raises(Refused, match="The reason"):
            hold(office.ports, PENGELOLA, number, ground, source="web")
    hold(office.ports, PENGELOLA, number, "Gugatan Sitinurbaya", source="web")
    with pytest.raises(Refused, match="repeats the person's name"):
        lift(office.ports, PENGELOLA, number, "Siti Rahasia setuju", source="web")


def test_a_hold_stands_once_and_only_on_what_can_be_kept(office: Office, tmp_path: Path) -> None:
    number = ended(office)
    with pytest.raises(Refused, match="No hold stands"):
        lift(office.ports, PENGELOLA, number, "Selesai semua", source="web")
    hold(office.ports, PENGELOLA, number, GROUND, source="web")
    with pytest.raises(Refused, match="is held already"):
        hold(office.ports, PENGELOLA, number, "Dasar lain", source="web")
    other = ended(office)
    erase(office.ports, PENGELOLA, other, "Permintaan", source="web", seals=tmp_path / seal_file.NAME)
    with pytest.raises(CaseErased):
        hold(office.ports, PENGELOLA, other, GROUND, source="web")


def test_only_the_pengelola_holds_and_never_their_own_complaint(office: Office) -> None:
    number = ended(office)
    for groups in ({"petugas_mpp"}, {"sekretariat"}, {"auditor"}, {"analis"}, {"pengelola", "auditor"}):
        actor = Actor("orang", frozenset(groups))
        for act in (hold, lift):
            with pytest.raises(NotAllowed):
                act(office.ports, actor, number, GROUND, source="web")


@pytest.mark.parametrize("change", ["removed", "added", "reworded"])
def test_whoever_changes_the_row_is_found(sqlite_database: Database, change: str) -> None:
    office = open_office(sqlite_database)
    number, other = ended(office), ended(office)
    hold(office.ports, PENGELOLA, number, GROUND, source="web")
    assert findings(office) == []
    row = {"case_number": other, "ground": "x", "set_by": "pengelola", "set_at": office.now}
    statement, where = {
        "removed": (legal_holds.delete(), number),
        "added": (legal_holds.insert().values(**row), other),
        "reworded": (legal_holds.update().values(ground="x"), number),
    }[change]
    with office.ports.database.write() as connection:
        connection.execute(statement)
    assert findings(office) == [(where, "hold_changed")]
