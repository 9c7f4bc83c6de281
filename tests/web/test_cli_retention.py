"""Holds and retention from the command line: set, shown, tried, run."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.history.log import read
from tests.casework import MASTER, Office
from tests.web.terminal import Terminal


@pytest.fixture
def pengaduan(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal at the office of this test."""
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir(mode=0o700)
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def numbers(office: Office) -> list[str]:
    """Two cases that ended long ago by the machine's own clock, which the command line has."""
    office.at("2025-02-03 09:00")
    made = []
    for _ in range(2):
        made.append(office.submit(nama="Siti Rahasia"))
        office.run_to(made[-1], "Langkah_8")
        office.complete(made[-1], tanggapan="selesai")
        office.wait(minutes=1)
    return made


def test_a_dry_run_lists_what_would_go_and_what_is_held_and_changes_nothing(
    pengaduan: Terminal, numbers: list[str]
) -> None:
    going, held = numbers
    assert "Belum ada aturan" in pengaduan("retention", "show").err
    said = pengaduan(
        "retention", "set", "*", "--months", "12", "--ground", "Perwali 45/2025", "--as", "pengelola"
    )
    assert said.code == 0
    assert pengaduan("hold", "set", held, "--why", "Gugatan 12/G/2026", "--as", "pengelola").code == 0
    assert pengaduan("hold", "list", "--json").line["case_number"] == held
    [first, second] = pengaduan("retention", "run", "--dry-run", "--json").lines
    assert (first["case_number"], first["due_since"], first["held"]) == (going, "2026-02-04", None)
    assert (first["rule"], first["months"], first["ground"]) == ("*", 12, "Perwali 45/2025")
    assert (second["case_number"], second["held"]) == (held, "Gugatan 12/G/2026")
    assert "1 akan dihapus, 1 ditahan" in pengaduan("retention", "run", "--dry-run").out
    assert pengaduan("history", "verify").code == 0
    assert len(pengaduan("retention", "run", "--dry-run", "--json").lines) == 2


def test_a_run_erases_and_the_record_stays_whole(
    pengaduan: Terminal, numbers: list[str], office: Office
) -> None:
    going, held = numbers
    pengaduan("retention", "set", "*", "--months", "12", "--ground", "Perwali 45/2025")
    pengaduan("hold", "set", held, "--why", "Gugatan 12/G/2026")
    said = pengaduan("retention", "run", "--json", "--as", "pengelola")
    assert (said.code, said.line) == (0, {"case_number": going, "erased": True, "error": None})
    assert "0 orang dihapus; 0 masih menunggu" in pengaduan("retention", "run").out
    assert "ditahan oleh" in pengaduan("erase", held, "--why", "permintaan").err
    assert pengaduan("hold", "lift", held, "--why", "Putusan inkrah").code == 0
    assert "tidak sedang ditahan" in pengaduan("hold", "lift", held, "--why", "Putusan inkrah").err
    assert "1 orang dihapus" in pengaduan("retention", "run").out
    assert pengaduan("history", "verify").code == 0
    with office.ports.database.read() as connection:
        assert read(connection, going)[-1].payload["rule"] == {"category": "*", "months": 12}


def test_what_is_wrong_with_a_rule_is_said(pengaduan: Terminal) -> None:
    assert pengaduan("retention", "set", "*", "--months", "0", "--ground", "Perwali 45/2025").code == 2
    assert "5 sampai 400 karakter" in pengaduan("retention", "set", "*", "--months", "1", "--ground", "x").err
    assert "Tidak ada aturan untuk *" in pengaduan("retention", "remove", "*").err
