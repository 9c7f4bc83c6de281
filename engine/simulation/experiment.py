"""Two versions side by side: the same arrivals and the same chance, replication by replication."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.definition.model import Element, ProcessDefinition
from engine.errors import Refused
from engine.office_hours import Calendar
from engine.simulation.axis import Axis
from engine.simulation.draws import Draws
from engine.simulation.habits import Assumption, Habits, History, Typed, habits
from engine.simulation.interval import Interval, difference, interval
from engine.simulation.routes import Routes
from engine.simulation.run import Run
from engine.simulation.tally import RunResult, StepResult

#: So often a case may move on average before a comparison is given up: a process that goes round and round would take
#: hours. A complaint of the shipped one moves nine times.
MOVES_PER_CASE = 60
#: What is taken for the arrivals where history has none.
PER_DAY = 5.0
#: Bounds of what can be asked for.
MOST_PER_DAY, MOST_DAYS, MOST_REPLICATIONS, MOST_STAFF, MOST_SEED = 1_000.0, 250, 200, 500, 2**31


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. Days are working days."""

    first: date
    per_day: float
    staff: Mapping[str, int]
    days: int = 40
    #: Days before that, in which the office fills and nothing is counted.
    warm_up: int = 5
    replications: int = 10
    seed: int = 1
    typed: Typed = field(default_factory=Typed)

    @property
    def cases(self) -> int:
        """About how many cases are simulated of each version."""
        return round(self.per_day * (self.days + self.warm_up) * self.replications)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of both versions; None where a version has none."""

    old: Interval | None
    new: Interval | None
    #: New less old, pairwise.
    difference: Interval | None


@dataclass(frozen=True, slots=True)
class StepMeasures:
    """A step that either version has; times in office hours."""

    element: Element
    in_old: bool
    in_new: bool
    public: bool
    count: Measure
    late: Measure
    waiting: Measure
    waiting_ninth: Measure
    stay: Measure
    stay_ninth: Measure
    queue: Measure
    longest: Measure


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both versions."""

    plan: Plan
    began: date
    steps: tuple[StepMeasures, ...]
    #: Group -> the share of the time in which its officers worked.
    busy: Mapping[str, Measure]
    #: Outcome -> cases that ended so.
    endings: Mapping[str, Measure]
    whole: Measure
    whole_ninth: Measure
    halted: Measure
    inside: Measure
    #: Of either version.
    assumptions: tuple[Assumption, ...]
    old: tuple[RunResult, ...]
    new: tuple[RunResult, ...]
    #: Calls of `apply`, for all cases together.
    asked: int


def compare(
    old: ProcessDefinition, new: ProcessDefinition, calendar: Calendar, history: History, plan: Plan
) -> Comparison:
    """Simulate both. Raises `NoOfficeHours` for a calendar with too few days, `Refused` for cases that go round and round."""
    axis = Axis(calendar, plan.first, plan.warm_up + plan.days)
    sides = [
        _Side(definition, calendar, axis, habits(definition, history, plan.typed, old), plan)
        for definition in (old, new)
    ]
    runs = []
    for n in range(plan.replications):
        runs.append(tuple(_replication(sides, axis, plan, n)))
        _must_come_to_an_end(runs)
    olds, news = zip(*runs, strict=True)
    return Comparison(
        plan=plan,
        began=axis.began.astimezone(calendar.zone).date(),
        steps=tuple(_steps(old, new, olds, news)),
        busy={
            group: _measure(olds, news, lambda run, group=group: run.busy.get(group))  # type: ignore[misc]
            for group in _in_order(*(run.busy for run in (*olds, *news)))
        },
        endings={
            outcome: _measure(olds, news, lambda run, outcome=outcome: float(run.endings.get(outcome, 0)))  # type: ignore[misc]
            for outcome in _in_order(*(run.endings for run in (*olds, *news)))
        },
        whole=_measure(olds, news, lambda run: run.whole),
        whole_ninth=_measure(olds, news, lambda run: run.whole_ninth),
        halted=_measure(olds, news, lambda run: float(run.halted)),
        inside=_measure(olds, news, lambda run: run.inside_mean),
        assumptions=tuple(dict.fromkeys(one for side in sides for one in side.habits.assumptions)),
        old=olds,
        new=news,
        asked=sum(side.routes.asked for side in sides),
    )


def groups_of(*definitions: ProcessDefinition) -> tuple[str, ...]:
    """The groups whose members work: those of tasks that are not the complainant's, in the order of the diagram."""
    found = [
        element.group or ""
        for definition in definitions
        for element in definition.elements.values()
        if element.kind.endswith("ask") and element.kind != "serviceTask" and not element.public
    ]
    return tuple(dict.fromkeys(found))


def check_plan(plan: Plan) -> None:
    """Raises `Refused` for what is out of bounds."""
    bounds: Sequence[tuple[str, float, float, float]] = (
        ("per_day", plan.per_day, 0, MOST_PER_DAY),
        ("days", plan.days, 1, MOST_DAYS),
        ("warm_up", plan.warm_up, 0, MOST_DAYS),
        ("replications", plan.replications, 1, MOST_REPLICATIONS),
        ("seed", plan.seed, 0, MOST_SEED),
        *(("staff", number, 1, MOST_STAFF) for number in plan.staff.values()),
    )
    for name, value, least, most in bounds:
        if not least <= value <= most:
            raise Refused(f"expected {name} from {least:g} to {most:g}, found {value:g}", field=name)


class _Side:
    """One of the versions."""

    def __init__(
        self, definition: ProcessDefinition, calendar: Calendar, axis: Axis, people: Habits, plan: Plan
    ) -> None:
        self.routes = Routes(definition, calendar, axis.began)
        self.habits = people
        self.staff = {group: plan.staff.get(group, 1) for group in groups_of(definition)}


def _replication(sides: Sequence[_Side], axis: Axis, plan: Plan, n: int) -> Iterator[RunResult]:
    draws = Draws(plan.seed, n)
    days = plan.warm_up + plan.days
    arrivals = [axis.within(day) for day in draws.arrivals(plan.per_day, days)]
    for side in sides:
        run = Run(
            side.routes, side.habits, axis, draws, side.staff, from_=axis.days[plan.warm_up], end=axis.end
        )
        yield run.play(arrivals)


def _must_come_to_an_end(runs: Sequence[Sequence[RunResult]]) -> None:
    cases = sum(run.arrived for both in runs for run in both)
    if sum(run.moves for both in runs for run in both) > MOVES_PER_CASE * max(cases, 200):
        raise Refused(
            f"expected cases that move {MOVES_PER_CASE} times on average at most, found more: they go round and round; look at "
            "the loops of the diagram and the answers that lead back",
            reason="simulation_round",
        )


def _steps(
    old: ProcessDefinition, new: ProcessDefinition, olds: Sequence[RunResult], news: Sequence[RunResult]
) -> Iterator[StepMeasures]:
    """In the order of the new diagram; a step that it has no more comes last."""
    met = {element for run in (*olds, *news) for element in run.steps}
    for element in _in_order(new.elements, old.elements):
        if element not in met:
            continue
        shown = new.elements.get(element) or old.elements[element]

        def of(figure: Callable[[StepResult], float | None], element: str = element) -> Measure:
            return _measure(
                olds, news, lambda run: figure(run.steps[element]) if element in run.steps else None
            )

        yield StepMeasures(
            shown,
            element in old.elements,
            element in new.elements,
            shown.public or shown.kind == "serviceTask",
            of(lambda step: step.count),
            of(lambda step: step.late),
            of(lambda step: step.waiting),
            of(lambda step: step.waiting_ninth),
            of(lambda step: step.stay),
            of(lambda step: step.stay_ninth),
            of(lambda step: step.queue),
            of(lambda step: step.longest),
        )


def _measure(
    olds: Sequence[RunResult], news: Sequence[RunResult], figure: Callable[[RunResult], float | None]
) -> Measure:
    before, after = [figure(run) for run in olds], [figure(run) for run in news]
    return Measure(interval(before), interval(after), difference(before, after))


def _in_order(*names: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for mapping in names for name in mapping))
