"""Many cases gathered by what became of them: each outcome once, with its count and a few case numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.retold.outcome import REASONS, Choice, Kind, Retold, Time

#: So many case numbers are named, and so many different sets of values.
EXAMPLES: Final = 5
_KINDS: Final[tuple[Kind, ...]] = ("still", "other", "untold", "same")


@dataclass(slots=True)
class Group:
    """The cases of which the same became at the same place."""

    kind: Kind
    reason: str
    place: str
    old: Choice
    new: Choice
    lacking: tuple[str, ...]
    count: int = 0
    examples: list[str] = field(default_factory=list)
    #: ((variable, value), …) -> how many cases had them.
    values: Counter[tuple[tuple[str, Any], ...]] = field(default_factory=Counter)


@dataclass(slots=True)
class Lateness:
    """A step whose tasks would be due otherwise."""

    element: str
    old: str | None
    new: str | None
    #: Cases of which a task would be due otherwise; of those, the ones late only there, and late only before.
    count: int = 0
    now_late: int = 0
    no_longer_late: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """All that was played so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    found: dict[Any, Group] = field(default_factory=dict)
    late: dict[Any, Lateness] = field(default_factory=dict)

    def add(self, one: Retold, shown: str) -> None:
        """Put a case to the others; `shown` is how it is named."""
        self.kinds[one.kind] += 1
        if one.kind != "same":
            key = (one.kind, one.reason, one.place, one.old, one.new, one.lacking)
            group = self.found.setdefault(key, Group(*key))
            group.count += 1
            if len(group.examples) < EXAMPLES:
                group.examples.append(shown)
            if one.values:
                group.values[tuple(one.values.items())] += 1
        for step, times in _by_step(one.times).items():
            lateness = self.late.setdefault(step, Lateness(*step))
            lateness.count += 1
            now_late = any(time.would_be_late and not time.was_late for time in times)
            no_longer = any(time.was_late and not time.would_be_late for time in times)
            lateness.now_late += now_late
            lateness.no_longer_late += no_longer
            if (now_late or no_longer) and len(lateness.examples) < EXAMPLES:
                lateness.examples.append(shown)

    @property
    def count(self) -> int:
        return self.kinds.total()

    @property
    def differing(self) -> int:
        """The cases that did not go the same way."""
        return self.count - self.kinds["same"]

    @property
    def groups(self) -> list[Group]:
        """Those that stand still before those that go elsewhere, the many before the few."""
        return sorted(
            self.found.values(),
            key=lambda g: (
                _KINDS.index(g.kind),
                -g.count,
                REASONS[g.kind].index(g.reason),
                g.place,
                g.lacking,
            ),
        )

    @property
    def times(self) -> list[Lateness]:
        """In the order in which the steps were met."""
        return list(self.late.values())


def gathered(cases: Iterable[tuple[Retold, str]]) -> Told:
    """All of them."""
    told = Told()
    for one, shown in cases:
        told.add(one, shown)
    return told


def _by_step(times: Iterable[Time]) -> Mapping[tuple[str, str | None, str | None], list[Time]]:
    found: dict[tuple[str, str | None, str | None], list[Time]] = {}
    for time in times:
        found.setdefault((time.element, time.old, time.new), []).append(time)
    return found


def values_of(group: Group) -> Iterator[tuple[Mapping[str, Any], int]]:
    """The values that decided, the most frequent first, and how many cases had them."""
    for values, count in group.values.most_common(EXAMPLES):
        yield dict(values), count


def as_data(told: Told) -> dict[str, Any]:
    """All of it as JSON has it, so that a page can go on where it was."""
    return {
        "kinds": dict(told.kinds),
        "found": [
            {
                "key": [g.kind, g.reason, g.place, _said(g.old), _said(g.new), list(g.lacking)],
                "count": g.count,
                "examples": g.examples,
                "values": [[[list(pair) for pair in values], count] for values, count in g.values.items()],
            }
            for g in told.found.values()
        ],
        "late": [
            [one.element, one.old, one.new, one.count, one.now_late, one.no_longer_late, one.examples]
            for one in told.late.values()
        ],
    }


def from_data(data: Mapping[str, Any]) -> Told:
    """What `as_data` wrote."""
    told = Told(Counter(data["kinds"]))
    for said in data["found"]:
        kind, reason, place, old, new, lacking = said["key"]
        key = (kind, reason, place, _choice(old), _choice(new), tuple(lacking))
        group = told.found[key] = Group(*key, said["count"], said["examples"])
        for values, count in said["values"]:
            group.values[tuple((name, value) for name, value in values)] = count
    for element, was, now, *rest in data["late"]:
        told.late[element, was, now] = Lateness(element, was, now, *rest)
    return told


def _said(choice: Choice) -> list[Any]:
    return [list(choice.to), choice.at, choice.condition]


def _choice(said: list[Any]) -> Choice:
    to, at, condition = said
    return Choice(tuple(to), at, condition)
