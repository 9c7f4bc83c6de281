"""Retention erases whose time is over, and nobody else: by rules that are on record, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine import events
from engine.errors import NotAllowed, Refused
from engine.history import log, seal_file
from engine.history.verify import verify
from engine.identity.policy import Actor
from engine.queries import retained as read
from engine.queries.retained import Retained, categories, due, retained
from engine.runtime.erase import erase_due
from engine.runtime.hold import hold
from engine.runtime.retention import Run, remove_rule, run, set_rule
from engine.store import erasure
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN, case_keys, retention_rules
from tests.casework import Office, open_office, tamper

PENGELOLA = Actor("pengelola", frozenset({"pengelola"}))
GROUND = "Jadwal retensi arsip, Perwali 45/2025"
LOKET, LAIN = "pelayanan_loket", "*"


@pytest.fixture
def seals(tmp_path: Path) -> Path:
    return tmp_path / "data" / seal_file.NAME


def ended(office: Office, **answers: object) -> str:
    number = office.submit(**answers)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    return number


def standing(office: Office, actor: Actor = PENGELOLA) -> Retained:
    with office.ports.database.read() as connection:
        return retained(office.ports, connection, actor)


def listed(office: Office, *, held: bool = False) -> list[str]:
    with office.ports.database.read() as connection:
        known = retained(office.ports, connection, PENGELOLA)
        return [one.case for one in due(connection, PENGELOLA, known, held=held)]


def rule(office: Office, category: str = LAIN, months: int = 12, ground: str = GROUND) -> None:
    set_rule(office.ports, PENGELOLA, category, months, ground, source="web")


def swept(office: Office, seals: Path, **how: int) -> Run:
    return run(office.ports, PENGELOLA, seals=seals, source="web", **how)


def kept(office: Office) -> set[str]:
    """The cases whose person is still there."""
    with office.ports.database.read() as connection:
        return set(connection.scalars(select(case_keys.c.case_number)))


def findings(office: Office) -> list[str]:
    with office.ports.database.read() as connection:
        return [finding.code for finding in verify(office.ports, connection).findings]


def test_without_a_rule_nobody_is_ever_due(office: Office, seals: Path) -> None:
    number = ended(office)
    office.at("2099-01-05 09:00")
    assert (standing(office).due, listed(office)) == (0, [])
    assert swept(office, seals).results == ()
    assert kept(office) == {number}
    with pytest.raises(Refused, match="not due"):
        erase_due(office.ports, PENGELOLA, number, source="web", seals=seals)


def test_who_is_over_goes_on_the_ground_of_the_rule_and_the_others_stay(
    database: Database, seals: Path
) -> None:
    office = open_office(database)
    old, other_category = ended(office), ended(office, kategori="fasilitas")
    running = office.submit()
    office.at("2026-12-01 09:00")
    young = ended(office)
    rule(office, LOKET, 1)
    office.at("2026-12-24 23:59")
    assert standing(office).due == 0
    office.at("2026-12-25 00:00")
    assert (standing(office).due, listed(office)) == (1, [old])
    done = swept(office, seals)
    assert ([result.case for result in done.results], done.erased, done.left) == ([old], 1, 0)
    assert kept(office) == {other_category, running, young}
    with office.ports.database.read() as connection:
        last = log.read(connection, old)[-1]
    assert (last.type, last.actor) == (events.CASE_ERASED, "pengelola")
    assert last.payload["why"] == GROUND
    assert last.payload["rule"] == {"category": LOKET, "months": 1}
    assert findings(office) == []
    assert [one.case for one in seal_file.read(seals).erasures] == [old]


def test_the_rule_for_all_others_leaves_a_category_to_its_own(office: Office, seals: Path) -> None:
    loket, other, none = ended(office), ended(office, kategori="fasilitas"), ended(office, kategori="entah")
    rule(office, LOKET, 60)
    rule(office, LAIN, 12)
    office.at("2027-11-25 09:00")
    assert set(listed(office)) == {other, none}
    swept(office, seals)
    assert kept(office) == {loket}
    office.at("2031-11-25 09:00")
    assert listed(office) == [loket]


def test_a_held_case_is_listed_apart_and_stays(office: Office, seals: Path) -> None:
    number, other = ended(office), ended(office)
    hold(office.ports, PENGELOLA, number, "Gugatan TUN 12/G/2026", source="web")
    rule(office)
    office.at("2028-01-05 09:00")
    assert (standing(office).due, standing(office).held) == (1, 1)
    assert (listed(office), listed(office, held=True)) == ([other], [number])
    swept(office, seals)
    assert kept(office) == {number}
    with pytest.raises(Refused, match="is held by"):
        erase_due(office.ports, PENGELOLA, number, source="web", seals=seals)


def test_one_that_fails_stays_whole_and_does_not_stop_the_rest(
    sqlite_database: Database, seals: Path
) -> None:
    office = open_office(sqlite_database)
    numbers = [ended(office) for _ in range(3)]
    rule(office)
    office.at("2028-01-05 09:00")
    # somebody has written the event that the erasure of the second would be
    tamper(
        office,
        "INSERT INTO events SELECT case_number, seq + 1, type, at, received_at, actor, on_behalf, source,"
        " definition_id, payload, previous, hash, NULL, NULL, NULL, NULL, NULL, NULL FROM events"
        " WHERE case_number = :number ORDER BY seq DESC LIMIT 1",
        number=numbers[1],
    )
    done = swept(office, seals)
    assert [(result.case, result.error is None) for result in done.results] == [
        (numbers[0], True),
        (numbers[1], False),
        (numbers[2], True),
    ]
    assert (done.erased, done.left) == (2, 1)
    with office.ports.database.read() as connection:
        assert {"case_keys", "answers"} <= set(erasure.left(connection, numbers[1]))


def test_a_run_takes_so_many_and_says_how_many_are_left(office: Office, seals: Path) -> None:
    for _ in range(3):
        ended(office)
    rule(office)
    office.at("2028-01-05 09:00")
    first = swept(office, seals, limit=2)
    assert (first.erased, first.left) == (2, 1)
    assert swept(office, seals, limit=2).left == 0
    assert standing(office).due == 0


def test_the_ground_of_a_rule_is_not_held_against_a_name(office: Office, seals: Path) -> None:
    number = ended(office, nama="Retensi Arsip", kontak="0811222333", cara_jawaban="telepon")
    rule(office)
    office.at("2028-01-05 09:00")
    assert swept(office, seals).erased == 1
    assert kept(office) == set()
    assert number


def test_rules_are_on_record_and_the_same_again_is_not(office: Office) -> None:
    rule(office, LOKET, 24)
    rule(office, LOKET, 24)
    rule(office, LOKET, 36)
    remove_rule(office.ports, PENGELOLA, LOKET, source="cli")
    with pytest.raises(Refused, match="no rule"):
        remove_rule(office.ports, PENGELOLA, LOKET, source="cli")
    with office.ports.database.read() as connection:
        told = [
            (e.type, dict(e.payload))
            for e in log.read(connection, SYSTEM_CHAIN)
            if e.type.startswith("retention:")
        ]
    assert told == [
        (events.RETENTION_SET, {"category": LOKET, "months": 24, "ground": GROUND}),
        (events.RETENTION_SET, {"category": LOKET, "months": 36, "ground": GROUND}),
        (events.RETENTION_REMOVED, {"category": LOKET}),
    ]


@pytest.mark.parametrize(
    ("category", "months", "ground"),
    [(LOKET, 0, GROUND), (LOKET, 1_201, GROUND), ("", 12, GROUND), ("a\nb", 12, GROUND), (LOKET, 12, "ya")],
)
def test_a_rule_that_is_none_is_refused(office: Office, category: str, months: int, ground: str) -> None:
    with pytest.raises(Refused):
        rule(office, category, months, ground)
    assert not standing(office).rules


def test_only_the_pengelola_changes_rules_and_runs_them(office: Office, seals: Path) -> None:
    for groups in ({"petugas_mpp"}, {"sekretariat"}, {"auditor"}, {"analis"}, {"pengelola", "auditor"}):
        actor = Actor("orang", frozenset(groups))
        with pytest.raises(NotAllowed):
            set_rule(office.ports, actor, LOKET, 12, GROUND, source="web")
        with pytest.raises(NotAllowed):
            remove_rule(office.ports, actor, LOKET, source="web")
        with pytest.raises(NotAllowed):
            run(office.ports, actor, seals=seals, source="web")


@pytest.mark.parametrize("change", ["shorter", "removed", "added"])
def test_whoever_changes_a_rule_in_the_table_is_found(sqlite_database: Database, change: str) -> None:
    office = open_office(sqlite_database)
    rule(office, LOKET, 24)
    assert findings(office) == []
    added = {"category": LAIN, "months": 1, "ground": "x", "set_by": "pengelola", "set_at": office.now}
    with office.ports.database.write() as connection:
        connection.execute(
            {
                "shorter": retention_rules.update().values(months=1),
                "removed": retention_rules.delete(),
                "added": retention_rules.insert().values(**added),
            }[change]
        )
    assert findings(office) == ["retention_changed"]


def test_rules_are_offered_for_what_the_forms_count(office: Office) -> None:
    rule(office, "arsip_lama", 24)
    with office.ports.database.read() as connection:
        offered = categories(office.ports, connection)
    assert {LOKET, "arsip_lama"} <= set(offered)
    assert LAIN not in offered


def test_a_page_of_those_due_goes_on_where_the_one_before_ended(office: Office) -> None:
    numbers = [ended(office) for _ in range(3)]
    rule(office)
    office.at("2028-01-05 09:00")
    with office.ports.database.read() as connection:
        known = retained(office.ports, connection, PENGELOLA)
        pages = [read.due(connection, PENGELOLA, known, first=n, limit=1)[0].case for n in range(3)]
    assert pages == numbers
