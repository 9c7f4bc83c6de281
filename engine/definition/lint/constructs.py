"""What SpiffWorkflow 3.2 breaks or ignores, refused by name; source: the released code, read and run.

Only what DESIGN 3 lists is supported. A construct that the engine would skip silently is worse than one
it rejects, so everything unknown is refused too.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element
from engine.definition.parse import FLOW_NODES
from engine.definition.xml import BPMN, CAMUNDA, tag

#: Tag -> code, for flow nodes and parts that are refused wherever they stand.
REFUSED = {
    "transaction": "transaction",
    "adHocSubProcess": "ad_hoc_sub_process",
    "complexGateway": "complex_gateway",
    "sendTask": "send_task",
    "receiveTask": "receive_task",
    "compensateEventDefinition": "compensation",
    "linkEventDefinition": "link_event",
    "conditionalEventDefinition": "conditional_event",
    "cancelEventDefinition": "cancel_event",
    "standardLoopCharacteristics": "standard_loop",
    "childLaneSet": "nested_lanes",
}

DATA = frozenset(
    {
        "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "ioSpecification",
        "dataInputAssociation", "dataOutputAssociation",
    }
)  # fmt: skip

#: What the engine reads, by kind of event; "none" is an event without a definition.
EVENTS = {
    "startEvent": ("none",),
    "endEvent": ("none", "terminate", "escalation", "error", "message"),
    "boundaryEvent": ("timer", "message", "signal", "error", "escalation"),
    "intermediateCatchEvent": ("timer", "message", "signal"),
    "intermediateThrowEvent": ("none", "message", "signal", "escalation"),
}

#: Children of a process or sub-process that say something to people, and nothing to the engine.
REMARKS = frozenset(
    {
        "extensionElements", "documentation", "laneSet", "sequenceFlow", "association", "textAnnotation",
        "group", "incoming", "outgoing", "auditing", "monitoring",
    }
)  # fmt: skip
#: Parts of a sub-process that another check reads.
READ_ELSEWHERE = frozenset({"multiInstanceLoopCharacteristics"})

#: SpiffWorkflow reads and predicts a process by recursion: a chain of this many is safe from any caller.
MOST_ELEMENTS = 300


def too_many(draft: Draft) -> Iterator[Finding]:
    """Whether the file is so large that nothing more is to be looked at."""
    if len(draft.elements) > MOST_ELEMENTS:
        at = draft.processes[0]
        yield draft.found("elements_too_many", at, limit=MOST_ELEMENTS, count=len(draft.elements))


def check(draft: Draft) -> Iterator[Finding]:
    for process in draft.processes:
        holders = {process, *process.iter(f"{{{BPMN}}}subProcess")}
        for node in process.iter(f"{{{BPMN}}}*"):
            kind = tag(node)
            if kind in REFUSED:
                yield draft.found(REFUSED[kind], node)
            elif kind in DATA:
                yield draft.found("data_object", node, kind=kind)
            elif node.getparent() in holders and not _known(kind):
                yield draft.found("element_unknown", node, kind=kind)
    for element in draft.elements:
        if element.kind in EVENTS:
            yield from _event(draft, element)
        elif element.kind == "serviceTask" and not _external(draft, element):
            yield draft.found("service_task", element)
        elif element.kind == "subProcess" and draft.xml(element).get("triggeredByEvent") in {"true", "1"}:
            yield draft.found("event_sub_process", element)


def _external(draft: Draft, task: Element) -> bool:
    """Whether a worker fetches it by its topic; the engine calls no code and no address."""
    node = draft.xml(task)
    called = ("class", "expression", "delegateExpression", "type")
    given = {name: node.get(f"{{{CAMUNDA}}}{name}") for name in called}
    return (
        bool(task.topic and task.topic.strip())
        and given.pop("type") == "external"
        and not any(given.values())
    )


def _known(kind: str) -> bool:
    return kind in FLOW_NODES or kind in REMARKS or kind in REFUSED or kind in DATA or kind in READ_ELSEWHERE


def _event(draft: Draft, event: Element) -> Iterator[Finding]:
    definitions = draft.definitions(event)
    if len(definitions) > 1 or draft.xml(event).get("parallelMultiple") == "true":
        yield draft.found("events_several", event, count=len(definitions))
        return
    kind = event.event or "none"
    if definitions and tag(definitions[0]) in REFUSED:
        return  # already refused by its own name
    if event.kind == "startEvent" and kind != "none":
        yield draft.found("start_not_plain", event, event=kind)
    elif event.kind == "endEvent" and kind == "signal":
        yield draft.found("signal_end_event", event)
    elif kind not in EVENTS[event.kind]:
        allowed = EVENTS[event.kind]
        yield draft.found("event_misplaced", event, kind=event.kind, event=kind, allowed=allowed)
    elif event.kind == "boundaryEvent" and kind == "error" and not event.interrupting:
        yield draft.found("error_not_interrupting", event)
