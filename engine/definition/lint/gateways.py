"""Gateways and the conditions behind them: each flow is decided by exactly one thing."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element, Flow
from engine.definition.xml import NAMESPACES

#: Gateways that choose by the conditions of their flows (BPMN 2.0.2, 13.4.2 and 13.4.3).
CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def check(draft: Draft) -> Iterator[Finding]:
    for element in draft.elements:
        if element.kind in CHOOSING:
            yield from _choosing(draft, element)
        else:
            for flow in draft.outgoing[element.id]:
                if flow.condition is not None:
                    yield draft.found("condition_ignored", flow, kind=element.kind)
        for flow in draft.outgoing[element.id]:
            written = _language(draft, flow)
            if written.lower() != "feel":
                yield draft.found("language", flow, found=written)
        if element.kind == "eventBasedGateway":
            yield from _event_gateway(draft, element)


def _choosing(draft: Draft, gateway: Element) -> Iterator[Finding]:
    flows = draft.outgoing[gateway.id]
    default = next((f for f in flows if f.id == gateway.default_flow), None)
    if default is not None and default.condition is not None:
        yield draft.found("condition_on_default", default)
    bare = [f for f in flows if f is not default and not f.condition]
    if len(flows) > 1:
        yield from (draft.found("condition_missing", flow) for flow in bare)
    if flows and default is None and not bare:
        yield draft.found("default_missing", gateway)


def _language(draft: Draft, flow: Flow) -> str:
    """The language that a condition says it is in; FEEL when it says nothing."""
    condition = draft.xml(flow).find("bpmn:conditionExpression", NAMESPACES)
    return "feel" if condition is None else condition.get("language", "feel")


def _event_gateway(draft: Draft, gateway: Element) -> Iterator[Finding]:
    targets = [draft.by_id[f.target] for f in draft.outgoing[gateway.id] if f.target in draft.by_id]
    for target in targets:
        if target.kind != "intermediateCatchEvent":
            yield draft.found("event_gateway_target", target, found=target.kind)
    timers = [t for t in targets if t.event == "timer"]
    if len(timers) > 1:
        yield draft.found("event_gateway_timers", gateway, count=len(timers))
