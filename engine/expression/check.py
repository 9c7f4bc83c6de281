"""The names that an expression reads and nobody sets: a typing error that would only show in a running case."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from engine.expression.evaluate import Expression, Tests


@dataclass(frozen=True, slots=True)
class UnknownName:
    name: str
    #: The known name most like it, if one is.
    suggestion: str | None


def check(expression: Expression | Tests, known: Collection[str]) -> list[UnknownName]:
    """The unknown names in alphabetical order; empty when all is well.

    A key of an item that a filter reads bare (`rows[price > 10]`) counts as unknown: `rows[item.price > 10]`.
    """
    return [UnknownName(name, _closest(name, known)) for name in sorted(expression.names - set(known))]


def _closest(name: str, known: Collection[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1)), None)
