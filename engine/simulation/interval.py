"""What replications say together: the mean and its 95 % confidence interval (Student's t)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import fmean, stdev
from typing import Final

#: Two-sided 95 % quantiles of Student's t by degrees of freedom, as printed in every table of it.
_T: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
_NORMAL: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over replications; `low` and `high` are None for a single one."""

    mean: float
    low: float | None
    high: float | None

    @property
    def tells_apart(self) -> bool:
        """For a difference: whether nought lies outside, so that it is more than chance."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def interval(values: Iterable[float | None]) -> Interval | None:
    """Over the replications that have a value; None when none has."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    mean = fmean(known)
    if len(known) == 1:
        return Interval(mean, None, None)
    half = quantile(len(known) - 1) * stdev(known) / sqrt(len(known))
    return Interval(mean, mean - half, mean + half)


def difference(old: Sequence[float | None], new: Sequence[float | None]) -> Interval | None:
    """New less old, replication by replication: both saw the same arrivals, so most of the chance cancels out."""
    pairs = zip(old, new, strict=True)
    return interval(b - a if a is not None and b is not None else None for a, b in pairs)


def quantile(degrees: int) -> float:
    """Two-sided 95 % quantile of Student's t."""
    if degrees <= len(_T):
        return _T[degrees - 1]
    z = _NORMAL
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def ninth(times: Sequence[int]) -> int | None:
    """The least that nine of ten do not exceed (nearest rank)."""
    return sorted(times)[ceil(len(times) * 0.9) - 1] if times else None
