"""The file as a file: BPMN 2.0 for Camunda 7, ids that are unique and free, nothing that would be ignored."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element, Flow, Lane
from engine.definition.parse import NAMED
from engine.definition.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, line, tag
from engine.spiff.xsd import schema_errors

MODELER = "http://camunda.org/schema/modeler/1.0"

#: Notation, drawing and colours; they do not run.
SILENT = frozenset(
    {
        BPMN,
        MODELER,
        BPMNDI,
        DC,
        DI,
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    }
)

#: What of the Camunda 7 profile is acted on, or changes nothing when it is not. All else is refused,
#: because people would believe what they see in the modeler's panel.
CAMUNDA_ATTRIBUTES = frozenset(
    {
        "formRef", "formRefBinding", "topic", "type", "resultVariable", "decisionRef", "decisionRefBinding",
        "historyTimeToLive", "versionTag", "isStartableInTasklist", "asyncBefore", "asyncAfter", "exclusive",
        "diagramRelationId",
    }
)  # fmt: skip
CAMUNDA_ELEMENTS = frozenset({"properties", "property"})

#: Ids of SpiffWorkflow 3.2's own task specs, and the tails of those it derives from ours.
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_TAILS = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin")


def check(draft: Draft) -> Iterator[Finding]:
    yield from _platform(draft)
    yield from _extensions(draft)
    yield from _ids(draft)
    if draft.processes and draft.processes[0].get(f"{{{CAMUNDA}}}historyTimeToLive") is None:
        yield draft.found("time_to_live_missing", draft.processes[0])


def schema(draft: Draft, spoken: frozenset[int]) -> Iterator[Finding]:
    """The net below all other checks: it speaks only of lines that no other finding names better."""
    for at, message in schema_errors(draft.root):
        if at not in spoken:
            yield Finding("schema", "error", draft.filename, at, params={"problem": _plain(message)})


def _platform(draft: Draft) -> Iterator[Finding]:
    platform = draft.root.get(f"{{{MODELER}}}executionPlatform")
    if platform is not None and platform != "Camunda Platform":
        yield draft.found("other_platform", draft.root, found=platform)


def _extensions(draft: Draft) -> Iterator[Finding]:
    told: set[str] = set()
    for node in draft.root.iter():
        names = [etree.QName(node), *(etree.QName(name) for name in node.attrib)]
        for name in names:
            namespace = name.namespace or ""
            if namespace == CAMUNDA:
                known = CAMUNDA_ELEMENTS if name is names[0] else CAMUNDA_ATTRIBUTES
                if name.localname not in known:
                    yield draft.found("camunda_ignored", node, name=name.localname)
            elif namespace and namespace not in SILENT and namespace not in told:
                told.add(namespace)
                yield draft.found("other_extension", node, name=name.localname, namespace=namespace)


def _ids(draft: Draft) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for node in draft.root.iter(f"{{{BPMN}}}*"):
        own = node.get("id")
        if own is None:
            continue
        if own in seen:
            yield draft.found("id_twice", node, id=own, other=seen[own])
        seen.setdefault(own, line(node))
        if own in RESERVED or own.endswith(RESERVED_TAILS):
            yield draft.found("id_reserved", node, id=own)
    places: list[Element | Flow | Lane] = [*draft.elements, *draft.flows, *draft.reading.lanes]
    for place in places:
        if not place.id:
            yield draft.found("id_missing", place, kind=_kind(place))
    for node in (*draft.processes, *(child for child in draft.root if tag(child) in NAMED)):
        if not node.get("id"):
            yield draft.found("id_missing", node, kind=tag(node))


def _kind(place: Element | Flow | Lane) -> str:
    return place.kind if isinstance(place, Element) else type(place).__name__.lower()


def _plain(message: str) -> str:
    """libxml2's words without the namespaces that nobody reads."""
    return message.replace(f"{{{BPMN}}}", "")
