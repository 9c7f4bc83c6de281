"""The SOP document: what the form says, out of the diagram and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from engine.definition import limits
from engine.definition.findings import Finding
from engine.definition.lint import forms, lint
from engine.definition.parse import parse
from engine.definition.sop import SopDocument, as_json, document
from tests.process.random_process import bodies, definition
from tests.process.test_lint import FORMS, NAME, Diagram, several

PAPER = json.loads((Path(__file__).parent / "fixtures" / "sop.json").read_text(encoding="utf-8"))


def sop_of(diagram: Diagram) -> SopDocument:
    return document(parse(diagram.source, NAME, forms.read(diagram.forms).schemas, diagram.forms))


def warnings(diagram: Diagram) -> list[Finding]:
    return lint(diagram.source, NAME, FORMS)


def limit(diagram: Diagram, step: str, duration: str) -> None:
    """Change the limit in the diagram, and nothing else."""
    diagram.find(f"//b:boundaryEvent[@attachedToRef='{step}']//b:timeDuration").text = duration


def test_the_shipped_diagram_gives_the_offices_paper_back() -> None:
    assert as_json(sop_of(Diagram())) == PAPER


def test_a_step_that_is_done_several_times_says_so_in_its_remarks() -> None:
    diagram = Diagram()
    several(diagram, "Langkah_4", "<loopCardinality>3</loopCardinality>", 'isSequential="true"')
    [row] = [row for row in sop_of(diagram).rows if row.element.id == "Langkah_4"]
    assert row.note == "(dikerjakan 3 kali bergantian)"


def test_the_total_adds_up_the_limits_and_says_which_step_has_none() -> None:
    sop = sop_of(Diagram())
    assert sop.total == "14 Jam"
    assert [row.no for row in sop.untimed] == [1]


@pytest.mark.parametrize(
    ("duration", "written"),
    [
        ("PT4H", "4 Jam"),
        ("PT1H30M", "1 Jam 30 Menit"),
        ("P3D", "3 Hari Kerja"),
        ("P1DT2H", "1 Hari Kerja 2 Jam"),
    ],
)
def test_a_limit_changed_without_its_words_warns_and_the_document_prints_the_timers(
    duration: str, written: str
) -> None:
    diagram = Diagram()
    limit(diagram, "Langkah_5", duration)
    [finding] = warnings(diagram)
    assert (finding.code, finding.severity, finding.element) == ("time_unlike_limit", "warning", "Langkah_5")
    assert finding.params == {"found": "2 Jam", "limit": written}
    assert sop_of(diagram).rows[4].time == written


@pytest.mark.parametrize(
    "words", ["2 jam", "2 Jam Kerja", "120 menit", "maks. 2 jam", "2 (dua) jam", "1 jam 60 menit"]
)
def test_words_that_mean_the_same_are_printed_as_they_are(words: str) -> None:
    diagram = Diagram()
    diagram.say("Langkah_5", "waktu", words)
    assert warnings(diagram) == []
    assert sop_of(diagram).rows[4].time == words


def test_a_working_day_is_no_day_of_24_hours() -> None:
    diagram = Diagram()
    limit(diagram, "Langkah_5", "P2D")
    diagram.say("Batas_5", "kalender", "24jam")
    diagram.say("Langkah_5", "waktu", "2 hari kerja")
    assert [f.code for f in warnings(diagram)] == ["time_unlike_limit"]
    assert sop_of(diagram).rows[4].time == "2 Hari"
    assert sop_of(diagram).total == "2 Hari + 12 Jam"


def test_a_limit_without_words_and_words_without_a_limit_are_told() -> None:
    diagram = Diagram()
    for step in ("Langkah_2", "Langkah_6"):
        box = diagram.find(f"//*[@id='{step}']//c:property[@name='waktu']")
        box.getparent().remove(box)
    diagram.say("Langkah_1", "waktu", "15 Menit")
    diagram.say("Langkah_7", "waktu", "secepatnya")
    assert {(f.code, f.element) for f in warnings(diagram)} == {
        ("time_without_limit", "Langkah_1"),
        ("limit_without_time", "Langkah_2"),
        ("limit_without_time", "Langkah_6"),
        ("time_unlike_limit", "Langkah_7"),
    }
    times = [row.time for row in sop_of(diagram).rows]
    assert times == ["15 Menit", *["2 Jam"] * 7]


def test_a_step_put_in_between_without_a_number_gets_the_row_of_its_place_in_the_flow() -> None:
    diagram = Diagram()
    box = diagram.find("//*[@id='Langkah_4']//c:property[@name='no']")
    box.getparent().remove(box)
    rows = sop_of(diagram).rows
    assert [(row.no, row.element.id) for row in rows] == [(n, f"Langkah_{n}") for n in range(1, 9)]


def test_the_numbers_of_the_paper_order_the_rows_and_the_lanes_order_the_actors() -> None:
    diagram = Diagram()
    diagram.say("Langkah_3", "no", "40")
    lanes = diagram.find("//b:laneSet")
    lanes.insert(0, lanes[-1])
    sop = sop_of(diagram)
    assert [row.no for row in sop.rows] == [1, 2, 4, 5, 6, 7, 8, 40]
    assert sop.actors[0] == "Pejabat Penghubung"


def test_a_process_without_an_identity_block_has_its_name_as_title() -> None:
    diagram = Diagram()
    box = diagram.find("//b:process/b:extensionElements")
    box.getparent().remove(box)
    identity = sop_of(diagram).identity
    assert identity["judul"] == diagram.node("pengaduan_mpp").get("name")
    assert identity["dasar_hukum"] == []
    assert identity["nomor_sop"] is None


@pytest.mark.parametrize("words", ["", "2", "jam", "2 jam 3 jam", "2-3 jam", "2 jam atau 1 hari", "dua jam"])
def test_other_words_are_no_time(words: str) -> None:
    assert limits.read(words) is None


@settings(deadline=None, max_examples=60)
@given(bodies)
def test_any_process_has_a_document(body: Any) -> None:
    sop = document(definition(body))
    assert {row.actor for row in sop.rows} <= set(sop.actors)
    assert [row.no for row in sop.rows] == list(range(1, len(sop.rows) + 1))
    json.dumps(as_json(sop))
