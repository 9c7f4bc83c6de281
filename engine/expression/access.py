"""What may follow a value: `.key` and `[position or condition]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.expression.nodes import Names, Node
from engine.expression.values import Run, Scope, Value, whole


@dataclass(frozen=True, slots=True)
class Member:
    """`.key` of a context, or of each context in a list; never a Python attribute."""

    key: str

    def apply(self, value: Value, run: Run, scope: Scope) -> Value:
        if isinstance(value, list):
            run.room_for(len(value))
            return [item.get(self.key) if isinstance(item, dict) else None for item in value]
        return value.get(self.key) if isinstance(value, dict) else None

    def reads(self, bound: Names) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Filter:
    """`xs[2]`, counted from 1 or back from -1, or `xs[item > 2]`. A value that is no list is a list of one.

    The keys of an item that is a context are names inside the brackets (DMN 1.4, 10.3.2.5). `reads` cannot
    know them and reports them, because no variable that might be read may be missed; `item.key` is plain.
    """

    by: Node

    def apply(self, value: Value, run: Run, scope: Scope) -> Value:
        if value is None:
            return None
        items: list[Value] = value if isinstance(value, list) else [value]
        first = self.by.evaluate(run, _with_item(items[0] if items else None, run, scope))
        if isinstance(first, Decimal):
            return _item_at(items, first)
        kept = items[:1] if first is True else []
        kept += [item for item in items[1:] if self.by.evaluate(run, _with_item(item, run, scope)) is True]
        return kept

    def reads(self, bound: Names) -> Iterator[str]:
        return self.by.reads(bound | {"item"})


@dataclass(frozen=True, slots=True)
class Access(Node):
    """A value with its suffixes: `cases[1].title`."""

    of: Node
    suffixes: tuple[Member | Filter, ...]

    def evaluate(self, run: Run, scope: Scope) -> Value:
        run.spend(len(self.suffixes))
        value = self.of.evaluate(run, scope)
        for suffix in self.suffixes:
            value = suffix.apply(value, run, scope)
        return value

    def reads(self, bound: Names) -> Iterator[str]:
        yield from self.of.reads(bound)
        for suffix in self.suffixes:
            yield from suffix.reads(bound)


def _with_item(item: Value, run: Run, scope: Scope) -> Scope:
    inner = {**scope, **item, "item": item} if isinstance(item, dict) else {**scope, "item": item}
    run.spend(len(inner))
    return inner


def _item_at(items: list[Value], position: Decimal) -> Value:
    at = whole(position)
    if not at or abs(at) > len(items):
        return None
    return items[at - 1 if at > 0 else at]
