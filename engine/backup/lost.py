"""What a restore goes back behind, by the seals that stand outside the database. Pure.

The file of seals outlives the database: its later seals name chains, and so case numbers, that the backup does
not know. They are lost, and said to be; their numbers are never given out again. What happened after the last
seal nobody knows: a margin of numbers is left out for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import Refused
from engine.history.chain import GENESIS
from engine.history.restored import Count
from engine.history.seal import sealed_heads
from engine.history.seal_file import Erasure, SealFile, hash_of
from engine.numbers import PREFIX, SERIES, case_number
from engine.store.seals import Head, Seal
from engine.store.tables import SYSTEM_CHAIN

#: Numbers left out for what was given out after the last seal that is known: hours of a busy office.
MARGIN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Lost:
    """What the backup does not have."""

    #: Seals made after it, in order.
    seals: Sequence[Seal]
    #: Chain -> (the last event kept, the last one sealed).
    chains: Mapping[str, tuple[int, int]]
    #: (series, year) -> (first, last) serial that no case has or will have.
    numbers: Mapping[Count, tuple[int, int]]
    #: (series, year) -> the counter from now on.
    counters: Mapping[Count, int]


def lost(
    kept: Sequence[Seal],
    heads: Mapping[str, Head],
    counters: Mapping[Count, int],
    known: SealFile,
    *,
    year: int,
    past: str | None = None,
) -> Lost:
    """`kept` seals, `heads` of chains and `counters` as in the backup; `known` is the file that survived.

    `past` is the last number known to be given out, by whoever restores: then there is no margin after it in its series.
    """
    later = _later(kept, known)
    sealed = sealed_heads(later)
    chains = {
        chain: (heads.get(chain, (0, GENESIS))[0], seq)
        for chain, (seq, _) in sorted(sealed.items())
        if seq > heads.get(chain, (0, GENESIS))[0]
    }
    last = dict(counters)
    given_out = [chain for chain in sealed if chain != SYSTEM_CHAIN] + sorted(known.erased)
    for number in given_out + ([past] if past else []):
        count, serial = _read(number)
        last[count] = max(last.get(count, 0), serial)
    # an office without trials loses none of their numbers
    in_use = {PREFIX, *(series for series, _ in last)}
    for series in in_use - {_read(past)[0][0] if past else ""}:
        last[series, year] = last.get((series, year), 0) + MARGIN
    numbers = {
        count: (counters.get(count, 0) + 1, top)
        for count, top in sorted(last.items())
        if top > counters.get(count, 0)
    }
    return Lost(later, chains, numbers, last)


def _later(kept: Sequence[Seal], known: SealFile) -> list[Seal]:
    """The known seals that the backup has not. Raises `Refused` when the two are not one chain."""
    mine = {seal.number: seal for seal in kept}
    number, previous = (kept[-1].number, kept[-1].hash) if kept else (0, GENESIS)
    later: list[Seal] = []
    for seal in known.seals:
        if seal.number in mine:
            if seal != mine[seal.number]:
                raise _foreign(seal.number)
            continue
        if seal.number != number + 1 or seal.previous != previous or seal.hash != hash_of(seal):
            raise _foreign(seal.number)
        number, previous = seal.number, seal.hash
        later.append(seal)
    return later


def _foreign(number: int) -> Refused:
    return Refused(
        f"The file of seals and the backup should tell of one past, and differ at seal {number}: the file is of another "
        "office, or one of the two was changed; name the right file by --seals. Nothing was changed.",
        reason="seals_foreign",
        seal=number,
    )


def merged(files: Iterable[SealFile]) -> SealFile:
    """What several copies of the file know together; that they agree is asked of their chain."""
    seals: dict[tuple[int, str], Seal] = {}
    erasures: dict[str, Erasure] = {}
    for file in files:
        seals |= {(seal.number, seal.hash): seal for seal in file.seals}
        erasures |= {one.case: one for one in file.erasures}
    return SealFile([seals[key] for key in sorted(seals)], list(erasures.values()))


def _read(number: str) -> tuple[Count, int]:
    """(("PGD", 2026), 123) of "PGD-2026-000123". Raises `Refused` for what is no case number."""
    try:
        series, year, serial = number.split("-")
        if series not in SERIES or case_number(int(year), int(serial), series) != number:
            raise ValueError
    except ValueError:
        raise Refused(
            f"A case number is written like {case_number(2026, 123)}; found {number!r}.",
            reason="number_unreadable",
            number=number,
        ) from None
    return (series, int(year)), int(serial)
