"""Functions over lists (DMN 1.4, 10.3.4.4). Over a long list they pay by its length, over a deep one by its lists."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from engine.expression.function import Function, into
from engine.expression.operators import COMPARISONS, equal
from engine.expression.values import NUMBERS, Run, Value

FUNCTIONS: dict[str, Function] = {}
function = into(FUNCTIONS)


@function("count", list)
def _count(run: Run, items: list[Value]) -> Value:
    return Decimal(len(items))


@function("list contains", list, object)
def _list_contains(run: Run, items: list[Value], wanted: Value) -> Value:
    return any(_same(run, item, wanted) for item in items)


@function("index of", list, object)
def _index_of(run: Run, items: list[Value], wanted: Value) -> Value:
    return [Decimal(at) for at, item in enumerate(items, start=1) if _same(run, item, wanted)]


@function("append", list, object, endless=True)
def _append(run: Run, items: list[Value], *more: Value) -> Value:
    return [*items, *more]


@function("concatenate", list, endless=True)
def _concatenate(run: Run, *lists: list[Value]) -> Value:
    run.room_for(sum(len(items) for items in lists))
    return [item for items in lists for item in items]


@function("reverse", list)
def _reverse(run: Run, items: list[Value]) -> Value:
    return items[::-1]


@function("distinct values", list)
def _distinct_values(run: Run, items: list[Value]) -> Value:
    first: dict[Hashable, Value] = {}
    for item in items:
        first.setdefault(_identity(run, item), item)
    return list(first.values())


@function("flatten", list)
def _flatten(run: Run, items: list[Value]) -> Value:
    return _flat(run, items)


@function("sum", object, endless=True)
def _sum(run: Run, *values: Value) -> Value:
    numbers = _numbers(values)
    if not numbers:
        return None
    total = Decimal(0)
    for each in numbers:
        total = NUMBERS.add(total, each)
    return total


@function("mean", object, endless=True)
def _mean(run: Run, *values: Value) -> Value:
    total = _sum(run, *values)
    return NUMBERS.divide(total, Decimal(len(_spread(values)))) if isinstance(total, Decimal) else None


@function("min", object, endless=True)
def _min(run: Run, *values: Value) -> Value:
    return _extreme(run, "<", values)


@function("max", object, endless=True)
def _max(run: Run, *values: Value) -> Value:
    return _extreme(run, ">", values)


def _same(run: Run, a: Value, b: Value) -> bool:
    return equal(run, a, b) is True


def _flat(run: Run, items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for item in items:
        if isinstance(item, list):
            run.spend()
            flat += _flat(run, item)
            run.room_for(len(flat))
        else:
            flat.append(item)
    return flat


def _spread(values: tuple[Value, ...]) -> list[Value]:
    """`min([1, 2])` and `min(1, 2)` are the same."""
    only = values[0]
    return only if len(values) == 1 and isinstance(only, list) else list(values)


def _numbers(values: tuple[Value, ...]) -> list[Decimal]:
    """None at all where one is no number."""
    spread = _spread(values)
    numbers = [value for value in spread if isinstance(value, Decimal)]
    return numbers if len(numbers) == len(spread) else []


def _extreme(run: Run, beats: str, values: tuple[Value, ...]) -> Value:
    spread = _spread(values)
    best = spread[0] if spread else None
    for value in spread:
        better = COMPARISONS[beats](run, value, best)
        if better is None:
            return None
        if better:
            best = value
    return best


def _identity(run: Run, value: Value) -> Hashable:
    """Equal for values that FEEL holds equal; the type keeps true apart from 1 and a date from its midnight."""
    run.spend(isinstance(value, list | dict))
    if isinstance(value, list):
        return (list, tuple(_identity(run, item) for item in value))
    if isinstance(value, dict):
        return (dict, frozenset((key, _identity(run, item)) for key, item in value.items()))
    return (type(value), value)
