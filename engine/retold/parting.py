"""Where two ways part, and by which condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.definition.model import Flow, ProcessDefinition
from engine.errors import ExpressionInvalid
from engine.expression import parse
from engine.retold.outcome import Choice
from engine.retold.recorded import Names


@dataclass(frozen=True, slots=True)
class Parting:
    """The first point where the new version goes elsewhere."""

    place: str
    #: A timer decided it: on one side it had fired and on the other it had not.
    by_limit: bool
    old: Choice
    new: Choice
    values: Mapping[str, Any]


def parting(
    names: Names,
    new: ProcessDefinition,
    trails: tuple[Sequence[str], Sequence[str]],
    came_to: tuple[tuple[str, ...], tuple[str, ...]],
    variables: Mapping[str, Any],
) -> Parting:
    """`trails` are the elements passed and come to since both stood alike, `came_to` what is open or ended now only on
    the one side, only on the other.
    """
    was, now = trails
    same = 0
    for one, other in zip(was, now, strict=False):
        if (names.new(one) or one) != other:
            break
        same += 1
    before = max(same - 1, 0)
    old_flow, new_flow = _decided(names.old, was[before:]), _decided(new, now[before:])
    limits = [
        element.id
        for definition, trail in ((names.old, was), (new, now))
        for element in map(definition.elements.get, trail[same : same + 1])
        if element is not None and element.event == "timer"
    ]
    place = limits[0] if limits else ""
    if not place and new_flow is not None:
        place = new_flow.source
    if not place and old_flow is not None:
        place = names.new(old_flow.source) or old_flow.source
    if not place:
        place = now[same - 1] if 0 < same <= len(now) else next(iter((*came_to[1], *came_to[0])), "")
    read = {name for flow in (old_flow, new_flow) for name in _read(flow, names.old, new)}
    values = {name: variables.get(name) for name in sorted(read)}
    return Parting(
        place,
        bool(limits),
        _choice(came_to[0], old_flow),
        _choice(came_to[1], new_flow),
        {} if limits else values,
    )


def _choice(to: tuple[str, ...], flow: Flow | None) -> Choice:
    return Choice(to, flow.source if flow else None, flow.condition if flow else None)


def _decided(definition: ProcessDefinition, trail: Sequence[str]) -> Flow | None:
    """The first flow of the trail that was one of several."""
    for source, target in pairwise(trail):
        out = [flow for flow in definition.flows.values() if flow.source == source]
        if len(out) > 1 and any(flow.condition for flow in out):
            return next((flow for flow in out if flow.target == target), None)
    return None


def _read(flow: Flow | None, *definitions: ProcessDefinition) -> Iterator[str]:
    """The variables that decided it: its own condition's, and those of the flows beside it."""
    if flow is None:
        return
    for definition in definitions:
        for one in definition.flows.values():
            if one.source == flow.source and one.condition:
                yield from names_of(one.condition)


def names_of(condition: str) -> frozenset[str]:
    """The variables that an expression reads; none where it cannot be read."""
    try:
        return parse(condition).names
    except ExpressionInvalid:
        return frozenset()
