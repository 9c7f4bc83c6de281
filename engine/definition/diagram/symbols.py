"""The signs of BPMN: what is drawn inside a circle, a diamond or a task (BPMN 2.0.2, sections 7 and 10).

Marks are paths around their own origin, some 18 px across; the callers put them in place.
"""

from __future__ import annotations

from engine.definition.diagram.svg import INK, PAPER, element, short

#: Event definition -> path; drawn in outline where the event catches, filled where it throws.
EVENT_MARKS = {
    "message": "M-9-6H9V6H-9ZM-9-6L0 1L9-6",
    "timer": "M0-10A10 10 0 1 1 0 10A10 10 0 1 1 0-10ZM0-10V-7.5M10 0H7.5M0 10V7.5M-10 0H-7.5M1.5-6L0 0L5 1.5",
    "signal": "M0-10L9 6H-9Z",
    "error": "M-8.5 8L-3.5-8L3 1.5L8.5-8L3.5 8L-2.5-1.5Z",
    "escalation": "M0-10.5L8 9L0 1.5L-8 9Z",
    "terminate": "M0-12A12 12 0 1 1 0 12A12 12 0 1 1 0-12Z",
    "conditional": "M-7-9H7V9H-7ZM-4-5H4M-4-1.7H4M-4 1.7H4M-4 5H4",
    "compensate": "M0-7V7L-8 0ZM8-7V7L0 0Z",
    "cancel": "M-8-5L-5-8L0-3L5-8L8-5L3 0L8 5L5 8L0 3L-5 8L-8 5L-3 0Z",
    "link": "M-9-3H2V-8L10 0L2 8V3H-9Z",
}

GATEWAY_MARKS = {
    "exclusiveGateway": "M-6.5-8L6.5 8M6.5-8L-6.5 8",
    "parallelGateway": "M0-11V11M-11 0H11",
    "inclusiveGateway": "M0-11A11 11 0 1 1 0 11A11 11 0 1 1 0-11Z",
    "complexGateway": "M0-11V11M-11 0H11M-8-8L8 8M8-8L-8 8",
    "eventBasedGateway": "M0-7L7-1.8L4.3 6H-4.3L-7-1.8Z",
}

#: The kind of a task, in its upper left corner.
TASK_MARKS = {
    "userTask": "M-8 8V5Q-8 1-3.2 0Q-5-1.6-5-4A5 5 0 0 1 5-4Q5-1.6 3.2 0Q8 1 8 5V8ZM-4.8-4Q0-1.5 4.8-4.5",
    "manualTask": "M-8 1V-2L-3-6H1L-1-3H7A1.5 1.5 0 0 1 7 0H2H6A1.5 1.5 0 0 1 6 3H2H5A1.5 1.5 0 0 1 5 6H-5Z",
    "serviceTask": (
        "M-1.5-8H1.5L2-5.6L4-4.6L6.2-5.8L8-3.2L6.2-1.4V1.4L8 3.2L6.2 5.8L4 4.6L2 5.6L1.5 8H-1.5L-2 5.6L-4 4.6"
        "L-6.2 5.8L-8 3.2L-6.2 1.4V-1.4L-8-3.2L-6.2-5.8L-4-4.6L-2-5.6ZM0-2.6A2.6 2.6 0 1 0 0 2.6A2.6 2.6 0 1 0 0-2.6Z"
    ),
    "scriptTask": "M-4-8H8Q3-4 6 0Q9 4 4 8H-8Q-3 4-6 0Q-9-4-4-8ZM-3.5-4.5H3M-3-1.5H3M-1.5 1.5H4.5M-2 4.5H4",
    "businessRuleTask": "M-8-7H8V7H-8ZM-8-3H8M-8 2H8M-3-3V7",
    "sendTask": "M-8-5.5H8V5.5H-8ZM-8-5.5L0 1L8-5.5",
    "receiveTask": "M-8-5.5H8V5.5H-8ZM-8-5.5L0 1L8-5.5",
}

#: What stands at the foot of an activity.
LOOP = "M-1.5 6.2A6.5 6.5 0 1 1 3 6M-1.5 6.2L-6 6.6M-1.5 6.2L-2 1.8"
PARALLEL = "M-4-6V6M0-6V6M4-6V6"
SEQUENTIAL = "M-6-4H6M-6 0H6M-6 4H6"
COLLAPSED = "M-7-7H7V7H-7ZM0-4V4M-4 0H4"

CHECK = "M-4.5 0.3L-1.4 3.6L4.6-3.4"
WARNING = "M0-5V1M0 4V4.6"


def mark(path: str, x: float, y: float, *, filled: bool = False, width: float = 1.4) -> str:
    """A mark with its origin at (x, y). Filled ones keep inner lines visible by a paper stroke."""
    return element(
        "path",
        class_="mark filled" if filled else "mark",
        d=path,
        transform=f"translate({short(x)} {short(y)})",
        fill=INK if filled else "none",
        stroke=PAPER if filled else INK,
        stroke_width=1 if filled else width,
        stroke_linecap="round",
        stroke_linejoin="round",
    )


def badge(kind: str, path: str, colour: str, x: float, y: float) -> str:
    """A disc that says how a step stands: by its place, its sign and its colour. An empty path is a token."""
    sign = (
        element("path", d=path, fill="none", stroke=PAPER, stroke_width=2.2, stroke_linecap="round")
        if path
        else ""
    )
    disc = element("circle", r=9, fill=colour, stroke=PAPER, stroke_width=2)
    return element("g", disc + sign, class_=kind, transform=f"translate({short(x)} {short(y)})")
