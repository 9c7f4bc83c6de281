"""The Petri net of tests/petri.py says what the engine does: whatever can be done next, after whatever was done.

Two walkers go side by side: one moves the tokens of the net, the other gives commands to `apply`, with every answer
that a condition reads. What no log shows (a gateway's way, a limit that only tells somebody) both may do at will. After
each step the same steps must be possible, and the end be reached or not; until nothing new is found, so that it holds
for cases of any length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

import pytest

from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.forms.schema import load
from tests import mining
from tests.petri import END, START, Marking, Transition, net_of
from tests.process.diagrams import Diagram
from tests.process.test_diagram_is_the_program import REMARK
from tests.process.tracks import Case

MIDDLE = "Alur_Langkah_4_Langkah_5"


@dataclass(frozen=True)
class Tokens:
    """All markings that the net may be in after what was done."""

    net: Sequence[Transition]
    markings: frozenset[Marking]

    @classmethod
    def begin(cls, net: Sequence[Transition]) -> Tokens:
        return cls(net, _grown({frozenset({(START, 1)})}, lambda one: _fired(net, one, None)))

    @property
    def ended(self) -> bool:
        return any(frozenset({(END, 1)}) == marking for marking in self.markings)

    @property
    def possible(self) -> frozenset[str]:
        labels = {one.label for one in self.net if one.label}
        return frozenset(
            label for label in labels if any(_fired(self.net, one, label) for one in self.markings)
        )

    def after(self, label: str) -> Tokens:
        moved = {after for one in self.markings for after in _fired(self.net, one, label)}
        return replace(self, markings=_grown(moved, lambda one: _fired(self.net, one, None)))


def _fired(net: Sequence[Transition], marking: Marking, label: str | None) -> set[Marking]:
    tried = (one.fire(marking) for one in net if one.label == label)
    return {after for after in tried if after is not None}


@dataclass(frozen=True)
class Here:
    """Where a case stands in the engine; two that will go on alike are equal."""

    tasks: tuple[str, ...]
    timers: tuple[str, ...]
    read: tuple[tuple[str, str], ...]
    ended: bool

    @classmethod
    def of(cls, case: Case) -> Here:
        state = case.state
        timers = sorted(timer.element for timer in state.timers.values())
        read = sorted((name, repr(value)) for name, value in state.variables.items())
        return cls(tuple(case.open), tuple(timers), () if state.ended else tuple(read), state.ended)


@dataclass(frozen=True)
class Cases:
    """All places in the engine where a case may be after what was done, with a case for each."""

    process: ProcessDefinition
    cases: Mapping[Here, Case]

    @classmethod
    def begin(cls, process: ProcessDefinition) -> Cases:
        return cls(process, {})

    @property
    def ended(self) -> bool:
        return any(here.ended for here in self.cases)

    @property
    def possible(self) -> frozenset[str]:
        if not self.cases:
            return frozenset({self.process.entry})
        return frozenset(label for case in self.cases.values() for label, _ in self._acts(case))

    def after(self, label: str) -> Cases:
        if not self.cases:
            begun = Case(self.process)
            begun.submit()
            moved = [begun]
        else:
            moved = [
                done for case in self.cases.values() for found, done in self._acts(case) if found == label
            ]
        return replace(self, cases=self._with_limits(moved))

    def _acts(self, case: Case) -> Iterator[tuple[str, Case]]:
        """What can be done now that a log shows, and the case after it."""
        elements, state = self.process.elements, case.state
        for task in case.open:
            for given in self._answers(task):
                yield task, _then(case, lambda c, t=task, g=given: c.complete(t, **g))
            for event in elements.values():
                if event.attached_to == task and event.interrupting and event.message:
                    yield event.id, _then(case, lambda c, m=event.message: c.send(m))
        for timer in state.timers.values():
            if elements[timer.element].interrupting:
                yield timer.element, _then(case, lambda c, due=timer.due: c.fire(due))

    def _with_limits(self, cases: Iterable[Case]) -> Mapping[Here, Case]:
        """These, and where they are once limits that leave their task open have passed."""
        found: dict[Here, Case] = {}
        waiting = list(cases)
        while waiting:
            case = waiting.pop()
            if Here.of(case) in found:
                continue
            found[Here.of(case)] = case
            for timer in case.state.timers.values():
                if not self.process.elements[timer.element].interrupting:
                    waiting.append(_then(case, lambda c, due=timer.due: c.fire(due)))
        return found

    def _answers(self, task: str) -> Iterator[dict[str, object]]:
        """Every choice of the task's form that a condition reads."""
        form = self.process.form_of(task)
        fields = form.fields if form else {}
        keys = sorted(self.process.own_keys(task) & self.process.variables)
        choices = [[option.value for option in fields[key].options] for key in keys]
        for values in product(*choices):
            yield dict(zip(keys, values, strict=True))


def _then(case: Case, act: Callable[[Case], object]) -> Case:
    """A copy of the case after `act`, a minute later."""
    later = replace(case, now=case.now + timedelta(minutes=1), happened=list(case.happened))
    act(later)
    return later


def _grown(markings: set[Marking], onward: Callable[[Marking], set[Marking]]) -> frozenset[Marking]:
    found: set[Marking] = set()
    waiting = list(markings)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += onward(one)
    return frozenset(found)


def difference(process: ProcessDefinition, net: Sequence[Transition]) -> tuple[list[str], str] | None:
    """After which steps the two are not alike, and how; None where they never differ."""
    seen = set()
    waiting: list[tuple[list[str], Tokens, Cases]] = [([], Tokens.begin(net), Cases.begin(process))]
    while waiting:
        done, tokens, cases = waiting.pop()
        if (known := (tokens.markings, frozenset(cases.cases))) in seen:
            continue
        seen.add(known)
        if (tokens.possible, tokens.ended) != (cases.possible, cases.ended):
            return (
                done,
                f"net {sorted(tokens.possible)} {tokens.ended}, engine {sorted(cases.possible)} {cases.ended}",
            )
        waiting += [([*done, label], tokens.after(label), cases.after(label)) for label in tokens.possible]
    return None


def parsed(diagram: Diagram) -> ProcessDefinition:
    schemas = [load(data, name) for name, data in diagram.forms.items()]
    return parse(diagram.source(), diagram.filename, {one.id: one for one in schemas}, diagram.forms)


def net(process: ProcessDefinition) -> list[Transition]:
    return net_of(process.elements.values(), process.flows.values())


def shipped() -> Diagram:
    return Diagram.shipped()


def forked(*, left_at_once: bool = False) -> Diagram:
    """With two steps side by side, one of them with a limit, or with a message that ends the case at once."""
    diagram = Diagram.shipped()
    diagram.add_form("cek", REMARK)
    diagram.fork_on(MIDDLE, "Cek", ("Cek_a", "Lajur_petugas_mpp", "cek"), ("Cek_b", "Lajur_admin_opd", "cek"))
    diagram.limit("Cek_a", "Batas_a", "PT4H")
    if left_at_once:
        diagram.message_on("Cek_b", "Tutup_b", "tutup_segera", group="admin_opd")
    return diagram


@pytest.mark.parametrize(
    "diagram",
    [shipped, forked, lambda: forked(left_at_once=True)],
    ids=["shipped", "forked", "forked and left"],
)
def test_the_net_of_a_diagram_can_do_what_the_engine_can_and_nothing_else(
    diagram: Callable[[], Diagram],
) -> None:
    process = parsed(diagram())
    assert difference(process, net(process)) is None


@pytest.mark.parametrize("event", ["Batas_8", "Tutup_admin", "Langkah_5"])
def test_a_net_without_one_of_its_transitions_is_found_out(event: str) -> None:
    process = parsed(shipped())
    found = difference(process, [one for one in net(process) if one.label != event])
    assert found is not None
    assert event in found[1]


def test_a_net_that_lets_a_step_be_left_out_is_found_out() -> None:
    process = parsed(shipped())
    whole = net(process)
    silent = [replace(one, label=None) if one.label == "Langkah_3" else one for one in whole]
    assert difference(process, silent) is not None


def test_a_net_whose_end_takes_other_tokens_away_is_refused_for_pm4py() -> None:
    mining.as_pm4py(net(parsed(forked())))
    with pytest.raises(ValueError, match="takes away more"):
        mining.as_pm4py(net(parsed(forked(left_at_once=True))))
