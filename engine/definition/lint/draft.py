"""A diagram as it is before anybody has judged it: what every check reads, dangling ends and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from engine.definition.decisions import Decision
from engine.definition.findings import Finding, Severity
from engine.definition.model import Element, Flow, Lane
from engine.definition.parse import Reading
from engine.definition.sentences import SENTENCES
from engine.definition.xml import BPMN, line, tag
from engine.forms.fields import FormSchema

#: What a finding can point at.
Place = Element | Flow | Lane | etree._Element | None

#: BPMN tag of an activity: what has an inside or a worker, and may carry boundary events.
ACTIVITIES = frozenset(
    {
        "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask",
        "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
    }
)  # fmt: skip


_NOTHING = etree.Element("nothing")


@dataclass(frozen=True)
class Draft:
    """One BPMN file under check, with the forms and decisions that came with it."""

    filename: str
    root: etree._Element
    #: The process that cases run, then those it calls; all processes of the file when none can be told.
    processes: tuple[etree._Element, ...]
    reading: Reading
    #: Form id -> schema, and form id -> file, of the forms that can be read.
    forms: Mapping[str, FormSchema]
    form_files: Mapping[str, str]
    #: File name -> bytes of everything that came with the diagram.
    form_sources: Mapping[str, bytes]
    #: Ids of forms whose file has findings of its own: known, but not readable.
    broken_forms: frozenset[str]
    decisions: Mapping[str, Decision]

    @property
    def elements(self) -> tuple[Element, ...]:
        return self.reading.elements

    @property
    def flows(self) -> tuple[Flow, ...]:
        return self.reading.flows

    @cached_property
    def by_id(self) -> dict[str, Element]:
        return {e.id: e for e in self.elements}

    @cached_property
    def nodes(self) -> dict[str, etree._Element]:
        """XML node of every BPMN element that has an id."""
        return {node.get("id", ""): node for node in self.root.iter(f"{{{BPMN}}}*") if node.get("id")}

    @cached_property
    def outgoing(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {e.id: [] for e in self.elements}
        for flow in self.flows:
            found.setdefault(flow.source, []).append(flow)
        return found

    @cached_property
    def incoming(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {e.id: [] for e in self.elements}
        for flow in self.flows:
            found.setdefault(flow.target, []).append(flow)
        return found

    @cached_property
    def attached(self) -> dict[str, list[Element]]:
        """Boundary events by the activity they sit on."""
        found: dict[str, list[Element]] = {}
        for element in self.elements:
            if element.attached_to:
                found.setdefault(element.attached_to, []).append(element)
        return found

    def of(self, kind: str) -> Iterator[Element]:
        return (e for e in self.elements if e.kind == kind)

    def xml(self, place: Element | Flow) -> etree._Element:
        """Its XML; an empty element for what has no id (which is a finding of its own)."""
        return self.nodes.get(place.id, _NOTHING)

    def definitions(self, event: Element) -> list[etree._Element]:
        """The event definitions in an event's XML; more than one is a finding."""
        return [c for c in self.xml(event) if tag(c).endswith("EventDefinition")]

    def found(self, code: str, at: Place, severity: Severity | None = None, **params: object) -> Finding:
        """A finding of this file at an element, with the severity of its code unless another is given."""
        return Finding(
            code=code,
            severity=severity or SENTENCES[code].severity,
            filename=self.filename,
            line=_line(at),
            element=_id(at),
            params=params,
        )


def _line(at: Place) -> int:
    if at is None:
        return 0
    return line(at) if isinstance(at, etree._Element) else at.line


def _id(at: Place) -> str | None:
    if at is None:
        return None
    if not isinstance(at, etree._Element):
        return at.id or None
    # an event definition or an extension is found in the panel of the element that holds it
    for node in (at, *at.iterancestors()):
        if tag(node) and node.get("id") and not tag(node).endswith("EventDefinition"):
            return node.get("id")
    return None
