"""Where a case can go: it reaches every step, always finds an end, and waits for nothing that cannot come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element

GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
FORKS = frozenset({"parallelGateway", "inclusiveGateway"})
#: Where a token can rest, so that a branch may still be open when the main flow ends.
RESTS = frozenset(
    {
        "userTask", "manualTask", "serviceTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity",
        "subProcess",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """A process or sub-process: tokens stay inside it."""

    name: str
    at: Element | None
    elements: tuple[Element, ...]


def check(draft: Draft) -> Iterator[Finding]:
    for element in draft.elements:
        yield from _degree(draft, element)
    for scope in _scopes(draft):
        yield from _borders(draft, scope)
        yield from _reach(draft, scope)
        yield from _joins(draft, scope)
        if scope.at is None:
            yield from _ends(draft, scope)


def _degree(draft: Draft, element: Element) -> Iterator[Finding]:
    flows = draft.outgoing[element.id]
    if element.kind == "endEvent":
        if flows:
            yield draft.found("flow_after_end", element)
    elif not flows and not _triggered(draft, element):
        yield draft.found("flow_missing", element)
    elif len(flows) > 1 and element.kind not in GATEWAYS:
        yield draft.found("flows_several", element, count=len(flows))
    if element.kind in {"startEvent", "boundaryEvent"} and draft.incoming[element.id]:
        yield draft.found("flow_into", element, kind=element.kind)


def _scopes(draft: Draft) -> Iterator[Scope]:
    for process in draft.processes:
        own = process.get("id", "")
        inside = tuple(e for e in draft.elements if e.process == own and e.parent is None)
        yield Scope(own, None, inside)
    for element in draft.elements:
        if element.kind == "subProcess" and element.id:
            inside = tuple(e for e in draft.elements if e.parent == element.id)
            yield Scope(element.id, element, inside)


def _borders(draft: Draft, scope: Scope) -> Iterator[Finding]:
    at = scope.at or draft.nodes.get(scope.name)
    starts = sum(e.kind == "startEvent" for e in scope.elements)
    if starts != 1:
        yield draft.found("start_count", at, process=scope.name, count=starts)
    if not any(e.kind == "endEvent" for e in scope.elements):
        yield draft.found("end_missing", at, process=scope.name)


def _reach(draft: Draft, scope: Scope) -> Iterator[Finding]:
    starts = [e.id for e in scope.elements if e.kind == "startEvent"]
    # where a flow is missing, or an activity is attached to nothing, one finding says so already
    ends = [e.id for e in scope.elements if e.kind == "endEvent" or not draft.outgoing[e.id]]
    reached = _spread(starts, lambda own: _next(draft, own, lambda event: True))
    leaving = _spread(ends, lambda own: _previous(draft, own, lambda event: event.interrupting))
    for element in scope.elements:
        lost = element.kind == "boundaryEvent" and element.attached_to not in draft.by_id
        if starts and element.id not in reached and not lost and not _triggered(draft, element):
            yield draft.found("unreachable", element)
        elif ends and element.id not in leaving and any(e.kind == "endEvent" for e in scope.elements):
            yield draft.found("no_way_out", element)


def _joins(draft: Draft, scope: Scope) -> Iterator[Finding]:
    for join in scope.elements:
        if join.kind != "parallelGateway" or len(draft.incoming[join.id]) < 2:
            continue
        before = _spread(
            [f.source for f in draft.incoming[join.id]], lambda own: _previous(draft, own, _any)
        ) - {join.id}
        if not any(_forks(draft, draft.by_id[own]) for own in before if own in draft.by_id):
            yield draft.found("join_without_fork", join)


def _ends(draft: Draft, scope: Scope) -> Iterator[Finding]:
    """A plain end leaves a branch of a non-interrupting event open, and the case never completes."""
    starts = [e.id for e in scope.elements if e.kind == "startEvent"]
    main = _spread(starts, lambda own: _next(draft, own, lambda event: event.interrupting))
    side = [e for e in scope.elements if e.kind == "boundaryEvent" and not e.interrupting]
    waiting = [
        e
        for e in side
        if any(
            draft.by_id[own].kind in RESTS
            for own in _spread([f.target for f in draft.outgoing[e.id]], lambda own: _next(draft, own, _any))
            if own in draft.by_id
        )
    ]
    for end in scope.elements:
        if side and end.kind == "endEvent" and end.id in main and end.event != "terminate":
            other = (waiting or side)[0].id
            yield draft.found("end_blocked" if waiting else "end_plain", end, other=other)


def _forks(draft: Draft, element: Element) -> bool:
    if element.kind in FORKS:
        return len(draft.outgoing[element.id]) > 1
    return element.kind == "boundaryEvent" and not element.interrupting


def _triggered(draft: Draft, element: Element) -> bool:
    return element.kind == "subProcess" and draft.xml(element).get("triggeredByEvent") in {"true", "1"}


def _any(event: Element) -> bool:
    return True


def _next(draft: Draft, own: str, through: Callable[[Element], bool]) -> Iterator[str]:
    """Where a token goes from here: along the flows, and out by the boundary events that `through` lets pass."""
    yield from (f.target for f in draft.outgoing.get(own, ()))
    yield from (e.id for e in draft.attached.get(own, ()) if through(e))


def _previous(draft: Draft, own: str, through: Callable[[Element], bool]) -> Iterator[str]:
    """Where a token comes from."""
    yield from (f.source for f in draft.incoming.get(own, ()))
    element = draft.by_id.get(own)
    if element is not None and element.attached_to and through(element):
        yield element.attached_to


def _spread(start: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything reached from `start` by any number of steps, `start` included."""
    found: set[str] = set()
    todo = list(start)
    while todo:
        own = todo.pop()
        if own not in found:
            found.add(own)
            todo += step(own)
    return found
