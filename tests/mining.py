"""Our Petri net and our export as pm4py has them (AGPL: for tests only, never shipped).

`tests/petri.py` makes the net of the diagram; here it becomes pm4py's, and a log that pm4py has read becomes one
that such a net can be asked about: what was finished, and what took a task away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
from pm4py.objects.log.obj import Event, EventLog, Trace
from pm4py.objects.petri_net.obj import Marking as Tokens
from pm4py.objects.petri_net.obj import PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

from tests.petri import END, START, Marking, Transition

Parameters = token_replay.Variants.TOKEN_REPLAY.value.Parameters


class Net(NamedTuple):
    """A net as pm4py takes it."""

    net: PetriNet
    initial: Tokens
    final: Tokens


def as_pm4py(transitions: Sequence[Transition]) -> Net:
    """The same net. Raises ValueError where a terminate end would take other tokens away: a plain net cannot."""
    for marking in reachable(transitions):
        for one in transitions:
            if one.clears and one.fire(marking) and sum(number for _, number in marking) != len(one.takes):
                raise ValueError(f"{one.name} takes away more than it is given")
    net = PetriNet("proses")
    places = {name: PetriNet.Place(name) for one in transitions for name in (*one.takes, *one.puts)}
    net.places.update(places.values())
    for number, one in enumerate(transitions):
        made = PetriNet.Transition(f"{one.name}:{number}", one.label)
        net.transitions.add(made)
        for name in one.takes:
            add_arc_from_to(places[name], made, net)
        for name in one.puts:
            add_arc_from_to(made, places[name], net)
    return Net(net, Tokens({places[START]: 1}), Tokens({places[END]: 1}))


def reachable(transitions: Iterable[Transition]) -> set[Marking]:
    """Every marking that the net can come to."""
    found: set[Marking] = set()
    waiting = [frozenset({(START, 1)})]
    while waiting:
        marking = waiting.pop()
        if marking not in found:
            found.add(marking)
            waiting += [after for one in transitions if (after := one.fire(marking)) is not None]
    return found


def traces(read: Any) -> Mapping[str, tuple[str, ...]]:
    """Case -> what was finished, and what took a task away, in order; of a log that pm4py has read."""
    found: dict[str, list[str]] = {number: [] for number in read["case:concept:name"].unique()}
    told = read[read["lifecycle:transition"].isin(["complete", "ate_abort"])]
    columns = told[["case:concept:name", "lifecycle:transition", "id", "cause"]]
    for number, transition, step, cause in columns.itertuples(index=False, name=None):
        found[number].append(step if transition == "complete" else cause)
    return {number: tuple(steps) for number, steps in found.items()}


def fitness(net: Net, logged: Sequence[Sequence[str]]) -> list[float]:
    """Of each trace, by token replay; 1.0 for one that the net can do from its beginning to its end."""
    return [one["trace_fitness"] for one in _replayed(net, logged)]


def allowed(net: Net, logged: Sequence[Sequence[str]]) -> list[bool]:
    """Of each trace that has not ended, whether the net can do it: no step of it lacks a token."""
    unfinished = {
        Parameters.CONSIDER_REMAINING_IN_FITNESS: False,
        Parameters.TRY_TO_REACH_FINAL_MARKING_THROUGH_HIDDEN: False,
    }
    return [one["trace_is_fit"] for one in _replayed(net, logged, unfinished)]


def _replayed(net: Net, logged: Sequence[Sequence[str]], how: Mapping[Parameters, bool] | None = None) -> Any:
    log = EventLog([Trace([Event({"concept:name": step}) for step in steps]) for steps in logged])
    return token_replay.apply(log, *net, parameters={Parameters.SHOW_PROGRESS_BAR: False, **(how or {})})
