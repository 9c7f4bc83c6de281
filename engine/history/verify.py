"""Is the record whole and true? Tampering (somebody changed it) is told apart from divergence (the program
answers differently than it did); each finding names the case and the event. What is no fault and still worth
telling (not yet sealed, lost by a restore) is kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import EngineError
from engine.history.chain import StoredEvent
from engine.history.check_case import check_case
from engine.history.check_seals import check_seals
from engine.history.check_system import check_numbers, check_system
from engine.history.finding import DIVERGED, LOST, NOTES, TAMPERED, UNSEALED, Finding
from engine.history.log import read
from engine.history.seal_file import SealFile
from engine.runtime.ports import Ports
from engine.store.tables import SYSTEM_CHAIN, cases

__all__ = ["DIVERGED", "LOST", "TAMPERED", "UNSEALED", "Finding", "Report", "verify"]

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
    report = Report()
    query = select(cases.c.number).order_by(cases.c.number)
    if number is not None:
        query = query.where(cases.c.number == number)
    for one in connection.scalars(query).all():  # numbers only: the states of a big office fill the memory
        report.cases += 1
        with _nonsense_is_found(report, connection, one, "case"):
            row = connection.execute(select(cases).where(cases.c.number == one)).mappings().one()
            history = read(connection, one)
            report.events += len(history)
            report.add(check_case(ports, connection, dict(row), history))
    system: list[StoredEvent] = []
    with _nonsense_is_found(report, connection, SYSTEM_CHAIN, "system"):
        system = read(connection, SYSTEM_CHAIN)
        if number is None:
            report.events += len(system)
            report.add(check_system(connection, system))
    if number is None:
        with _nonsense_is_found(report, connection, SYSTEM_CHAIN, "system"):
            report.add(check_numbers(connection, system))
    with _nonsense_is_found(report, connection, SYSTEM_CHAIN, "seals"):
        report.add(check_seals(connection, system, seals, number, copy))
    return report


@contextmanager
def _nonsense_is_found(report: Report, connection: Connection, name: str, what: str) -> Iterator[None]:
    """Whoever writes nonsense into a row must not keep the auditor from the others."""
    try:
        yield
    except _NONSENSE as error:
        if isinstance(error, SQLAlchemyError):
            connection.rollback()  # after an error of its own PostgreSQL answers nothing more in the transaction
        message = f"the rows of the {what} cannot be read: {type(error).__name__}"
        report.findings.append(Finding(name, None, TAMPERED, "unreadable", message))
