"""What changed, drawn over the picture: an outline and a sign, so that colour never says it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot

from engine.definition.diagram.interchange import Box, Edge, Point, Shape
from engine.definition.diagram.nodes import outline
from engine.definition.diagram.svg import DONE, LATE, SOON, element
from engine.definition.diagram.symbols import badge

#: Kind -> colour, dashes of the outline, the sign's path.
LOOKS = {
    "added": (DONE, None, "M-4.5 0H4.5M0-4.5V4.5"),
    "removed": (LATE, "14 7", "M-4.5 0H4.5"),
    "changed": (SOON, "5 5", "M-4.5-1.8H4.5M-4.5 1.8H4.5M2.6-5L-2.6 5"),
}
WORDS = {"added": "Baru", "removed": "Dihapus", "changed": "Berubah"}


def draw_changes(shapes: Sequence[Shape], edges: Sequence[Edge], changes: Mapping[str, str]) -> Iterator[str]:
    """An outline and a sign for each element, lane or line whose id is in `changes`; the lines first."""
    for edge in edges:
        if kind := changes.get(edge.node.get("id", "")):
            colour, dashes, path = LOOKS[kind]
            way = "M" + "L".join(f"{p.x:g} {p.y:g}" for p in edge.points)
            line = element("path", d=way, fill="none", stroke=colour, stroke_width=5, stroke_dasharray=dashes)
            yield _group(edge.node.get("id"), kind, line + _sign(path, colour, _middle(edge.points)))
    for shape in shapes:
        if kind := changes.get(shape.id):
            colour, dashes, path = LOOKS[kind]
            box = shape.box
            around = Box(box.x - 6, box.y - 6, box.width + 12, box.height + 12)
            if shape.kind == "lane":
                around = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
            line = outline(around, 4.5, 8, fill="none", stroke=colour, stroke_dasharray=dashes)
            yield _group(shape.id, kind, line + _sign(path, colour, Point(around.x, around.y)))


def spoken(shapes: Sequence[Shape], changes: Mapping[str, str]) -> list[str]:
    """The same in words, by kind."""
    found = {kind: [s.name or s.id for s in shapes if changes.get(s.id) == kind] for kind in LOOKS}
    return [f"{WORDS[kind]}: {'; '.join(names)}." for kind, names in found.items() if names]


def _group(id: str | None, kind: str, body: str) -> str:
    return element("g", body, class_=f"change {kind}", data_element=id)


def _sign(path: str, colour: str, at: Point) -> str:
    """Larger than a case's signs: it is looked for in two small pictures side by side."""
    return element(
        "g", badge("sign", path, colour, 0, 0), transform=f"translate({at.x:g} {at.y:g}) scale(1.7)"
    )


def _middle(points: Sequence[Point]) -> Point:
    """The middle of a line's longest part."""
    a, b = max(pairwise(points), key=lambda part: hypot(part[0].x - part[1].x, part[0].y - part[1].y))
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)
