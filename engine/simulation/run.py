"""One replication of one version: cases arrive, officers take what is due first, limits run out.

SimPy keeps the clock and the order; `Routes` says where a case goes; `Draws` is all the chance there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import simpy

from engine.simulation.axis import Axis
from engine.simulation.draws import MINUTE, Draws
from engine.simulation.habits import Habits, Step
from engine.simulation.routes import Limit, Move, Routes, Situation
from engine.simulation.tally import RunResult, Tally

#: A case that moves more often than this goes round for ever: it is counted as halted.
MOST_MOVES: Final = 400
#: A case that only a message can move gets it after so long.
MESSAGE_AFTER: Final = 30 * MINUTE
#: A task without a limit comes after all that have one.
_NEVER: Final = 1 << 62

_Events = Generator[simpy.Event, Any, None]


@dataclass(slots=True, eq=False)
class Task:
    """Something that somebody has to do."""

    case: Case
    step: Step
    nth: int
    created: int
    due: int | None
    taken: int | None = None
    #: Who works on it: woken when it is taken away.
    officer: simpy.Process | None = None
    over: bool = False
    late: bool = False


@dataclass(slots=True, eq=False)
class Timer:
    due: int


@dataclass(slots=True, eq=False)
class Case:
    """A case under way; what is open goes by its name in the situation."""

    number: int
    begun: int
    situation: Situation
    tasks: dict[str, Task] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    moves: int = 0


class Run:
    """One replication of one version."""

    def __init__(
        self,
        routes: Routes,
        habits: Habits,
        axis: Axis,
        draws: Draws,
        staff: Mapping[str, int],
        *,
        from_: int,
        end: int,
    ) -> None:
        self._routes, self._steps, self._axis, self._draws = routes, habits.steps, axis, draws
        self._end = end
        self._env = simpy.Environment()
        self._tally = Tally(from_, end)
        self._staff = dict(staff)
        self._lists = {group: simpy.PriorityStore(self._env) for group in staff}
        self._order = 0
        self._open: dict[int, Case] = {}
        for group, number in staff.items():
            for _ in range(number):
                self._env.process(self._work(group))

    def play(self, arrivals: Iterable[int]) -> RunResult:
        """Let cases arrive at these instants, and go on until the end."""
        self._env.process(self._arrive(arrivals))
        self._env.run(until=self._end)
        for case in self._open.values():
            self._tally.stays_inside(case.begun)
            for task in case.tasks.values():
                self._close(task, closed=False)
        return self._tally.result(self._staff)

    # --- cases ---------------------------------------------------------------

    def _arrive(self, arrivals: Iterable[int]) -> _Events:
        entry = self._steps[self._routes.definition.entry]
        for number, at in enumerate(arrivals):
            yield self._env.timeout(at - self._now)
            self._tally.arrives(at)
            answers = entry.answers.draw(*self._numbers("answer", number, entry.element.id, 1))
            move = self._routes.start(answers)
            case = self._open[number] = Case(number, at, move.to)
            self._go(case, move)

    def _go(self, case: Case, move: Move) -> None:
        """Carry out a move: what is gone is closed, what has come is opened."""
        now = self._now
        case.situation = move.to
        tasks = {after: case.tasks.pop(name) for name, after in move.kept.items() if name in case.tasks}
        timers = {after: case.timers[name] for name, after in move.kept.items() if name in case.timers}
        for gone in case.tasks.values():
            self._close(gone)
        case.tasks, case.timers = tasks, timers
        case.moves += 1
        self._tally.moves += 1
        if move.to.ending or move.to.halted or case.moves > MOST_MOVES:
            for gone in case.tasks.values():
                self._close(gone)
            del self._open[case.number]
            self._tally.ends(case.begun, now, move.to.outcome)
            case.tasks, case.timers = {}, {}
            return
        for name, limit in move.started.items():
            timers[name] = self._begin(case, limit)
        for name, element in (*move.to.tasks.items(), *move.to.services.items()):
            if name not in tasks:
                self._task(case, name, element)
        if move.to.at_rest:
            self._await_message(case)

    def _complete(self, case: Case, task: Task) -> None:
        name = next(name for name, own in case.tasks.items() if own is task)
        answers = task.step.answers.draw(
            *self._numbers("answer", case.number, task.step.element.id, task.nth)
        )
        self._go(case, self._routes.complete(case.situation, name, answers))

    def _await_message(self, case: Case) -> None:
        """Nothing but a message can move it: one comes."""
        move = self._routes.message(case.situation)
        if move is not None:
            self._after(MESSAGE_AFTER, partial(self._go, case, move))

    # --- limits --------------------------------------------------------------

    def _begin(self, case: Case, limit: Limit) -> Timer:
        now = self._now
        if limit.until is not None:
            due = self._axis.position(limit.until)
        else:
            due = self._axis.due(now, limit.duration, wall_clock=limit.wall_clock)
        timer = Timer(_NEVER if due is None else max(due, now))
        if timer.due < self._end:
            self._after(timer.due - now, partial(self._due, case, timer))
        return timer

    def _due(self, case: Case, timer: Timer) -> None:
        """All timers of the case that run out at this instant fire together, if this one still runs."""
        if all(timer is not other for other in case.timers.values()):
            return
        now = self._now
        names = tuple(sorted(name for name, other in case.timers.items() if other.due <= now))
        limits = case.situation.limits
        limited = [
            task for name, task in case.tasks.items() if not set(names).isdisjoint(limits.get(name, ()))
        ]
        self._go(case, self._routes.fire(case.situation, names))
        for task in limited:
            task.late |= not task.over

    # --- tasks ---------------------------------------------------------------

    def _task(self, case: Case, name: str, element: str) -> None:
        now = self._now
        step = self._steps[element]
        case.met[element] += 1
        limits = [
            case.timers[timer].due for timer in case.situation.limits.get(name, ()) if timer in case.timers
        ]
        due = min(limits, default=_NEVER)
        task = case.tasks[name] = Task(case, step, case.met[element], now, due if due < _NEVER else None)
        if name in case.situation.services:
            task.taken = now
            self._after(self._time(task), partial(self._done, task))
        elif step.element.public:
            task.taken = now
            if self._number("never", task) >= step.never:
                self._after(self._time(task), partial(self._done, task))
        else:
            self._order += 1
            self._tally.waits(element, now)
            group = step.element.group or ""
            self._lists[group].put(simpy.PriorityItem((due, self._order), task))

    def _done(self, task: Task) -> None:
        if not task.over:
            self._complete(task.case, task)

    def _close(self, task: Task, *, closed: bool = True) -> None:
        """A task is over, or the run is."""
        now = self._now
        element = task.step.element
        task.over = True
        if task.taken is None:
            self._tally.waits_no_more(element.id, now)
        elif task.officer is not None:
            self._tally.works(element.group or "", task.taken, now)
            if closed and task.officer is not self._env.active_process:
                task.officer.interrupt()
        late = task.late or (task.due is not None and now > task.due)
        known = task.due is not None and (closed or late)
        self._tally.task(element.id, task.created, task.taken, now, late if known else None)

    def _work(self, group: str) -> _Events:
        """An officer: takes what is due first, works on it, takes the next."""
        env = self._env
        while True:
            task: Task = (yield self._lists[group].get()).item
            if task.over:
                continue
            task.taken, task.officer = self._now, env.active_process
            self._tally.waits_no_more(task.step.element.id, self._now)
            try:
                yield env.timeout(self._time(task))
            except simpy.Interrupt:
                continue
            self._complete(task.case, task)

    # --- chance and time -----------------------------------------------------

    def _time(self, task: Task) -> int:
        return task.step.times.draw(self._number("time", task))

    def _number(self, purpose: str, task: Task) -> float:
        return self._draws.number(purpose, task.case.number, task.step.element.id, task.nth)

    def _numbers(self, purpose: str, case: int, step: str, nth: int) -> tuple[float, float]:
        return (
            self._draws.number(purpose, case, step, nth),
            self._draws.number(f"{purpose} too", case, step, nth),
        )

    @property
    def _now(self) -> int:
        """SimPy takes fractions too; here all times are whole milliseconds."""
        return int(self._env.now)

    def _after(self, time: int, act: Callable[[], None]) -> None:
        self._env.timeout(time).callbacks.append(lambda _event: act())
