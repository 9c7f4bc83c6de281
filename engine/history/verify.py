"""Is the record whole and true? Tampering (somebody changed it) is told apart from divergence (the program
answers differently than it did); each finding names the case and the event.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import EngineError
from engine.history.check_case import check_case
from engine.history.check_system import check_numbers, check_system
from engine.history.finding import DIVERGED, TAMPERED, Finding
from engine.history.log import read
from engine.runtime.ports import Ports
from engine.store.tables import SYSTEM_CHAIN, cases

__all__ = ["DIVERGED", "TAMPERED", "Finding", "Report", "verify"]

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


def verify(ports: Ports, connection: Connection, number: str | None = None) -> Report:
    """Check one case, or all of them with the chain `sistem`, the deployed files and the case numbers."""
    report = Report()
    query = select(cases).order_by(cases.c.number)
    if number is not None:
        query = query.where(cases.c.number == number)
    for row in connection.execute(query).mappings().all():
        report.cases += 1
        try:
            history = read(connection, row["number"])
            report.events += len(history)
            report.findings += check_case(ports, connection, dict(row), history)
        except _NONSENSE as error:
            # Whoever writes nonsense into a row must not keep the auditor from the other cases.
            _begin_anew(connection, error)
            message = f"the rows of the case cannot be read: {type(error).__name__}"
            report.findings.append(Finding(row["number"], None, TAMPERED, "unreadable", message))
    if number is None:
        try:
            system = read(connection, SYSTEM_CHAIN)
            report.events += len(system)
            report.findings += check_system(connection, system)
        except _NONSENSE as error:
            _begin_anew(connection, error)
            message = f"the rows of the system cannot be read: {type(error).__name__}"
            report.findings.append(Finding(SYSTEM_CHAIN, None, TAMPERED, "unreadable", message))
        report.findings += check_numbers(connection)
    return report


def _begin_anew(connection: Connection, error: Exception) -> None:
    """After an error of the database itself PostgreSQL answers nothing more in the same transaction."""
    if isinstance(error, SQLAlchemyError):
        connection.rollback()
