"""Diagram interchange: where the analyst put things (BPMN 2.0.2, section 12), read from a BPMN file."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import NamedTuple

from lxml import etree

from engine.definition.xml import BPMN, BPMNDI, DC, DI
from engine.errors import DefinitionInvalid

CONTAINERS = ("participant", "lane")
SUBPROCESSES = ("subProcess", "transaction", "adHocSubProcess")


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node of the diagram: what it is (`node`, of tag `kind`) and where (px, y downwards)."""

    kind: str
    node: etree._Element
    di: etree._Element
    box: Box
    label: Box | None
    #: Whether boundary events sit on it and need some of its room.
    host: bool

    @property
    def id(self) -> str:
        return self.node.get("id", "")

    @property
    def name(self) -> str:
        return self.node.get("name", "")

    @property
    def parts(self) -> list[etree._Element]:
        """The elements that it is made of; no comments."""
        return list(self.node.iterchildren("*"))

    @property
    def beside(self) -> Box | None:
        """Where its name goes when that stands outside: where the modeler put it, else below."""
        if not self.name or not self.kind.endswith(("Event", "Gateway", "Reference")):
            return None
        return self.label or Box(self.box.middle.x - 45, self.box.y + self.box.height + 5, 90, 27)

    @property
    def open(self) -> bool:
        """Whether it is a sub-process that shows what it holds."""
        return self.kind in SUBPROCESSES and self.di.get("isExpanded") == "true"


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the diagram: a flow or an association along its way points."""

    kind: str
    node: etree._Element
    points: tuple[Point, ...]
    label: Box | None


def read(root: etree._Element) -> tuple[list[Shape], list[Edge]]:
    """Shapes and edges of the file's first diagram, in the order of the model: whatever modeler saved it.

    Boundary events come last, for they lie on top of their task. An element of the interchange that the
    model does not have is left out. Raises `DefinitionInvalid` when nothing is drawn, or a place is no number.
    """
    plane = root.find(f"{{{BPMNDI}}}BPMNDiagram/{{{BPMNDI}}}BPMNPlane")
    if plane is None or not len(plane):
        raise DefinitionInvalid(
            "expected diagram interchange (bpmndi:BPMNDiagram), found none; open the file in a BPMN modeler and save it."
        )
    drawn = {id: di for di in plane.iterchildren("*") if (id := di.get("bpmnElement"))}
    hosts = {event.get("attachedToRef") for event in root.iter(f"{{{BPMN}}}boundaryEvent")}
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for node in root.iter(f"{{{BPMN}}}*"):
        di = drawn.get(node.get("id", ""))
        if di is None:
            continue
        kind = etree.QName(node).localname
        label = _box(di.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds"))
        box = _box(di.find(f"{{{DC}}}Bounds"))
        points = tuple(_point(p) for p in di.iterfind(f"{{{DI}}}waypoint"))
        if box is not None:
            shapes.append(Shape(kind, node, di, box, label, node.get("id") in hosts))
        elif len(points) > 1:
            edges.append(Edge(kind, node, points, label))
    return sorted(shapes, key=lambda s: s.kind == "boundaryEvent"), edges


def _point(node: etree._Element) -> Point:
    return Point(_number(node, "x"), _number(node, "y"))


def _box(node: etree._Element | None) -> Box | None:
    return None if node is None else Box(*_point(node), _number(node, "width"), _number(node, "height"))


def _number(node: etree._Element, name: str) -> float:
    said = node.get(name, "0")
    try:
        number = float(said)
    except ValueError:
        number = inf
    if not isfinite(number):
        raise DefinitionInvalid(
            f"line {node.sourceline}: {name}: expected a number, found {said!r}; lay the diagram out in a BPMN modeler.",
            line=node.sourceline,
        )
    return number
