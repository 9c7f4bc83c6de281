"""`pengaduan submit`: complaints from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.casework import COMPLAINT, SAMPLES
from tests.web.terminal import Terminal

GOOD = json.dumps(COMPLAINT)


def test_the_fourteen_samples_enter_and_each_gets_its_number_and_code(pengaduan: Terminal) -> None:
    said = pengaduan("submit", SAMPLES, "--json")
    assert said.code == 0
    assert [line["line"] for line in said.lines] == list(range(1, 15))
    assert len({line["case_number"] for line in said.lines}) == 14
    assert {len(line["code"]) for line in said.lines} == {10}


def test_what_an_analyst_submits_is_a_trial_and_has_no_code(pengaduan: Terminal) -> None:
    said = pengaduan("submit", "-", "--json", "--as", "analis", stdin=GOOD)
    assert (said.line["case_number"][:4], said.line["code"]) == ("UJI-", None)
    assert "sebuah uji" in pengaduan("submit", "-", "--as", "analis", stdin=GOOD).out
    assert said.line["case_number"] in pengaduan("case", said.line["case_number"], "--as", "analis").out
    shown = pengaduan("case", said.line["case_number"], "--as", "petugas")
    assert (shown.code, shown.err) == (
        1,
        pengaduan("case", "UJI-2026-000009", "--as", "petugas").err.replace("9", "1"),
    )


def test_an_unknown_key_is_reported_and_ignored(pengaduan: Terminal) -> None:
    said = pengaduan("submit", "-", "--json", stdin=json.dumps({**COMPLAINT, "harapan": 1, "zodiak": "leo"}))
    assert said.code == 0
    assert said.line["ignored"] == ["harapan", "zodiak"]


def test_a_broken_line_is_refused_by_its_number_and_the_others_go_in(pengaduan: Terminal) -> None:
    said = pengaduan("submit", "-", "--json", stdin=f'{GOOD}\n{{"judul": \n\n[1]\n{GOOD}\n')
    assert said.code == 1
    assert [("case_number" in line, line["line"]) for line in said.lines] == [
        (True, 1), (False, 2), (False, 4), (True, 5),
    ]  # fmt: skip
    assert "JSON" in said.lines[1]["error"]


def test_answers_that_the_form_refuses_name_field_and_cause(pengaduan: Terminal) -> None:
    said = pengaduan(
        "submit", "-", "--json", stdin=json.dumps({**COMPLAINT, "judul": "", "kanal": "merpati"})
    )
    assert said.code == 1
    assert set(said.line["fields"]) == {"judul", "kanal"}
    assert "judul: Bagian ini wajib diisi." in said.line["error"]
    assert "merpati" in said.line["error"]


def test_a_refused_line_leaves_no_case_and_no_gap_in_the_numbers(pengaduan: Terminal) -> None:
    said = pengaduan("submit", "-", "--json", stdin=f"{GOOD}\n{{}}\n{GOOD}\n")
    numbers = [int(line["case_number"][-6:]) for line in said.lines if "case_number" in line]
    assert numbers == [1, 2]


def test_a_line_too_long_to_be_a_complaint_is_refused_alone(pengaduan: Terminal) -> None:
    said = pengaduan("submit", "-", "--json", stdin=f'{{"judul": "{"a" * 2_500_000}"}}\n{GOOD}\n')
    assert [("case_number" in line, line["line"]) for line in said.lines] == [(False, 1), (True, 2)]


@pytest.mark.parametrize("nothing", ["", "\n\n  \n"])
def test_an_empty_file_is_refused_with_what_to_write(pengaduan: Terminal, nothing: str) -> None:
    said = pengaduan("submit", "-", stdin=nothing)
    assert said.code == 1
    assert "satu objek JSON per baris" in said.err


def test_a_file_that_is_not_there_is_a_wrong_call(pengaduan: Terminal) -> None:
    assert pengaduan("submit", "tidak-ada.jsonl").code == 2


def test_a_byte_order_mark_does_not_spoil_the_first_line(pengaduan: Terminal) -> None:
    assert pengaduan("submit", "-", "--json", stdin=f"\ufeff{GOOD}\n").code == 0


def test_an_officer_of_the_counter_enters_on_behalf_of_the_complainant(pengaduan: Terminal) -> None:
    number = pengaduan("submit", "-", "--json", "--as", "petugas", stdin=GOOD).line["case_number"]
    first = pengaduan("case", number, "--json").line["history"][0]
    assert (first["actor"], first["on_behalf"], first["source"]) == ("petugas", "pengadu", "cli")


def test_whoever_is_not_at_the_counter_enters_nothing(pengaduan: Terminal) -> None:
    said = pengaduan("submit", "-", "--as", "pejabat", stdin=GOOD)
    assert said.code == 1
    assert "tidak berhak" in said.err


def test_without_a_process_the_file_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = Terminal(tmp_path / "kosong", monkeypatch, capsys)
    assert empty("db", "upgrade").code == 0
    said = empty("submit", "-", stdin=GOOD)
    assert said.code == 1
    assert "pengaduan deploy" in said.err
