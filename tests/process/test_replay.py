"""Every history replays to the digests it recorded, and what was tampered with is found and named."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from engine.history.replay import replay
from engine.history.verify import verify
from tests.casework import Office, tamper


@pytest.fixture
def worked(office: Office) -> str:
    """A case with a reply loop, a late step and a closing."""
    number = office.submit()
    office.run_to(number, "Langkah_4")
    office.wait(days=3)
    office.complete(number)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum jelas jadwalnya.")
    office.claim(office.open_items(number)[0], "petugas2")
    office.complete(number, "petugas2")
    office.run_to(number, "Langkah_8")
    office.complete(number)
    assert office.state(number).ending == "Selesai_pengadu"
    return number


def test_a_replay_gives_the_recorded_digest_after_every_command(office: Office, worked: str) -> None:
    with office.ports.database.read() as connection:
        steps = list(replay(office.ports, connection, worked))
    assert len(steps) > 16
    assert [s.difference for s in steps] == [None] * len(steps)
    assert [s.digest_found for s in steps] == [s.digest_expected for s in steps]


def test_a_whole_record_has_no_findings(office: Office, worked: str) -> None:
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection)
    assert report.findings == []
    assert report.cases == 1
    assert report.events > 60


TAMPERING = {
    "projection": "UPDATE cases SET outcome = 'dirujuk'",
    "answers_missing": "DELETE FROM answers WHERE work_item_id LIKE '%:Langkah_5:1'",
    "answers_changed": "UPDATE answers SET blob = randomblob(80) WHERE work_item_id LIKE '%:Langkah_5:1'",
    "unreadable": "UPDATE answers SET blob = 'Ã' || char(233) || x'ff' WHERE work_item_id LIKE '%:Langkah_5:1'",
    "key_missing": "DELETE FROM case_keys",
    "number_missing": "UPDATE case_numbers SET last = 2",
    "number_unknown": "UPDATE case_numbers SET last = 0",
    "chain_cut": "UPDATE cases SET last_seq = last_seq - 1",
    "activation_changed": "UPDATE active_versions SET version = 7 WHERE kind = 'calendar'",
}


#: Who did what and when, where people read it.
RETOLD = (
    "UPDATE work_items SET ended_by = 'petugas2' WHERE ended_by = 'petugas'",
    "UPDATE work_items SET ended_how = 'cancelled' WHERE element = 'Langkah_2'",
    "UPDATE answers SET answered_by = 'petugas2' WHERE answered_by = 'petugas'",
    "UPDATE answers SET answered_at = '2026-01-01T00:00:00.000000Z'",
    "UPDATE cases SET submitted_at = '2026-01-01T00:00:00.000000Z'",
    "UPDATE cases SET status = 'halted'",
)


@pytest.mark.parametrize(
    ("code", "statement"),
    [*TAMPERING.items(), *(("projection", statement) for statement in RETOLD)],
    ids=[*TAMPERING, *RETOLD],
)
def test_a_change_behind_the_engines_back_is_found(
    office: Office, worked: str, code: str, statement: str
) -> None:
    office.tampered = True
    with office.ports.database.write() as connection:
        connection.execute(text(statement))
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection)
    assert code in {f.code for f in report.findings}
    assert {f.kind for f in report.findings} == {"tampered"}, "never taken for a fault of the program"


EVENTS = {
    "chain_altered": "UPDATE events SET actor = 'petugas2' WHERE type = 'work_item:completed' AND seq < 20",
    "chain_missing": "DELETE FROM events WHERE seq = 5 AND case_number <> 'sistem'",
}


@pytest.mark.parametrize(("code", "statement"), EVENTS.items(), ids=EVENTS)
def test_a_changed_event_is_found_even_when_the_triggers_were_removed(
    office: Office, worked: str, code: str, statement: str
) -> None:
    tamper(office, statement)
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection, worked)
    assert code in {f.code for f in report.findings}


NONSENSE = {
    "unreadable": "UPDATE events SET payload = 'x' WHERE case_number = 'sistem' AND seq = 1",
    "number_unknown": "UPDATE cases SET number = 'X'",
    "case_missing": "UPDATE events SET case_number = 'X' WHERE case_number <> 'sistem'",
}


@pytest.mark.parametrize(("code", "statement"), NONSENSE.items(), ids=NONSENSE)
def test_nonsense_in_a_row_is_a_finding_and_stops_no_verification(
    office: Office, worked: str, code: str, statement: str
) -> None:
    office.tampered = True
    url = office.ports.database.url.database
    assert url is not None
    with closing(sqlite3.connect(url)) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)
    with office.ports.database.read() as connection:
        assert code in {f.code for f in verify(office.ports, connection).findings}


DEPLOYED = {
    "definition_changed": "UPDATE process_definitions SET bpmn = CAST(replace(CAST(bpmn AS TEXT), 'PT2H', 'PT9H') AS BLOB)",
    "calendar_changed": "UPDATE calendars SET resolved = replace(resolved, '480', '540')",
}


@pytest.mark.parametrize(("code", "statement"), DEPLOYED.items(), ids=DEPLOYED)
def test_a_changed_file_is_found_even_when_the_triggers_were_removed(
    office: Office, worked: str, code: str, statement: str
) -> None:
    tamper(office, statement)
    with office.ports.database.read() as connection:
        assert code in {f.code for f in verify(office.ports, connection).findings}
