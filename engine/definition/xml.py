"""XML read by a parser that cannot be made to do more, and the few words of BPMN that all readers share."""

from __future__ import annotations

from typing import cast

from lxml import etree

from engine.definition.findings import Finding, refusal

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
#: Diagram interchange: the diagram, its boxes, its lines.
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
NAMESPACES = {"bpmn": BPMN, "camunda": CAMUNDA}

#: Files larger than this are refused unread (bytes); the shipped diagram has about 40 kB.
LARGEST_FILE = 2_000_000


def harden(data: bytes, filename: str = "") -> etree._Element:
    """Parse XML with no entities, no DTD, no network and no huge trees; return the root element.

    Raises `DefinitionInvalid` for broken XML (with its line), any DOCTYPE, and files over 2 MB.
    """
    if len(data) > LARGEST_FILE:
        size = {"limit": LARGEST_FILE, "size": len(data)}
        raise refusal([Finding("file_too_large", "error", filename, 0, params=size)])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        bare = data.replace(b"\0", b"")  # UTF-16 hides it
        if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
            raise refusal([Finding("xml_doctype", "error", filename, 1)]) from None
        problem = {"problem": error.msg or "XML"}
        raise refusal([Finding("xml_broken", "error", filename, error.lineno or 0, params=problem)]) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs lack it
        raise refusal([Finding("xml_doctype", "error", filename, 1)])
    return root


def properties(node: etree._Element) -> dict[str, str]:
    """The `camunda:property` pairs of an element, in order."""
    path = "bpmn:extensionElements/camunda:properties/camunda:property"
    return {p.get("name", ""): p.get("value", "") for p in node.iterfind(path, NAMESPACES)}


def tag(node: etree._Element) -> str:
    """The tag without its namespace; an empty string for what is not BPMN."""
    name = etree.QName(node)
    return name.localname if name.namespace == BPMN else ""


def line(node: etree._Element) -> int:
    """Where the element starts in its file, from 1; 0 for an element that was not read from one."""
    return cast("int | None", node.sourceline) or 0
