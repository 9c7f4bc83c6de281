"""Bars as inline SVG: each with its name above and its figure behind, so that a phone shows them readable.

Whoever hears the page gets title and description; the same figures stand in the table beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markupsafe import Markup

from engine.definition.diagram.svg import BRAND, INK, LATE, element, length, wrapped

#: px of the drawing; a phone of 390 px shows it about as large.
WIDTH: Final = 360.0
_NAME: Final = 15.0  # font size
_LINE: Final = 19.0
_THICK: Final = 14.0
_GAP: Final = 14.0


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    #: The figure in words, as it stands behind the bar.
    words: str
    #: How much of it is late: a thinner bar within.
    late: float = 0


def bars(rows: Sequence[Bar], title: str, *, top: float | None = None) -> Markup | None:
    """The chart; as long as `top` is the longest bar may be, by default the greatest value. None without a value."""
    most = top or max((row.value for row in rows), default=0)
    if not rows or not most:
        return None
    room = WIDTH - max(length(row.words, _NAME) for row in rows) - 8
    drawn, y = "", 0.0
    for row in rows:
        lines = wrapped(row.name, WIDTH, _NAME)
        drawn += _text(lines, 0, y)
        y += _LINE * len(lines) + 4
        if row.value:
            drawn += _rect(row.value / most * room, y, _THICK, "app-report-bar", BRAND)
        if row.late:
            drawn += _rect(row.late / most * room, y + _THICK - 5, 5, "app-report-bar--late", LATE)
        drawn += _text([row.words], row.value / most * room + (6 if row.value else 0), y - 3)
        y += _THICK + _GAP
    said = "; ".join(f"{row.name}: {row.words}" for row in rows)
    return Markup(  # noqa: S704 - every text in it is escaped
        element(
            "svg",
            element("title", escape(title)) + element("desc", escape(said)) + drawn,
            class_="app-report-chart",
            role="img",
            aria_label=title,
            viewBox=f"0 0 {WIDTH:g} {y:g}",
            width=WIDTH,
            height=y,
        )
    )


def _text(lines: Sequence[str], x: float, top: float) -> str:
    spans = "".join(
        element("tspan", escape(line), x=x, y=top + _LINE * (n + 0.78)) for n, line in enumerate(lines)
    )
    return element("text", spans, font_size=_NAME, fill=INK)


def _rect(width: float, y: float, height: float, name: str, fill: str) -> str:
    return element("rect", x=0, y=y, width=max(width, 1.0), height=height, class_=name, fill=fill)
