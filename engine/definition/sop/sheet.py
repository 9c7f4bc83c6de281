"""Where everything stands on paper: columns, rows of known height, pages, and the symbols in the actors' columns.

All lengths are mm. Each page's own coordinates begin at the left edge of the actors' columns and the top of its
first band; a band is a row of the table, or the strip above or below them that holds off-page connectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.definition.diagram.interchange import Box
from engine.definition.diagram.svg import length, wrapped
from engine.definition.sop.document import Row, SopDocument
from engine.definition.sop.flow import Chart, Link, Symbol


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet, lying."""

    name: str
    width: float
    height: float


PAPERS = {"a4": Paper("a4", 297, 210), "f4": Paper("f4", 330, 215)}
#: What the table may take of a page: margins, its title and its head are left out.
SIDES, ABOVE_AND_BELOW = 24.0, 52.0
#: The strip that holds connectors, and where the last page says the total.
STRIP, TOTAL = 11.0, 9.0

FONT, LEADING, PADDING = 2.9, 1.3, 1.4  # of a cell's text
SMALL = 2.3  # font size inside symbols and on arrows
#: Room above a row's first symbol, where arrows come across, and between its symbols; below the last.
GAP, BETWEEN, BELOW = 5.0, 4.5, 2.5
STEP, CAPSULE, PENTAGON = 8.0, 6.0, 7.0  # heights
WIDEST = 20.0  # a symbol

NUMBER = 8.0
#: How the columns of words share what the actors leave: Kegiatan, Kelengkapan, Waktu, Output, Keterangan.
SHARES = (48.0, 28.0, 16.0, 30.0, 30.0)


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths. `words` in the order of `SHARES`."""

    actor: float
    actors: int
    words: tuple[float, ...]

    @property
    def chart(self) -> float:
        return self.actor * self.actors

    def middle(self, column: int) -> float:
        return self.actor * (column + 0.5)

    @property
    def symbol(self) -> float:
        """The width of a symbol; what is left on both sides is for arrows that go round."""
        return min(WIDEST, self.actor * 0.72)


@dataclass(frozen=True, slots=True)
class Placed:
    """A symbol on its page. A connector has a letter instead of an element."""

    kind: Literal["start", "step", "decision", "end", "connector"]
    box: Box
    column: int
    lines: tuple[str, ...]
    #: Font size of `lines`.
    size: float = SMALL
    symbol: Symbol | None = None
    #: For a connector: whether the flow leaves the page here, and not comes in.
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A row of the table; one without `row` is a strip of connectors."""

    row: Row | None
    top: float
    height: float
    #: What is asked in this row where the diamond has no room for it.
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one placed symbol to another on the same page."""

    source: Placed
    target: Placed
    label: str


@dataclass(frozen=True, slots=True)
class Page:
    bands: tuple[Band, ...]
    placed: tuple[Placed, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The flowchart table, page by page."""

    paper: Paper
    columns: Columns
    pages: tuple[Page, ...]


def columns_of(paper: Paper, actors: int) -> Columns:
    """The actors first get what a symbol needs, as far as the words keep a readable rest."""
    room = paper.width - SIDES - NUMBER
    actor = min(28.0, max(13.0, (room - sum(SHARES)) / actors), (room - 90) / actors)
    rest = room - actor * actors
    return Columns(actor, actors, tuple(rest * share / sum(SHARES) for share in SHARES))


def lay_out(sop: SopDocument, chart: Chart, paper: Paper) -> Sheet:
    """Put a document on paper."""
    columns = columns_of(paper, len(sop.actors))
    stacks = [_stack(row, n, chart, columns) for n, row in enumerate(sop.rows)]
    pages = list(_pages([stack.height for stack in stacks], paper.height - ABOVE_AND_BELOW))
    return Sheet(paper, columns, tuple(_filled(stacks, pages, chart.links, columns)))


# --- a row ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Stack:
    """A row's symbols below each other: slots, each with at most one symbol a column. Tops count from the row's."""

    row: Row
    height: float = 0.0
    slots: list[dict[int, Placed]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def _stack(row: Row, number: int, chart: Chart, columns: Columns) -> _Stack:
    stack = _Stack(row)
    own = [symbol for symbol in chart.symbols if symbol.row == number]
    for symbol in sorted(own, key=lambda s: ("start", "step", "decision", "end").index(s.kind)):
        shape = _shape(symbol, columns)
        if symbol.kind == "decision" and symbol.name and not shape.lines:
            stack.questions.append(symbol.name)
        _slot(stack, symbol)[symbol.column] = shape
    top = GAP
    for slot in stack.slots:
        tallest = max(p.box.height for p in slot.values())
        for column, placed in slot.items():
            y = top + (tallest - placed.box.height) / 2
            slot[column] = _moved(placed, y)
        top += tallest + BETWEEN
    stack.height = max(top - BETWEEN + BELOW, _words(stack, columns))
    return stack


def _slot(stack: _Stack, symbol: Symbol) -> dict[int, Placed]:
    """A new one, or for an end the one of its decision, when nothing stands between them."""
    if symbol.kind == "end":
        for slot in stack.slots:
            asking = next(
                (p for p in slot.values() if p.symbol and p.symbol.element.id == symbol.after), None
            )
            if asking is None or asking.kind != "decision":
                continue
            low, high = sorted((asking.column, symbol.column))
            if not [c for c in slot if low <= c <= high and c != asking.column] and low != high:
                return slot
    stack.slots.append({})
    return stack.slots[-1]


def _shape(symbol: Symbol, columns: Columns) -> Placed:
    """Its size and the words in it, at the top of its column."""
    width, size = columns.symbol, SMALL
    lines: list[str] = []
    height = {"step": STEP, "decision": STEP}.get(symbol.kind, CAPSULE)
    if symbol.kind in ("start", "end"):
        lines = _shortened(wrapped(symbol.name, width - 3, size), 3)
        height = max(CAPSULE, len(lines) * size * 1.2 + 2.4)
    elif symbol.kind == "decision":
        width = min(columns.actor - 4.4, width * 1.2)
        lines, size, height = _in_diamond(symbol.name, width)
    box = Box(columns.middle(symbol.column) - width / 2, 0, width, height)
    return Placed(symbol.kind, box, symbol.column, tuple(lines), size, symbol)


def _in_diamond(text: str, width: float) -> tuple[list[str], float, float]:
    """The words of a question as they fit a diamond: lines, font size, height. No lines when they do not."""
    for height, size in (
        (11.0, SMALL),
        (13.0, SMALL),
        (15.0, SMALL),
        (17.0, SMALL),
        (15.0, 2.0),
        (17.0, 2.0),
    ):
        for narrower in (0.5, 0.58, 0.66, 0.74):
            lines = wrapped(text, width * narrower, size)
            if lines and all(
                length(line, size)
                <= width * (1 - 2 * (abs(n - (len(lines) - 1) / 2) + 0.45) * size * 1.2 / height)
                for n, line in enumerate(lines)
            ):
                return lines, size, height
    return [], SMALL, 11.0


def _shortened(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _words(stack: _Stack, columns: Columns) -> float:
    """The height of the tallest cell."""
    row = stack.row
    asked = [f"◇ {question}" for question in stack.questions]
    texts = ([row.text, *asked], [row.requirements], [row.time or ""], [row.output], [row.note])
    counts = (
        sum(len(wrapped(text, width - 2 * PADDING, FONT)) for text in cell)
        for cell, width in zip(texts, columns.words, strict=True)
    )
    return max(counts) * FONT * LEADING + 2 * PADDING + 1


# --- pages ----------------------------------------------------------------------------


def _pages(heights: Sequence[float], room: float) -> Iterator[range]:
    """Which rows stand on which page; where there are several, each keeps room for its connectors."""
    if sum(heights) + TOTAL <= room:
        yield range(len(heights))
        return
    first, filled = 0, 0.0
    for n, height in enumerate(heights):
        last = TOTAL if n == len(heights) - 1 else 0.0
        if n > first and filled + height + last > room - 2 * STRIP:
            yield range(first, n)
            first, filled = n, 0.0
        filled += height
    yield range(first, len(heights))


def _filled(
    stacks: Sequence[_Stack], pages: Sequence[range], links: Iterable[Link], columns: Columns
) -> Iterator[Page]:
    page_of = {n: page for page, rows in enumerate(pages) for n in rows}
    leaving: list[dict[str, Link]] = [{} for _ in pages]
    coming: list[dict[str, Link]] = [{} for _ in pages]
    letters: dict[tuple[int, object], str] = {}
    inside: list[list[Link]] = [[] for _ in pages]
    for link in links:
        here, there = page_of[link.source.row], page_of[link.target.row]
        if here == there:
            inside[here].append(link)
            continue
        letter = letters.setdefault((here, link.target.key), _letter(len(letters)))
        leaving[here].setdefault(letter, link)
        coming[there].setdefault(letter, link)
    crossing = [link for link in links if page_of[link.source.row] != page_of[link.target.row]]
    for number, rows in enumerate(pages):
        top = STRIP if coming[number] else 0.0
        bands = [Band(None, 0.0, STRIP)] if top else []
        placed: dict[object, Placed] = {}
        for n in rows:
            stack = stacks[n]
            bands.append(Band(stack.row, top, stack.height, tuple(stack.questions)))
            for slot in stack.slots:
                for shape in slot.values():
                    assert shape.symbol is not None
                    placed[shape.symbol.key] = _moved(shape, top)
            top += stack.height
        arrows = [Arrow(placed[one.source.key], placed[one.target.key], one.label) for one in inside[number]]
        into = _connectors(
            {k: v.target.column for k, v in coming[number].items()}, 2.0, columns, leaving=False
        )
        out = _connectors(
            {k: v.source.column for k, v in leaving[number].items()}, top + 3.2, columns, leaving=True
        )
        for letter, link in coming[number].items():
            arrows.append(Arrow(into[letter], placed[link.target.key], ""))
        for link in crossing:
            if page_of[link.source.row] == number:
                arrows.append(
                    Arrow(placed[link.source.key], out[letters[(number, link.target.key)]], link.label)
                )
        if out:
            bands.append(Band(None, top, STRIP))
        yield Page(tuple(bands), (*placed.values(), *into.values(), *out.values()), tuple(arrows))


def _connectors(wanted: dict[str, int], top: float, columns: Columns, *, leaving: bool) -> dict[str, Placed]:
    """Pentagons in one strip: each in the column it is wanted in, or the nearest free one; evenly when there are many."""
    found: dict[str, Placed] = {}
    taken: set[int] = set()
    for n, (letter, column) in enumerate(wanted.items()):
        if len(wanted) > columns.actors:
            middle = columns.chart * (n + 0.5) / len(wanted)
            at = min(int(middle / columns.actor), columns.actors - 1)
        else:
            at = min(set(range(columns.actors)) - taken, key=lambda c: (abs(c - column), c))
            middle = columns.middle(at)
        taken.add(at)
        box = Box(middle - PENTAGON / 2, top, PENTAGON, PENTAGON)
        found[letter] = Placed("connector", box, at, (letter,), 2.9, leaving=leaving)
    return found


def _moved(placed: Placed, by: float) -> Placed:
    box = placed.box._replace(y=placed.box.y + by)
    return Placed(placed.kind, box, placed.column, placed.lines, placed.size, placed.symbol, placed.leaving)


def _letter(number: int) -> str:
    """A, B, … Z, AA, AB, …"""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
