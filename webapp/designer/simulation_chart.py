"""Two bars of a share, one for each version, with the whiskers of their 95 % confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from markupsafe import Markup

from engine.definition.diagram.svg import BRAND, INK, element, length
from engine.simulation.interval import Interval

_WIDTH: Final = 340.0
_NAME: Final = 14.0
_BAR: Final = 12.0
_ROW: Final = 44.0
#: As in `muted` of the page's colours.
_MUTED: Final = "#51646c"


def shares(rows: Sequence[tuple[str, Interval | None, str]], title: str) -> Markup:
    """Each row: the version, its share (0 to 1) and the same in words. The full width is everything."""
    room = _WIDTH - max(length(words, _NAME) for _, _, words in rows) - 10
    drawn = ""
    for n, (name, share, words) in enumerate(rows):
        y = n * _ROW
        drawn += element("text", escape(name), x=0, y=y + 14, font_size=_NAME, fill=INK)
        drawn += element(
            "rect", x=0, y=y + 21, width=room, height=_BAR, class_="app-sim-room", fill="none", stroke=_MUTED
        )
        if share is not None:
            drawn += _bar(share, room, y + 21, n)
        drawn += element("text", escape(words), x=room + 8, y=y + 32, font_size=_NAME, fill=INK)
    said = "; ".join(f"{name}: {words}" for name, _, words in rows)
    height = len(rows) * _ROW - 4
    return Markup(  # noqa: S704 - every text in it is escaped
        element(
            "svg",
            element("title", escape(title)) + element("desc", escape(said)) + drawn,
            class_="app-report-chart app-sim-chart",
            role="img",
            aria_label=f"{title}: {said}",
            viewBox=f"0 0 {_WIDTH:g} {height:g}",
            width=_WIDTH,
            height=height,
        )
    )


def _bar(share: Interval, room: float, y: float, n: int) -> str:
    """The bar and its whisker, cut where a share can go no further."""
    width = _cut(share.mean) * room
    name, fill = ("app-sim-old", _MUTED) if n == 0 else ("app-report-bar", BRAND)
    drawn = element(
        "rect", x=0, y=y, width=max(width, 1.0) if width else 0, height=_BAR, class_=name, fill=fill
    )
    if share.low is not None and share.high is not None and share.high > share.low:
        low, high = _cut(share.low) * room, _cut(share.high) * room
        middle = y + _BAR / 2
        path = f"M{low:.1f} {middle:.1f}H{high:.1f}M{low:.1f} {y - 3:.1f}v{_BAR + 6:g}M{high:.1f} {y - 3:.1f}v{_BAR + 6:g}"
        drawn += element("path", d=path, stroke=INK, stroke_width=1.5, fill="none", class_="app-sim-whisker")
    return drawn


def _cut(share: float) -> float:
    return min(max(share, 0.0), 1.0)
