"""What restores from a backup have undone, as their events in the chain `sistem` tell it.

A restore goes back to the day of the backup. What the seals of later days prove to have been there is named
by the restore itself, chain by chain, so that a check can tell "lost by restore" from "removed".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.history.chain import StoredEvent
from engine.numbers import PREFIX, case_number

#: What is counted for itself: the numbers of a series in a year.
Count = tuple[str, int]
#: System event: backup, seals, lost, numbers, erased (`payload_of`).
RESTORED: Final = "record:restored"


@dataclass(frozen=True, slots=True, eq=False)
class Restored:
    """One restore: the day it went back to, and what it knew to be lost by that."""

    at: datetime
    by: str
    #: When the backup was made.
    made_at: str
    #: Numbers of the last seal in the backup and of the last one known outside it.
    seals: tuple[int, int]
    #: Chain -> (the last event that was kept, the last one that was sealed).
    lost: Mapping[str, tuple[int, int]]
    #: (series, year) -> the first and the last serial that no case has or will have.
    numbers: Mapping[Count, tuple[int, int]]
    #: Cases erased after the backup and erased again.
    erased: frozenset[str]

    def explains(self, seal: int, chain: str, seq: int) -> bool:
        """Whether event `seq`, which `seal` covers, is known to be lost by this restore."""
        kept, last = self.lost.get(chain, (seq, seq))
        return self.seals[0] < seal <= self.seals[1] and kept < seq <= last

    def lost_numbers(self) -> Iterator[str]:
        for (series, year), (first, last) in self.numbers.items():
            yield from (case_number(year, serial, series) for serial in range(first, last + 1))


def payload_of(restored: Restored, backup: Mapping[str, Any]) -> dict[str, Any]:
    """The event's payload; `backup` says which file it was."""
    return {
        "backup": {**backup, "made_at": restored.made_at},
        "seals": list(restored.seals),
        "lost": {chain: list(events) for chain, events in restored.lost.items()},
        "numbers": {_named(count): list(serials) for count, serials in restored.numbers.items()},
        "erased": sorted(restored.erased),
    }


def _named(count: Count) -> str:
    """ "2026" of complaints, as it always was; "UJI-2026" of another series."""
    series, year = count
    return str(year) if series == PREFIX else f"{series}-{year}"


def _count(name: str) -> Count:
    series, _, year = name.rpartition("-")
    return series or PREFIX, int(year)


def restores(system: Iterable[StoredEvent]) -> list[Restored]:
    """All restores that the chain `sistem` tells of, in order."""
    return [_restored(event) for event in system if event.type == RESTORED]


def _restored(event: StoredEvent) -> Restored:
    said = event.payload
    return Restored(
        at=event.at,
        by=event.actor,
        made_at=said["backup"]["made_at"],
        seals=(said["seals"][0], said["seals"][1]),
        lost={chain: (kept, last) for chain, (kept, last) in said["lost"].items()},
        numbers={_count(name): (first, last) for name, (first, last) in said["numbers"].items()},
        erased=frozenset(said["erased"]),
    )
