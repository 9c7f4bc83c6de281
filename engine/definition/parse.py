"""From the bytes of a BPMN file to a `ProcessDefinition`.

Reading never judges more than it must: what cannot be read is a `DefinitionInvalid`; what can be read
but must not be deployed is for `engine.definition.lint`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from lxml import etree

from engine.definition.decisions import decisions
from engine.definition.findings import Finding, refusal
from engine.definition.model import Element, Flow, Instances, Lane, ProcessDefinition, Timer
from engine.definition.xml import BPMN, CAMUNDA, NAMESPACES, harden, line, properties, tag
from engine.errors import ExpressionInvalid
from engine.expression import parse as parse_feel
from engine.expression import parse_tests
from engine.forms.fields import FormSchema

FLOW_NODES = frozenset(
    {
        "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent",
        "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask",
        "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
        "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
    }
)  # fmt: skip


#: What events refer to by id, declared beside the processes.
NAMED = frozenset({"message", "signal", "error", "escalation"})


def content_hash(source: bytes, resources: Mapping[str, bytes]) -> str:
    """SHA-256 over the diagram and the files it is bound to, whatever the order they came in.

    The diagram's own file name is left out: renaming a file makes no new version.
    """
    digest = hashlib.sha256(hashlib.sha256(source).digest())
    for name in sorted(resources):
        digest.update(name.encode() + b"\0" + hashlib.sha256(resources[name]).digest())
    return digest.hexdigest()


def parse(
    source: bytes,
    filename: str,
    forms: Mapping[str, FormSchema],
    resources: Mapping[str, bytes],
    *,
    key: str | None = None,
    version: int = 0,
) -> ProcessDefinition:
    """Read one process of a BPMN file: the one called `key`, else the only executable one.

    `forms` maps form ids to schemas; only those that the process names are kept. Raises
    `DefinitionInvalid` when there is no such process.
    """
    root = harden(source, filename)
    process = executable(root, filename, key)
    reading = read(root, running(root, process))
    elements = {e.id: e for e in reading.elements}
    flows = {f.id: f for f in reading.flows}
    used = {e.form_ref for e in reading.elements if e.form_ref}
    own_forms = {ref: forms[ref] for ref in sorted(used & forms.keys())}
    own_resources = _bound(root, resources, used)
    process_id = process.get("id", "")
    return ProcessDefinition(
        key=process_id,
        version=version,
        name=process.get("name") or process_id,
        filename=filename,
        source=source,
        resources=own_resources,
        content_hash=content_hash(source, own_resources),
        properties=properties(process),
        lanes=reading.lanes,
        elements=elements,
        flows=flows,
        forms=own_forms,
        entry=entry(process, reading.elements, reading.flows),
        variables=frozenset(_names_read(root, reading, own_resources)),
    )


def _bound(root: etree._Element, resources: Mapping[str, bytes], forms: Set[str]) -> dict[str, bytes]:
    """The files that the diagram names: its forms, by the ids in them, and the .dmn files of its decisions."""
    asked = {t.get(f"{{{CAMUNDA}}}decisionRef") for t in root.iter(f"{{{BPMN}}}businessRuleTask")}
    decided = {d.filename for ref, d in decisions(resources).items() if ref in asked}
    return {
        name: data
        for name, data in sorted(resources.items())
        if name in decided or (name.endswith(".form") and _form_id(data) in forms)
    }


def _form_id(data: bytes) -> str | None:
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return whole.get("id") if isinstance(whole, dict) else None


def executable(root: etree._Element, filename: str, key: str | None = None) -> etree._Element:
    """The process element to run. Called processes of the same file are found by name when called."""
    found = [p for p in root.iterfind(f"{{{BPMN}}}process") if p.get("isExecutable") == "true"]
    if key is not None:
        found = [p for p in found if p.get("id") == key]
    called = {c.get("calledElement") for c in root.iter(f"{{{BPMN}}}callActivity")}
    top = [p for p in found if p.get("id") not in called] or found
    if len(top) != 1:
        count = {"count": len(top)}
        raise refusal([Finding("process_count", "error", filename, line(root), params=count)])
    return top[0]


def running(root: etree._Element, top: etree._Element) -> tuple[etree._Element, ...]:
    """The process with all that it calls in the same file, itself first; what is not there is lint's to say."""
    by_id = {p.get("id"): p for p in root.iterfind(f"{{{BPMN}}}process")}
    found = {top.get("id"): top}
    todo = [top]
    while todo:
        for call in todo.pop(0).iter(f"{{{BPMN}}}callActivity"):
            own = call.get("calledElement")
            if own in by_id and own not in found:
                found[own] = by_id[own]
                todo.append(by_id[own])
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of the processes that run together, in the order of the file, duplicates and all."""

    lanes: tuple[Lane, ...]
    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]


def read(root: etree._Element, processes: Iterable[etree._Element]) -> Reading:
    """Read lanes, elements and flows as far as they can be; judges nothing."""
    lanes: list[Lane] = []
    elements: list[Element] = []
    flows: list[Flow] = []
    named = {n.get("id", ""): n for n in root if tag(n) in NAMED and n.get("id")}
    for process in processes:
        own, lane_of = _lanes(process)
        lanes += own
        elements += _elements(process, lane_of, named)
        flows += _flows(process)
    return Reading(tuple(lanes), tuple(elements), tuple(flows))


def _lanes(process: etree._Element) -> tuple[list[Lane], dict[str, Lane]]:
    lanes: list[Lane] = []
    lane_of: dict[str, Lane] = {}
    for node in process.iterfind("bpmn:laneSet/bpmn:lane", NAMESPACES):
        said = properties(node)
        name = node.get("name", "")
        lane = Lane(
            id=node.get("id", ""),
            name=name,
            group=said.get("kelompok") or "_".join(name.lower().split()),
            public=said.get("publik") == "ya",
            counter_group=said.get("loket") or None,
            line=line(node),
        )
        lanes.append(lane)
        for ref in node.iterfind("bpmn:flowNodeRef", NAMESPACES):
            lane_of[(ref.text or "").strip()] = lane
    return lanes, lane_of


def _elements(
    process: etree._Element, lane_of: Mapping[str, Lane], named: Mapping[str, etree._Element]
) -> Iterator[Element]:
    for node in process.iter(f"{{{BPMN}}}*"):
        kind = tag(node)
        if kind not in FLOW_NODES:
            continue
        holder = node.getparent()
        parent = holder.get("id") if holder is not None and tag(holder) in FLOW_NODES else None
        said = properties(node)
        event = next((c for c in node if tag(c).endswith("EventDefinition")), None)
        reached = next((lane_of[i] for i in _ids_upwards(node) if i in lane_of), None)
        event_kind = tag(event).removesuffix("EventDefinition") if event is not None else None
        reference = named.get(event.get(f"{event_kind}Ref") or "") if event is not None else None
        yield Element(
            id=node.get("id", ""),
            kind=kind,
            name=node.get("name", ""),
            process=process.get("id", ""),
            line=line(node),
            lane=reached,
            properties=said,
            event=event_kind,
            form_ref=node.get(f"{{{CAMUNDA}}}formRef"),
            attached_to=node.get("attachedToRef"),
            interrupting=node.get("cancelActivity", "true") == "true",
            timer=_timer(event, said) if event is not None and event_kind == "timer" else None,
            message=reference.get("name") if reference is not None and event_kind == "message" else None,
            escalation=reference.get("escalationCode")
            if reference is not None and event_kind == "escalation"
            else None,
            topic=node.get(f"{{{CAMUNDA}}}topic"),
            default_flow=node.get("default"),
            parent=parent,
            instances=_instances(node),
        )


def _instances(node: etree._Element) -> Instances | None:
    loop = node.find("bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
    if loop is None:
        return None
    cardinality, condition = (
        (loop.findtext(f"bpmn:{name}", namespaces=NAMESPACES) or "").strip()
        for name in ("loopCardinality", "completionCondition")
    )
    return Instances(cardinality, condition or None, loop.get("isSequential") in {"true", "1"})


def _ids_upwards(node: etree._Element) -> Iterator[str]:
    """Its own id, then those of the sub-processes that hold it: what is inside is in their lane."""
    at: etree._Element | None = node
    while at is not None and tag(at) in FLOW_NODES:
        yield at.get("id", "")
        at = at.getparent()


def _timer(event: etree._Element, said: Mapping[str, str]) -> Timer | None:
    for kind in ("duration", "date", "cycle"):
        node = event.find(f"bpmn:time{kind.capitalize()}", NAMESPACES)
        if node is not None:
            return Timer(kind, (node.text or "").strip(), said.get("kalender") == "24jam")
    return None


def _flows(process: etree._Element) -> Iterator[Flow]:
    for node in process.iter(f"{{{BPMN}}}sequenceFlow"):
        condition = node.find("bpmn:conditionExpression", NAMESPACES)
        yield Flow(
            id=node.get("id", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=(condition.text or "").strip() if condition is not None else None,
            name=node.get("name", ""),
            line=line(node),
        )


def entry(process: etree._Element, elements: Iterable[Element], flows: Iterable[Flow]) -> str:
    """The user task straight after the only start event; an empty string when there is none."""
    own = {e.id: e for e in elements if e.process == process.get("id") and e.parent is None}
    starts = [e.id for e in own.values() if e.kind == "startEvent"]
    targets = [f.target for f in flows if f.source in starts]
    if len(starts) == 1 and len(targets) == 1 and targets[0] in own and own[targets[0]].kind == "userTask":
        return targets[0]
    return ""


def expressions(root: etree._Element, reading: Reading) -> Iterator[tuple[str, str]]:
    """All FEEL of the processes as (id of the element or flow, text); literal timers are not FEEL."""
    yield from ((f.id, f.condition) for f in reading.flows if f.condition)
    yield from ((e.id, e.restricted_if) for e in reading.elements if e.restricted_if)
    for element in reading.elements:
        if element.timer and not literal_timer(element.timer.kind, element.timer.expression):
            yield element.id, element.timer.expression
    own = {e.id for e in reading.elements}
    for name in ("script", "loopCardinality", "completionCondition"):
        for node in root.iter(f"{{{BPMN}}}{name}"):
            holder = next((a.get("id", "") for a in node.iterancestors() if tag(a) in FLOW_NODES), "")
            if holder in own and node.text and node.text.strip():
                yield holder, node.text.strip()


def _names_read(root: etree._Element, reading: Reading, resources: Mapping[str, bytes]) -> Iterator[str]:
    """Every variable that an expression reads; what cannot be parsed is lint's to report."""
    texts = [text for _, text in expressions(root, reading)]
    tests: list[str] = []
    for decision in decisions(resources).values():
        texts += [text for text in decision.expressions if text]
        tests += [test for rule in decision.rules for test in rule.tests]
    for read, sources in ((parse_feel, texts), (parse_tests, tests)):
        for text in sources:
            try:
                yield from read(text).names
            except ExpressionInvalid:
                continue
    yield from (node.text.strip() for node in root.iter(f"{{{BPMN}}}loopDataInputRef") if node.text)


def literal_timer(kind: str, expression: str) -> bool:
    """Whether a timer's text is an ISO 8601 literal rather than FEEL."""
    if kind == "duration":
        return expression.lstrip("-").upper().startswith("P")
    return expression[:4].isdigit()
