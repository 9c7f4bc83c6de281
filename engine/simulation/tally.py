"""What is counted while a version runs: of each step, of each group of officers, and of the cases as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from engine.simulation.interval import ninth

HOUR: Final = 3_600_000.0


class Level:
    """How many there are of something, over time: the mean and the most in a window of it."""

    __slots__ = ("_area", "_from", "_now", "_since", "_until", "most")

    def __init__(self, from_: int, until: int) -> None:
        self._from, self._until = from_, until
        self._now = self._area = self.most = 0
        self._since = 0

    def change(self, at: int, by: int) -> None:
        self._count(at)
        self._now += by
        if self._from <= at < self._until and self._now > self.most:
            self.most = self._now

    def mean(self) -> float:
        """At the end of the window."""
        self._count(self._until)
        return self._area / (self._until - self._from)

    def _count(self, at: int) -> None:
        begun, ended = max(self._since, self._from), min(at, self._until)
        if ended > begun:
            self._area += self._now * (ended - begun)
            self.most = max(self.most, self._now)
        self._since = max(self._since, at)


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step in one replication; times in office hours."""

    #: Tasks that came up in the window.
    count: int
    #: The share that was late; None where no task's fate is known.
    late: float | None
    waiting: float | None
    waiting_ninth: float | None
    stay: float | None
    stay_ninth: float | None
    #: Tasks that wait for somebody: mean over time, and the most at once.
    queue: float
    longest: int


@dataclass(frozen=True, slots=True)
class RunResult:
    """One replication of one version."""

    steps: dict[str, StepResult]
    #: Group -> the share of its time in which it worked.
    busy: dict[str, float]
    #: Outcome -> cases that ended so in the window.
    endings: dict[str, int]
    #: Office hours from the submission to the end, of those that ended in the window; None when none did.
    whole: float | None
    whole_ninth: float | None
    # Over the whole run, from its first arrival on:
    arrived: int
    ended: int
    halted: int
    #: Cases under way at the end.
    inside: int
    #: Cases under way, mean over time; and the time that all cases spent under way, in hours, by the end.
    inside_mean: float
    inside_hours: float
    length_hours: float
    #: How often cases went from one situation to the next.
    moves: int


@dataclass(slots=True)
class _Step:
    waits: list[int]
    stays: list[int]
    queue: Level
    count: int = 0
    late: int = 0
    known: int = 0


@dataclass(slots=True)
class Tally:
    """The counts of one run over [0, end); what is reported came up, or ended, in [from_, end)."""

    from_: int
    end: int
    steps: dict[str, _Step] = field(default_factory=dict)
    busy: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    wholes: list[int] = field(default_factory=list)
    arrived: int = 0
    ended: int = 0
    halted: int = 0
    moves: int = 0
    _spent: int = 0
    _inside: Level = field(init=False)

    def __post_init__(self) -> None:
        self._inside = Level(0, self.end)

    def arrives(self, at: int) -> None:
        self.arrived += 1
        self._inside.change(at, 1)

    def ends(self, begun: int, at: int, outcome: str | None) -> None:
        """A case ended; without an outcome it halted."""
        self._inside.change(at, -1)
        self._spent += at - begun
        if outcome is None:
            self.halted += 1
            return
        self.ended += 1
        if at >= self.from_:
            self.endings[outcome] += 1
            self.wholes.append(at - begun)

    def stays_inside(self, begun: int) -> None:
        """A case is under way when the run ends."""
        self._spent += self.end - begun

    def waits(self, element: str, at: int) -> None:
        """A task waits for somebody from now on."""
        self._step(element).queue.change(at, 1)

    def waits_no_more(self, element: str, at: int) -> None:
        self._step(element).queue.change(at, -1)

    def works(self, group: str, begun: int, at: int) -> None:
        self.busy[group] += max(0, min(at, self.end) - max(begun, self.from_))

    def task(self, element: str, created: int, taken: int | None, at: int, late: bool | None) -> None:
        """A task is over, or the run is; `late` None: its fate is not known. An untaken one waited until now."""
        if created < self.from_:
            return
        step = self._step(element)
        step.count += 1
        step.waits.append((at if taken is None else taken) - created)
        step.stays.append(at - created)
        if late is not None:
            step.known += 1
            step.late += late

    def result(self, officers: dict[str, int]) -> RunResult:
        window = self.end - self.from_
        return RunResult(
            steps={
                element: StepResult(
                    step.count,
                    step.late / step.known if step.known else None,
                    _mean(step.waits),
                    _hours(ninth(step.waits)),
                    _mean(step.stays),
                    _hours(ninth(step.stays)),
                    step.queue.mean(),
                    step.queue.most,
                )
                for element, step in self.steps.items()
            },
            busy={group: self.busy[group] / (number * window) for group, number in officers.items()},
            endings=dict(self.endings),
            whole=_mean(self.wholes),
            whole_ninth=_hours(ninth(self.wholes)),
            arrived=self.arrived,
            ended=self.ended,
            halted=self.halted,
            inside=self.arrived - self.ended - self.halted,
            inside_mean=self._inside.mean(),
            inside_hours=self._spent / HOUR,
            length_hours=self.end / HOUR,
            moves=self.moves,
        )

    def _step(self, element: str) -> _Step:
        found = self.steps.get(element)
        if found is None:
            found = self.steps[element] = _Step([], [], Level(self.from_, self.end))
        return found


def _mean(times: list[int]) -> float | None:
    return sum(times) / len(times) / HOUR if times else None


def _hours(time: int | None) -> float | None:
    return None if time is None else time / HOUR
