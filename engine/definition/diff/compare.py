"""Two versions of a process, thing by thing: what came, what went, what says something else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from engine.definition import limits
from engine.definition.decisions import decisions
from engine.definition.diff.change import Change, Kind
from engine.definition.diff.forms import compare_forms
from engine.definition.diff.settings import ARTIFACTS, drawn, named, settings
from engine.definition.model import Element, Flow, ProcessDefinition
from engine.definition.sop.document import document, often
from engine.definition.sop.flow import chart
from engine.definition.xml import BPMN, harden, properties, tag

#: Said by the model, and so compared by name rather than by path.
BY_NAME = frozenset(
    {
        "name", "default", "attachedToRef", "cancelActivity", "formRef", "topic", "sourceRef", "targetRef",
        "conditionExpression", "timerEventDefinition.timeDuration", "timerEventDefinition.timeDate",
        "timerEventDefinition.timeCycle", "messageEventDefinition.messageRef",
        "escalationEventDefinition.escalationRef", "multiInstanceLoopCharacteristics",
        "multiInstanceLoopCharacteristics.isSequential", "multiInstanceLoopCharacteristics.loopCardinality",
        "multiInstanceLoopCharacteristics.completionCondition",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one definition to another."""

    old: ProcessDefinition
    new: ProcessDefinition
    changes: tuple[Change, ...]

    @property
    def layout_only(self) -> bool:
        """Something moved in the drawing, and nothing else is different."""
        return bool(self.changes) and all(change.kind == "layout" for change in self.changes)

    def groups(self) -> list[tuple[str | None, tuple[Change, ...]]]:
        """The changes by step: the process first, then as the SOP's flowchart runs, then the rest; the drawing last."""
        symbols = [symbol for one in (self.new, self.old) for symbol in chart(document(one)).symbols]
        order = {id: n for n, id in enumerate(dict.fromkeys(symbol.element.id for symbol in symbols))}
        found: dict[str | None, list[Change]] = {}
        for change in self.changes:
            if change.kind != "layout":
                found.setdefault(change.step, []).append(change)
        steps = sorted(found, key=lambda id: (id is not None, order.get(id or "", len(order))))
        moved = tuple(change for change in self.changes if change.kind == "layout")
        return [*((id, tuple(found[id])) for id in steps), *([("", moved)] if moved else [])]

    def marks(self, of: ProcessDefinition) -> dict[str, str]:
        """Element id -> "added", "removed" or "changed", as the picture of one of the two shows it."""
        found: dict[str, str] = {}
        skipped = "added" if of is self.old else "removed"
        for change in self.changes:
            if change.kind in ("layout", skipped):
                continue
            for id in (change.element, change.step):
                if id in of.elements or id in of.flows or id in {lane.id for lane in of.lanes}:
                    mark = change.kind if id == change.element and change.code in _WHOLE else "changed"
                    if found.get(str(id), "changed") == "changed":
                        found[str(id)] = mark
        return found


#: Codes whose element itself came or went.
_WHOLE = frozenset(
    {
        "added",
        "removed",
        "limit_added",
        "limit_removed",
        "flow_added",
        "flow_removed",
        "lane_added",
        "lane_removed",
    }
)


def compare(old: ProcessDefinition, new: ProcessDefinition) -> Difference:
    """What changed from `old` to `new`; no changes when both say the same, however the files are written."""
    return Difference(old, new, tuple(_Comparing(old, new).changes()))


class _Side:
    """One of the two, with its XML at hand."""

    def __init__(self, definition: ProcessDefinition) -> None:
        self.definition = definition
        self.root = harden(definition.source)
        self.named = named(self.root)

    @cached_property
    def nodes(self) -> dict[str, etree._Element]:
        return {node.get("id", ""): node for node in self.root.iter(f"{{{BPMN}}}*") if node.get("id")}

    @cached_property
    def process(self) -> etree._Element:
        return self.nodes[self.definition.key]

    @cached_property
    def artifacts(self) -> dict[str, etree._Element]:
        holders = {self.definition.key, *(e.process for e in self.definition.elements.values())}
        inside = (n for key in holders if key in self.nodes for n in self.nodes[key].iter(f"{{{BPMN}}}*"))
        return {node.get("id", ""): node for node in inside if tag(node) in ARTIFACTS and node.get("id")}

    def said(self, id: str) -> dict[str, str]:
        node = self.nodes.get(id)
        return settings(node, self.named, but=BY_NAME) if node is not None else {}

    def step_of(self, element: Element) -> str:
        """The task that a boundary event sits on, also of what only such an event leads to; else itself."""
        elements = self.definition.elements
        seen: set[str] = set()
        while element.id not in seen:
            seen.add(element.id)
            if element.attached_to in elements:
                return element.attached_to or ""
            before = [f.source for f in self.definition.flows.values() if f.target == element.id]
            if element.kind != "endEvent" or len(before) != 1 or before[0] not in elements:
                return element.id
            if not elements[before[0]].attached_to:
                return element.id
            element = elements[before[0]]
        return element.id

    def files(self, ending: str) -> dict[str, bytes]:
        return {name: data for name, data in self.definition.resources.items() if name.endswith(ending)}

    @cached_property
    def forms(self) -> dict[str, bytes]:
        """Form id -> file."""
        return {
            str(json.loads(data.decode("utf-8-sig"))["id"]): data for data in self.files(".form").values()
        }

    def user_of(self, form: str) -> str | None:
        """The first step that has this form."""
        return next((e.id for e in self.definition.elements.values() if e.form_ref == form), None)


class _Comparing:
    def __init__(self, old: ProcessDefinition, new: ProcessDefinition) -> None:
        self.old, self.new = _Side(old), _Side(new)
        self.was, self.now = old.elements, new.elements

    def changes(self) -> Iterator[Change]:
        yield from self._process()
        yield from self._lanes()
        for id, element in self.now.items():
            if id not in self.was:
                yield from self._whole(element, self.new, "added")
            else:
                yield from self._element(self.was[id], element)
        for id, element in self.was.items():
            if id not in self.now:
                yield from self._whole(element, self.old, "removed")
        yield from self._flows()
        yield from self._artifacts()
        yield from self._forms()
        yield from self._tables()
        yield from self._layout()

    def _process(self) -> Iterator[Change]:
        old, new = self.old.definition, self.new.definition
        if old.key != new.key:
            yield Change("process_key", "changed", params={"old": old.key, "new": new.key})
        if old.name != new.name:
            yield Change("process_name", "changed", params={"old": old.name, "new": new.name})
        for name, was, now in _pairs(old.properties, new.properties):
            yield Change("identity", "changed", params={"name": name, "old": was, "new": now})
        said = [settings(side.process, side.named, but={"name"}) for side in (self.old, self.new)]
        for side, found in zip((self.old, self.new), said, strict=True):
            for node in side.root.iter(f"{{{BPMN}}}participant"):
                if node.get("processRef") == side.definition.key:
                    found["participant"] = node.get("name", "")
        for name, was, now in _pairs(*said):
            yield Change("process_setting", "changed", params={"name": name, "old": was, "new": now})

    def _lanes(self) -> Iterator[Change]:
        old = {lane.id: lane for lane in self.old.definition.lanes}
        new = {lane.id: lane for lane in self.new.definition.lanes}
        for id in new.keys() - old.keys():
            yield Change("lane_added", "added", id, params={"name": new[id].name})
        for id in old.keys() - new.keys():
            yield Change("lane_removed", "removed", id, params={"name": old[id].name})
        for id in (id for id in new if id in old):
            if old[id].name != new[id].name:
                yield Change("lane_renamed", "changed", id, params={"old": old[id].name, "new": new[id].name})
            said = (properties(side.nodes[id]) for side in (self.old, self.new))
            more = (settings(side.nodes[id], side.named, but={"name"}) for side in (self.old, self.new))
            pairs = [*_pairs(*said), *_pairs(*map(_without_members, more))]
            for name, was, now in pairs:
                params = {"lane": new[id].name, "name": name, "old": was, "new": now}
                yield Change("lane_property", "changed", id, params=params)
        orders = [[id for id in side if id in old and id in new] for side in (old, new)]
        if orders[0] != orders[1]:
            before, after = (tuple(new[id].name for id in ids) for ids in orders)
            yield Change("lane_order", "changed", params={"old": before, "new": after})

    def _whole(self, element: Element, side: _Side, kind: Kind) -> Iterator[Change]:
        """An element that came or went; its limits and such are told with it, not beside it."""
        other = self.was if kind == "added" else self.now
        if element.attached_to and element.attached_to not in other:
            return
        step = side.step_of(element)
        if element.attached_to and element.timer:
            name = "new" if kind == "added" else "old"
            yield Change(f"limit_{kind}", kind, element.id, step, {name: _limit(element)})
            return
        lane = element.lane.name if element.lane else None
        params = {"what": element.kind, "name": element.name or element.id, "lane": lane}
        yield Change(kind, kind, element.id, step, params)

    def _element(self, old: Element, new: Element) -> Iterator[Change]:
        step = self.new.step_of(new)

        def change(code: str, was: object, now: object, **more: object) -> Change:
            return Change(code, "changed", new.id, step, {**more, "old": was, "new": now})

        if old.kind != new.kind:
            yield change("kind", old.kind, new.kind)
        if old.name != new.name:
            yield change("renamed", old.name, new.name)
        lanes = [e.lane.id if e.lane else None for e in (old, new)]
        if lanes[0] != lanes[1] and not self._carried(new):
            yield change("moved", *(e.lane.name if e.lane else None for e in (old, new)))
        if old.parent != new.parent or old.process != new.process:
            yield change("nested", old.parent or old.process, new.parent or new.process)
        if old.instances != new.instances:
            yield change("instances", often(old.instances), often(new.instances))
        if old.timer != new.timer:
            yield from self._timer(old, new, step)
        if old.interrupting != new.interrupting:
            yield change(
                "interrupting", _yes(old.interrupting), _yes(new.interrupting), name=new.name or new.id
            )
        if old.attached_to != new.attached_to:
            yield change("attached", old.attached_to, new.attached_to, name=new.name or new.id)
        for name, was, now in _pairs(old.properties, new.properties):
            if name != "kalender" or new.timer is None:  # told as the way that its limit is counted
                yield change("property", was, now, name=name)
        for code, name in (
            ("form_of_step", "form_ref"),
            ("escalation", "escalation"),
            ("message", "message"),
            ("topic", "topic"),
            ("event", "event"),
        ):
            if getattr(old, name) != getattr(new, name):
                yield change(code, getattr(old, name), getattr(new, name))
        defaults = [_target(side, e.default_flow) for side, e in ((self.old, old), (self.new, new))]
        if defaults[0] != defaults[1]:
            yield change("default", *defaults)
        for name, was, now in _pairs(self.old.said(new.id), self.new.said(new.id)):
            yield change("setting", was, now, name=name)

    def _carried(self, event: Element) -> bool:
        """Whether it only went along with the task that it sits on, of which the move is told."""
        hosts = [elements.get(event.attached_to or "") for elements in (self.was, self.now)]
        lanes = [host.lane.id for host in hosts if host and host.lane]
        own = [elements[event.id].lane for elements in (self.was, self.now)]
        return len(lanes) == 2 and lanes == [lane.id if lane else None for lane in own]

    def _timer(self, old: Element, new: Element, step: str) -> Iterator[Change]:
        was, now = old.timer, new.timer
        if was is None or now is None or (was.kind, was.expression) != (now.kind, now.expression):
            yield Change("limit", "changed", new.id, step, {"old": _limit(old), "new": _limit(new)})
        if was and now and was.wall_clock != now.wall_clock:
            clocks = {
                name: "24 jam" if t.wall_clock else "jam kerja" for name, t in (("old", was), ("new", now))
            }
            yield Change("wall_clock", "changed", new.id, step, clocks)

    def _flows(self) -> Iterator[Change]:
        old, new = self.old.definition.flows, self.new.definition.flows
        pairs = [(old[id], new[id]) for id in new if id in old]
        gone = {(f.source, f.target): f for f in old.values() if f.id not in new}
        for flow in (f for f in new.values() if f.id not in old):
            same = gone.pop((flow.source, flow.target), None)
            if same is not None:
                pairs.append((same, flow))
            elif flow.source in self.was or flow.target in self.was:
                yield self._flow("flow_added", "added", flow, self.new, condition=flow.condition)
        for flow in gone.values():
            if flow.source in self.now or flow.target in self.now:
                yield self._flow("flow_removed", "removed", flow, self.old)
        for before, after in pairs:
            yield from self._one_flow(before, after)

    def _one_flow(self, old: Flow, new: Flow) -> Iterator[Change]:
        if old.source != new.source:
            yield self._flow("flow_source", "changed", new, self.new, old=old.source, new=new.source)
        if old.target != new.target:
            yield self._flow("flow_target", "changed", new, self.new, old=old.target, new=new.target)
        if old.condition != new.condition:
            yield self._flow("condition", "changed", new, self.new, old=old.condition, new=new.condition)
        if old.name != new.name:
            yield self._flow("flow_renamed", "changed", new, self.new, old=old.name, new=new.name)
        for name, was, now in _pairs(self.old.said(old.id), self.new.said(new.id)):
            yield self._flow("flow_setting", "changed", new, self.new, name=name, old=was, new=now)

    def _flow(self, code: str, kind: Kind, flow: Flow, side: _Side, **params: object) -> Change:
        source = side.definition.elements.get(flow.source)
        step = side.step_of(source) if source else flow.source
        return Change(code, kind, flow.id, step, {"target": flow.target, **params})

    def _artifacts(self) -> Iterator[Change]:
        old, new = self.old.artifacts, self.new.artifacts
        for kind, here, there in (("added", new, old), ("removed", old, new)):
            for id in here:
                if id not in there and tag(here[id]) == "textAnnotation":
                    text = here[id].findtext(f"{{{BPMN}}}text") or id
                    params = {"what": "textAnnotation", "name": text, "lane": None}
                    yield Change(kind, "added" if kind == "added" else "removed", id, params=params)
        for id in (id for id in new if id in old):
            for name, was, now in _pairs(self.old.said(id), self.new.said(id)):
                yield Change("setting", "changed", id, params={"name": name, "old": was, "new": now})

    def _forms(self) -> Iterator[Change]:
        old, new = self.old.forms, self.new.forms
        for form in new.keys() - old.keys():
            yield Change("form_added", "added", form, self.new.user_of(form), {"form": form})
        for form in old.keys() - new.keys():
            yield Change("form_removed", "removed", form, self.old.user_of(form), {"form": form})
        for form in sorted(new.keys() & old.keys()):
            yield from compare_forms(old[form], new[form], self.new.user_of(form))

    def _tables(self) -> Iterator[Change]:
        old, new = self.old.files(".dmn"), self.new.files(".dmn")
        for name in sorted(new.keys() - old.keys()):
            yield Change("table_added", "added", name, params={"file": name})
        for name in sorted(old.keys() - new.keys()):
            yield Change("table_removed", "removed", name, params={"file": name})
        for name in sorted(new.keys() & old.keys()):
            said = [_meaning(harden(data, name)) for data in (old[name], new[name])]
            if said[0] != said[1]:
                params = {"file": name, "names": tuple(decisions({name: new[name]}))}
                yield Change("table", "changed", name, params=params)

    def _layout(self) -> Iterator[Change]:
        old, new = drawn(self.old.root), drawn(self.new.root)
        both = {*self.old.nodes, self.old.definition.key} & {*self.new.nodes, self.new.definition.key}
        moved = [id for id in both if old.get(id) != new.get(id)]
        if moved:
            yield Change("layout", "layout", params={"count": len(moved)})


def _pairs(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _limit(element: Element) -> str | None:
    limit = limits.timed(element)
    return limits.write(limit) if limit else element.timer.expression if element.timer else None


def _target(side: _Side, flow: str | None) -> str | None:
    found = side.definition.flows.get(flow or "")
    return found.target if found else None


def _without_members(said: Mapping[str, str]) -> dict[str, str]:
    return {path: value for path, value in said.items() if not path.startswith("flowNodeRef")}


def _meaning(root: etree._Element) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """A decision file without its drawing."""
    return [
        (
            etree.QName(node).localname,
            tuple(sorted((str(k), str(v)) for k, v in node.attrib.items())),
            (node.text or "").strip(),
        )
        for node in root.iter("*")
        if "DMNDI" not in (etree.QName(node).namespace or "")
        and "/DD/" not in (etree.QName(node).namespace or "")
    ]


def _yes(value: bool) -> str:
    return "ya" if value else "tidak"
