"""`migrate-cases` from the keyboard: what would move, what moves, and what stays and why, in both languages and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.casework import COMPLAINT
from tests.process.diagrams import Diagram
from tests.web.terminal import Terminal

FROM_1_TO_2 = ("migrate-cases", "--process", "pengaduan_mpp", "--from", "1", "--to", "2")


@pytest.fixture
def number(pengaduan: Terminal, tmp_path: Path) -> str:
    """A case at the second step, which the second version calls otherwise."""
    said = pengaduan("submit", "-", "--json", stdin=json.dumps(COMPLAINT))
    names = {"Langkah_2": "Terima", "Batas_2": "Batas_terima"}
    diagram = Diagram.shipped()
    diagram.rename_ids(lambda own: names.get(own, own))
    pengaduan("deploy", diagram.save(tmp_path / "next"), "--as", "analis")
    return str(said.line["case_number"])


def test_a_dry_run_says_why_a_case_cannot_move_and_changes_nothing(pengaduan: Terminal, number: str) -> None:
    said = pengaduan(*FROM_1_TO_2, "--dry-run", "--as", "analis")
    assert said.code == 1
    assert (
        f"{number}: Langkah_2 tidak ada di versi itu; sebutkan elemen mana yang menggantikannya." in said.out
    )
    assert "0 dapat pindah dari pengaduan_mpp:1 ke pengaduan_mpp:2, 1 tidak." in said.out
    [stuck, summary] = pengaduan(*FROM_1_TO_2, "--dry-run", "--json").lines
    assert stuck == {"case": number, "moved": False, "reasons": [["element_gone", "Langkah_2"]]}
    assert summary == {"movable": 0, "stuck": 1, "steps": {}}
    assert pengaduan("case", number, "--json").lines[0]["definition"] == "pengaduan_mpp:1"


def test_with_a_mapping_the_case_moves(pengaduan: Terminal, number: str) -> None:
    mapped = (*FROM_1_TO_2, "--map", "Langkah_2=Terima", "--map", "Batas_2=Batas_terima")
    said = pengaduan("--lang", "en", *mapped, "--dry-run", "--as", "analis")
    assert said.code == 0
    assert "1 can move from pengaduan_mpp:1 to pengaduan_mpp:2, 0 cannot." in said.out
    said = pengaduan(*mapped, "--as", "analis", "--json")
    assert said.code == 0
    assert said.lines == [{"case": number, "moved": True}, {"moved": 1, "stuck": 0}]
    assert pengaduan("history", "verify", "--json").lines[-1]["findings"] == 0
    assert [task["task"] for task in pengaduan("tasks", "--json").lines] == [f"{number}:Terima:1"]


def test_a_mapping_that_is_none_is_a_wrong_call(pengaduan: Terminal, number: str) -> None:
    assert pengaduan(*FROM_1_TO_2, "--map", "Langkah_2").code == 2
    said = pengaduan(*FROM_1_TO_2, "--map", "Langkah_2=Lingkup")
    assert (said.code, "Langkah_2" in said.err) == (1, True)
    assert pengaduan("migrate-cases", "--process", "pengaduan_mpp", "--from", "1", "--to", "1").code == 1
