"""Are the seals whole, does every sealed head still stand, and does the file outside say the same?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from engine.history import seal_file
from engine.history.chain import GENESIS
from engine.history.finding import LOST, TAMPERED, UNSEALED, Finding
from engine.history.restored import Restored
from engine.history.seal import current_heads, sealed_heads
from engine.history.seal_file import SealFile
from engine.store.seals import BRIDGING, Head, Seal
from engine.store.tables import SYSTEM_CHAIN, events

#: Chains whose events are looked up in one statement.
BATCH = 500


def check_seals(
    connection: Connection,
    made: Sequence[Seal],
    undone: Sequence[Restored],
    file: SealFile | None,
) -> Iterator[Finding]:
    """What is wrong with the chain of seals; `file` is what stands outside the database, None where nobody has said."""
    yield from _chain(made)
    yield from _bridges(made, undone)
    if file is not None:
        yield from _lines(made, file)
        yield from _erasures(connection, undone, file)


def check_copy(
    connection: Connection, made: Sequence[Seal], undone: Sequence[Restored], copy: SealFile
) -> Iterator[Finding]:
    """Where a file from elsewhere, in which lines may be missing, tells of another past."""
    yield from _copy(made, copy)
    yield from _erasures(connection, undone, copy)


def check_heads(
    connection: Connection,
    made: Sequence[Seal],
    undone: Sequence[Restored],
    only: Collection[str] | None = None,
) -> Iterator[Finding]:
    """Every sealed event that is not there, of all chains or of those named.

    Among it what is no fault, as findings of the kinds `LOST` and `UNSEALED`.
    """
    yield from _heads(connection, made, undone, only)
    yield from check_unsealed(connection, made, only)


def _chain(made: Sequence[Seal]) -> Iterator[Finding]:
    """Each seal follows the one before, and none was changed."""
    number, previous = 0, GENESIS
    for seal in made:
        if seal.number != number + 1:
            yield _finding("seal_missing", f"after seal {number} comes seal {seal.number}")
        elif seal.previous != previous:
            yield _finding("seal_unlinked", f"seal {seal.number} names another predecessor")
        if seal.hash != seal_file.hash_of(seal):
            yield _finding("seal_altered", f"hash and fields of seal {seal.number} differ")
        number, previous = seal.number, seal.hash


def _bridges(made: Sequence[Seal], undone: Sequence[Restored]) -> Iterator[Finding]:
    """Whoever says that a restore lost something has sealed it at once; else anybody could say so later."""
    bridges = {(seal.number, seal.at) for seal in made if seal.kind == BRIDGING}
    for restored in undone:
        if (restored.seals[1] + 1, restored.at) not in bridges:
            yield _finding(
                "restore_unbridged", f"no seal bridges the restore of {restored.at:%Y-%m-%d %H:%M} UTC"
            )


def _lines(made: Sequence[Seal], file: SealFile) -> Iterator[Finding]:
    """Every line is its row, and none is missing before the last."""
    rows, number = {seal.number: seal for seal in made}, 0
    last = made[-1].number if made else 0
    for line in file.unreadable:
        yield _finding(
            "seal_file_unreadable", f"line {line} of the file of seals is neither seal nor erasure"
        )
    for seal in file.seals:
        if seal.number != number + 1:
            yield _finding("seal_line_missing", f"in the file seal {seal.number} comes after seal {number}")
        if seal.number > last:
            yield _finding("seal_ahead", f"the file has seal {seal.number}, the database ends before it")
        elif seal != rows.get(seal.number):
            yield _finding("seal_line_differs", f"seal {seal.number} is another in the file")
        number = seal.number
    if number < last:
        message = f"the file lacks the seals after {number}; the next seal or start writes them"
        yield Finding(SYSTEM_CHAIN, None, UNSEALED, "seal_file_behind", message)


def _copy(made: Sequence[Seal], copy: SealFile) -> Iterator[Finding]:
    """Every line of the copy is its row; it may begin later, end earlier and leave some out."""
    rows = {seal.number: seal for seal in made}
    for line in copy.unreadable:
        yield _finding("seal_copy_unreadable", f"line {line} of the copy is neither seal nor erasure")
    for seal in copy.seals:
        if seal.number not in rows:
            yield _finding("seal_copy_ahead", f"the copy has seal {seal.number}, the database has not")
        elif seal != rows[seal.number]:
            yield _finding("seal_copy_differs", f"seal {seal.number} is another in the copy")


def _erasures(connection: Connection, undone: Sequence[Restored], file: SealFile) -> Iterator[Finding]:
    """Who is erased by the file is erased here, or lost with their whole case."""
    done = {erasure.case for erasure in seal_file.erasures(connection)}
    lost = {number for restored in undone for number in restored.lost_numbers()}
    for case in sorted(file.erased - done - lost):
        message = "the file of seals tells of an erasure that the history does not know"
        yield Finding(case, None, TAMPERED, "erasure_undone", message)


def _heads(
    connection: Connection,
    made: Sequence[Seal],
    undone: Sequence[Restored],
    only: Collection[str] | None,
) -> Iterator[Finding]:
    """Every sealed head is an event of today's history, unless a restore is known to have lost it."""
    sealed: dict[str, list[tuple[Seal, Head]]] = {}
    for seal in made:
        for chain, head in seal.heads.items():
            if only is None or chain in only:
                sealed.setdefault(chain, []).append((seal, head))
    chains = sorted(sealed)
    for start in range(0, len(chains), BATCH):
        standing = _hashes(connection, chains[start : start + BATCH])
        for chain in chains[start : start + BATCH]:
            yield from _of_chain(chain, sealed[chain], standing, undone)


def _of_chain(
    chain: str,
    sealed: Iterable[tuple[Seal, Head]],
    standing: Mapping[tuple[str, int], str],
    undone: Sequence[Restored],
) -> Iterator[Finding]:
    lost: list[Restored] = []
    for seal, (seq, digest) in sealed:
        if standing.get((chain, seq)) == digest:
            continue
        explained = [restored for restored in undone if restored.explains(seal.number, chain, seq)]
        lost += explained
        if not explained:
            found = "another event" if (chain, seq) in standing else "nothing"
            message = f"seal {seal.number} covers this event, found {found} in its place"
            yield Finding(chain, seq, TAMPERED, "sealed_event_gone", message)
    for restored in dict.fromkeys(lost):
        kept, last = restored.lost[chain]
        message = f"events {kept + 1} to {last} were lost by the restore of {restored.at:%Y-%m-%d %H:%M} UTC"
        yield Finding(chain, kept, LOST, "lost_by_restore", message)


def _hashes(connection: Connection, chains: Iterable[str]) -> dict[tuple[str, int], str]:
    query = select(events.c.case_number, events.c.seq, events.c.hash).where(events.c.case_number.in_(chains))
    return {(chain, seq): digest for chain, seq, digest in connection.execute(query)}


def check_unsealed(
    connection: Connection, made: Sequence[Seal], only: Collection[str] | None = None
) -> Iterator[Finding]:
    """Chains with events that are younger than the last seal over them, as `UNSEALED`."""
    sealed = sealed_heads(made)
    for chain, (seq, _) in sorted(current_heads(connection, only).items()):
        before = sealed.get(chain, (0, GENESIS))[0]
        if seq > before:
            message = f"events {before + 1} to {seq} are not yet sealed"
            yield Finding(chain, seq, UNSEALED, "not_yet_sealed", message)


def _finding(code: str, message: str) -> Finding:
    return Finding(SYSTEM_CHAIN, None, TAMPERED, code, message)
