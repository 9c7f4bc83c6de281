"""`pengaduan diff`: two files, two versions, or one of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casework import ROOT
from tests.process.test_diff import limit, move
from tests.process.test_lint import NAME, Diagram
from tests.web.terminal import Terminal

SHIPPED = ROOT / "processes" / NAME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An analyst's folder: the shipped files with a longer limit for step 5."""
    diagram = Diagram()
    limit("PT4H")(diagram)
    return save(diagram, tmp_path / "kerja")


def save(diagram: Diagram, folder: Path) -> Path:
    for place in ("processes", "forms"):
        (folder / place).mkdir(parents=True)
    (folder / "processes" / NAME).write_bytes(diagram.source)
    for name, data in diagram.forms.items():
        (folder / "forms" / name).write_bytes(data)
    return folder


def test_files_are_compared_with_the_forms_beside_them(pengaduan: Terminal, folder: Path) -> None:
    said = pengaduan("diff", SHIPPED, folder / "processes" / NAME)
    assert (said.code, said.out) == (1, "Langkah_5: batas 2 Jam → 4 Jam\n")
    assert (
        pengaduan("--lang", "en", "diff", SHIPPED, folder / "processes").out
        == "Langkah_5: limit 2 Jam → 4 Jam\n"
    )


def test_the_same_is_no_difference(pengaduan: Terminal) -> None:
    said = pengaduan("diff", SHIPPED, "pengaduan_mpp:1")
    assert (said.code, said.out) == (0, "Tidak ada perbedaan.\n")
    assert pengaduan("diff", SHIPPED, SHIPPED, "--json").out == ""


def test_versions_are_compared_as_data(pengaduan: Terminal, folder: Path) -> None:
    assert pengaduan("deploy", folder / "processes").code == 0
    said = pengaduan("diff", "pengaduan_mpp:1", "pengaduan_mpp:2", "--json")
    assert said.code == 1
    assert said.line == {
        "code": "limit",
        "kind": "changed",
        "element": "Batas_5",
        "step": "Langkah_5",
        "params": {"old": "2 Jam", "new": "4 Jam"},
        "message": "Langkah_5: batas 2 Jam → 4 Jam",
    }


def test_only_the_layout_is_told_apart(pengaduan: Terminal, tmp_path: Path) -> None:
    diagram = Diagram()
    move(diagram)
    said = pengaduan("diff", SHIPPED, save(diagram, tmp_path / "geser") / "processes")
    assert said.code == 1
    assert said.out.endswith("Hanya tata letaknya yang berubah.\n")


def test_two_forms_alone(pengaduan: Terminal, folder: Path) -> None:
    name = "tanggapan_pengadu.form"
    file = folder / "forms" / name
    file.write_text(file.read_text().replace("Catatan penutup", "Penutup"))
    said = pengaduan("diff", ROOT / "forms" / name, file)
    assert said.code == 1
    assert "label kolom catatan_penutup “Catatan penutup” → “Penutup”" in said.out


def test_what_cannot_be_read_is_refused_with_its_findings(pengaduan: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / NAME
    broken.write_bytes(SHIPPED.read_bytes()[:3000])
    for other in (broken, tmp_path / "tiada.bpmn", "pengaduan_mpp:9"):
        said = pengaduan("diff", SHIPPED, other)
        assert (said.code, said.out) == (1, "")
        assert said.err
