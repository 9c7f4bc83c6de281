"""The chart as SVG, cut into the bands of its table: exactly the five symbols of PermenPAN-RB 35/2012, in black."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from engine.definition.diagram.interchange import Box, Point
from engine.definition.diagram.svg import FONT, centred, element
from engine.definition.sop.document import SopDocument
from engine.definition.sop.flow import Chart, Link, Symbol, chart
from engine.definition.sop.routes import Route, routes
from engine.definition.sop.sheet import SMALL, Band, Columns, Page, Paper, Placed, Sheet, lay_out

LINE, HAIR = 0.35, 0.2  # of symbols and arrows; between the columns
BLACK, WHITE, GREY = "#000000", "#ffffff", "#999999"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A band of the table with its part of the chart."""

    band: Band
    svg: str


@dataclass(frozen=True, slots=True)
class Flowchart:
    """The table's pages."""

    sheet: Sheet
    pages: tuple[tuple[Drawn, ...], ...]


def flowchart(sop: SopDocument, paper: Paper) -> Flowchart:
    """Draw a document for this paper. The drawing of a row says in words what it shows."""
    flow = chart(sop)
    sheet = lay_out(sop, flow, paper)
    said = [_said(sop, flow, n) for n in range(len(sop.rows))]
    numbers = {row.element.id: n for n, row in enumerate(sop.rows)}
    pages = []
    for page in sheet.pages:
        marks = list(_marks(page, sheet.columns))
        words = [said[numbers[b.row.element.id]] if b.row else _connected(page, b) for b in page.bands]
        pages.append(
            tuple(Drawn(b, _cut(marks, b, sheet.columns, w)) for b, w in zip(page.bands, words, strict=True))
        )
    return Flowchart(sheet, tuple(pages))


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something drawn, and from where to where down the page."""

    top: float
    bottom: float
    svg: str


def _cut(marks: Sequence[_Mark], band: Band, columns: Columns, words: str) -> str:
    """One band as a picture of its own: all that reaches into it, seen through its window."""
    low, high = band.top, band.top + band.height
    inside = "".join(m.svg for m in marks if m.top < high and m.bottom > low)
    edges = "".join(
        element("path", d=f"M{columns.actor * n:g} {low:g}V{high:g}", stroke=GREY, stroke_width=HAIR)
        for n in range(1, columns.actors)
    )
    return element(
        "svg",
        edges + inside,
        xmlns="http://www.w3.org/2000/svg",
        class_="sop-chart",
        role="img",
        aria_label=words,
        width=f"{columns.chart:.2f}mm",
        height=f"{band.height:.2f}mm",
        viewBox=f"0 {low:.2f} {columns.chart:.2f} {band.height:.2f}",
        font_family=FONT,
    )


# --- symbols and arrows ---------------------------------------------------------------


def _marks(page: Page, columns: Columns) -> Iterator[_Mark]:
    for route in routes(page, columns):
        yield from _arrow(route)
    for placed in page.placed:
        box = placed.box
        yield _Mark(box.y - LINE, box.y + box.height + LINE, _symbol(placed))


def _symbol(placed: Placed) -> str:
    draw = {
        "start": _capsule,
        "end": _capsule,
        "step": _rectangle,
        "decision": _diamond,
        "connector": _pentagon,
    }
    kinds = {"start": "terminator", "end": "terminator", "step": "process"}
    said = placed.symbol.name if placed.symbol else placed.lines[0]
    hover = element("title", escape(said)) if said else ""
    x, y = placed.box.middle
    text = centred(list(placed.lines), x, y, placed.size, class_="sop-name")
    return element(
        "g",
        hover + draw[placed.kind](placed.box) + text,
        class_=f"sop-symbol sop-{kinds.get(placed.kind, placed.kind)}",
        data_element=placed.symbol.element.id if placed.symbol else None,
        data_letter=None if placed.symbol else placed.lines[0],
    )


_OUTLINE = {"fill": WHITE, "stroke": BLACK, "stroke_width": LINE, "stroke_linejoin": "round"}


def _capsule(box: Box) -> str:
    return _rectangle(box, box.height / 2)


def _rectangle(box: Box, radius: float = 0) -> str:
    return element(
        "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=radius or None, **_OUTLINE
    )  # fmt: skip


def _diamond(box: Box) -> str:
    x, y = box.middle
    return _polygon(
        Point(x, box.y), Point(box.x + box.width, y), Point(x, box.y + box.height), Point(box.x, y)
    )


def _pentagon(box: Box) -> str:
    """A home plate, its tip down: the flow goes on elsewhere."""
    right, shoulder = box.x + box.width, box.y + box.height * 0.6
    return _polygon(
        Point(box.x, box.y), Point(right, box.y), Point(right, shoulder),
        Point(box.middle.x, box.y + box.height), Point(box.x, shoulder),
    )  # fmt: skip


def _polygon(*points: Point) -> str:
    return element("polygon", points=" ".join(f"{p.x:.2f},{p.y:.2f}" for p in points), **_OUTLINE)


def _arrow(route: Route) -> Iterator[_Mark]:
    points = route.points
    ys = [p.y for p in points]
    path = "M" + "L".join(f"{p.x:.2f} {p.y:.2f}" for p in points)
    line = element("path", class_="sop-arrow", d=path, fill="none", stroke=BLACK, stroke_width=LINE)
    yield _Mark(min(ys) - LINE, max(ys) + LINE, line)
    end, before = points[-1], points[-2]
    turn = 90 if end.y > before.y else -90 if end.y < before.y else 0 if end.x > before.x else 180
    head = element(
        "path", class_="sop-head", d="M0 0L-1.9 -0.85V0.85Z", fill=BLACK,
        transform=f"translate({end.x:.2f} {end.y:.2f}) rotate({turn})",
    )  # fmt: skip
    yield _Mark(end.y - 2, end.y + 1, head)
    if route.arrow.label:
        yield _label(route)


def _label(route: Route) -> _Mark:
    """The answer at the corner that the arrow leaves by."""
    start, towards = route.points[0], route.points[1]
    text = route.arrow.label if len(route.arrow.label) < 25 else route.arrow.label[:23] + "…"
    if towards.y != start.y:
        x, y, anchor = start.x + 0.8, start.y + 2.3, "start"
    elif (
        abs(towards.x - start.x) < 5 and len(route.points) > 2
    ):  # round: beside the line, clear of the diamond
        down = route.points[2].y > start.y
        left = towards.x < start.x
        x, y, anchor = (
            towards.x + (0.6 if left else -0.6),
            start.y + (3.6 if down else -2.2),
            "start" if left else "end",
        )
    else:
        right = towards.x > start.x
        x, y, anchor = start.x + (3.4 if right else -3.4), start.y - 0.7, "start" if right else "end"
    hover = element("title", escape(route.arrow.label))
    words = element(
        "text", hover + escape(text), class_="sop-answer", x=x, y=y, font_size=SMALL, text_anchor=anchor,
        fill=BLACK,
    )  # fmt: skip
    return _Mark(y - 2, y + 1, words)


# --- in words -------------------------------------------------------------------------


def _said(sop: SopDocument, flow: Chart, number: int) -> str:
    """A row's part of the chart for who does not see it: "Petugas MPP: langkah 2, lalu …"."""
    own = [symbol for symbol in flow.symbols if symbol.row == number and symbol.kind != "end"]
    sentences = [_sentence(sop, symbol, [li for li in flow.links if li.source is symbol]) for symbol in own]
    return f"{sop.rows[number].actor}. {' '.join(sentences)}"


def _sentence(sop: SopDocument, symbol: Symbol, leads: Sequence[Link]) -> str:
    ways = "; ".join(
        f"{link.label + ': ' if link.label else ''}{_called(sop, link.target)}" for link in leads
    )
    who = _called(sop, symbol)
    return f"{who[:1].upper()}{who[1:]}{', lalu ' + ways if ways else ''}."


def _called(sop: SopDocument, symbol: Symbol) -> str:
    if symbol.kind == "step":
        return f"langkah {sop.rows[symbol.row].no}"
    noun = {"start": "mulai", "decision": "keputusan", "end": "selesai"}[symbol.kind]
    return f"{noun} “{symbol.element.name}”" if symbol.element.name else noun


def _connected(page: Page, band: Band) -> str:
    """A strip of connectors in words."""
    inside = [
        p for p in page.placed if p.kind == "connector" and band.top <= p.box.y < band.top + band.height
    ]
    letters = ", ".join(p.lines[0] for p in inside)
    leaving = bool(inside and inside[0].leaving)
    return f"{'Dilanjutkan di halaman lain' if leaving else 'Lanjutan dari halaman lain'}: {letters}"
