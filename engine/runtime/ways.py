"""Which way a case took at each gateway and why: the condition that held, and the values that it read.

The record names what was passed, not what was thought; so a gateway's conditions are asked again over the variables
as the command left them. Where that does not lead to what was passed next, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.definition.model import Element, Flow, ProcessDefinition
from engine.errors import EngineError
from engine.expression import parse
from engine.runtime.state import State
from engine.runtime.step import element_of
from engine.spiff.context import speaks_of_null

#: Gateways that ask conditions.
ASKING: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})


@dataclass(frozen=True, slots=True)
class Way:
    """One flow out of a gateway that was taken."""

    gateway: Element
    flow: Flow
    #: Where it leads.
    target: Element
    #: The conditions that were asked, in order, with what came of each; the last one held, or none did.
    asked: tuple[tuple[str, bool], ...]
    #: What they read.
    read: Mapping[str, Any]

    @property
    def by_default(self) -> bool:
        """No condition held."""
        return not any(held for _, held in self.asked)


def ways(definition: ProcessDefinition, passed: Sequence[str], after: State, at: datetime) -> Iterator[Way]:
    """The ways taken by a command that `passed` these activations and left the case as `after`."""
    reached = {element_of(name) for name in passed} | {item.element for item in after.work_items.values()}
    reached |= {task.element for task in after.external_tasks.values()}
    reached |= {timer.element for timer in after.timers.values()}
    for name in passed:
        element = definition.elements.get(element_of(name))
        if element is None or element.kind not in ASKING:
            continue
        flows = [flow for flow in definition.flows.values() if flow.source == element.id]
        if len(flows) < 2:
            continue  # it only joins
        for way in _asked(definition, element, flows, after.variables, at):
            if way.target.id in reached or way.target.kind == "subProcess":
                yield way


def _asked(
    definition: ProcessDefinition,
    gateway: Element,
    flows: Sequence[Flow],
    variables: Mapping[str, Any],
    at: datetime,
) -> Iterator[Way]:
    asked: list[tuple[str, bool]] = []
    read: dict[str, Any] = {}
    held = False
    for flow in flows:
        if flow.condition is None or flow.id == gateway.default_flow:
            continue
        expression = parse(flow.condition)
        try:
            value = expression.evaluate(variables, now=at)
        except EngineError:
            return
        found = {name: variables.get(name) for name in sorted(expression.names)}
        if None in found.values() and not speaks_of_null(flow.condition):
            return  # it would have halted: what it read was not the case's but an instance's own
        read |= found
        asked.append((flow.condition, value is True))
        if value is True:
            held = True
            yield Way(gateway, flow, definition.elements[flow.target], tuple(asked), dict(read))
            if gateway.kind == "exclusiveGateway":
                return
    default = next((flow for flow in flows if flow.id == gateway.default_flow), None)
    if not held and default is not None:
        yield Way(gateway, default, definition.elements[default.target], tuple(asked), dict(read))
