"""What BPMN lets a model leave unsaid, said: an end where nothing follows, a fork where several flows leave.

The standard calls both the same (BPMN 2.0.2, 13.4.9 and 13.2.1), and this profile wants them drawn. Also put in: a called
process that is in another file of the same folder, as a deployment of several files has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.definition.parse import FLOW_NODES, NAMED
from engine.definition.xml import BPMN, NAMESPACES, tag

_ENDLESS = frozenset({"endEvent"})
_TEXTS = frozenset({"incoming", "outgoing", "flowNodeRef", "dataInputAssociation", "source", "target"})


def ends_and_forks(process: etree._Element) -> Iterator[str]:
    """Draw what is unsaid; yields what was added."""
    for level in [process, *process.iter(f"{{{BPMN}}}subProcess")]:
        flows = level.findall("bpmn:sequenceFlow", NAMESPACES)
        for node in [child for child in level if tag(child) in FLOW_NODES]:
            own = node.get("id", "")
            leaving = [flow for flow in flows if flow.get("sourceRef") == own]
            if not leaving and tag(node) not in _ENDLESS and node.get("triggeredByEvent") != "true":
                end = _add(level, "endEvent", f"{own}_akhir")
                _flow(level, own, end)
                yield f"{own}: an end event after it"
            elif len(leaving) > 1 and not tag(node).endswith("Gateway") and _all_plain(node, leaving):
                fork = _add(level, "parallelGateway", f"{own}_bagi")
                for told in node.findall("bpmn:outgoing", NAMESPACES):
                    node.remove(told)
                for flow in leaving:
                    flow.set("sourceRef", fork)
                _flow(level, own, fork)
                yield f"{own}: a parallel gateway after it"


def _all_plain(node: etree._Element, flows: list[etree._Element]) -> bool:
    return node.get("default") is None and all(
        flow.find("bpmn:conditionExpression", NAMESPACES) is None for flow in flows
    )


def _add(level: etree._Element, kind: str, own: str) -> str:
    etree.SubElement(level, f"{{{BPMN}}}{kind}", id=own)
    return own


def _flow(level: etree._Element, source: str, target: str) -> None:
    etree.SubElement(
        level, f"{{{BPMN}}}sequenceFlow", id=f"{source}_{target}", sourceRef=source, targetRef=target
    )


def called(root: etree._Element, others: Mapping[str, etree._Element]) -> Iterator[str]:
    """Put in what is called and is in another file, with what it refers to; ids that are taken get a new end.

    `others`: id of a process -> root of the file that it is in.
    """
    own = {process.get("id") for process in root.iterfind(f"{{{BPMN}}}process")}
    todo = [call.get("calledElement", "") for call in root.iter(f"{{{BPMN}}}callActivity")]
    while todo:
        name = todo.pop()
        if name in own or name not in others:
            continue
        own.add(name)
        taken = {node.get("id") for node in root.iter(etree.Element)}
        copied = etree.fromstring(etree.tostring(others[name]))
        parts = [
            part
            for part in copied
            if tag(part) in NAMED or (tag(part) == "process" and part.get("id") == name)
        ]
        _rename(parts, {i: f"{i}_{name}" for part in parts for i in _ids(part) if i in taken and i != name})
        for part in parts:
            root.insert(sum(tag(child) in {*NAMED, "process", "itemDefinition"} for child in root), part)
            todo += [call.get("calledElement", "") for call in part.iter(f"{{{BPMN}}}callActivity")]
        yield f"process {name} of another file"


def _ids(part: etree._Element) -> Iterator[str]:
    yield from (node.get("id") for node in part.iter(etree.Element) if node.get("id"))  # type: ignore[misc]


def _rename(parts: list[etree._Element], names: Mapping[str, str]) -> None:
    for node in (node for part in parts for node in part.iter(etree.Element)):
        for key, value in node.attrib.items():
            if value in names and (key in {"id", "default"} or str(key).endswith("Ref")):
                node.set(key, names[str(value)])
        if tag(node) in _TEXTS and (node.text or "").strip() in names:
            node.text = names[(node.text or "").strip()]
