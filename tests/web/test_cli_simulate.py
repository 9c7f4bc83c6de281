"""`pengaduan simulate`: files, a version or the draft on the server beside the version in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.process.test_diff import limit
from tests.process.test_lint import NAME, Diagram
from tests.web.terminal import Terminal
from tests.web.test_cli_diff import save

QUICK = ("--process", "pengaduan_mpp", "--days", "6", "--replications", "3", "--arrivals", "4")


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    """An analyst's diagram: the shipped one with a shorter limit for step 5."""
    diagram = Diagram()
    limit("PT30M")(diagram)
    return save(diagram, tmp_path / "kerja") / "processes" / NAME


def test_a_file_stands_beside_the_version_in_force(pengaduan: Terminal, shorter: Path) -> None:
    said = pengaduan("simulate", *QUICK, shorter, "--staff", "admin_opd=2", "--json")
    assert said.code == 0
    plan, steps = said.lines[0], {line["step"]: line for line in said.lines if "step" in line}
    assert plan["staff"] == {"petugas_mpp": 2, "admin_opd": 2, "pejabat_penghubung": 1}
    late = steps["Langkah_5"]["late"]
    assert late["difference"]["low"] > 0
    assert late["new"]["mean"] > late["old"]["mean"]
    assert [line for line in said.lines if "ending" in line]


def test_the_same_call_says_the_same_to_the_byte(pengaduan: Terminal, shorter: Path) -> None:
    first, again = (pengaduan("simulate", *QUICK, shorter, "--json").out for _ in range(2))
    assert first == again
    assert pengaduan("simulate", *QUICK, shorter, "--json", "--seed", "2").out != first


def test_a_terminal_reads_what_was_assumed_and_what_chance_may_have_done(pengaduan: Terminal) -> None:
    said = pengaduan("simulate", *QUICK, "--version", "1")
    assert (said.code, said.err) == (0, "")
    assert "riwayat: 0 pengaduan" in said.out
    assert "Anggapan: lingkup selalu tidak_berkadar." in said.out
    assert "tidak dapat dibedakan dari kebetulan" in said.out
    assert "not told apart from chance" in pengaduan("--lang", "en", "simulate", *QUICK).out


def test_what_is_said_comes_before_history_and_guesses(pengaduan: Terminal) -> None:
    said = pengaduan(
        "simulate", *QUICK, "--minutes", "Langkah_2=5", "--share", "lingkup:tidak_layak=1", "--json"
    )
    assert {line["ending"] for line in said.lines if "ending" in line} == {"dirujuk"}
    assert {line["about"] for line in said.lines if line.get("assumed") in ("minutes", "shares")} == {
        "Langkah_2",
        "lingkup",
    }


def test_a_draft_with_errors_shows_its_findings(pengaduan: Terminal, tmp_path: Path) -> None:
    diagram = Diagram()
    limit("dua jam")(diagram)
    said = pengaduan("simulate", *QUICK, save(diagram, tmp_path / "salah") / "processes" / NAME)
    assert (said.code, said.out) == (1, "")
    assert "dua jam" in said.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--staff", "tiada=2"),
        ("--staff", "admin_opd"),
        ("--days", "0"),
        ("--minutes", "Langkah_99=5"),
        ("--share", "lingkup=1"),
        ("--share", "nama:Budi=1"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_runs(pengaduan: Terminal, wrong: tuple[str, str]) -> None:
    said = pengaduan("simulate", *QUICK, *wrong)
    assert (said.code, said.out) == (2, "")
