"""The time that a step may take: as its timer has it, and as the SOP's column *Waktu* writes it ("2 Jam")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.definition.model import Element
from engine.errors import DurationInvalid
from engine.office_hours import Duration, parse_duration

#: What people write around a time without changing it.
_AROUND = re.compile(r"\([^()]*\)|\b(?:maks(?:imal|imum|\.)?|paling (?:lama|lambat))(?=\s|$)\.?|±", re.I)
_PART = re.compile(r"(\d{1,6})\s*(hari|jam|menit|detik)\b\s*(kerja\b)?", re.I)
_SECONDS = {"jam": 3600, "menit": 60, "detik": 1}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a step may take. `working`: in working days and office hours; None where a text does not say."""

    duration: Duration
    working: bool | None

    def agrees(self, other: Limit) -> bool:
        """Whether both mean the same time, as far as both say."""
        said = {self.working, other.working} - {None}
        return self.duration == other.duration and len(said) < 2


def limit_of(step: Element, elements: Iterable[Element]) -> Limit | None:
    """The shortest limit at a step's boundary that the diagram spells out: the one that its task is due by."""
    found = [limit for e in elements if e.attached_to == step.id and (limit := timed(e))]
    return min(found, key=lambda limit: (limit.duration.days, limit.duration.seconds), default=None)


def timed(event: Element) -> Limit | None:
    """The limit of a timer event; None for one without a readable duration."""
    if event.timer is None or event.timer.kind != "duration":
        return None
    try:
        return Limit(parse_duration(event.timer.expression), not event.timer.wall_clock)
    except DurationInvalid:
        return None


def read(text: str) -> Limit | None:
    """A time as an SOP writes it: "2 Jam", "3 hari kerja", "maks. 1 jam 30 menit"; None for other words."""
    plain = _AROUND.sub(" ", text)
    parts = _PART.findall(plain)
    if (
        not parts
        or _PART.sub("", plain).strip(" ,.")
        or len({unit.lower() for _, unit, _ in parts}) < len(parts)
    ):
        return None
    days = sum(int(count) for count, unit, _ in parts if unit.lower() == "hari")
    seconds = sum(int(count) * _SECONDS.get(unit.lower(), 0) for count, unit, _ in parts)
    return Limit(Duration(days, seconds), True if any(working for *_, working in parts) else None)


def write(limit: Limit) -> str:
    """The same as an SOP writes it; days say whether they are working days."""
    days, rest = limit.duration.days, limit.duration.seconds
    parts = [f"{days} Hari" if limit.working is False else f"{days} Hari Kerja"] if days else []
    for unit, size in _SECONDS.items():
        count, rest = divmod(rest, size)
        parts += [f"{count} {unit.capitalize()}"] if count else []
    return " ".join(parts)
