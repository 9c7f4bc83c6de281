"""The simulation against what is known without it: queueing theory, the calendar, and `apply` itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from math import log
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.commands import Complete, CompleteExternalTask, SendMessage
from engine.definition.bundle import Bundle, check, read
from engine.definition.model import ProcessDefinition
from engine.errors import ExecutionFailed, NobodyWaits, NoOfficeHours, Refused
from engine.office_hours import Calendar, Duration, Period, due, wall_clock_due
from engine.simulation.axis import Axis
from engine.simulation.draws import MINUTE, Draws, Shares, Triangular
from engine.simulation.experiment import Comparison, Plan, check_plan, compare, groups_of
from engine.simulation.habits import History, Observed, Typed
from engine.simulation.interval import difference, interval
from engine.simulation.routes import Move, Routes, Situation
from tests.casework import ROOT
from tests.process.diagrams import Diagram
from tests.process.random_process import (
    Inside,
    Loop,
    Sequence,
    Service,
    Task,
    bodies,
    definition,
)
from tests.process.tracks import CALENDAR, Case

MONDAY = date(2026, 11, 23)
HOUR = 3_600_000
#: Never closed, the year round.
ALWAYS = Calendar(
    "24 jam", "Asia/Makassar", (Period(date(2026, 1, 1), date(2028, 12, 31), (((0, 1440),),) * 7),), {}, {}
)
#: The only step after the submission.
ONE_STEP = Task(1)


@pytest.fixture(scope="module")
def shipped() -> ProcessDefinition:
    (found,) = check(read([ROOT / "processes", ROOT / "forms"])).definitions
    return found


def with_limit(text: str, step: str = "") -> ProcessDefinition:
    """The shipped process with another limit, of one step or of all."""
    diagram = Diagram.shipped()
    for node in diagram.all("timeDuration"):
        event = node.getparent().getparent()
        if not step or event.get("attachedToRef") == step:
            node.text = text
    (found,) = check(Bundle({diagram.filename: diagram.source(), **diagram.forms})).definitions
    return found


def a_plan(process: ProcessDefinition, **said: Any) -> Plan:
    usual: dict[str, Any] = {"first": MONDAY, "per_day": 6.0, "days": 10, "warm_up": 2, "replications": 4}
    staff = dict.fromkeys(groups_of(process), 2)
    return Plan(**{**usual, "staff": staff, **said})


def one_step(times: tuple[int, ...], per_day: float, officers: int = 1, days: int = 50) -> Comparison:
    """A process of one task, day and night, whose work takes `times`."""
    process = definition(ONE_STEP)
    (step,) = [task.id for task in process.user_tasks() if task.id != process.entry]
    plan = Plan(
        first=MONDAY,
        per_day=per_day,
        staff={"lajur_1": officers},
        days=days,
        warm_up=5,
        replications=6,
        seed=20261124,
    )
    return compare(process, process, ALWAYS, History(steps={step: Observed(times)}), plan)


# --- theory -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "times",
    [
        pytest.param((HOUR,) * 10, id="M/D/1"),
        pytest.param(tuple(round(-HOUR * log(1 - (n + 0.5) / 200)) for n in range(200)), id="M/M/1"),
        pytest.param((HOUR // 2,) * 9 + (HOUR * 3,) * 3, id="M/G/1"),
    ],
)
def test_the_mean_wait_is_that_of_pollaczek_and_khinchine(times: tuple[int, ...]) -> None:
    """W = λ E[S²] / 2 (1 − ρ), for one officer, arrivals by chance and any times of work."""
    per_day = 12.0
    found = one_step(times, per_day)
    rate = per_day / 24
    mean, square = (sum((time / HOUR) ** power for time in times) / len(times) for power in (1, 2))
    expected = rate * square / (2 * (1 - rate * mean))
    (step,) = found.steps
    assert step.waiting.new is not None
    assert step.waiting.new.low is not None
    assert step.waiting.new.high is not None
    assert step.waiting.new.low <= expected <= step.waiting.new.high
    assert step.waiting.new.high - step.waiting.new.low < expected
    busy = found.busy["lajur_1"].new
    assert busy is not None
    assert busy.mean == pytest.approx(rate * mean, rel=0.06)


def test_two_officers_wait_less_than_one_twice_as_fast_works() -> None:
    """M/D/2 at the same load has the shorter queue and the longer stay."""
    one, two = one_step((HOUR,) * 10, 14.4, days=20), one_step((2 * HOUR,) * 10, 14.4, 2, days=20)
    assert two.steps[0].stay.new.mean > one.steps[0].stay.new.mean  # type: ignore[union-attr]
    assert two.steps[0].queue.new.mean < one.steps[0].queue.new.mean  # type: ignore[union-attr]


def test_nothing_is_lost_and_littles_law_holds_in_every_run(shipped: ProcessDefinition) -> None:
    found = compare(shipped, with_limit("PT1H"), CALENDAR, History(), a_plan(shipped))
    for run in (*found.old, *found.new):
        assert run.arrived == run.ended + run.halted + run.inside
        rate, time_inside = run.arrived / run.length_hours, run.inside_hours / run.arrived
        assert run.inside_mean == pytest.approx(rate * time_inside, rel=1e-9)


# --- what a draft changes ---------------------------------------------------------------------------------------


def test_the_same_version_differs_by_nothing_at_all(shipped: ProcessDefinition) -> None:
    found = compare(shipped, shipped, CALENDAR, History(), a_plan(shipped))
    assert found.old == found.new
    for step in found.steps:
        for measure in (step.late, step.waiting, step.stay, step.queue):
            if measure.difference is not None:
                assert (measure.difference.low, measure.difference.high) == (0, 0)
                assert not measure.difference.tells_apart


def test_a_shorter_limit_makes_more_late_and_nobody_faster(shipped: ProcessDefinition) -> None:
    found = compare(shipped, with_limit("PT40M", "Langkah_5"), CALENDAR, History(), a_plan(shipped))
    (step,) = [step for step in found.steps if step.element.id == "Langkah_5"]
    assert step.late.difference is not None
    assert step.late.difference.tells_apart
    assert step.late.difference.mean > 0
    assert step.stay.difference is not None
    assert abs(step.stay.difference.mean) < 0.05


def test_more_officers_make_fewer_late(shipped: ProcessDefinition) -> None:
    def late(officers: int) -> float:
        plan = a_plan(shipped, staff=dict.fromkeys(groups_of(shipped), officers), per_day=8)
        found = compare(shipped, shipped, CALENDAR, History(), plan)
        (step,) = [step for step in found.steps if step.element.id == "Langkah_3"]
        return step.late.new.mean  # type: ignore[union-attr]

    assert late(4) < late(3) < late(2)


def test_both_versions_see_the_same_complaints_and_the_same_work(shipped: ProcessDefinition) -> None:
    """The limit of the only step of some officers changes how many are late there, and nothing else in any run."""
    found = compare(shipped, with_limit("PT40M", "Langkah_5"), CALENDAR, History(), a_plan(shipped))
    for old, new in zip(found.old, found.new, strict=True):
        steps = {**new.steps, "Langkah_5": replace(new.steps["Langkah_5"], late=old.steps["Langkah_5"].late)}
        assert replace(new, steps=steps, moves=old.moves) == old


def test_the_same_seed_gives_the_same_and_another_another(shipped: ProcessDefinition) -> None:
    plan = a_plan(shipped, replications=2)
    first, again = (compare(shipped, shipped, CALENDAR, History(), plan) for _ in range(2))
    assert [asdict(run) for run in first.new] == [asdict(run) for run in again.new]
    other = compare(shipped, shipped, CALENDAR, History(), replace(plan, seed=2))
    assert first.new != other.new


# --- history, defaults and what is typed ------------------------------------------------------------------------


def test_without_history_every_guess_is_named(shipped: ProcessDefinition) -> None:
    found = compare(shipped, shipped, CALENDAR, History(), a_plan(shipped, replications=1))
    said = {(one.code, one.about): one.value for one in found.assumptions}
    assert said["time", "Langkah_5"] == "35"  # a triangle around a quarter of two hours
    assert said["answer", "lingkup"] == "tidak_berkadar"
    assert said["answering", "Langkah_8"] == "50%"


def test_what_history_knows_is_taken_and_not_guessed(shipped: ProcessDefinition) -> None:
    answers = {(("lingkup", "tidak_berkadar"),): 3, (("lingkup", "bukan_kewenangan"),): 1}
    steps = {
        "Langkah_2": Observed(times=(10 * MINUTE,) * 12, answers=answers),
        "Langkah_8": Observed(times=(HOUR,) * 30, unanswered=10, answers={(("tanggapan", "selesai"),): 30}),
    }
    found = compare(shipped, shipped, CALENDAR, History(steps=steps), a_plan(shipped, days=40))
    assert not {"Langkah_2", "Langkah_8", "tanggapan"} & {one.about for one in found.assumptions}
    ended = Counter[str]()
    for run in found.new:
        ended.update(run.endings)
    assert ended["dirujuk"] / ended.total() == pytest.approx(1 / 4, abs=0.06)
    assert ended["ditutup_sistem"] / ended.total() == pytest.approx(3 / 4 / 4, abs=0.06)


def test_typed_shares_and_minutes_come_before_everything(shipped: ProcessDefinition) -> None:
    typed = Typed({"Langkah_2": 5.0}, {"lingkup": {"tidak_layak": 1.0}})
    known = {"Langkah_2": Observed((HOUR,) * 50, answers={(("lingkup", "tidak_berkadar"),): 9})}
    plan = a_plan(shipped, typed=typed, replications=1)
    found = compare(shipped, shipped, CALENDAR, History(steps=known), plan)
    assert set(found.endings) == {"dirujuk"}
    assert {("minutes", "Langkah_2"), ("shares", "lingkup")} <= {(o.code, o.about) for o in found.assumptions}
    (step,) = [step for step in found.steps if step.element.id == "Langkah_2"]
    assert step.stay.new.mean < 0.3  # type: ignore[union-attr]


def test_a_case_that_meets_no_answer_halts_and_is_counted(shipped: ProcessDefinition) -> None:
    known = {"Langkah_8": Observed((HOUR,) * 20, answers={(("tanggapan", None),): 5})}
    found = compare(shipped, shipped, CALENDAR, History(steps=known), a_plan(shipped, replications=1))
    assert found.new[0].halted > 0
    assert found.new[0].arrived == found.new[0].ended + found.new[0].halted + found.new[0].inside


def round_and_round(per_day: float) -> Comparison:
    """A process whose only step always leads back to itself, in no time."""
    process = definition(Loop(ONE_STEP, "ulang"))
    steps = {
        task.id: Observed((0,) * 20, answers={(("angka", 1), ("ulang", True)): 1})
        for task in process.user_tasks()
    }
    plan = Plan(MONDAY, per_day, {"lajur_1": 1}, days=3, warm_up=0, replications=1)
    return compare(process, process, CALENDAR, History(steps=steps), plan)


def test_a_loop_without_end_ends_as_a_halted_case() -> None:
    found = round_and_round(2.0)
    assert found.new[0].halted == found.new[0].arrived > 0


def test_many_cases_that_go_round_and_round_are_given_up() -> None:
    with pytest.raises(Refused, match="round and round"):
        round_and_round(8.0)


def test_service_tasks_and_sub_processes_take_their_time() -> None:
    process = definition(Sequence((Service(2), Inside(ONE_STEP))))
    found = compare(process, process, CALENDAR, History(), Plan(MONDAY, 3.0, {"lajur_1": 1}, days=5))
    assert {step.element.kind for step in found.steps} == {"serviceTask", "userTask"}
    assert found.new[0].ended > 0


@pytest.mark.parametrize("said", [{"days": 0}, {"per_day": -1}, {"replications": 9999}, {"staff": {"a": 0}}])
def test_what_is_out_of_bounds_is_refused(shipped: ProcessDefinition, said: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        check_plan(a_plan(shipped, **said))
    check_plan(a_plan(shipped))


# --- routes are apply -------------------------------------------------------------------------------------------


answers = st.fixed_dictionaries(
    {
        "warna": st.sampled_from(("merah", "biru")),
        "angka": st.sampled_from((1, 3)),
        "ulang": st.sampled_from((True, False)),
    }
)


@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(bodies, st.data())
def test_a_remembered_way_is_the_way_that_apply_takes(body: Any, data: st.DataObject) -> None:
    """Two cases one after the other, so that the second goes mostly by what the first has taught."""
    process = definition(body)
    routes = Routes(process, CALENDAR, Case(process).now)
    axis = Axis(CALENDAR, MONDAY, 200)
    for _ in range(2):
        pair = Pair(process, routes, axis)
        pair.submit(data.draw(answers))
        for _ in range(12):
            if pair.over:
                break
            pair.act(data)
            pair.agree()


class Pair:
    """A case of `apply` and the same case by remembered ways: their names differ, what is open must not."""

    def __init__(self, process: ProcessDefinition, routes: Routes, axis: Axis) -> None:
        self.case, self.routes, self.axis = Case(process), routes, axis
        self.situation: Situation | None = None
        #: Name of `apply` -> name of the situation.
        self.names: dict[str, str] = {}
        self.due: dict[str, int | None] = {}

    @property
    def over(self) -> bool:
        return self.situation is None or self.situation.halted or self.case.state.ended

    def submit(self, given: dict[str, Any]) -> None:
        read = self.case._read(given)
        self.take(self.routes.start(tuple(sorted(read.items()))), lambda: self.case.submit(**given))

    def act(self, data: st.DataObject) -> None:
        state = self.case.state
        assert self.situation is not None
        self.case.now += timedelta(minutes=data.draw(st.sampled_from((0, 20, 90))))
        choices = [*state.work_items, *state.external_tasks, *(["fire"] if state.timers else []), "send"]
        name = data.draw(st.sampled_from(choices))
        if name == "send":
            self.send()
        elif name == "fire":
            first = min(timer.due for timer in state.timers.values())
            names = tuple(sorted(self.names[n] for n, timer in state.timers.items() if timer.due == first))
            self.case.now = max(self.case.now, first)
            self.take(self.routes.fire(self.situation, names), lambda: self.case.fire(first))
        else:
            given = self.case._read(data.draw(answers))
            given = {k: v for k, v in given.items() if name in state.work_items or k == "angka"}
            move = self.routes.complete(self.situation, self.names[name], tuple(sorted(given.items())))
            if name in state.work_items:
                self.take(move, lambda: self.complete(name, given))
            else:
                said = {"variables": given}
                self.take(move, lambda: self.case.on(CompleteExternalTask, name, "pekerja", **said))

    def complete(self, name: str, given: dict[str, Any]) -> None:
        self.case.on(Complete, name, "petugas", claim=True, variables=given)

    def send(self) -> None:
        """The first message that anybody waits for; when nobody does, both say so."""
        assert self.situation is not None
        move = self.routes.message(self.situation)
        for message in sorted(self.case.process.senders()):
            before = self.case.stored
            try:
                self.case.do(SendMessage(case="PGD", message=message, **self.case.by("petugas")))
            except (NobodyWaits, ExecutionFailed):
                assert self.case.stored == before
                continue
            assert move is not None
            self.took(move)
            return
        assert move is None

    def take(self, move: Move, act: Any) -> None:
        try:
            act()
        except ExecutionFailed:
            assert move.to.halted
            self.situation = move.to
            return
        assert not move.to.halted
        self.took(move)

    def took(self, move: Move) -> None:
        state = self.case.state
        opened = (*state.work_items, *state.timers, *state.external_tasks)
        kept = {own: move.kept[here] for own, here in self.names.items() if here in move.kept}
        assert set(kept) == {own for own in self.names if own in opened}
        here = (*move.to.tasks, *move.to.timers, *move.to.services)
        fresh = sorted((name for name in here if name not in kept.values()), key=_by_number)
        for own in sorted((name for name in opened if name not in kept), key=_by_number):
            kept[own] = next(name for name in fresh if name.partition(":")[0] == own.partition(":")[0])
            fresh.remove(kept[own])
        assert not fresh
        self.names, self.situation = kept, move.to
        for name, limit in move.started.items():
            own = next(o for o, h in kept.items() if h == name)
            began = self.axis.position(state.last_at)
            assert began is not None
            if self.axis.instant(began) == state.last_at:  # within office hours
                due = self.axis.due(began, limit.duration, wall_clock=limit.wall_clock)
                assert due == self.axis.position(state.timers[own].due)

    def agree(self) -> None:
        if self.over:
            if self.case.state.ended and self.situation is not None and not self.situation.halted:
                assert self.situation.ending == self.case.state.ending
            return
        state, here = self.case.state, self.situation
        assert here is not None
        assert {self.names[n]: i.element for n, i in state.work_items.items()} == here.tasks
        assert {self.names[n]: t.element for n, t in state.external_tasks.items()} == here.services
        elements = self.case.process.elements
        for name, item in state.work_items.items():
            # one limit is that of all instances together
            whole = item.element if elements[item.element].instances else None
            attached = {
                self.names[t]
                for t, timer in state.timers.items()
                if timer.attached == name or (whole and elements[timer.element].attached_to == whole)
            }
            assert attached == set(here.limits[self.names[name]])


def _by_number(name: str) -> tuple[str, int]:
    element, _, nth = name.partition(":")
    return element, int(nth)


def test_two_hundred_loops_are_a_handful_of_situations(shipped: ProcessDefinition) -> None:
    known = {"Langkah_8": Observed((HOUR,) * 20, answers={(("tanggapan", "respon_balik"),): 1})}
    found = compare(
        shipped, shipped, CALENDAR, History(steps=known), a_plan(shipped, replications=2, days=30, per_day=3)
    )
    moved = sum(step.count.new.mean for step in found.steps if step.count.new)
    assert moved > 400
    assert found.asked < 100


# --- time and chance --------------------------------------------------------------------------------------------


durations = st.builds(Duration, st.integers(0, 4), st.integers(0, 30 * 3600)).filter(
    lambda duration: duration.days or duration.seconds
)


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.integers(0, 20 * 7 * HOUR), durations, st.booleans())
def test_a_limit_runs_out_when_the_calendar_says(at: int, duration: Duration, wall_clock: bool) -> None:
    axis = Axis(CALENDAR, MONDAY, 40)
    start = axis.instant(at)
    assert axis.position(start) in (at, axis.position(start))
    expected = wall_clock_due(start, duration) if wall_clock else due(CALENDAR, start, duration)
    assert axis.due(at, duration, wall_clock=wall_clock) == axis.position(expected.at.astimezone(UTC))


def test_a_calendar_that_ends_soon_is_used_backwards_and_a_short_one_refused() -> None:
    week = Calendar(
        "pendek",
        "Asia/Makassar",
        (Period(date(2026, 11, 2), date(2026, 11, 27), (((480, 960),),) * 7),),
        {},
        {},
    )
    axis = Axis(week, MONDAY, 20)
    assert axis.began.date() == date(2026, 11, 8)
    assert axis.end == 20 * 8 * HOUR
    assert axis.position(datetime(2027, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(NoOfficeHours):
        Axis(week, MONDAY, 27)


def test_a_number_is_the_same_whenever_it_is_asked_and_even() -> None:
    draws = Draws(7, 3)
    numbers = [draws.number("time", case, "T1", 1) for case in range(2000)]
    assert numbers == [draws.number("time", case, "T1", 1) for case in range(2000)]
    assert sum(numbers) / 2000 == pytest.approx(0.5, abs=0.02)
    assert draws.number("time", 0, "T1", 2) != numbers[0] != Draws(7, 4).number("time", 0, "T1", 1)
    arrivals = list(draws.arrivals(12.0, 100))
    assert len(arrivals) == pytest.approx(1200, abs=120)
    assert list(draws.arrivals(0, 100)) == []


def test_guesses_and_shares_come_out_as_they_went_in() -> None:
    guess = Triangular(2, 4, 9)
    drawn = [guess.draw(n / 1000) for n in range(1000)]
    assert min(drawn) >= 2
    assert max(drawn) <= 9
    assert sum(drawn) / 1000 == pytest.approx(guess.mean, abs=0.1)
    shares = Shares({"a": 3, "b": 1})
    assert Counter(shares.draw(n / 100) for n in range(100)) == {"a": 75, "b": 25}


def test_an_interval_is_students() -> None:
    found = interval([1.0, 2.0, 3.0, None])
    assert found is not None
    assert (found.mean, found.low) == (2.0, pytest.approx(2 - 4.303 / 3**0.5, abs=1e-3))
    assert interval([None]) is None
    single = interval([5.0])
    assert single is not None
    assert single.low is None
    assert not single.tells_apart
    paired = difference([1.0, 2.0, None], [2.0, 3.0, 9.0])
    assert paired is not None
    assert paired.tells_apart
