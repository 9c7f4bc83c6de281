"""Where the arrows of a page run: straight down, across, or round the symbols by the side of a column.

Each arrow gets the cheapest of a few ways: the one that goes through no symbol, leaves by a corner that no other
has taken, lies on no other arrow, and turns little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.definition.diagram.interchange import Point
from engine.definition.sop.sheet import Arrow, Columns, Page, Placed

#: How far above a symbol arrows come across to it, mm; where between a column's edge and its symbol they go round.
CHANNEL, BESIDE = 2.3, (0.5, 0.25)

Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow with its points, the first at its source."""

    arrow: Arrow
    points: tuple[Point, ...]


def routes(page: Page, columns: Columns) -> list[Route]:
    """The arrows of a page, the short ones first: those behind find the corners that are left."""
    found: list[Route] = []
    for arrow in sorted(page.arrows, key=_order):
        ways = list(_ways(arrow, columns))
        costs = [_cost(way, arrow, page, found) for way in ways]
        found.append(Route(arrow, ways[costs.index(min(costs))]))
    return found


def _order(arrow: Arrow) -> tuple[bool, float]:
    down = arrow.target.box.y - arrow.source.box.y
    return down < 0, abs(down) + abs(arrow.target.box.x - arrow.source.box.x) / 100


def _ways(arrow: Arrow, columns: Columns) -> Iterator[tuple[Point, ...]]:
    source, target = arrow.source.box, arrow.target.box
    (x, y), to, channel = source.middle, target.middle, target.y - CHANNEL
    bottom = source.y + source.height
    if abs(y - to.y) < 0.01:
        yield (Point(_edge(arrow.source, to.x), y), Point(_edge(arrow.target, x), y))
    enter = (Point(to.x, channel), Point(to.x, target.y))
    if channel >= bottom - 0.01:
        yield _plain(Point(x, bottom), Point(x, channel), *enter)
        if abs(to.x - x) > 0.01:
            yield (Point(_edge(arrow.source, to.x), y), Point(to.x, y), Point(to.x, target.y))
    left, right = columns.actor * arrow.source.column, columns.actor * (arrow.source.column + 1)
    for part in BESIDE:
        for track in (left + part * (source.x - left), right - part * (right - source.x - source.width)):
            leave = (Point(_edge(arrow.source, track), y), Point(track, y), Point(track, channel))
            yield _plain(*leave, *enter)


def _edge(placed: Placed, towards: float) -> float:
    return placed.box.x + (placed.box.width if towards > placed.box.middle.x else 0)


def _plain(*points: Point) -> tuple[Point, ...]:
    """Without points that are no corners."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        straight = (before.x == here.x == after.x) or (before.y == here.y == after.y)
        if not straight and here != kept[-1]:
            kept.append(here)
    return (*kept, points[-1])


def _cost(way: tuple[Point, ...], arrow: Arrow, page: Page, found: list[Route]) -> float:
    segments = list(pairwise(way))
    cost = 3.0 * len(segments) + 0.05 * sum(abs(a.x - b.x) + abs(a.y - b.y) for a, b in segments)
    for placed in page.placed:
        if placed is not arrow.source and placed is not arrow.target:
            cost += 200 * sum(_through(segment, placed) for segment in segments)
    for route in found:
        if route.points[0] == way[0]:
            cost += 60
        same_end = route.arrow.target is arrow.target
        for other in pairwise(route.points):
            cost += sum(_meeting(segment, other, same_end) for segment in segments)
    return cost


def _through(segment: Segment, placed: Placed) -> bool:
    (a, b), box = segment, placed.box
    return (
        min(a.x, b.x) < box.x + box.width + 0.4
        and max(a.x, b.x) > box.x - 0.4
        and min(a.y, b.y) < box.y + box.height + 0.4
        and max(a.y, b.y) > box.y - 0.4
    )


def _meeting(one: Segment, other: Segment, same_end: bool) -> float:
    """What it costs to cross another arrow, or to lie on it; on the way to the same symbol they may join."""
    upright, other_upright = one[0].x == one[1].x, other[0].x == other[1].x
    if upright != other_upright:
        flat, tall = (other, one) if upright else (one, other)
        crosses = (
            min(flat[0].x, flat[1].x) + 0.1 < tall[0].x < max(flat[0].x, flat[1].x) - 0.1
            and min(tall[0].y, tall[1].y) + 0.1 < flat[0].y < max(tall[0].y, tall[1].y) - 0.1
        )
        return 0 if not crosses else 1.0 if same_end else 6.0
    along, across = (1, 0) if upright else (0, 1)
    if abs(one[0][across] - other[0][across]) > 0.7:
        return 0
    low = max(min(one[0][along], one[1][along]), min(other[0][along], other[1][along]))
    high = min(max(one[0][along], one[1][along]), max(other[0][along], other[1][along]))
    return 0 if high - low < 0.3 or same_end else 80
