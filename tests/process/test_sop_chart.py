"""The SOP's flowchart: five symbols in the actors' columns, arrows that meet them, pages that find each other."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.definition.sop import SopDocument, document
from engine.definition.sop.draw import Flowchart, flowchart
from engine.definition.sop.flow import chart
from engine.definition.sop.routes import routes
from engine.definition.sop.sheet import ABOVE_AND_BELOW, NUMBER, PAPERS, SIDES, columns_of, lay_out
from tests.process.random_process import bodies, definition
from tests.process.test_lint import Diagram
from tests.process.test_sop_document import sop_of

A4 = PAPERS["a4"]
SVG = {"s": "http://www.w3.org/2000/svg"}


@pytest.fixture(scope="module")
def sop() -> SopDocument:
    return sop_of(Diagram())


def drawn(chart: Flowchart) -> list[list[etree._Element]]:
    return [[etree.fromstring(band.svg) for band in page] for page in chart.pages]


def symbols(svg: etree._Element, kind: str) -> list[etree._Element]:
    """Those whose upper edge is in this band, so that each counts once."""
    low, height = (float(part) for part in svg.get("viewBox").split()[1::2])
    found = svg.xpath(f".//s:g[contains(@class, 'sop-{kind}')]", namespaces=SVG)
    return [g for g in found if low <= _top(g) < low + height]


def _top(group: etree._Element) -> float:
    shape = group.xpath("s:rect|s:polygon", namespaces=SVG)[0]
    if shape.get("y") is not None:
        return float(shape.get("y"))
    return min(float(point.split(",")[1]) for point in shape.get("points").split())


def test_every_row_holds_its_box_in_its_actors_column(sop: SopDocument) -> None:
    sheet = lay_out(sop, chart(sop), A4)
    boxes = [p for page in sheet.pages for p in page.placed if p.kind == "step"]
    assert [(p.symbol.element.id, sop.actors[p.column]) for p in boxes if p.symbol] == [
        (row.element.id, row.actor) for row in sop.rows
    ]
    for placed in boxes:
        assert placed.box.middle.x == pytest.approx(sheet.columns.middle(placed.column))


def test_the_shipped_sop_has_its_decisions_and_capsules(sop: SopDocument) -> None:
    rows = [
        svg
        for page, bands in zip(drawn(flowchart(sop, A4)), flowchart(sop, A4).pages, strict=True)
        for svg, band in zip(page, bands, strict=True)
        if band.band.row
    ]
    count = {
        kind: sum(len(symbols(svg, kind)) for svg in rows) for kind in ("terminator", "process", "decision")
    }
    assert count == {"terminator": 4, "process": 8, "decision": 3}
    assert [len(symbols(svg, "decision")) for svg in rows] == [0, 1, 0, 0, 1, 0, 0, 1]


def test_where_the_page_breaks_each_pentagon_has_its_pair(sop: SopDocument) -> None:
    pages = drawn(flowchart(sop, A4))
    assert len(pages) == 2
    letters = [[g.get("data-letter") for svg in page for g in symbols(svg, "connector")] for page in pages]
    assert sorted(letters[0]) == sorted(letters[1]) == ["A", "B"]
    flow = lay_out(sop, chart(sop), A4)
    leaving = [[p.lines[0] for p in page.placed if p.leaving] for page in flow.pages]
    assert leaving == [["A"], ["B"]]  # on to step 6, and the reply back to step 2


def test_what_fits_a_page_has_no_pentagon() -> None:
    diagram = Diagram()
    process = diagram.node("pengaduan_mpp")
    gone = {f"Langkah_{n}" for n in (3, 4, 6, 7)} | {"Lingkup", "Hasil_analisis", "Gabung_rujukan", "Dirujuk"}
    for node in list(process):
        if (
            node.get("id") in gone
            or node.get("attachedToRef") in gone
            or {node.get("sourceRef"), node.get("targetRef")} & gone
        ):
            process.remove(node)
    sop = sop_of(diagram)
    [page] = drawn(flowchart(sop, A4))
    assert len(page) == len(sop.rows) == 4
    assert not [g for svg in page for g in symbols(svg, "connector")]


def test_the_arrows_of_the_shipped_sop_go_through_no_symbol_and_share_no_line(sop: SopDocument) -> None:
    sheet = lay_out(sop, chart(sop), A4)
    for page in sheet.pages:
        for route in routes(page, sheet.columns):
            start, end = route.points[0], route.points[-1]
            assert start.x == pytest.approx(route.arrow.source.box.middle.x) or start.y == pytest.approx(
                route.arrow.source.box.middle.y
            )
            assert end.y == pytest.approx(route.arrow.target.box.y) or end.y == pytest.approx(
                route.arrow.target.box.middle.y
            )
            for a, b in pairwise(route.points):
                for placed in page.placed:
                    if placed not in (route.arrow.source, route.arrow.target):
                        box = placed.box
                        assert not (
                            min(a.x, b.x) < box.x + box.width
                            and max(a.x, b.x) > box.x
                            and min(a.y, b.y) < box.y + box.height
                            and max(a.y, b.y) > box.y
                        )


def test_the_answers_stand_at_the_arrows(sop: SopDocument) -> None:
    sheet = lay_out(sop, chart(sop), A4)
    answers = [
        (route.arrow.source.symbol.element.id, route.arrow.label)
        for page in sheet.pages
        for route in routes(page, sheet.columns)
        if route.arrow.label and route.arrow.source.symbol
    ]
    assert sorted(answers) == [
        (gateway, answer)
        for gateway in ("Hasil_analisis", "Lingkup", "Respon_balik")
        for answer in ("tidak", "ya")
    ]


def test_a_row_says_in_words_what_it_draws(sop: SopDocument) -> None:
    said = [svg.get("aria-label") for page in drawn(flowchart(sop, A4)) for svg in page]
    assert "Petugas MPP. Langkah 2, lalu keputusan “Termasuk lingkup SOP ini?”." in said[2]
    assert "ya: langkah 3; tidak: selesai “Dirujuk”" in said[2]
    assert said[0] == "Lanjutan dari halaman lain: B"


def test_a_question_too_long_for_its_diamond_stands_beside_the_activity() -> None:
    diagram = Diagram()
    question = "Apakah pengaduan ini termasuk dalam ruang lingkup standar operasional prosedur yang berlaku saat ini?"
    diagram.node("Lingkup").set("name", question)
    chart = flowchart(sop_of(diagram), A4)
    assert [band.band.questions for page in chart.pages for band in page if band.band.questions] == [
        (question,)
    ]


def test_names_in_the_drawing_are_escaped() -> None:
    diagram = Diagram()
    diagram.node("Lingkup").set("name", '<b>&"ini"?')
    diagram.node("Alur_Lingkup_Langkah_3").set("name", "<i>ya</i>")
    assert not [
        g for page in drawn(flowchart(sop_of(diagram), A4)) for svg in page for g in svg.iter("{*}b", "{*}i")
    ]


@settings(deadline=None, max_examples=80)
@given(bodies, st.sampled_from(sorted(PAPERS)))
def test_any_process_is_drawn_with_every_arrow_at_its_symbols(body: Any, paper: str) -> None:
    sop = document(definition(body))
    sheet = lay_out(sop, chart(sop), PAPERS[paper])
    result = flowchart(sop, PAPERS[paper])
    rows = [band.band.row for page in result.pages for band in page if band.band.row]
    assert rows == list(sop.rows)
    assert len([p for page in sheet.pages for p in page.placed if p.kind == "step"]) == len(sop.rows)
    ends = [p for page in sheet.pages for p in page.placed if p.kind == "end"]
    assert ends, "whatever is drawn can end"
    letters = [
        sorted(
            p.lines[0]
            for page in sheet.pages
            for p in page.placed
            if p.kind == "connector" and p.leaving is way
        )
        for way in (True, False)
    ]
    assert letters[0] == letters[1]
    for page in sheet.pages:
        height = sum(band.height for band in page.bands)
        assert height <= PAPERS[paper].height - ABOVE_AND_BELOW or len([b for b in page.bands if b.row]) == 1
        for placed in page.placed:
            assert placed.box.x >= 0
            assert placed.box.x + placed.box.width <= sheet.columns.chart + 0.01
    for page in result.pages:
        for band in page:
            etree.fromstring(band.svg)
            assert re.search(r'viewBox="0 [\d.]+ [\d.]+ [\d.]+"', band.svg)


@pytest.mark.parametrize("actors", [1, 2, 7, 12, 20])
def test_many_actors_share_the_paper_and_leave_the_words_some(actors: int) -> None:
    for paper in PAPERS.values():
        columns = columns_of(paper, actors)
        assert NUMBER + columns.chart + sum(columns.words) == pytest.approx(paper.width - SIDES)
        assert min(columns.words) > 9
