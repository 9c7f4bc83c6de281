"""An expression, read once and evaluated as often as its gateway is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.expression.build import Builder
from engine.expression.grammar import read
from engine.expression.nodes import Node
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
