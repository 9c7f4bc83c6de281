"""`pengaduan sop`: the document of what is in force, at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from tests.web.terminal import Terminal

PAPER = json.loads(
    (Path(__file__).parents[1] / "process" / "fixtures" / "sop.json").read_text(encoding="utf-8")
)


def test_the_shipped_process_gives_the_offices_paper_as_json(pengaduan: Terminal) -> None:
    said = pengaduan("sop", "--format", "json")
    assert said.code == 0
    assert said.line == PAPER
    assert pengaduan("sop", "--process", "pengaduan_mpp", "--version", "1", "--format", "json").line == PAPER


def test_a_version_that_is_not_there_is_refused_by_name(pengaduan: Terminal) -> None:
    said = pengaduan("sop", "--version", "7", "--format", "json")
    assert said.code == 1
    assert said.out == ""
    assert said.err


def test_html_and_pdf_are_whole_files(pengaduan: Terminal, tmp_path: Path) -> None:
    said = pengaduan("sop", "--format", "html")
    assert said.out.startswith("<!DOCTYPE html>")
    assert "<style>" in said.out
    assert "@font-face" not in said.out
    assert PAPER["langkah"][4]["uraian"] in said.out
    for kind, start in (("pdf", b"%PDF"), ("html", b"<!DOCTYPE"), ("json", b"{")):
        file = tmp_path / f"sop.{kind}"
        said = pengaduan("sop", "--format", kind, "--paper", "f4", "--output", file)
        assert (said.code, said.out) == (0, "")
        assert file.read_bytes().lstrip().startswith(start)
