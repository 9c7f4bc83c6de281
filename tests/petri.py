"""A process as a Petri net, and how well what happened fits it: our own, and without SpiffWorkflow.

A place for each sequence flow and each open task; a labelled transition for each task that is finished and for each
interrupting boundary event; the rest is silent. A boundary event that does not interrupt happens once for each
activation. Whatever leads into a terminate end takes every token away and puts one on `END`, in that very moment; each
path of the main flow must reach one. Another end takes its token at once. So flows into ends have no place.
Fitness is that of alignments (Adriansyah, 2014): 1 minus the cost of the cheapest alignment over the cost of the
worst, where a step that only the log or only the net takes costs 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count, product

from engine.definition.model import Element, Flow

START, END = "start", "end"
Marking = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Transition:
    """Takes a token from each of `takes`, puts one on each of `puts`; `label` is None for a silent one."""

    name: str
    label: str | None
    takes: tuple[str, ...]
    puts: tuple[str, ...]
    #: Takes away all other tokens too.
    clears: bool = False

    def fire(self, marking: Marking) -> Marking | None:
        """The marking after it; None where it is not enabled."""
        tokens = Counter(dict(marking))
        tokens.subtract(self.takes)
        if any(number < 0 for number in tokens.values()):
            return None
        after = Counter() if self.clears else +tokens
        after.update(self.puts)
        return frozenset(after.items())


def net_of(elements: Iterable[Element], flows: Iterable[Flow]) -> list[Transition]:
    """The net of a process without sub-processes. Raises ValueError for an element that it does not know."""
    elements, flows = list(elements), list(flows)
    ends = {one.id for one in elements if one.kind == "endEvent"}
    last = {one.id for one in elements if one.kind == "endEvent" and one.event == "terminate"}
    final = {flow.id for flow in flows if flow.target in last}
    flows = [flow for flow in flows if flow.target not in ends - last]
    found = (transition for element in elements for transition in _of(element, elements, flows))
    return [replace(one, puts=(END,), clears=True) if final & {*one.puts} else one for one in found]


def _of(element: Element, elements: list[Element], flows: list[Flow]) -> Iterator[Transition]:
    name, kind = element.id, element.kind
    into = tuple(flow.id for flow in flows if flow.target == name)
    out = tuple(flow.id for flow in flows if flow.source == name)
    if kind == "startEvent":
        yield Transition(name, None, (START,), out)
    elif kind == "exclusiveGateway":
        for one, other in product(into, out):
            yield Transition(name, None, (one,), (other,))
    elif kind == "parallelGateway":
        yield Transition(name, None, into, out)
    elif kind in ("boundaryEvent", "endEvent"):
        return  # told with its task, and with what leads into it
    elif kind in ("userTask", "manualTask", "task", "serviceTask"):
        beside = [one for one in elements if one.attached_to == name and not one.interrupting]
        for flow in into:
            yield Transition(name, None, (flow,), (_open(name), *(_armed(one.id) for one in beside)))
        for one in beside:
            leads = tuple(flow.id for flow in flows if flow.source == one.id)
            yield Transition(
                one.id, None, (_open(name), _armed(one.id)), (_open(name), _spent(one.id), *leads)
            )
        interrupting = [one for one in elements if one.attached_to == name and one.interrupting]
        for limits in product(*((_armed(one.id), _spent(one.id)) for one in beside)):
            yield Transition(name, name, (_open(name), *limits), out)
            for one in interrupting:
                leads = tuple(flow.id for flow in flows if flow.source == one.id)
                yield Transition(one.id, one.id, (_open(name), *limits), leads)
    else:
        raise ValueError(f"no net is known for a {kind}; found {name}")


def cost(net: Sequence[Transition], trace: Sequence[str]) -> int:
    """Of the cheapest alignment of `trace` with a run of the net from START to END alone."""
    number = count()
    start: Marking = frozenset({(START, 1)})
    goal = (frozenset({(END, 1)}), len(trace))
    waiting, done = [(0, next(number), start, 0)], set()
    while waiting:
        paid, _, marking, at = heappop(waiting)
        if (marking, at) == goal:
            return paid
        if (marking, at) in done:
            continue
        done.add((marking, at))
        if at < len(trace):
            heappush(waiting, (paid + 1, next(number), marking, at + 1))
        for transition in net:
            after = transition.fire(marking)
            if after is None:
                continue
            if at < len(trace) and transition.label == trace[at]:
                heappush(waiting, (paid, next(number), after, at + 1))
            heappush(waiting, (paid + (transition.label is not None), next(number), after, at))
    raise ValueError("the net cannot reach its end")


def fitness(net: Sequence[Transition], trace: Sequence[str]) -> float:
    """1.0 where the net can do exactly what happened."""
    return 1 - cost(net, trace) / (len(trace) + cost(net, []))


def _open(task: str) -> str:
    return f"open:{task}"


def _armed(event: str) -> str:
    return f"armed:{event}"


def _spent(event: str) -> str:
    return f"spent:{event}"
