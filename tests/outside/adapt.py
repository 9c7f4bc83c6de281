"""A model from outside, with what this profile asks for and another engine does not. Every change is listed.

Added or taken away is only what belongs to an office's process and not to the construct under test: a first step that
brings the variables, lanes, a form for each step, who may send a message, wall-clock timers; the names of people and
forms of the other engine. Conditions become FEEL where both say the same. All else stays, for lint to name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lxml import etree

from engine.definition.lint.constructs import REMARKS
from engine.definition.parse import FLOW_NODES, executable, expressions, read, running
from engine.definition.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, NAMESPACES, harden, tag
from engine.errors import DefinitionInvalid, ExpressionInvalid
from engine.expression import parse as parse_feel
from tests.outside import juel
from tests.outside.normal import called, ends_and_forks

#: Whom a task is for and what is shown there: here lanes and forms say it.
OF_PEOPLE = (
    "assignee", "candidateUsers", "candidateGroups", "candidateStarterUsers", "candidateStarterGroups", "formKey",
    "dueDate", "followUpDate", "priority", "taskPriority", "jobPriority", "initiator", "async", "isStartableInTasklist",
)  # fmt: skip
#: Text that Camunda 7 evaluates.
EVALUATED = ("conditionExpression", "timeDuration", "timeDate", "loopCardinality", "completionCondition")
KEPT_NAMESPACES = {BPMN, CAMUNDA, BPMNDI, DC, DI, "http://www.w3.org/2001/XMLSchema-instance"}
#: Engines of their own: what they add says how to run.
ENGINES = ("activiti", "flowable", "zeebe", "jboss", "drools", "jbpm")
ENTRY = "Luar_masuk"
FIRST_FORM, STEP_FORM = "luar_masuk", "luar_langkah"
GROUP = "penguji"
#: What comes first in a process, before its lanes (BPMN 2.0.2, tProcess).
BEFORE_LANES = frozenset(
    {"documentation", "extensionElements", "ioSpecification", "property", "auditing", "monitoring"}
)
_COMPARED = r"\b{name}\s*(?:=|!=|<=|>=|<|>)\s*(\"[^\"]*\"|\d+(?:\.\d+)?)"
_TYPES = {bool: "checkbox", int: "number", float: "number", str: "textfield"}


@dataclass
class Adapted:
    """The model as it is tried, with its forms, the variables it begins with, and what was changed."""

    source: bytes
    resources: dict[str, bytes]
    variables: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)


def adapt(
    data: bytes,
    filename: str,
    variables: Mapping[str, Any] | None = None,
    others: Mapping[str, etree._Element] | None = None,
) -> Adapted:
    """`variables`: those that the documented result begins with; the others that it reads are guessed. `others`: what
    it may call, by the id of the process.

    Raises `DefinitionInvalid` for what cannot be read as XML.
    """
    root = harden(data, filename)
    made = Adapted(data, {}, dict(variables or {}))
    made.changes += called(root, others or {})
    for process in root.iterfind(f"{{{BPMN}}}process"):
        if process.get("isExecutable") is None:  # Camunda 7 takes it for true
            process.set("isExecutable", "true")
            made.changes.append(f"{process.get('id')}: isExecutable said")
    try:
        top = executable(root, filename)
    except DefinitionInvalid:
        return made
    _identify(root, made)
    _translate(root, made)
    _strip(root, made)
    for process in running(root, top):
        made.changes += ends_and_forks(process)
        _events(process, made)
        for task in process.iter(f"{{{BPMN}}}userTask"):
            if not task.get("name", "").strip():
                task.set("name", task.get("id", ""))
            if not task.get(f"{{{CAMUNDA}}}formRef"):
                _form(task, STEP_FORM)
                made.changes.append(f"{task.get('id')}: form")
        lanes = _lanes(process, made)
        if process is top:
            _entry(process, lanes, made)
    _variables(root, top, made)
    made.source = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def _identify(root: etree._Element, made: Adapted) -> None:
    """Ids for what BPMN lets do without one."""
    nth = count(1)
    for node in root.iter(*(f"{{{BPMN}}}{name}" for name in ("sequenceFlow", "lane", *FLOW_NODES))):
        if not node.get("id"):
            node.set("id", f"Luar_{next(nth)}")
            made.changes.append(f"an id for a {tag(node)}")
        if tag(node) == "lane" and not node.get("name", "").strip():
            node.set("name", node.get("id", ""))
            made.changes.append(f"{node.get('id')}: a name")


def _translate(root: etree._Element, made: Adapted) -> None:
    for node in root.iter(*(f"{{{BPMN}}}{name}" for name in EVALUATED)):
        if node.text and juel.is_wrapped(node.text):
            try:
                said = juel.feel(node.text)
            except juel.Untranslatable:
                continue  # lint says that it is wrapped
            made.changes.append(f"{node.text.strip()} written {said}")
            node.text = said


def _strip(root: etree._Element, made: Adapted) -> None:
    for node in list(root.iter(etree.Element)):
        for name in [n for n in node.attrib if etree.QName(n).namespace]:
            space, local = etree.QName(name).namespace, etree.QName(name).localname
            if (space == CAMUNDA and local in OF_PEOPLE) or _drawn_by_a_tool(space):
                del node.attrib[name]
                made.changes.append(f"{node.get('id', tag(node))}: without {local}")
        of_people = node.tag == f"{{{CAMUNDA}}}formData"
        if (of_people or _drawn_by_a_tool(etree.QName(node).namespace)) and node.getparent() is not None:
            made.changes.append(f"without {etree.QName(node).localname}")
            node.getparent().remove(node)


def _drawn_by_a_tool(namespace: str | None) -> bool:
    """Whether it is a vendor's own note, which no engine runs."""
    space = namespace or ""
    return bool(space) and space not in KEPT_NAMESPACES and not any(name in space for name in ENGINES)


def _events(process: etree._Element, made: Adapted) -> None:
    for kind in ("boundaryEvent", "intermediateCatchEvent"):
        for event in process.iter(f"{{{BPMN}}}{kind}"):
            if event.find("bpmn:messageEventDefinition", NAMESPACES) is not None:
                _property(event, "kelompok", GROUP)
                made.changes.append(f"{event.get('id')}: who may send")
            if event.find("bpmn:timerEventDefinition", NAMESPACES) is not None:
                _property(event, "kalender", "24jam")
                made.changes.append(f"{event.get('id')}: wall clock")


def _property(node: etree._Element, name: str, value: str) -> None:
    extensions = node.find("bpmn:extensionElements", NAMESPACES)
    if extensions is None:
        extensions = etree.Element(f"{{{BPMN}}}extensionElements")
        node.insert(sum(tag(child) == "documentation" for child in node), extensions)
    held = extensions.find("camunda:properties", NAMESPACES)
    if held is None:
        held = etree.SubElement(extensions, f"{{{CAMUNDA}}}properties")
    etree.SubElement(held, f"{{{CAMUNDA}}}property", name=name, value=value)


def _form(task: etree._Element, ref: str) -> None:
    task.set(f"{{{CAMUNDA}}}formRef", ref)
    task.set(f"{{{CAMUNDA}}}formRefBinding", "deployment")


def _lanes(process: etree._Element, made: Adapted) -> etree._Element:
    """The process's lanes; one that holds everything where it has none."""
    lanes = process.find("bpmn:laneSet", NAMESPACES)
    own = process.get("id", "")
    if lanes is not None:
        for lane in lanes.iterfind("bpmn:lane", NAMESPACES):
            _property(lane, "kelompok", GROUP)
            made.changes.append(f"{lane.get('id')}: group")
        return lanes
    lanes = etree.Element(f"{{{BPMN}}}laneSet", id=f"Luar_lajur_{own}")
    process.insert(sum(tag(child) in BEFORE_LANES for child in process), lanes)
    lane = etree.SubElement(lanes, f"{{{BPMN}}}lane", id=f"Luar_lajur_semua_{own}", name=GROUP)
    for node in process:
        if tag(node) in FLOW_NODES and tag(node) not in REMARKS:
            etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = node.get("id", "")
    made.changes.append(f"{own}: a lane for all")
    return lanes


def _entry(process: etree._Element, lanes: etree._Element, made: Adapted) -> None:
    """A first step, by which a case comes in with its variables, as another engine starts one with variables."""
    starts = process.findall("bpmn:startEvent", NAMESPACES)
    if len(starts) != 1 or any(tag(child).endswith("EventDefinition") for child in starts[0]):
        return
    start = starts[0]
    task = etree.Element(f"{{{BPMN}}}userTask", id=ENTRY, name="Masuk")
    _form(task, FIRST_FORM)
    start.addnext(task)
    for flow in process.iterfind("bpmn:sequenceFlow", NAMESPACES):
        if flow.get("sourceRef") == start.get("id"):
            flow.set("sourceRef", ENTRY)
    for told in start.findall("bpmn:outgoing", NAMESPACES):
        start.remove(told)
    flow = etree.Element(
        f"{{{BPMN}}}sequenceFlow", id=f"{ENTRY}_alur", sourceRef=start.get("id", ""), targetRef=ENTRY
    )
    task.addnext(flow)
    lane = etree.SubElement(lanes, f"{{{BPMN}}}lane", id=f"{ENTRY}_lajur", name="Pengadu")
    _property(lane, "publik", "ya")
    etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = ENTRY
    made.changes.append("a first step that brings the variables")


def _variables(root: etree._Element, top: etree._Element, made: Adapted) -> None:
    """Put every variable that is read, and that nothing sets, into the first step's form."""
    reading = read(root, running(root, top))
    texts = [text for _, text in expressions(root, reading)]
    known = {node.get(f"{{{CAMUNDA}}}resultVariable") for node in root.iter(f"{{{BPMN}}}*")} | LOOP_NAMES
    for name in sorted(set(_names(texts)) - known - made.variables.keys()):
        made.variables[name] = _guess(name, texts)
        made.changes.append(f"{name} guessed to be {made.variables[name]!r}")
    fields = {name: _TYPES[type(value)] for name, value in made.variables.items()}
    made.resources = {f"{ref}.form": form(ref, fields) for ref in (FIRST_FORM, STEP_FORM)}


#: What the engine itself tells of a multi-instance activity.
LOOP_NAMES = {"nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances", "loopCounter"}


def _names(texts: list[str]) -> Iterator[str]:
    for text in texts:
        try:
            yield from parse_feel(text).names
        except ExpressionInvalid:
            continue


def _guess(name: str, texts: list[str]) -> Any:
    """A value of the type that it is compared with; a bare name is a condition by itself."""
    for text in texts:
        found = re.search(_COMPARED.format(name=re.escape(name)), text)
        if found:
            return json.loads(found[1])
    return True


def form(ref: str, fields: Mapping[str, str]) -> bytes:
    """A form file with these keys and component types."""
    components = [{"type": kind, "key": key, "id": f"F_{key}", "label": key} for key, kind in fields.items()]
    said = {"id": ref, "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Platform"}
    return json.dumps({**said, "executionPlatformVersion": "7.24.0", "components": components}).encode()
