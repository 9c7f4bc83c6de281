"""Chance without a stream: a number for each thing that is left to it.

Two versions are told apart best when everything else is the same in both. The number for the third time that case 17
comes to a step is therefore a hash of exactly that, and not the next one of a stream, which would come out
different for all later cases as soon as one case took another way (common random numbers).
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate
from math import sqrt
from random import Random
from typing import Any, Final, Protocol

#: The scalars that a completion sets, in the order of their names.
Answers = tuple[tuple[str, Any], ...]
MINUTE: Final = 60_000


class Draws:
    """The numbers of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._name = f"{seed}:{replication}"
        self._key = self._name.encode()

    def number(self, purpose: str, case: int, step: str, nth: int) -> float:
        """In [0, 1): the same whenever the same is asked."""
        said = f"{purpose}:{case}:{step}:{nth}".encode()
        found = int.from_bytes(blake2b(said, digest_size=8, key=self._key).digest())
        return (found >> 11) * 2.0**-53

    def arrivals(self, per_day: float, days: int) -> Iterator[float]:
        """When cases arrive, in working days from the beginning: a Poisson process."""
        chance = Random(f"{self._name}:arrivals")  # noqa: S311 - a simulation keeps no secret
        at = chance.expovariate(per_day) if per_day > 0 else float(days)
        while at < days:
            yield at
            at += chance.expovariate(per_day)


class Times(Protocol):
    """How long something takes."""

    def draw(self, number: float) -> int:
        """Milliseconds, by a number in [0, 1)."""
        ...

    @property
    def mean(self) -> float:
        """Milliseconds."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """One of the times that history has, each as likely as the others (bootstrap)."""

    times: Sequence[int]

    def draw(self, number: float) -> int:
        return self.times[int(number * len(self.times))]

    @property
    def mean(self) -> float:
        return sum(self.times) / len(self.times)


@dataclass(frozen=True, slots=True)
class Triangular:
    """A guess: at least, mostly, at most."""

    least: float
    mode: float
    most: float

    def draw(self, number: float) -> int:
        wide = self.most - self.least
        if wide <= 0:
            return round(self.mode)
        turn = (self.mode - self.least) / wide
        if number < turn:
            return round(self.least + sqrt(number * wide * (self.mode - self.least)))
        return round(self.most - sqrt((1 - number) * wide * (self.most - self.mode)))

    @property
    def mean(self) -> float:
        return (self.least + self.mode + self.most) / 3


class Shares:
    """One of several values, by how often each came."""

    def __init__(self, counts: Mapping[Any, float]) -> None:
        self._values = list(counts)
        self._upto = list(accumulate(counts.values()))

    def draw(self, number: float) -> Any:
        return self._values[min(bisect(self._upto, number * self._upto[-1]), len(self._values) - 1)]
