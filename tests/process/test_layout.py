"""The diagram is drawn to be read by people: what a careful eye would check, checked from its coordinates."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from engine.definition.xml import BPMN, harden

FILE = Path(__file__).parents[2] / "processes" / "pengaduan_mpp.bpmn"
NS = {
    "bpmn": BPMN,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}


class Rect(NamedTuple):
    """Left, top, right, bottom, px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rect) -> bool:
        """Whether the two share more than a border."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def inside(self, other: Rect) -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


Point = tuple[float, float]


def crosses(segment: tuple[Point, Point], rect: Rect) -> bool:
    """Whether an upright or level segment enters the inside of a rectangle."""
    (ax, ay), (bx, by) = segment
    level = min(ax, bx) < rect.right and max(ax, bx) > rect.left
    return level and min(ay, by) < rect.bottom and max(ay, by) > rect.top


class Drawing:
    def __init__(self, root: etree._Element) -> None:
        plane = root.find("bpmndi:BPMNDiagram/bpmndi:BPMNPlane", NS)
        self.elements = {node.get("id"): node for node in root.iter(f"{{{BPMN}}}*") if node.get("id")}
        self.shapes = {
            shape.get("bpmnElement"): rect(shape.find("dc:Bounds", NS))
            for shape in plane.iterfind("bpmndi:BPMNShape", NS)
        }
        self.edges = {
            edge.get("bpmnElement"): [
                (float(p.get("x")), float(p.get("y"))) for p in edge.iterfind("di:waypoint", NS)
            ]
            for edge in plane.iterfind("bpmndi:BPMNEdge", NS)
        }
        self.labels = {
            di.get("bpmnElement"): rect(bounds)
            for di in plane
            if (bounds := di.find("bpmndi:BPMNLabel/dc:Bounds", NS)) is not None
        }
        self.lanes = {
            ref.text: lane.get("id")
            for lane in root.iterfind("bpmn:process/bpmn:laneSet/bpmn:lane", NS)
            for ref in lane.iterfind("bpmn:flowNodeRef", NS)
        }
        self.nodes = {id: self.shapes[id] for id in self.lanes}

    def kind(self, id: str) -> str:
        return str(etree.QName(self.elements[id]).localname)

    def segments(self) -> list[tuple[str, tuple[Point, Point]]]:
        return [(id, segment) for id, points in self.edges.items() for segment in pairwise(points)]


def rect(bounds: etree._Element) -> Rect:
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Rect(x, y, x + width, y + height)


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return Drawing(harden(FILE.read_bytes(), FILE.name))


def test_everything_is_drawn_once(drawing: Drawing) -> None:
    shown = ("participant", "lane", "sequenceFlow")
    meant = [id for id in drawing.elements if drawing.kind(id) in shown or id in drawing.lanes]
    assert sorted([*drawing.shapes, *drawing.edges]) == sorted(meant)


def test_the_lanes_are_bands_that_fill_the_pool(drawing: Drawing) -> None:
    (pool,) = (drawing.shapes[id] for id in drawing.shapes if drawing.kind(id) == "participant")
    lanes = [drawing.shapes[id] for id in drawing.elements if drawing.kind(id) == "lane"]
    assert {(lane.left, lane.right) for lane in lanes} == {(pool.left + 30, pool.right)}
    assert [lane.top for lane in lanes] == [pool.top, *(lane.bottom for lane in lanes[:-1])]
    assert lanes[-1].bottom == pool.bottom


def test_every_node_and_its_label_lie_inside_their_lane(drawing: Drawing) -> None:
    for id, lane in drawing.lanes.items():
        band = drawing.shapes[lane]._replace(left=drawing.shapes[lane].left + 30)  # the strip with the name
        assert drawing.nodes[id].inside(band), id
        assert drawing.labels.get(id, drawing.nodes[id]).inside(band), id


def test_no_two_nodes_overlap(drawing: Drawing) -> None:
    for (one, a), (two, b) in combinations(drawing.nodes.items(), 2):
        attached = {drawing.elements[one].get("attachedToRef"), drawing.elements[two].get("attachedToRef")}
        assert not a.meets(b) or attached & {one, two}, (one, two)


def test_boundary_events_sit_on_the_lower_edge_of_their_step(drawing: Drawing) -> None:
    for id, node in drawing.nodes.items():
        if step := drawing.elements[id].get("attachedToRef"):
            host = drawing.nodes[step]
            assert (node.top + node.bottom) / 2 == host.bottom, id
            assert host.left < node.left < node.right < host.right, id


def test_every_line_is_upright_or_level(drawing: Drawing) -> None:
    for id, ((ax, ay), (bx, by)) in drawing.segments():
        assert (ax == bx) != (ay == by), id


def test_no_line_passes_through_a_shape(drawing: Drawing) -> None:
    for flow, segment in drawing.segments():
        for id, node in drawing.nodes.items():
            assert not crosses(segment, node), (flow, id)


def test_every_line_starts_and_ends_on_the_border_of_what_it_joins(drawing: Drawing) -> None:
    for id, points in drawing.edges.items():
        for end, (x, y) in (("sourceRef", points[0]), ("targetRef", points[-1])):
            node = drawing.nodes[drawing.elements[id].get(end)]
            middle = ((node.left + node.right) / 2, (node.top + node.bottom) / 2)
            assert (x, y) in {
                (node.left, middle[1]),
                (node.right, middle[1]),
                (middle[0], node.top),
                (middle[0], node.bottom),
            }, (id, end)


def test_no_two_lines_cross_or_touch(drawing: Drawing) -> None:
    def meet(one: tuple[Point, Point], two: tuple[Point, Point]) -> bool:
        (ax, ay), (bx, by) = one
        (cx, cy), (dx, dy) = two
        return (
            max(min(ax, bx), min(cx, dx)) <= min(max(ax, bx), max(cx, dx))
            and max(min(ay, by), min(cy, dy)) <= min(max(ay, by), max(cy, dy))
        )  # fmt: skip

    crossings = [
        (one, two)
        for (one, a), (two, b) in combinations(drawing.segments(), 2)
        if one != two and meet(a, b)
    ]  # fmt: skip
    assert crossings == []


def test_every_name_outside_a_shape_has_its_place(drawing: Drawing) -> None:
    named = {
        id
        for id in [*drawing.nodes, *drawing.edges]
        if drawing.elements[id].get("name") and not drawing.kind(id).endswith("Task")
    }
    assert set(drawing.labels) == named


def test_no_label_covers_a_shape_a_line_or_another_label(drawing: Drawing) -> None:
    for id, label in drawing.labels.items():
        assert [n for n, node in drawing.nodes.items() if label.meets(node)] == [], id
        assert [flow for flow, segment in drawing.segments() if crosses(segment, label)] == [], id
    for (one, a), (two, b) in combinations(drawing.labels.items(), 2):
        assert not a.meets(b), (one, two)


def test_the_main_path_runs_from_left_to_right(drawing: Drawing) -> None:
    path = ["Mulai", *(f"Langkah_{n}" for n in range(1, 9)), "Respon_balik", "Selesai_pengadu"]
    middles = [(drawing.nodes[id].left + drawing.nodes[id].right) / 2 for id in path]
    assert middles == sorted(middles)
    assert len(set(middles)) == len(middles)
