"""`x in …` and `between`: the tests that a value may be put to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.expression.nodes import Names, Node, reads_of
from engine.expression.operators import COMPARISONS, Comparison, equal, settle
from engine.expression.values import Run, Scope, Value


@dataclass(frozen=True, slots=True)
class EqualTo:
    """A value that is the wanted one, or a list that has it."""

    node: Node

    def accepts(self, value: Value, run: Run, scope: Scope) -> bool | None:
        wanted = self.node.evaluate(run, scope)
        if not isinstance(wanted, list):
            return equal(run, value, wanted)
        run.room_for(len(wanted))
        same = equal(run, value, wanted) if isinstance(value, list) else False
        return True if same else settle((equal(run, value, item) for item in wanted), by=True)

    def nodes(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True, slots=True)
class Limit:
    """`< 5`"""

    compare: Comparison
    node: Node

    def accepts(self, value: Value, run: Run, scope: Scope) -> bool | None:
        return self.compare(run, value, self.node.evaluate(run, scope))

    def nodes(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True, slots=True)
class Interval:
    """`[1..5]`, `(1..5)`, and `between 1 and 5`."""

    above: Comparison
    low: Node
    below: Comparison
    high: Node

    @classmethod
    def of(cls, low: Node, high: Node, *, low_included: bool, high_included: bool) -> Interval:
        above = COMPARISONS[">=" if low_included else ">"]
        below = COMPARISONS["<=" if high_included else "<"]
        return cls(above, low, below, high)

    def accepts(self, value: Value, run: Run, scope: Scope) -> bool | None:
        low, high = self.low.evaluate(run, scope), self.high.evaluate(run, scope)
        return settle((self.above(run, value, low), self.below(run, value, high)), by=False)

    def nodes(self) -> tuple[Node, ...]:
        return (self.low, self.high)


Test: TypeAlias = EqualTo | Limit | Interval


@dataclass(frozen=True, slots=True)
class Within(Node):
    """`x in (tests)`: true when one test accepts x."""

    of: Node
    tests: tuple[Test, ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend(len(self.tests))
        value = self.of.evaluate(run, scope)
        return settle((test.accepts(value, run, scope) for test in self.tests), by=True)

    def reads(self, bound: Names) -> Iterator[str]:
        yield from self.of.reads(bound)
        for test in self.tests:
            yield from reads_of(test.nodes(), bound)
