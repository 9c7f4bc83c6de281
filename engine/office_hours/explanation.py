"""Why a limit falls due when it does: typed data without prose, so that a screen writes the sentence.

dihitung mulai Jumat 13.15, Senin libur (Maulid), sampai Selasa 09.15
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, Self

from engine.office_hours.duration import Duration

#: So many stretches and so many skipped entries are listed: more is not read.
LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """A stretch that counted: `seconds` of office time lie between `start` and `end`."""

    start: datetime
    end: datetime
    #: Rounded; a start with a fraction of a second is still counted exactly.
    seconds: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Days, both included, on which nothing counted; or whose midday break did not (`break`)."""

    first: date
    last: date
    reason: Literal["weekend", "holiday", "closed", "break"]
    #: The holiday's name; empty otherwise.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due instant came about. Datetimes are in the office's time zone; after JSON, at its offset."""

    clock: Literal["office", "wall"]
    #: When the timer started, which may be at night.
    started: datetime
    duration: Duration
    #: At most `LISTED`, ascending. The first one's start is where counting began.
    counted: tuple[Counted, ...]
    #: At most `LISTED`, ascending.
    skipped: tuple[Skipped, ...]
    #: How many more entries of `skipped` were left out.
    skipped_more: int = 0

    def to_json(self) -> dict[str, Any]:
        """As a dict for JSON, rows as lists: it is kept with every timer. `from_json` gives an equal one back."""
        return {
            "clock": self.clock,
            "started": self.started.isoformat(),
            "duration": [self.duration.days, self.duration.seconds],
            "counted": [[c.start.isoformat(), c.end.isoformat(), c.seconds] for c in self.counted],
            "skipped": [[s.first.isoformat(), s.last.isoformat(), s.reason, s.name] for s in self.skipped],
            "skipped_more": self.skipped_more,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The explanation that `to_json` wrote."""
        return cls(
            clock=data["clock"],
            started=datetime.fromisoformat(data["started"]),
            duration=Duration(*data["duration"]),
            counted=tuple(
                Counted(datetime.fromisoformat(start), datetime.fromisoformat(end), seconds)
                for start, end, seconds in data["counted"]
            ),
            skipped=tuple(
                Skipped(date.fromisoformat(first), date.fromisoformat(last), reason, name)
                for first, last, reason, name in data["skipped"]
            ),
            skipped_more=data["skipped_more"],
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A due instant, in the office's time zone, and how it came about."""

    at: datetime
    explanation: Explanation
