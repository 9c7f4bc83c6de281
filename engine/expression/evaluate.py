"""An expression, read once and evaluated as often as its gateway is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.expression.build import TESTED, Builder
from engine.expression.grammar import read
from engine.expression.nodes import Literal, Node
from engine.expression.values import Run, Value


@dataclass(frozen=True, slots=True)
class Expression:
    source: str
    #: The variables it may read: no function names, none that it binds itself.
    names: frozenset[str]
    _root: Node = field(repr=False, compare=False)

    def evaluate(self, context: Mapping[str, object], *, now: datetime | None = None) -> Value:
        """Its value over these variables; null where FEEL has none, and for `today()` and `now()` without `now`.

        Numbers of the context (int, float, Decimal) are read as Decimal of 34 digits; a name it lacks reads as null.
        The result shares no list or dict with the context.

        Raises `ExpressionFailed` where the bounds of `values` are passed, and for a variable of a Python type that
        FEEL does not know.
        """
        return self._root.evaluate(Run(context, now), {})


@lru_cache(maxsize=1024)
def parse(source: str) -> Expression:
    """Read a bare FEEL expression (no leading `=`, no `${}`); kept, so that reading it again costs nothing.

    Raises `ExpressionInvalid`: `detail` has `line` and `column` from 1, `expected`, `found` and `source`.
    """
    root = Builder(source).node(read(source))
    return Expression(source, frozenset(root.reads(frozenset())), root)


@dataclass(frozen=True, slots=True)
class Tests:
    """The unary tests of a table's cell: `"a", "b"`, `< 5`, `[1..5]`, `not("a")`, `-`. Source: DMN 1.3, 7.3.3."""

    source: str
    names: frozenset[str]
    _root: Node = field(repr=False, compare=False)
    _negated: bool = False

    def accept(self, value: object, context: Mapping[str, object], *, now: datetime | None = None) -> bool:
        """Whether `value` passes; what cannot be compared does not. Raises as `Expression.evaluate` does."""
        passed = self._root.evaluate(Run({**context, TESTED: value}, now), {})
        return passed is not None and passed is not self._negated


@lru_cache(maxsize=1024)
def parse_tests(source: str) -> Tests:
    """Read the tests of a cell. Raises `ExpressionInvalid`, as `parse` does."""
    text = source.strip()
    if text in ("", "-"):
        return Tests(source, frozenset(), Literal(True))
    inside = _NEGATED.fullmatch(text)
    root = Builder(source).node(read(inside[1] if inside else text, "tests"))
    return Tests(source, frozenset(root.reads(frozenset())) - {TESTED}, root, inside is not None)


_NEGATED = re.compile(r"not\s*\((.*)\)", re.DOTALL)
