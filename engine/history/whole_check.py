"""A check of everything whose outcome is kept: at night by itself, or when the operator asks for one.

What is kept is what `history verify --json` prints. A check that broke off is kept as well, so that nobody takes
its silence for good news.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from engine.history import seal_file
from engine.history.finding import LOST, UNSEALED, Finding
from engine.history.verify import Report, verify
from engine.runtime.ports import Ports
from engine.store import verifications
from engine.store.verifications import Verification

#: Of findings so many are kept one by one; their number is always kept.
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a kept check found."""

    at: datetime
    seconds: float
    by: str
    cases: int
    events: int
    #: How many findings there were, also where not all were kept.
    count: int
    findings: tuple[Finding, ...]
    #: What restores lost, which is no fault.
    lost: tuple[Finding, ...]
    #: Histories with events that were not yet sealed.
    unsealed: int
    #: The name of what broke it off.
    failed: str | None


def whole_check(ports: Ports, path: Path, *, by: str) -> Report:
    """Check the whole record against the file of seals in `path` and keep the outcome; `by` is who asked."""
    began = perf_counter()
    with ports.database.read() as connection:
        at = ports.clock(connection)
    try:
        with ports.database.read() as connection:
            report = verify(ports, connection, seals=seal_file.read(path))
    except Exception as fault:
        _keep(ports, Verification(at, _since(began), by, 0, 0, {"failed": type(fault).__name__}))
        raise
    found = {
        "findings": [for_programs(one) for one in report.findings[:MOST]],
        "count": len(report.findings),
        LOST: [for_programs(one) for one in report.notes if one.kind == LOST],
        UNSEALED: sum(one.kind == UNSEALED for one in report.notes),
    }
    _keep(ports, Verification(at, _since(began), by, report.cases, report.events, found))
    return report


def outcome(kept: Verification) -> Outcome:
    """A kept check, read back."""
    found = kept.found
    return Outcome(
        at=kept.at,
        seconds=kept.took_ms / 1000,
        by=kept.by,
        cases=kept.cases,
        events=kept.events,
        count=found.get("count", 0),
        findings=tuple(_finding(one) for one in found.get("findings", ())),
        lost=tuple(_finding(one) for one in found.get(LOST, ())),
        unsealed=found.get(UNSEALED, 0),
        failed=found.get("failed"),
    )


def for_programs(finding: Finding) -> dict[str, Any]:
    """A finding as programs read it."""
    return {
        "case": finding.case,
        "seq": finding.seq,
        "kind": finding.kind,
        "code": finding.code,
        "message": finding.message,
    }


def _finding(said: Mapping[str, Any]) -> Finding:
    return Finding(said["case"], said["seq"], said["kind"], said["code"], said["message"])


def _keep(ports: Ports, made: Verification) -> None:
    """A full disk must not hide what was found; that the last kept check is old is told by itself."""
    with suppress(SQLAlchemyError), ports.database.write() as connection:
        verifications.add(connection, made)


def _since(began: float) -> int:
    return round((perf_counter() - began) * 1000)
