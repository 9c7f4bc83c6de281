"""The office's work from the keyboard: tasks, completing them, messages, incidents, history."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

import pytest

from engine.store.session import Database
from engine.store.tables import events, incidents
from tests.casework import COMPLAINT, USUAL, ZONE, open_office
from tests.web.terminal import Said, Terminal


@pytest.fixture
def number(pengaduan: Terminal) -> str:
    return str(pengaduan("submit", "-", "--json", stdin=json.dumps(COMPLAINT)).line["case_number"])


def receive(pengaduan: Terminal, number: str, user: str = "petugas") -> Said:
    """Complete the second step."""
    answers = json.dumps(USUAL["penerimaan_mpp"])
    return pengaduan(
        "complete", f"{number}:Langkah_2:1", "--answers", "-", "--as", user, "--json", stdin=answers
    )


def test_an_officer_sees_the_tasks_of_their_groups_and_no_others(pengaduan: Terminal, number: str) -> None:
    assert [line["task"] for line in pengaduan("tasks", "--as", "petugas", "--json").lines] == [
        f"{number}:Langkah_2:1"
    ]
    said = pengaduan("tasks", "--as", "pejabat")
    assert (said.code, said.out) == (0, "Tidak ada tugas terbuka.\n")


def test_completing_claims_in_the_same_act_and_says_what_is_open_now(
    pengaduan: Terminal, number: str
) -> None:
    said = receive(pengaduan, number)
    assert said.line["open_tasks"] == [f"{number}:Langkah_3:1"]
    assert "work_item:completed" in [e["type"] for e in pengaduan("case", number, "--json").line["history"]]


def test_a_case_is_worked_to_its_end_from_the_keyboard(pengaduan: Terminal, number: str) -> None:
    forms = (
        "penerimaan_mpp", "penerimaan_opd", "bahan_laporan", "analisis_jawaban", "respon_aduan",
        "penyampaian_jawaban", "tanggapan_pengadu",
    )  # fmt: skip
    for step, form in enumerate(forms, start=2):
        answers = {**USUAL[form], "tanggapan": "selesai"} if form == "tanggapan_pengadu" else USUAL[form]
        task = f"{number}:Langkah_{step}:1"
        said = pengaduan("complete", task, "--answers", "-", "--json", stdin=json.dumps(answers))
        assert said.code == 0, said.err
    assert said.line["ending"] == "Selesai_pengadu"
    assert "berakhir: Selesai_pengadu" in pengaduan("case", number).out


def test_answers_that_do_not_fit_are_refused_by_field(pengaduan: Terminal, number: str) -> None:
    said = pengaduan("complete", f"{number}:Langkah_2:1", "--answers", "-", "--as", "petugas", stdin="{}")
    assert said.code == 1
    assert "lingkup: " in said.err


@pytest.mark.parametrize("text", ["", "{", "[1]", "1"])
def test_a_file_that_is_no_json_object_is_a_wrong_call(pengaduan: Terminal, number: str, text: str) -> None:
    said = pengaduan("complete", f"{number}:Langkah_2:1", "--answers", "-", stdin=text)
    assert said.code == 2
    assert "JSON" in said.err


def test_a_finished_task_is_refused_and_stays_as_it_was(pengaduan: Terminal, number: str) -> None:
    receive(pengaduan, number)
    said = receive(pengaduan, number, "petugas2")
    assert (said.code, said.out) == (1, "")
    assert "sudah selesai" in said.err


def test_a_task_of_another_group_is_refused(pengaduan: Terminal, number: str) -> None:
    said = receive(pengaduan, number, "pejabat")
    assert said.code == 1
    assert "tidak berhak" in said.err


def test_the_process_waits_for_no_message_yet(pengaduan: Terminal, number: str) -> None:
    said = pengaduan("message", number, "tutup_oleh_admin", "--as", "admin")
    assert said.code == 1
    assert "tidak menunggu" in said.err


@pytest.mark.parametrize(
    "call",
    [
        ("case", "PGD-2026-999999"),
        ("message", "PGD-2026-999999", "x"),
        ("history", "verify", "PGD-2026-999999"),
        ("history", "replay", "PGD-2026-999999"),
        ("complete", "PGD-2026-999999:x:1", "--answers", "-"),
        ("incident", "retry", "K-000000"),
        ("user", "disable", "siapa"),
        ("tasks", "--as", "siapa"),
    ],
)
def test_what_is_not_there_is_named_in_one_sentence(pengaduan: Terminal, call: tuple[str, ...]) -> None:
    said = pengaduan(*call, stdin="{}")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Tidak ada ")
    assert len(said.err.splitlines()) == 1


def test_the_english_of_a_refusal_is_asked_for_by_lang(pengaduan: Terminal) -> None:
    said = pengaduan("--lang", "en", "case", "PGD-2026-999999")
    assert said.err == "There is no case PGD-2026-999999; check the number.\n"


def test_no_command_shows_what_a_complainant_wrote(pengaduan: Terminal, number: str) -> None:
    shown = pengaduan("case", number).out + pengaduan("case", number, "--json").out + pengaduan("tasks").out
    for personal in (COMPLAINT["judul"], COMPLAINT["uraian"], COMPLAINT["lokasi"]):
        assert personal not in shown


def test_a_whole_history_verifies_and_its_last_line_counts(pengaduan: Terminal, number: str) -> None:
    receive(pengaduan, number)
    said = pengaduan("history", "verify", "--as", "auditor", "--json")
    assert said.code == 0
    assert said.line["cases"] == 1
    assert said.line["findings"] == 0


def test_a_changed_event_is_found_and_named(pengaduan: Terminal, number: str) -> None:
    with sqlite3.connect(pengaduan.directory / "pengaduan.sqlite3") as connection:
        connection.execute("DROP TRIGGER events_refuse_update")
        connection.execute(
            "UPDATE events SET actor = 'orang lain' WHERE case_number = ? AND seq = 1", (number,)
        )
    connection.close()
    said = pengaduan("history", "verify", "--json")
    assert said.code == 1
    *findings, last = said.lines
    assert (findings[0]["case"], findings[0]["seq"], findings[0]["kind"]) == (number, 1, "tampered")
    assert last["findings"] == len(findings)


def test_the_program_does_not_start_over_a_database_whose_triggers_are_gone(
    pengaduan: Terminal, number: str
) -> None:
    with sqlite3.connect(pengaduan.directory / "pengaduan.sqlite3") as connection:
        connection.execute("DROP TRIGGER events_refuse_delete")
    connection.close()
    said = pengaduan("run")
    assert said.code == 1
    assert "events_refuse_delete" in said.err


def test_a_replay_shows_each_command_with_equal_digests(pengaduan: Terminal, number: str) -> None:
    receive(pengaduan, number)
    steps = pengaduan("history", "replay", number, "--as", "auditor", "--json").lines
    assert [step["type"] for step in steps] == ["case:submitted", "work_item:completed"]
    assert all(step["digest_expected"] == step["digest_found"] for step in steps)


def test_a_replay_stops_where_it_is_told_to(pengaduan: Terminal, number: str) -> None:
    receive(pengaduan, number)
    steps = pengaduan("history", "replay", number, "--until", "1", "--json").lines
    assert [step["seq"] for step in steps] == [1]


def test_an_officer_verifies_no_history(pengaduan: Terminal, number: str) -> None:
    assert pengaduan("history", "verify", "--as", "petugas").code == 1


def test_an_incident_of_a_persons_command_is_listed_and_is_theirs_to_repeat(
    pengaduan: Terminal, number: str
) -> None:
    database = Database(f"sqlite:///{pengaduan.directory}/pengaduan.sqlite3")
    with database.write() as connection:
        values = {
            "id": "K-ABC123", "case_number": number, "what": "Complete", "error_code": "execution_failed",
            "message": "uji", "actor": "petugas",
        }  # fmt: skip
        when = connection.execute(events.select().limit(1)).one().at + timedelta(minutes=1)
        connection.execute(incidents.insert().values(opened_at=when, **values))
    database.dispose()
    assert pengaduan("incident", "list", "--as", "pengelola", "--json").line["incident"] == "K-ABC123"
    said = pengaduan("incident", "retry", "K-ABC123", "--as", "pengelola")
    assert said.code == 1
    assert "mengulanginya sendiri" in said.err


def test_the_same_commands_work_on_postgresql(
    pengaduan: Terminal, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_office(postgres_database, now=datetime.now(ZONE).replace(tzinfo=None).isoformat())
    monkeypatch.setenv("DATABASE_URL", postgres_database.url.render_as_string(hide_password=False))
    number = pengaduan("submit", "-", "--json", stdin=json.dumps(COMPLAINT)).line["case_number"]
    assert receive(pengaduan, number).line["open_tasks"] == [f"{number}:Langkah_3:1"]
    assert pengaduan("history", "verify", "--json").line["findings"] == 0
