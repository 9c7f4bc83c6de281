"""Everything that points somewhere points to something: flows, events, boundary events, called processes.

SpiffWorkflow answers most of these with a TypeError or not at all, so they are checked before it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.definition.decisions import AGGREGATORS, POLICIES, Decision
from engine.definition.findings import Finding
from engine.definition.lint.draft import ACTIVITIES, Draft
from engine.definition.model import Element
from engine.definition.xml import BPMN, CAMUNDA, tag

#: Event definitions that point to something declared beside the processes.
REFERRING = frozenset({"message", "signal", "error", "escalation"})
#: What another engine would put a value in the place of; here nobody would ever hear such a name.
EVALUATED = re.compile(r"[$#]\{")
#: Without these codes nobody can be told, or nothing caught.
CODES = {"error": "errorCode", "escalation": "escalationCode"}


def check(draft: Draft) -> Iterator[Finding]:
    yield from _flows(draft)
    for element in draft.elements:
        if element.event in REFERRING:
            yield from _event(draft, element)
        if element.kind == "boundaryEvent":
            yield from _attachment(draft, element)
        elif element.kind == "callActivity":
            yield from _call(draft, element)
        elif element.kind == "businessRuleTask":
            yield from _decision(draft, element)
        if element.default_flow and element.default_flow not in {f.id for f in draft.outgoing[element.id]}:
            yield draft.found("default_unknown", element, ref=element.default_flow)
    yield from _declared(draft)
    yield from _caught_twice(draft)


def _caught_twice(draft: Draft) -> Iterator[Finding]:
    """Of two events that wait side by side for the same, nobody could say which one it is."""
    beside = [*draft.attached.values()]
    for gateway in draft.of("eventBasedGateway"):
        targets = (draft.by_id.get(flow.target) for flow in draft.outgoing[gateway.id])
        beside.append([event for event in targets if event is not None])
    for events in beside:
        first: dict[tuple[str, str], Element] = {}
        for event in events:
            ref = next((d.get(f"{event.event}Ref") for d in draft.definitions(event)), None) or ""
            if event.event in CODES or (event.event in REFERRING and ref):
                other = first.setdefault((event.event, ref), event)
                if other is not event:
                    yield draft.found("caught_twice", event, kind=event.event, other=other.id)


def _flows(draft: Draft) -> Iterator[Finding]:
    for flow in draft.flows:
        source, target = draft.by_id.get(flow.source), draft.by_id.get(flow.target)
        if source is None:
            yield draft.found("flow_source", flow, ref=flow.source or "–")
        if target is None:
            yield draft.found("flow_target", flow, ref=flow.target or "–")
        if source and target and (source.process, source.parent) != (target.process, target.parent):
            yield draft.found("flow_crosses", flow, source=flow.source, target=flow.target)


def _event(draft: Draft, element: Element) -> Iterator[Finding]:
    for definition in draft.definitions(element):
        kind = tag(definition).removesuffix("EventDefinition")
        if kind not in REFERRING:
            continue
        ref = definition.get(f"{kind}Ref")
        known = _ids(draft, kind)
        if ref is None:
            # an error or escalation boundary event without one catches all of them
            if element.kind != "boundaryEvent" or kind in {"message", "signal"}:
                yield draft.found("reference_missing", element, kind=kind)
        elif ref not in known:
            yield draft.found("reference_unknown", element, kind=kind, ref=ref, known=tuple(known))


def _ids(draft: Draft, kind: str) -> list[str]:
    return [n.get("id", "") for n in draft.root.iterfind(f"{{{BPMN}}}{kind}")]


def _declared(draft: Draft) -> Iterator[Finding]:
    used = _used(draft)
    for node in draft.root:
        kind, own = tag(node), node.get("id", "")
        if kind in REFERRING and own in used:
            if kind in {"message", "signal"} and not (node.get("name") or "").strip():
                yield draft.found("name_missing", node, kind=kind, id=own)
            elif kind in {"message", "signal"} and EVALUATED.search(node.get("name", "")):
                yield draft.found("name_evaluated", node, kind=kind, found=node.get("name"))
            if kind in CODES and not (node.get(CODES[kind]) or "").strip():
                yield draft.found("code_missing", node, kind=kind, id=own)


def _used(draft: Draft) -> set[str]:
    found = set()
    for process in draft.processes:
        for node in process.iter():
            found |= {node.get(f"{kind}Ref", "") for kind in REFERRING}
    return found


def _attachment(draft: Draft, event: Element) -> Iterator[Finding]:
    host = draft.by_id.get(event.attached_to or "")
    if host is None or host.kind not in ACTIVITIES or host.parent != event.parent:
        yield draft.found("attached_unknown", event, ref=event.attached_to or "–")


def _call(draft: Draft, call: Element) -> Iterator[Finding]:
    by_id = {p.get("id", ""): p for p in draft.root.iterfind(f"{{{BPMN}}}process")}
    ref = draft.xml(call).get("calledElement") or "–"
    runnable = tuple(i for i, p in by_id.items() if p.get("isExecutable") == "true" and i != call.process)
    if ref in by_id and call.process in _calls_of(ref, by_id):
        yield draft.found("called_circular", call, ref=ref)
    elif ref not in runnable:
        yield draft.found("called_unknown", call, ref=ref, known=runnable)


def _calls_of(start: str, by_id: dict[str, etree._Element]) -> set[str]:
    """The process itself and all that it calls, however far."""
    found, open_ids = set(), [start]
    while open_ids:
        own = open_ids.pop()
        if own in by_id and own not in found:
            found.add(own)
            open_ids += [c.get("calledElement", "") for c in by_id[own].iter(f"{{{BPMN}}}callActivity")]
    return found


def _decision(draft: Draft, task: Element) -> Iterator[Finding]:
    node = draft.xml(task)
    ref = node.get(f"{{{CAMUNDA}}}decisionRef") or "–"
    if ref not in draft.decisions:
        yield draft.found("decision_unknown", task, ref=ref, known=tuple(sorted(draft.decisions)))
    elif not draft.decisions[ref].table:
        yield draft.found("decision_no_table", task, ref=ref)
    else:
        yield from _table(draft, task, ref, draft.decisions[ref])


def _table(draft: Draft, task: Element, ref: str, decision: Decision) -> Iterator[Finding]:
    """Only what gives each of its outputs one value, by itself."""
    if decision.required:
        yield draft.found("decision_requires", task, ref=ref, required=decision.required)
    if decision.policy not in POLICIES or (
        decision.policy == "COLLECT" and decision.aggregator not in AGGREGATORS
    ):
        found = f"{decision.policy} {decision.aggregator or ''}".strip()
        yield draft.found("decision_policy", task, ref=ref, found=found)
    if not decision.inputs or not decision.outputs or not all((*decision.inputs, *decision.outputs)):
        yield draft.found("decision_columns", task, ref=ref)
    elif any(
        (len(rule.tests), len(rule.values)) != (len(decision.inputs), len(decision.outputs))
        for rule in decision.rules
    ):
        yield draft.found("decision_cells", task, ref=ref)
    if draft.xml(task).get(f"{{{CAMUNDA}}}resultVariable") and len(decision.outputs) > 1:
        yield draft.found("decision_result", task, ref=ref, outputs=decision.outputs)
