"""The server's own drawing of a diagram: right for the shipped one and for any that we can run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.definition.diagram import Heat, draw
from engine.definition.diagram.svg import BRAND, DONE, HEAT, LATE, length, wrapped
from engine.errors import DefinitionInvalid

SHIPPED = (Path(__file__).parents[2] / "processes" / "pengaduan_mpp.bpmn").read_bytes()
TOKENS = Path(__file__).parents[2] / "webapp" / "assets" / "sass" / "_tokens.scss"
SVG = {"s": "http://www.w3.org/2000/svg"}
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">'
)


def bpmn(nodes: str, shapes: Iterable[str], edges: str = "", flags: str = "") -> bytes:
    """A file with these nodes, each of `shapes` (an id) on its own place, 200 px apart."""
    di = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{id}" {flags}><dc:Bounds x="{200 * n}" y="0" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for n, id in enumerate(shapes)
    )
    return (
        f'{HEAD}<process id="p">{nodes}</process>'
        f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{di}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    ).encode()


def drawn(source: bytes = SHIPPED, **states: Iterable[str]) -> etree._Element:
    return etree.fromstring(draw(source, title="Diagram", **{k: list(v) for k, v in states.items()}))


def of(svg: etree._Element, id: str) -> etree._Element:
    (group,) = svg.xpath("//*[@data-element=$id]", id=id)
    return group


def classes(group: etree._Element) -> list[str]:
    return [node.get("class") for node in group.iter() if node.get("class")]


def test_every_element_of_the_interchange_is_drawn_once() -> None:
    meant = re.findall(rb'bpmnElement="(\w+)"', SHIPPED)
    shown = drawn().xpath("//@data-element")
    assert sorted(shown) == sorted(id.decode() for id in meant if id != b"Kolaborasi")


def test_a_moving_element_has_every_sign_and_stands_as_its_classes_say() -> None:
    svg = drawn(lit=["Langkah_2"], late=["Langkah_2"], done=["Langkah_1"], moving=["Langkah_1", "Langkah_2"])
    now = of(svg, "Langkah_2")
    assert now.get("class") == "node userTask moves lit late"
    assert classes(now)[-3:] == ["token", "check", "warning"]
    assert of(svg, "Langkah_1").get("class") == "node userTask moves done"
    assert {g.get("transform") for g in now.xpath("*[@class='token' or @class='check']")} != {
        g.get("transform") for g in now.xpath("*[@class='warning']")
    }
    assert BRAND not in etree.tostring(now.xpath("s:rect", namespaces=SVG)[0]).decode()
    assert "Sedang berjalan" not in svg.findtext("s:desc", namespaces=SVG)


def test_a_lit_step_gets_a_token_and_a_thicker_outline() -> None:
    plain, lit = of(drawn(), "Langkah_3"), of(drawn(lit=["Langkah_3"]), "Langkah_3")
    assert lit.get("class").split() == ["node", "userTask", "lit"]
    (token,) = lit.findall("s:g[@class='token']", SVG)
    assert token.find("s:circle", SVG).get("fill") == BRAND
    outlines = [float(group.find("s:rect", SVG).get("stroke-width")) for group in (plain, lit)]
    assert outlines[1] > outlines[0]
    assert len(drawn(lit=["Langkah_3"]).findall(".//s:g[@class='token']", SVG)) == 1


def test_a_done_step_gets_a_check_and_a_late_one_a_warning() -> None:
    svg = drawn(done=["Langkah_1"], lit=["Langkah_2"], late=["Langkah_2"])
    (check,) = of(svg, "Langkah_1").findall("s:g[@class='check']", SVG)
    (warning,) = of(svg, "Langkah_2").findall("s:g[@class='warning']", SVG)
    assert check.find("s:circle", SVG).get("fill") == DONE
    assert warning.find("s:circle", SVG).get("fill") == LATE
    assert "token" in classes(of(svg, "Langkah_2"))


def test_a_step_done_before_and_active_again_shows_only_its_token() -> None:
    group = of(drawn(lit=["Langkah_2"], done=["Langkah_2"]), "Langkah_2")
    assert "token" in classes(group)
    assert "check" not in classes(group)


def test_it_tells_those_who_cannot_see_it_where_the_case_is() -> None:
    svg = drawn(lit=["Langkah_7"], done=["Langkah_6"], late=["Langkah_7"])
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Diagram")
    assert svg.findtext("s:title", namespaces=SVG) == "Diagram"
    assert svg.findtext("s:desc", namespaces=SVG) == (
        "Lajur: Pengadu, Petugas MPP, Admin OPD, Pejabat Penghubung."
        " Sedang berjalan: Menerima dan Menyampaikan jawaban pengaduan kepada pengadu."
        " Terlambat: Menerima dan Menyampaikan jawaban pengaduan kepada pengadu."
        " Sudah selesai: Menerima Jawaban dan menyampaikan jawaban kepada petugas MPP."
    )


def test_texts_of_the_diagram_are_escaped() -> None:
    name = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"
    text = draw(bpmn(f'<task id="t" name="{name}"/>', ["t"]), title='<b onclick="x">')
    assert "<script" not in text
    assert "<b " not in text
    assert '<script>alert(1)</script> & "x"' in etree.fromstring(text).xpath("//@aria-label | //*/text()")


def test_it_needs_no_style_no_id_and_nothing_from_elsewhere() -> None:
    svg = drawn(lit=["Langkah_1"])
    assert svg.xpath("//@style | //@id | //@href | //*[local-name()='style' or local-name()='script']") == []
    assert "url(" not in draw(SHIPPED, title="Diagram")


def test_equal_input_gives_equal_bytes_whatever_the_order_of_its_states() -> None:
    one = draw(SHIPPED, lit=["Langkah_1", "Langkah_2"], title="Diagram")
    assert one == draw(SHIPPED, lit={"Langkah_2", "Langkah_1"}, title="Diagram")


def test_everything_lies_within_the_view() -> None:
    svg = drawn()
    left, top, width, height = map(float, svg.get("viewBox").split())
    for rect in svg.iterfind(".//s:rect", SVG):
        x, y = float(rect.get("x")), float(rect.get("y"))
        assert left <= x <= x + float(rect.get("width")) <= left + width
        assert top <= y <= y + float(rect.get("height")) <= top + height


def test_names_stay_within_their_step() -> None:
    svg = drawn()
    for task in svg.xpath("//*[contains(@class, 'userTask')]"):
        box = task.find("s:rect", SVG)
        x, y, width, height = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        name = task.find("s:text", SVG)
        rows = name.findall("s:tspan", SVG)
        assert " ".join(row.text for row in rows) == task.findtext("s:title", namespaces=SVG)
        assert all(length(row.text, float(name.get("font-size"))) <= width for row in rows)
        assert all(y < float(row.get("y")) < y + height for row in rows)
        assert all(x < float(row.get("x")) < x + width for row in rows)


def test_boundary_events_that_do_not_interrupt_are_dashed() -> None:
    def rings(id: str) -> list[str | None]:
        return [ring.get("stroke-dasharray") for ring in of(drawn(), id).findall("s:circle", SVG)]

    assert rings("Batas_2") == ["5 3", "5 3"]
    assert rings("Batas_8") == [None, None]


def test_a_default_flow_has_its_slash_and_every_flow_its_arrow() -> None:
    def signs(id: str) -> int:
        return len(of(drawn(), id).findall("s:path[@transform]", SVG))

    assert signs("Alur_Lingkup_Gabung_rujukan") == 2
    assert signs("Alur_Lingkup_Langkah_3") == 1


@pytest.mark.parametrize("kind", ["timer", "message", "signal", "error", "escalation", "terminate"])
def test_every_kind_of_event_has_its_own_sign(kind: str) -> None:
    plain = drawn(bpmn('<endEvent id="e"/>', ["e"]))
    signed = drawn(bpmn(f'<endEvent id="e"><{kind}EventDefinition/></endEvent>', ["e"]))
    assert "mark filled" in classes(of(signed, "e"))
    assert classes(of(plain, "e")) == ["node endEvent"]


@pytest.mark.parametrize(
    "tag",
    ["userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"],
)
def test_every_kind_of_task_has_its_own_icon(tag: str) -> None:
    group = of(drawn(bpmn(f'<{tag} id="a" name="Periksa"/>', ["a"])), "a")
    assert any(name.startswith("mark") for name in classes(group))
    assert group.findtext("s:text/s:tspan", namespaces=SVG) == "Periksa"


@pytest.mark.parametrize(
    "tag", ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"]
)
def test_every_kind_of_gateway_has_its_own_sign(tag: str) -> None:
    group = of(drawn(bpmn(f'<{tag} id="g"/>', ["g"])), "g")
    assert group.find("s:polygon", SVG) is not None
    assert group.find("s:path", SVG).get("d")


def test_a_call_activity_and_a_multi_instance_task_have_their_marks_at_the_foot() -> None:
    nodes = (
        '<callActivity id="c" calledElement="x"/>'
        '<userTask id="m"><multiInstanceLoopCharacteristics isSequential="true"/></userTask>'
        '<task id="n"><standardLoopCharacteristics/></task>'
    )
    svg = drawn(bpmn(nodes, ["c", "m", "n"]))
    assert [classes(of(svg, id)).count("mark") for id in ("c", "m", "n")] == [1, 2, 1]
    assert of(svg, "c").find("s:rect", SVG).get("stroke-width") == "3.5"


def test_an_open_sub_process_is_drawn_below_what_it_holds() -> None:
    source = bpmn('<subProcess id="s"><task id="t"/></subProcess>', ["t", "s"], flags='isExpanded="true"')
    assert drawn(source).xpath("//@data-element") == ["s", "t"]


def test_a_pool_without_a_process_and_a_message_flow_are_drawn() -> None:
    source = (
        f'{HEAD}<collaboration id="c"><participant id="a" name="Pihak luar"/>'
        '<messageFlow id="f" sourceRef="a" targetRef="a"/></collaboration><bpmndi:BPMNDiagram><bpmndi:BPMNPlane>'
        '<bpmndi:BPMNShape bpmnElement="a"><dc:Bounds x="0" y="0" width="300" height="60"/></bpmndi:BPMNShape>'
        '<bpmndi:BPMNEdge bpmnElement="f"><di:waypoint x="9" y="60"/><di:waypoint x="9" y="99"/></bpmndi:BPMNEdge>'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )
    svg = drawn(source.encode())
    assert of(svg, "a").findtext("s:text/s:tspan", namespaces=SVG) == "Pihak luar"
    assert of(svg, "f").find("s:path", SVG).get("stroke-dasharray")


def test_an_upright_lane_has_its_name_on_top() -> None:
    source = bpmn('<laneSet><lane id="l" name="Loket"/></laneSet>', ["l"], flags='isHorizontal="false"')
    assert of(drawn(source), "l").find("s:text", SVG).get("transform") is None


def test_a_file_without_drawing_says_what_to_do() -> None:
    with pytest.raises(DefinitionInvalid, match=r"found none; open the file in a BPMN modeler and save it"):
        draw(f'{HEAD}<process id="p"/></definitions>'.encode(), title="Diagram")


def test_a_place_that_is_no_number_is_refused_by_element() -> None:
    broken = SHIPPED.replace(b'x="645"', b'x="kiri"', 1).replace(b'x="460"', b'x="kiri"', 1)
    with pytest.raises(DefinitionInvalid, match="expected a number, found 'kiri'"):
        draw(broken, title="Diagram")


def test_a_doctype_is_refused() -> None:
    with pytest.raises(DefinitionInvalid, match="DOCTYPE"):
        draw(b'<!DOCTYPE d [<!ENTITY e "x">]><d>&e;</d>', title="Diagram")


@given(st.text(alphabet="abMWi -/", max_size=200), st.floats(min_value=40, max_value=300))
def test_wrapping_keeps_every_letter_and_no_line_is_too_wide(text: str, width: float) -> None:
    lines = wrapped(text, width, 12)
    assert all(length(line, 12) <= width for line in lines)
    joined = "".join(lines).replace("-", "").replace(" ", "")
    assert joined == text.replace("-", "").replace(" ", "")


def test_a_name_leaves_the_boundary_events_of_its_step_free() -> None:
    name = "Menerima jawaban lalu menyampaikan jawaban itu kepada pengadu"
    host = f'<userTask id="a" name="{name}"/><boundaryEvent id="b" attachedToRef="a"/>'

    def lowest(nodes: str) -> float:
        group = of(drawn(bpmn(nodes, ["a"])), "a")
        return max(float(row.get("y")) for row in group.iterfind("s:text/s:tspan", SVG))

    assert lowest(host) < 80 - 18, "half the event, 36 px across, reaches into the step, 80 px high"
    assert lowest(host) < lowest(f'<userTask id="a" name="{name}"/>')


def test_comments_in_a_tree_that_was_read_elsewhere_do_no_harm() -> None:
    root = etree.fromstring(
        bpmn("<task id='t' name='Periksa'><!-- a --></task><!-- b -->", ["t"], "<!-- c -->")
    )
    assert of(etree.fromstring(draw(root, title="Diagram")), "t") is not None


def test_a_name_without_end_is_cut() -> None:
    svg = drawn(bpmn(f'<task id="t" name="{"sangat " * 10_000}"/>', ["t"]))
    assert "".join(of(svg, "t").itertext("{*}tspan")).endswith("…")


def test_a_hot_step_is_filled_by_its_class_and_shows_its_figure() -> None:
    svg = etree.fromstring(draw(SHIPPED, title="Diagram", heat={"Langkah_2": Heat(4, "3 jam <lebih>")}))
    step = of(svg, "Langkah_2")
    assert "heat-4" in step.get("class").split()
    assert step.xpath("s:rect/@fill", namespaces=SVG)[0] == HEAT[3]
    assert "3 jam <lebih>" in "".join(step.itertext())
    assert "Menerima laporan pengaduan dan meneruskan ke Admin OPD: 3 jam <lebih>." in svg.findtext(
        "s:desc", namespaces=SVG
    )
    assert "heat" not in of(svg, "Langkah_3").get("class")


def brightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_names_stay_readable_on_every_class_by_day_and_by_night() -> None:
    tokens = TOKENS.read_text()
    ink = re.findall(r"--ink: (#\w{6});", tokens)
    levels = re.findall(r"--heat-\d: (#\w{6});", tokens)
    assert tuple(levels[:5]) == HEAT
    for letters, fills in ((ink[0], levels[:5]), (ink[1], levels[5:])):
        lights = [brightness(fill) for fill in fills]
        assert lights == sorted(lights, reverse=fills == levels[:5])
        for light in lights:
            darker, lighter = sorted((light, brightness(letters)))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5
