"""How long a case stayed at each step: until somebody took it, and until it was done, in office hours and by the clock.

Counted by the calendar that the step's own limit ran by; a step without one takes the calendar of the last limit
before it, so that a later calendar changes nothing about what was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from engine import events
from engine.office_hours import Calendar, elapsed
from engine.queries.case import Activation, Entry, Limit, by_task

_NONE = timedelta()
#: When a task came to whom; None: it was given back.
Change = tuple[datetime, str | None]


@dataclass(frozen=True, slots=True)
class Spent:
    """Time in the office's hours and by the clock."""

    office: timedelta = _NONE
    clock: timedelta = _NONE

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.office + other.office, self.clock + other.clock)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a task's time in which one person held it, or nobody did."""

    start: datetime
    end: datetime
    #: A user's id; None while the task was free, or the complainant's.
    holder: str | None
    spent: Spent


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of one activation of a step, up to now if it is open."""

    task: Activation
    #: In order, without a gap; those in which no time passed are left out.
    parts: tuple[Part, ...]
    #: The limit that its due instant came from.
    limit: Limit | None
    #: When somebody of the staff first held it, or finished it without that; None for the complainant's own tasks.
    taken: datetime | None = None

    @property
    def waited(self) -> Spent:
        """While nobody held it; the complainant's own tasks are held by nobody."""
        return total(part.spent for part in self.parts if part.holder is None)

    @property
    def worked(self) -> Spent:
        """While somebody held it."""
        return total(part.spent for part in self.parts if part.holder is not None)

    @property
    def spent(self) -> Spent:
        return total(part.spent for part in self.parts)

    @property
    def over(self) -> timedelta | None:
        """By how much the limit was passed, by its own clock; negative while there is time left, None without one."""
        if self.limit is None:
            return None
        return (self.spent.clock if self.limit.wall_clock else self.spent.office) - self.limit.time

    def until(self, at: datetime) -> Part | None:
        """The part that ended at `at`: what the person who acted then had behind them."""
        return next((part for part in self.parts if part.end == at), None)


def total(times: Iterable[Spent]) -> Spent:
    """All of them together."""
    return reduce(Spent.__add__, times, Spent())


def stays(
    tasks: Sequence[Activation],
    happened: Iterable[Entry],
    limits: Sequence[Limit],
    calendar_of: Callable[[int | None], Calendar],
    now: datetime,
) -> tuple[Stay, ...]:
    """The stay of every task, in the order given. `calendar_of(None)` is the calendar in force."""
    changes = changes_of_hands(happened)
    own = by_task(limits)
    return tuple(
        stay(task, changes.get(_name(task), ()), own.get(task.id), limits, calendar_of, now) for task in tasks
    )


def stay(
    task: Activation,
    changes: Iterable[Change],
    limit: Limit | None,
    limits: Iterable[Limit],
    calendar_of: Callable[[int | None], Calendar],
    now: datetime,
) -> Stay:
    """The stay of one task, by its own `limit` or the last of `limits` before it."""
    calendar = calendar_of(_version(task, limit, limits))
    return Stay(task, tuple(_parts(task, changes, calendar, now)), limit, _taken(task, changes))


def changes_of_hands(happened: Iterable[Entry]) -> dict[str, list[Change]]:
    """Work item's name in its case -> when it came to whom; None: it was given back."""
    changes: dict[str, list[Change]] = {}
    for entry in happened:
        holder: str | None = None
        match entry.type:
            case events.WORK_ITEM_CLAIMED:
                holder = entry.actor
            case events.WORK_ITEM_RELEASED:
                pass
            case events.WORK_ITEM_DELEGATED:
                holder = str(entry.facts["to"])
            case _:
                continue
        changes.setdefault(str(entry.facts["work_item"]), []).append((entry.at, holder))
    return changes


def _parts(task: Activation, changes: Iterable[Change], calendar: Calendar, now: datetime) -> Iterator[Part]:
    end = task.ended or max(now, task.created)
    start: datetime = task.created
    holder: str | None = None
    for at, following in [*changes, (end, None)]:
        if at > start:
            yield Part(start, at, holder, Spent(elapsed(calendar, start, at), at - start))
        start, holder = at, following


def _taken(task: Activation, changes: Iterable[Change]) -> datetime | None:
    if task.element.public:
        return None
    finished = task.ended if task.ended_how == "completed" else None
    return next((at for at, holder in changes if holder is not None), finished)


def _version(task: Activation, own: Limit | None, limits: Iterable[Limit]) -> int | None:
    if own is not None and own.calendar is not None:
        return own.calendar
    before = [limit for limit in limits if limit.calendar is not None and limit.started <= task.created]
    return max(before, key=lambda limit: limit.started).calendar if before else None


def _name(task: Activation) -> str:
    return task.id.partition(":")[2]


def by_name(found: Iterable[Stay]) -> Mapping[str, Stay]:
    """Work item's name in its case (`<element>:<nth>`) -> its stay, as the events name it."""
    return {_name(stay.task): stay for stay in found}
