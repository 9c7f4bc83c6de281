"""What an element of a BPMN file says, flat: path -> value, without what is drawn, listed or compared by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from lxml import etree

from engine.definition.parse import FLOW_NODES, NAMED
from engine.definition.xml import BPMNDI, tag

#: Compared on their own, or said twice by BPMN.
ELSEWHERE = FLOW_NODES | {"incoming", "outgoing", "sequenceFlow", "laneSet", "artifact"}
#: What else stands in a process: notes and their lines.
ARTIFACTS = frozenset(
    {"textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference"}
)


def settings(
    node: etree._Element, named: Mapping[str, etree._Element], *, but: Collection[str] = ()
) -> dict[str, str]:
    """All attributes and texts below a node, by their path; references to messages and such by what those say.

    Left out are ids, what `but` names by path, elements that hold a place of their own, and extension properties.
    """
    found: dict[str, str] = {}
    _read(node, "", named, found)
    return {path: value for path, value in found.items() if path not in but}


def _read(
    node: etree._Element, path: str, named: Mapping[str, etree._Element], found: dict[str, str]
) -> None:
    for name, value in node.attrib.items():
        short = etree.QName(name).localname
        if short == "id" or str(name).startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            continue
        target = named.get(str(value)) if short.endswith("Ref") else None
        found[f"{path}{short}"] = _called(target) if target is not None else str(value)
    if node.text and node.text.strip():
        found[path.rstrip(".") or "text"] = node.text.strip()
    seen: Counter[str] = Counter()
    for child in node.iterchildren("*"):
        own = tag(child)
        short = etree.QName(child).localname
        if own in ELSEWHERE or own in ARTIFACTS or short == "properties":
            continue
        seen[short] += 1
        number = f"[{seen[short]}]" if seen[short] > 1 else ""
        before = len(found)
        _read(child, f"{path}{short}{number}.", named, found)
        if len(found) == before and own and not len(child):
            found[f"{path}{short}{number}"] = "ya"


def _called(node: etree._Element) -> str:
    """A message, signal, error or escalation by all that it says but its id."""
    return ", ".join(str(value) for name, value in sorted(node.attrib.items()) if name != "id") or node.get(
        "id", ""
    )


def named(root: etree._Element) -> dict[str, etree._Element]:
    """What events refer to, by id."""
    return {node.get("id", ""): node for node in root if tag(node) in NAMED and node.get("id")}


def drawn(root: etree._Element) -> dict[str, tuple[tuple[str, str], ...]]:
    """Element id -> where and how it is drawn, in the file's first diagram."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for node in root.iter(f"{{{BPMNDI}}}*"):
        id = node.get("bpmnElement")
        if id and id not in found:
            found[id] = tuple(_places(node))
    return found


def _places(node: etree._Element) -> list[tuple[str, str]]:
    places = []
    for part in node.iter("*"):
        if part is not node and part.get("bpmnElement"):
            continue
        for name, value in sorted(part.attrib.items()):
            short = etree.QName(name).localname
            if short not in ("id", "bpmnElement"):
                places.append((f"{etree.QName(part).localname}.{short}", _number(str(value))))
    return places


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text
