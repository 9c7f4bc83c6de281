"""`pengaduan try`: recorded cases on files, on a deployed version and on the drafts of the server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.casework import COMPLAINT
from tests.process.diagrams import Diagram
from tests.process.test_migrate import inserted
from tests.web.terminal import Terminal

TRY = ("try", "--process", "pengaduan_mpp")
#: What the second step gets.
ACCEPTED = {"lingkup": "tidak_berkadar", "alasan": "Lengkap dan jelas."}


@pytest.fixture
def number(pengaduan: Terminal) -> str:
    """A case at its third step."""
    said = pengaduan("submit", "-", "--json", stdin=json.dumps(COMPLAINT))
    number = str(said.line["case_number"])
    done = pengaduan(
        "complete", f"{number}:Langkah_2:1", "--answers", "-", "--as", "petugas", stdin=json.dumps(ACCEPTED)
    )
    assert done.code == 0, done.err
    return number


def folder(to: Path) -> Path:
    """The shipped process with a step after the second."""
    diagram = Diagram.shipped()
    diagram.add_form("cek", {"type": "textfield", "key": "hasil_cek", "id": "F_cek", "label": "Hasil cek"})
    diagram.step_on("Alur_Lingkup_Langkah_3", "Periksa", lane="Lajur_admin_opd", form="cek")
    return diagram.save(to)


def test_on_its_own_version_every_case_goes_the_same_way(pengaduan: Terminal, number: str) -> None:
    said = pengaduan(*TRY, "--version", "1", "--as", "analis")
    assert said.code == 0
    assert said.out.splitlines() == ["1 pengaduan terbaru diputar, dari 1.", "     1  jalan yang sama"]
    assert pengaduan(*TRY, "--json").line == {
        "looked_at": 1, "among": 1, "same": 1, "other": 0, "still": 0, "untold": 0,
    }  # fmt: skip


def test_files_are_tried_before_they_are_deployed(pengaduan: Terminal, number: str, tmp_path: Path) -> None:
    said = pengaduan("--lang", "en", *TRY, folder(tmp_path / "next"), "--as", "analis")
    assert said.code == 1
    assert "1 × Waits at Periksa, a new step that nobody ever answered; then to Langkah_3" in said.out
    assert number in said.out
    one, summary = pengaduan(*TRY, folder(tmp_path / "next"), "--json").lines
    assert (one["case"], one["kind"], one["place"], one["new"]) == (number, "still", "Periksa", ["Periksa"])
    assert summary["still"] == 1
    assert pengaduan("diff", "pengaduan_mpp:1", "pengaduan_mpp:1").code == 0  # no other version came of it
    assert pengaduan("diff", "pengaduan_mpp:1", "pengaduan_mpp:2").code == 1


def test_a_period_leaves_out_the_others(pengaduan: Terminal, number: str, tmp_path: Path) -> None:
    for asked in (("--since", "2999-01-01"), ("--until", "1999-12-31")):
        said = pengaduan(*TRY, "--version", "1", *asked, "--json")
        assert (said.code, said.line["looked_at"]) == (0, 0)
    assert pengaduan(*TRY, "--since", "kemarin").code == 2


def test_what_cannot_be_deployed_is_not_tried(pengaduan: Terminal, tmp_path: Path) -> None:
    diagram = Diagram.shipped()
    inserted(diagram)
    diagram.get("Periksa").set("name", "")
    del diagram.forms["cek.form"]
    said = pengaduan(*TRY, diagram.save(tmp_path / "next"))
    assert (said.code, said.out) == (1, "")
    assert "cek" in said.err
    assert pengaduan(*TRY, tmp_path / "next", "--version", "1").code == 2
    assert pengaduan("try", "--process", "lain", "--version", "1").code == 1
