"""Flows and associations: lines with round corners and the signs at their ends."""

from __future__ import annotations

from math import hypot

from engine.definition.diagram.interchange import Edge, Point
from engine.definition.diagram.nodes import ACTIVITIES
from engine.definition.diagram.svg import INK, PAPER, element
from engine.definition.xml import BPMN, tag


def draw_edge(edge: Edge, default: bool) -> str:
    """A line with round corners; a solid arrow for sequence, an open one for messages, dots for notes."""
    dashes = {"messageFlow": "8 5", "association": "1 4"}.get(edge.kind)
    start, end = edge.points[0], edge.points[-1]
    line = element(
        "path", d=_rounded(edge.points), fill="none", stroke=INK, stroke_width=1.5, stroke_dasharray=dashes,
        stroke_linecap="round" if edge.kind == "association" else None,
    )  # fmt: skip
    signs = ""
    if edge.kind in ("sequenceFlow", "messageFlow"):
        fill = INK if edge.kind == "sequenceFlow" else PAPER
        signs += _sign("M0 0L-10-5V5Z", end, edge.points[-2], fill)
    if edge.kind == "messageFlow":
        signs += element("circle", cx=start.x, cy=start.y, r=4, fill=PAPER, stroke=INK)
    if default:
        signs += _sign("M-14-6L-8 6", start, edge.points[1], "none")
    elif edge.node.find(f"{{{BPMN}}}conditionExpression") is not None and _from_activity(edge):
        signs += _sign("M0 0L-8-5L-16 0L-8 5Z", start, edge.points[1], PAPER)
    return element("g", line + signs, class_=f"flow {edge.kind}", data_element=edge.node.get("id"))


def _from_activity(edge: Edge) -> bool:
    source, parent = edge.node.get("sourceRef"), edge.node.getparent()
    return parent is not None and any(
        n.get("id") == source and tag(n) in ACTIVITIES for n in parent.iterchildren("*")
    )


def _sign(path: str, at: Point, other: Point, fill: str) -> str:
    """A sign at one end of a line, drawn for a line that comes from the left (from `other`)."""
    length = hypot(at.x - other.x, at.y - other.y) or 1
    cos, sin = (at.x - other.x) / length, (at.y - other.y) / length
    turn = f"matrix({cos:.4g} {sin:.4g} {-sin:.4g} {cos:.4g} {at.x:g} {at.y:g})"
    return element(
        "path", d=path, transform=turn, fill=fill, stroke=INK, stroke_width=1.2, stroke_linejoin="round"
    )


def _rounded(points: tuple[Point, ...], radius: float = 6) -> str:
    path = f"M{points[0].x:g} {points[0].y:g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        a, b = _towards(corner, before, radius), _towards(corner, after, radius)
        path += f"L{a.x:g} {a.y:g}Q{corner.x:g} {corner.y:g} {b.x:g} {b.y:g}"
    return path + f"L{points[-1].x:g} {points[-1].y:g}"


def _towards(start: Point, end: Point, distance: float) -> Point:
    length = hypot(end.x - start.x, end.y - start.y) or 1
    part = min(distance, length / 2) / length
    return Point(start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part)
