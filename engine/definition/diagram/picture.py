"""The whole picture: pools and lanes, then lines, then nodes, then the names beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from types import MappingProxyType

from lxml import etree

from engine.definition.diagram.changes import draw_changes
from engine.definition.diagram.changes import spoken as changed_in_words
from engine.definition.diagram.edges import draw_edge
from engine.definition.diagram.interchange import CONTAINERS, Box, Edge, Point, Shape, read
from engine.definition.diagram.nodes import Heat, draw_node, outline
from engine.definition.diagram.svg import FONT, INK, LABEL, TEXT, centred, element, paragraph, wrapped
from engine.definition.xml import BPMN, harden

HEADER = 30.0  # the strip of a pool or lane that holds its name, px
MARGIN = 8.0  # around the whole drawing, px


def draw(
    bpmn: bytes | etree._Element,
    *,
    lit: Collection[str] = (),
    done: Collection[str] = (),
    late: Collection[str] = (),
    moving: Collection[str] = (),
    heat: Mapping[str, Heat] = MappingProxyType({}),
    changes: Mapping[str, str] = MappingProxyType({}),
    title: str,
) -> str:
    """Draw the first diagram of a BPMN file as one `<svg>` element.

    `lit`, `done` and `late` are ids of elements: where the case is (a token), has been (a check), and is
    overdue (an exclamation mark). An element that is both lit and done, as in a loop, shows the token.
    `heat` colours activities by one of five classes (`heat-1` to `heat-5`) and prints their figure on them.
    `title` names the picture for those who hear it. Classes to style by: `pool`, `lane`, `node` with the
    BPMN tag, `flow`, `name`, `label`, and `lit`/`done`/`late` on a node with `token`/`check`/`warning` in it.
    A node whose id is in `moving` has the class `moves` and all three signs, to be shown by its classes: so a page
    draws a process once and a script moves the token; what is heard says nothing of the state then.
    `changes` maps ids to "added", "removed" or "changed" (`changes`): an outline of that class, with a sign.

    Raises `DefinitionInvalid` when the file cannot be read or holds no diagram interchange.
    """
    root = harden(bpmn) if isinstance(bpmn, bytes) else bpmn
    shapes, edges = read(root)
    states = {"lit": frozenset(lit), "done": frozenset(done) - frozenset(lit), "late": frozenset(late)}
    defaults = {node.get("default") for node in root.iter(f"{{{BPMN}}}*")} - {None}
    moves = frozenset(moving)
    spoken = " ".join([_spoken(shapes, {} if moves else states, heat), *changed_in_words(shapes, changes)])
    layers = [
        *(_container(s) for s in shapes if s.kind in CONTAINERS),
        *(draw_node(s, states, moves, heat) for s in shapes if s.open),
        *(draw_edge(e, e.node.get("id") in defaults) for e in edges),
        *(draw_node(s, states, moves, heat) for s in shapes if not s.open and s.kind not in CONTAINERS),
        *(_label(s.name, s.beside) for s in shapes if s.beside),
        *(_flow_name(e) for e in edges),
        *draw_changes(shapes, edges, changes),
    ]
    return element(
        "svg",
        element("title", escape(title)) + element("desc", escape(spoken)) + "".join(layers),
        xmlns="http://www.w3.org/2000/svg",
        class_="diagram",
        role="img",
        aria_label=title,
        viewBox=_view(shapes, edges),
        font_family=FONT,
    )


def _view(shapes: list[Shape], edges: list[Edge]) -> str:
    boxes = [b for s in shapes for b in (s.box, s.beside) if b] + [e.label for e in edges if e.label]
    xs = [x for b in boxes for x in (b.x, b.x + b.width)] + [p.x for e in edges for p in e.points]
    ys = [y for b in boxes for y in (b.y, b.y + b.height)] + [p.y for e in edges for p in e.points]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return f"{left:g} {top:g} {max(xs) + MARGIN - left:g} {max(ys) + MARGIN - top:g}"


def _spoken(shapes: list[Shape], states: Mapping[str, frozenset[str]], heat: Mapping[str, Heat]) -> str:
    """The picture in words: the lanes, then what is lit, late and done, then the figures of a heat map."""
    lanes = ", ".join(s.name for s in shapes if s.kind == "lane")
    parts = [f"Lajur: {lanes}."] if lanes else []
    for state, words in (("lit", "Sedang berjalan"), ("late", "Terlambat"), ("done", "Sudah selesai")):
        names = "; ".join(s.name or s.id for s in shapes if s.id in states.get(state, ()))
        parts += [f"{words}: {names}."] if names else []
    parts += [f"{s.name or s.id}: {heat[s.id].words}." for s in shapes if s.id in heat]
    return " ".join(parts)


def _container(shape: Shape) -> str:
    """A pool or a lane with its name along the short side; a pool without a process is a closed box."""
    box, middle = shape.box, shape.box.middle
    closed = shape.kind == "participant" and not shape.node.get("processRef")
    upright = shape.di.get("isHorizontal", "true") == "true" and not closed
    size = TEXT + 1 if shape.kind == "lane" else TEXT
    room = box.height if upright else box.width
    lines = wrapped(shape.name, room - 16, size)
    strip = Point(box.x + HEADER / 2, middle.y) if upright else Point(middle.x, box.y + HEADER / 2)
    centre = middle if closed else strip
    turn = f"rotate(-90 {centre.x:g} {centre.y:g})" if upright else None
    weight = 600 if shape.kind == "lane" else None
    name = centred(lines, *centre, size, class_="name", transform=turn, font_weight=weight)
    edge = ""
    if shape.kind == "participant" and not closed:
        end = f"V{box.y + box.height:g}" if upright else f"H{box.x + box.width:g}"
        start = f"M{box.x + HEADER:g} {box.y:g}" if upright else f"M{box.x:g} {box.y + HEADER:g}"
        edge = element("path", d=start + end, stroke=INK, stroke_width=1.5)
    kind = "pool" if shape.kind == "participant" else "lane"
    return element("g", outline(box) + edge + name, class_=kind, data_element=shape.id)


def _flow_name(edge: Edge) -> str:
    start, end = edge.points[0], edge.points[1]
    label = edge.label or Box((start.x + end.x) / 2 - 30, (start.y + end.y) / 2 - 18, 60, 14)
    return _label(edge.node.get("name", ""), label)


def _label(text: str, box: Box) -> str:
    """A name outside its element, wrapped in the box that the modeler gave it, from the top."""
    return paragraph(wrapped(text, box.width + 6, LABEL), box.middle.x, box.y, LABEL, class_="label")
