"""Is the record whole and true? Tampering (somebody changed it) is told apart from divergence (the program
answers differently than it did); each finding names the case and the event. What is no fault and still worth
telling (not yet sealed, lost by a restore) is kept apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import EngineError
from engine.events import CASE_ERASED
from engine.history.chain import StoredEvent
from engine.history.check_case import check_case
from engine.history.check_seals import check_copy, check_heads, check_seals, check_unsealed
from engine.history.check_system import (
    changed_calendars,
    changed_definitions,
    check_numbers,
    check_system,
)
from engine.history.finding import (
    CHAIN,
    DIVERGED,
    LOST,
    NOTES,
    PROJECTIONS,
    REPLAY,
    TAMPERED,
    UNSEALED,
    Finding,
)
from engine.history.log import read
from engine.history.restored import restores
from engine.history.seal_file import SealFile
from engine.runtime.ports import Ports
from engine.store.seals import Seal, after
from engine.store.tables import SYSTEM_CHAIN, cases

__all__ = ["DIVERGED", "LOST", "TAMPERED", "UNSEALED", "Checked", "Finding", "Report", "Verifier", "verify"]

#: What reading a row can raise into which somebody wrote nonsense.
_NONSENSE = (
    EngineError,
    SQLAlchemyError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    cases: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    #: Of the kinds `LOST` and `UNSEALED`.
    notes: list[Finding] = field(default_factory=list)

    def add(self, found: Iterable[Finding]) -> None:
        for one in found:
            (self.notes if one.kind in NOTES else self.findings).append(one)


@dataclass(frozen=True, slots=True)
class Checked:
    """One chain, and what is to be said of it."""

    chain: str
    events: int
    #: Notes among them.
    found: tuple[Finding, ...]
    #: What was written in it is gone with its person, so it could not be looked at.
    erased: bool = False

    def first(self, question: str) -> Finding | None:
        """The first event that does not answer `question` as it should, faults before notes; None: all is well."""
        mine = (finding for finding in self.found if finding.aspect == question)
        return min(mine, key=lambda one: (one.kind in NOTES, one.seq is None, one.seq or 0), default=None)

    def asked(self, question: str) -> bool:
        """Whether the question could be asked: a replay of a changed history proves nothing, nor do rows beside it."""
        needs = {REPLAY: (CHAIN,), PROJECTIONS: (CHAIN, REPLAY)}.get(question, ())
        return not any(one.aspect in needs and one.kind not in NOTES for one in self.found)


class Verifier:
    """A look at the record at one moment: what all cases share is read once, however many are looked at."""

    def __init__(self, ports: Ports, connection: Connection) -> None:
        self._ports = ports
        self._connection = connection
        #: What could not be read of what all share.
        self.unreadable: list[Finding] = []
        self._system: list[StoredEvent] = []
        self._made: list[Seal] = []
        self._changed: dict[str | int, Finding] = {}
        with self._nonsense_is_found(self.unreadable, SYSTEM_CHAIN, "system"):
            self._system = read(connection, SYSTEM_CHAIN)
            self._changed |= changed_definitions(connection, self._system)
            self._changed |= changed_calendars(connection, self._system)
        with self._nonsense_is_found(self.unreadable, SYSTEM_CHAIN, "seals"):
            self._made = list(after(connection))

    def cases(self, numbers: Sequence[str]) -> list[Checked]:
        """Each of these cases, whole: with the files that it ran on and its seals."""
        sealed: dict[str, list[Finding]] = {}
        for finding in self.heads(numbers):
            sealed.setdefault(finding.case, []).append(finding)
        return [self._whole(number, sealed.get(number, [])) for number in numbers]

    def case(self, number: str) -> tuple[list[StoredEvent], list[Finding]]:
        """The history of a case, and what is wrong with it and with the rows beside it."""
        found: list[Finding] = []
        history: list[StoredEvent] = []
        with self._nonsense_is_found(found, number, "case"):
            query = select(cases).where(cases.c.number == number)
            row = self._connection.execute(query).mappings().one()
            history = read(self._connection, number)
            found += check_case(self._ports, self._connection, dict(row), history)
        return history, found

    def system(self) -> Checked:
        """The chain `sistem`, with what its events say was put in force, and with the case numbers."""
        found: list[Finding] = []
        with self._nonsense_is_found(found, SYSTEM_CHAIN, "system"):
            found += check_system(self._connection, self._system)
        with self._nonsense_is_found(found, SYSTEM_CHAIN, "system"):
            found += check_numbers(self._connection, self._system)
        return Checked(SYSTEM_CHAIN, len(self._system), tuple(found))

    def seals(self, file: SealFile | None, copy: SealFile | None = None) -> list[Finding]:
        """The chain of seals against the file in DATA_DIR, and against one that was kept elsewhere."""
        found: list[Finding] = []
        with self._nonsense_is_found(found, SYSTEM_CHAIN, "seals"):
            found += check_seals(self._connection, self._made, restores(self._system), file)
        return found + self.copy(copy)

    def copy(self, copy: SealFile | None) -> list[Finding]:
        """What a file of seals from elsewhere contradicts."""
        found: list[Finding] = []
        if copy is not None:
            with self._nonsense_is_found(found, SYSTEM_CHAIN, "seals"):
                found += check_copy(self._connection, self._made, restores(self._system), copy)
        return found

    def heads(self, only: Collection[str] | None = None) -> list[Finding]:
        """What the seals say of all chains, or of those named."""
        found: list[Finding] = []
        with self._nonsense_is_found(found, SYSTEM_CHAIN, "seals"):
            found += check_heads(self._connection, self._made, restores(self._system), only)
        return found

    def unsealed(self) -> int:
        """How many chains grew since they were sealed."""
        found: list[Finding] = []
        with self._nonsense_is_found(found, SYSTEM_CHAIN, "seals"):
            found += check_unsealed(self._connection, self._made)
        return len(found)

    def _whole(self, number: str, sealed: Sequence[Finding]) -> Checked:
        history, found = self.case(number)
        used = [*found, *self._files(number, history), *sealed]
        erased = any(event.type == CASE_ERASED for event in history)
        return Checked(number, len(history), tuple(used), erased)

    def _files(self, number: str, history: Sequence[StoredEvent]) -> Iterator[Finding]:
        """Each changed file that the case ran on, at the first event that did."""
        for name, finding in self._changed.items():
            for event in history:
                if name in (event.definition_id, event.payload.get("calendar")):
                    yield replace(finding, case=number, seq=event.seq)
                    break

    @contextmanager
    def _nonsense_is_found(self, found: list[Finding], name: str, what: str) -> Iterator[None]:
        """Whoever writes nonsense into a row must not keep the auditor from the others."""
        try:
            yield
        except _NONSENSE as error:
            if isinstance(error, SQLAlchemyError):
                # after an error of its own PostgreSQL answers nothing more in the transaction
                self._connection.rollback()
            message = f"the rows of the {what} cannot be read: {type(error).__name__}"
            code = "seals_unreadable" if what == "seals" else "unreadable"
            found.append(Finding(name, None, TAMPERED, code, message))


def verify(
    ports: Ports,
    connection: Connection,
    number: str | None = None,
    *,
    seals: SealFile | None = None,
    copy: SealFile | None = None,
) -> Report:
    """Check one case, or all of them with the chain `sistem`, the deployed files, the case numbers and the seals.

    `seals` is what the file outside the database says (`engine.history.seal_file.read`), `copy` what one says
    that is kept elsewhere.
    """
    verifier, report = Verifier(ports, connection), Report()
    if number is not None:
        known = connection.scalars(select(cases.c.number).where(cases.c.number == number)).all()
        for one in verifier.cases(known):
            report.cases, report.events = 1, one.events
            report.add(one.found)
        report.add([*verifier.unreadable, *verifier.copy(copy)])
        return report
    # numbers only: the states of a big office fill the memory
    for one in connection.scalars(select(cases.c.number).order_by(cases.c.number)).all():
        history, found = verifier.case(one)
        report.cases += 1
        report.events += len(history)
        report.add(found)
    system = verifier.system()
    report.events += system.events
    report.add([*verifier.unreadable, *system.found, *verifier.seals(seals, copy), *verifier.heads()])
    return report
