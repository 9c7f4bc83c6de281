"""Which symbol leads to which. The form knows five; what has none of them is passed through.

A start or an end is a capsule, a step a box, a gateway with more than one way out a diamond. Timers have no symbol
(they are *Waktu*), nor have merges, what the system does by itself, or the edge of a sub-process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine.definition.model import Element, Flow, ProcessDefinition
from engine.definition.sop.document import SopDocument
from engine.definition.xml import BPMN, harden

Kind = Literal["start", "step", "decision", "end"]
#: Id of the element, and for an end of what leads to it.
Key = tuple[str, str]
#: A gateway of these kinds asks something; a parallel one only divides the way.
ASKING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of the chart. An end that is reached from two places is drawn at each."""

    kind: Kind
    element: Element
    #: In which row and column it stands, from 0.
    row: int
    column: int
    #: For an end: the id of what leads to it.
    after: str = ""

    @property
    def key(self) -> Key:
        return self.element.id, self.after

    @property
    def name(self) -> str:
        usual = {"start": "mulai", "end": "selesai"}
        return self.element.name or usual.get(self.kind, "").capitalize()


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow; `label` is the answer that it stands for."""

    source: Symbol
    target: Symbol
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    symbols: tuple[Symbol, ...]
    links: tuple[Link, ...]


def chart(sop: SopDocument) -> Chart:
    """The symbols of a document, row by row in the order that they are reached, and the arrows between them."""
    return _Reading(sop).chart()


class _Reading:
    def __init__(self, sop: SopDocument) -> None:
        self.sop = sop
        self.definition: ProcessDefinition = sop.definition
        self.elements = self.definition.elements
        self.rows = {row.element.id: n for n, row in enumerate(sop.rows)}
        self.columns = {name: n for n, name in enumerate(sop.actors)}

    def chart(self) -> Chart:
        """From the start, then from the steps that only a timer or a message leads to."""
        found: dict[Key, Symbol] = {}
        links: dict[tuple[Key, Key], Link] = {}
        starts = [e for e in self.elements.values() if e.kind == "startEvent" and self._outermost(e)]
        waiting = deque(self._symbol("start", start, 0) for start in starts[:1])
        waiting += [self._symbol("step", row.element, n) for n, row in enumerate(self.sop.rows)]
        while waiting:
            symbol = waiting.popleft()
            if symbol.key in found:
                continue
            found[symbol.key] = symbol
            for label, element in self._leads(symbol):
                kind = self._kind(element)
                after = symbol.element.id if kind == "end" else ""
                known = found.get((element.id, after))
                waits = (w for w in waiting if w.key == (element.id, after))
                target = known or next(waits, None) or self._symbol(kind, element, symbol.row, after)
                links.setdefault((symbol.key, target.key), Link(symbol, target, label))
                if known is None:
                    waiting.appendleft(target) if kind != "step" else waiting.append(target)
        order = {key: n for n, key in enumerate(found)}
        symbols = sorted(found.values(), key=lambda s: (s.row, order[s.key]))
        return Chart(tuple(symbols), tuple(links.values()))

    def _symbol(self, kind: Kind, element: Element, near: int, after: str = "") -> Symbol:
        row = self.rows.get(element.id, near)
        lane = element.lane.name if element.lane else ""
        column = self.columns.get(lane)
        if column is None:
            column = self.columns.get(self.sop.rows[row].actor, 0) if self.sop.rows else 0
        return Symbol(kind, element, row, column, after)

    def _kind(self, element: Element) -> Kind:
        if element.id in self.rows:
            return "step"
        return "end" if element.kind == "endEvent" else "decision"

    def _leads(self, symbol: Symbol) -> Iterator[tuple[str, Element]]:
        """What comes next, with the answer that leads there; what starts at its boundary only if it is people's."""
        yield from self._follow(symbol.element, set())
        if symbol.kind == "step":
            for event in self._attached.get(symbol.element.id, ()):
                for label, element in self._follow(event, set()):
                    if self._kind(element) != "end":
                        yield label or event.name, element

    def _follow(self, element: Element, seen: set[str]) -> Iterator[tuple[str, Element]]:
        for label, target in self._after(element):
            if target.id in seen:
                continue
            seen.add(target.id)
            if self._shown(target):
                yield label, target
                continue
            for way in [*(self._entered(target) or [target]), *self._attached.get(target.id, ())]:
                for further, shown in self._follow(way, seen):
                    yield label or further, shown

    def _after(self, element: Element) -> Iterator[tuple[str, Element]]:
        """The next elements; behind the end of a sub-process or of a called process what follows that."""
        if element.kind == "endEvent" and not self._outermost(element):
            for holder in self._holders(element):
                yield from self._after(holder)
            return
        asks = self._asks(element)
        for flow in self._flows.get(element.id, ()):
            if flow.target in self.elements:
                label = flow.name or (flow.condition or "" if asks else "")
                yield label, self.elements[flow.target]

    def _shown(self, element: Element) -> bool:
        if element.id in self.rows:
            return True
        return self._asks(element) or (element.kind == "endEvent" and self._outermost(element))

    def _asks(self, element: Element) -> bool:
        return element.kind in ASKING and len(self._flows.get(element.id, ())) > 1

    def _outermost(self, element: Element) -> bool:
        return element.parent is None and element.process == self.definition.key

    def _entered(self, element: Element) -> list[Element]:
        """The start events inside a sub-process, or of the process that an activity calls."""
        if element.kind in SUBPROCESSES:
            inside = (e for e in self.elements.values() if e.parent == element.id)
        elif element.kind == "callActivity":
            called = self._calls.get(element.id)
            inside = (e for e in self.elements.values() if e.process == called and e.parent is None)
        else:
            return []
        return [e for e in inside if e.kind == "startEvent"]

    def _holders(self, element: Element) -> list[Element]:
        if element.parent is not None:
            return [self.elements[element.parent]] if element.parent in self.elements else []
        return [self.elements[id] for id, process in self._calls.items() if process == element.process]

    @cached_property
    def _calls(self) -> dict[str, str]:
        """Call activity -> the process that it calls."""
        root = harden(self.definition.source)
        calls = ((c.get("id", ""), c.get("calledElement", "")) for c in root.iter(f"{{{BPMN}}}callActivity"))
        return {id: process for id, process in calls if id in self.elements}

    @cached_property
    def _flows(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.definition.flows.values():
            found.setdefault(flow.source, []).append(flow)
        return found

    @cached_property
    def _attached(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.elements.values():
            if element.attached_to:
                found.setdefault(element.attached_to, []).append(element)
        return found
