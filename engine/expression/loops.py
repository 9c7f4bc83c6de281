"""`for`, `some` and `every`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.expression.nodes import Names, Node, reads_of
from engine.expression.operators import settle
from engine.expression.values import Run, Scope, Value, whole


@dataclass(frozen=True, slots=True)
class Binding:
    """`x in xs`, or `x in low..high` where `until` is the high end."""

    name: str
    source: Node
    until: Node | None

    def values(self, run: Run, scope: Scope) -> Iterable[Value] | None:
        """What x is, one after another; none where that is not a list or no whole numbers."""
        start = self.source.evaluate(run, scope)
        if self.until is None:
            return start if isinstance(start, list) or start is None else [start]
        end = self.until.evaluate(run, scope)
        if not (isinstance(start, Decimal) and isinstance(end, Decimal)):
            return None
        low, high = whole(start), whole(end)
        if low is None or high is None:
            return None
        step = 1 if low <= high else -1
        return (Decimal(n) for n in range(low, high + step, step))

    def nodes(self) -> tuple[Node, ...]:
        return (self.source,) if self.until is None else (self.source, self.until)


class _NoList(Exception):
    """A binding has nothing to run over, so the loop is null."""


def _rounds(bindings: tuple[Binding, ...], run: Run, scope: Scope) -> Iterator[Scope]:
    """Each scope that the body sees; a later binding may read the variables of the earlier ones."""
    if not bindings:
        yield scope
        return
    first, *rest = bindings
    values = first.values(run, scope)
    if values is None:
        raise _NoList
    for value in values:
        run.spend(1 + len(scope))
        yield from _rounds(tuple(rest), run, {**scope, first.name: value})


def _loop_reads(bindings: tuple[Binding, ...], body: Node, bound: Names) -> Iterator[str]:
    for binding in bindings:
        yield from reads_of(binding.nodes(), bound)
        bound |= {binding.name}
    yield from body.reads(bound)


@dataclass(frozen=True, slots=True)
class ForEach(Node):
    """`for x in xs return body`"""

    bindings: tuple[Binding, ...]
    body: Node

    def evaluate(self, run: Run, scope: Scope) -> Value:
        try:
            return [self.body.evaluate(run, inner) for inner in _rounds(self.bindings, run, scope)]
        except _NoList:
            return None

    def reads(self, bound: Names) -> Iterator[str]:
        return _loop_reads(self.bindings, self.body, bound)


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some x in xs satisfies body` (settled by true), `every …` (settled by false)."""

    settled_by: bool
    bindings: tuple[Binding, ...]
    body: Node

    def evaluate(self, run: Run, scope: Scope) -> Value:
        rounds = _rounds(self.bindings, run, scope)
        try:
            return settle((self.body.evaluate(run, inner) for inner in rounds), self.settled_by)
        except _NoList:
            return None

    def reads(self, bound: Names) -> Iterator[str]:
        return _loop_reads(self.bindings, self.body, bound)
