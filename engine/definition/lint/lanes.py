"""Who acts where: lanes, their groups and properties (DESIGN 3, the properties that code reads)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft, Place
from engine.definition.model import Element
from engine.definition.xml import NAMESPACES, properties

CATCHING = frozenset({"boundaryEvent", "intermediateCatchEvent"})
GROUP = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def check(draft: Draft) -> Iterator[Finding]:
    for process in draft.processes:
        yield from _membership(draft, process)
    yield from _groups(draft)
    yield from _senders(draft)
    for element in draft.elements:
        yield from _restriction(draft, element)
        own = element.properties.get("kelompok")
        if own is not None:
            yield from _group(draft, element, own, "kelompok")
        elif element.event == "message" and element.kind in CATCHING:
            yield draft.found("message_group_missing", element, group=element.group or "–")


def _restriction(draft: Draft, element: Element) -> Iterator[Finding]:
    """Whom alone a case is for once it has ended here."""
    if element.kind != "endEvent" and (element.restricted_to or element.restricted_if):
        yield draft.found("restriction_not_end", element)
    elif element.restricted_to:
        yield from _group(draft, element, element.restricted_to, "terbatas_untuk")
    elif element.restricted_if:
        yield draft.found("restriction_without_group", element)


def _senders(draft: Draft) -> Iterator[Finding]:
    """Who may send a message is asked by its name, so all events that catch it must agree."""
    first: dict[str, Element] = {}
    for event in draft.elements:
        if event.message and event.kind in CATCHING:
            other = first.setdefault(event.message, event)
            if other.group != event.group:
                params = {
                    "message": event.message,
                    "group": event.group,
                    "other": other.id,
                    "there": other.group,
                }
                yield draft.found("message_groups", event, None, **params)


def _membership(draft: Draft, process: etree._Element) -> Iterator[Finding]:
    """Every node of the process is in exactly one lane, and lanes list nothing else."""
    own = {e.id: e for e in draft.elements if e.process == process.get("id", "")}
    lanes = process.findall("bpmn:laneSet/bpmn:lane", NAMESPACES)
    if not lanes:
        if any(e.kind == "userTask" for e in own.values()):
            yield draft.found("lanes_missing", process)
        return
    listed: dict[str, list[str]] = {}
    for lane in lanes:
        for ref in lane.iterfind("bpmn:flowNodeRef", NAMESPACES):
            name = (ref.text or "").strip()
            listed.setdefault(name, []).append(lane.get("name") or lane.get("id") or "–")
            if name not in own:
                yield draft.found("lane_ref_unknown", ref, ref=name or "–")
    for element in own.values():
        holders = listed.get(element.id, [])
        if len(holders) > 1:
            yield draft.found("lane_listed_twice", element, name=_name(element), lanes=tuple(holders))
        elif not holders and element.parent is None:
            yield draft.found("lane_unlisted", element, name=_name(element))


def _groups(draft: Draft) -> Iterator[Finding]:
    first: dict[tuple[str, str], str] = {}
    for lane in draft.reading.lanes:
        node = draft.nodes.get(lane.id)
        said = properties(node) if node is not None else {}
        process = _process_of(node)
        if not lane.name.strip():
            yield draft.found("lane_unnamed", lane)
        else:
            yield from _group(draft, lane, lane.group, "kelompok")
        other = first.setdefault((process, lane.group), lane.name)
        if other != lane.name:
            yield draft.found("lane_group_twice", lane, other=other, group=lane.group)
        if said.get("publik", "ya") != "ya":
            yield draft.found("public_unknown", lane, found=said["publik"])
        if "loket" in said:
            yield from _group(draft, lane, said["loket"], "loket")
            if not lane.public:
                yield draft.found("counter_not_public", lane)


def _process_of(node: etree._Element | None) -> str:
    found = next(node.iterancestors("{*}process"), None) if node is not None else None
    return found.get("id", "") if found is not None else ""


def _group(draft: Draft, at: Place, group: str, name: str) -> Iterator[Finding]:
    if not GROUP.fullmatch(group):
        yield draft.found("group_invalid", at, found=group or "–", property=name)


def _name(element: Element) -> str:
    return element.name or element.id
