"""The constructs of FEEL and what each means: `evaluate` gives its value, `reads` the variables it may read.

A node evaluates its parts by plain recursion; the grammar refuses what is nested too deeply for that. Chains
(`a + b + c`, `a and b`, `a.b[1].c`) are one node each, however long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.expression.function import Function
from engine.expression.operators import Comparison, Operator, negate, settle
from engine.expression.values import Run, Scope, Value

Names: TypeAlias = frozenset[str]


class Node:
    __slots__ = ()

    def evaluate(self, run: Run, scope: Scope) -> Value:
        raise NotImplementedError

    def reads(self, bound: Names) -> Iterator[str]:
        """The names it may read from the case, given those that are bound around it."""
        raise NotImplementedError


def reads_of(nodes: Iterable[Node], bound: Names) -> Iterator[str]:
    for node in nodes:
        yield from node.reads(bound)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value

    def evaluate(self, run: Run, scope: Scope) -> Value:
        return self.value

    def reads(self, bound: Names) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str

    def evaluate(self, run: Run, scope: Scope) -> Value:
        return scope[self.name] if self.name in scope else run.read(self.name)

    def reads(self, bound: Names) -> Iterator[str]:
        if self.name not in bound:
            yield self.name


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend(len(self.items))
        return [item.evaluate(run, scope) for item in self.items]

    def reads(self, bound: Names) -> Iterator[str]:
        return reads_of(self.items, bound)


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{a: 1, b: 2}`"""

    entries: tuple[tuple[str, Node], ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend(len(self.entries))
        return {key: node.evaluate(run, scope) for key, node in self.entries}

    def reads(self, bound: Names) -> Iterator[str]:
        return reads_of((node for _, node in self.entries), bound)


@dataclass(frozen=True, slots=True)
class Negative(Node):
    of: Node

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend()
        value = self.of.evaluate(run, scope)
        try:
            return negate(value)
        except ArithmeticError:
            return None

    def reads(self, bound: Names) -> Iterator[str]:
        return self.of.reads(bound)


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first op a op b …`, from left to right."""

    first: Node
    rest: tuple[tuple[Operator, Node], ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend(len(self.rest))
        value = self.first.evaluate(run, scope)
        for apply, node in self.rest:
            operand = node.evaluate(run, scope)
            try:
                value = apply(run, value, operand)
            except ArithmeticError:
                value = None
        return value

    def reads(self, bound: Names) -> Iterator[str]:
        yield from self.first.reads(bound)
        yield from reads_of((node for _, node in self.rest), bound)


@dataclass(frozen=True, slots=True)
class Compared(Node):
    left: Node
    compare: Comparison
    right: Node

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend()
        return self.compare(run, self.left.evaluate(run, scope), self.right.evaluate(run, scope))

    def reads(self, bound: Names) -> Iterator[str]:
        return reads_of((self.left, self.right), bound)


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`a and b and c` (settled by false) or `a or b or c` (settled by true)."""

    settled_by: bool
    terms: tuple[Node, ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend(len(self.terms))
        return settle((term.evaluate(run, scope) for term in self.terms), self.settled_by)

    def reads(self, bound: Names) -> Iterator[str]:
        return reads_of(self.terms, bound)


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    then: Node
    otherwise: Node

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend()
        chosen = self.then if self.condition.evaluate(run, scope) is True else self.otherwise
        return chosen.evaluate(run, scope)

    def reads(self, bound: Names) -> Iterator[str]:
        return reads_of((self.condition, self.then, self.otherwise), bound)


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Function
    arguments: tuple[Node, ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend()
        return self.function(run, [argument.evaluate(run, scope) for argument in self.arguments])

    def reads(self, bound: Names) -> Iterator[str]:
        return reads_of(self.arguments, bound)
