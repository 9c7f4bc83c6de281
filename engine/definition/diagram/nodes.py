"""Events, gateways, activities and artifacts, each with how it stands in the case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from engine.definition.diagram.interchange import SUBPROCESSES, Box, Point, Shape
from engine.definition.diagram.svg import (
    BRAND,
    DONE,
    FIGURE,
    HEAT,
    INK,
    LABEL,
    LATE,
    LEADING,
    PAPER,
    TEXT,
    centred,
    element,
    length,
    paragraph,
    wrapped,
)
from engine.definition.diagram.symbols import (
    CHECK,
    COLLAPSED,
    EVENT_MARKS,
    GATEWAY_MARKS,
    LOOP,
    PARALLEL,
    SEQUENTIAL,
    TASK_MARKS,
    WARNING,
    badge,
    mark,
)
from engine.definition.xml import tag

ACTIVITIES = (*TASK_MARKS, "task", "callActivity", *SUBPROCESSES)


@dataclass(frozen=True, slots=True)
class Heat:
    """How hot a step is: its class from 1 to 5, and the figure in words."""

    level: int
    words: str


def draw_node(
    shape: Shape,
    states: Mapping[str, frozenset[str]],
    moving: Collection[str] = (),
    heat: Mapping[str, Heat] = MappingProxyType({}),
) -> str:
    """A flow node or artifact, its states as classes and badges; of a `moving` one they are for a style sheet.

    Its heat is its fill, with the figure on it.
    """
    now = [state for state, ids in states.items() if shape.id in ids]
    if shape.id in moving:
        return _group(
            shape, ["moves", *now], _body(shape, INK, False) + "".join(_badges(shape, list(_SIGNS)))
        )
    stroke = LATE if "late" in now else BRAND if "lit" in now else INK
    signs = "".join(_badges(shape, now))
    if hot := heat.get(shape.id):
        body = _body(shape, stroke, "lit" in now, HEAT[hot.level - 1])
        return _group(shape, [*now, f"heat-{hot.level}"], body + signs + _figure(shape, hot.words))
    return _group(shape, now, _body(shape, stroke, "lit" in now) + signs)


def _group(shape: Shape, classes: list[str], body: str) -> str:
    hover = element("title", escape(shape.name)) if shape.name else ""
    return element("g", hover + body, class_=" ".join(["node", shape.kind, *classes]), data_element=shape.id)


def _body(shape: Shape, stroke: str, lit: bool, fill: str = PAPER) -> str:
    if shape.kind.endswith("Event"):
        return _event(shape, stroke, lit)
    if shape.kind.endswith("Gateway"):
        return _gateway(shape, stroke, lit)
    return _activity(shape, stroke, lit, fill) if shape.kind in ACTIVITIES else _artifact(shape)


_SIGNS = {"lit": ("token", "", BRAND), "done": ("check", CHECK, DONE), "late": ("warning", WARNING, LATE)}


def _figure(shape: Shape, words: str) -> str:
    """The figure on the upper edge, a little to the right: beside the icon, above the name."""
    box, width, height = shape.box, length(words, FIGURE) + 14, FIGURE * LEADING + 6
    middle = Point(max(box.middle.x, box.x + box.width - 6 - width / 2), box.y)
    plate = Box(middle.x - width / 2, middle.y - height / 2, width, height)
    return outline(plate, 1.2, height / 2, class_="plate") + centred(
        [words], *middle, FIGURE, class_="figure", font_weight=700
    )


def _badges(shape: Shape, now: list[str]) -> Iterator[str]:
    """Side by side from the right; no element is lit and done at once, so these two share a place."""
    box = shape.box
    inset = 15 if shape.kind in ACTIVITIES else 11 if shape.kind.endswith("Gateway") else 5
    for state in now:
        beside = state == "late" and len(now) > 1
        yield badge(*_SIGNS[state], box.x + box.width - inset - 22 * beside, box.y + inset)


def _event(shape: Shape, stroke: str, lit: bool) -> str:
    (x, y), radius = shape.box.middle, shape.box.width / 2
    kind = next((tag(c) for c in shape.parts if tag(c).endswith("EventDefinition")), "")
    throws = shape.kind in ("endEvent", "intermediateThrowEvent")
    waits = shape.node.get("cancelActivity") == "false" or shape.node.get("isInterrupting") == "false"
    dashes = "5 3" if waits else None
    width = (3.5 if shape.kind == "endEvent" else 1.5) + lit
    ring = {"cx": x, "cy": y, "stroke": stroke, "stroke_dasharray": dashes}
    body = element("circle", r=radius, fill=PAPER, stroke_width=width, **ring)
    if shape.kind not in ("startEvent", "endEvent"):
        body += element("circle", r=radius - 3.5, fill="none", stroke_width=1.5, **ring)
    sign = EVENT_MARKS.get(kind.removesuffix("EventDefinition"))
    return body + mark(sign, x, y, filled=throws) if sign else body


def _gateway(shape: Shape, stroke: str, lit: bool) -> str:
    (x, y), box = shape.box.middle, shape.box
    corners = f"{x:g},{box.y:g} {box.x + box.width:g},{y:g} {x:g},{box.y + box.height:g} {box.x:g},{y:g}"
    body = element("polygon", points=corners, fill=PAPER, stroke=stroke, stroke_width=3 if lit else 1.5)
    if shape.kind == "eventBasedGateway":
        for radius in (13, 10.5):
            body += element("circle", cx=x, cy=y, r=radius, fill="none", stroke=INK)
    heavy = 1.4 if shape.kind == "eventBasedGateway" else 3
    return body + mark(GATEWAY_MARKS.get(shape.kind, ""), x, y, width=heavy)


def _activity(shape: Shape, stroke: str, lit: bool, fill: str) -> str:
    box = shape.box
    width = (3.5 if shape.kind == "callActivity" else 1.5) + (1.5 if lit else 0)
    body = outline(box, width, 8, stroke=stroke, fill=fill)
    if shape.kind == "transaction":
        body += outline(Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), 1.5, 6, stroke=stroke)
    icon = TASK_MARKS.get(shape.kind)
    body += mark(icon, box.x + 17, box.y + 17, filled=shape.kind == "sendTask", width=1.2) if icon else ""
    feet = list(_feet(shape))
    for n, foot in enumerate(feet):
        body += mark(foot, box.middle.x + 20 * (n - (len(feet) - 1) / 2), box.y + box.height - 12)
    return body + _name_within(shape, head=28 if icon else 8, foot=22 if feet or shape.host else 6)


def _feet(shape: Shape) -> Iterator[str]:
    tags = {tag(child): child for child in shape.parts}
    if "standardLoopCharacteristics" in tags:
        yield LOOP
    if "multiInstanceLoopCharacteristics" in tags:
        yield (
            SEQUENTIAL if tags["multiInstanceLoopCharacteristics"].get("isSequential") == "true" else PARALLEL
        )
    if shape.kind == "callActivity" or (shape.kind in SUBPROCESSES and not shape.open):
        yield COLLAPSED


def _name_within(shape: Shape, head: float, foot: float) -> str:
    """The name inside an activity: in the middle, lower where its icon needs the room, smaller at last."""
    box, size = shape.box, TEXT
    lines = wrapped(shape.name, box.width - 12, size)
    while len(lines) * size * LEADING > box.height - head - foot and size > 8:
        size -= 0.5
        lines = wrapped(shape.name, box.width - 12, size)
    height = len(lines) * size * LEADING
    top = box.y + 8 if shape.open else max(box.middle.y - height / 2, box.y + head)
    return paragraph(lines, box.middle.x, min(top, box.y + box.height - foot - height), size, class_="name")


def _artifact(shape: Shape) -> str:
    """Notes get their bracket; groups and data are boxes, which is what they are to a reader of the flow."""
    box = shape.box
    if shape.kind != "textAnnotation":
        return outline(box, 1.2, 8, fill="none", stroke_dasharray="6 4" if shape.kind == "group" else None)
    bracket = f"M{box.x + 12:g} {box.y:g}H{box.x:g}V{box.y + box.height:g}H{box.x + 12:g}"
    text = next((c.text or "" for c in shape.parts if tag(c) == "text"), "")
    lines = wrapped(text, box.width - 12, LABEL)
    return element("path", d=bracket, fill="none", stroke=INK) + centred(
        lines, *box.middle, LABEL, class_="name"
    )


def outline(box: Box, width: float = 1.5, radius: float = 0, **attributes: object) -> str:
    return element(
        "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=radius or None,
        **{"fill": PAPER, "stroke": INK, "stroke_width": width} | attributes,
    )  # fmt: skip
