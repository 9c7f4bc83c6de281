"""The checker: once a day, at an hour when nobody works, everything is checked and the outcome kept.

Where the machine was off at that hour it is done as soon as it runs again. Two processes that come to it at the same
moment both check, which costs time and does no harm.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

import structlog

from engine.commands import SYSTEM
from engine.errors import NotFound
from engine.history.whole_check import whole_check
from engine.jobs.faults import told
from engine.office_hours import Calendar
from engine.runtime.ports import Ports
from engine.store import verifications

log = structlog.get_logger(__name__)

#: After a check that broke off.
AGAIN: Final = timedelta(hours=1)


class Checker:
    """A `Job` (engine.jobs.port). Between two checks it only looks at the clock; `at` is the office's time."""

    def __init__(self, ports: Ports, path: Path, at: time) -> None:
        self._ports = ports
        self._path = path
        self._at = at
        #: Not before then; None: whenever it is due.
        self._rest: datetime | None = None

    def __call__(self) -> bool:
        with self._ports.database.read() as connection:
            now = self._ports.clock(connection)
            last = verifications.newest(connection)
            try:
                due = last_due(now, self._at, self._ports.active_calendar(connection))
            except NotFound:
                return False  # nothing is in force yet: there is nothing to check either
        failed = last is not None and "failed" in last.found
        if last is not None and last.at >= due and not failed:
            return False
        if self._rest is None or now >= self._rest:
            self._rest = now + AGAIN
            self._check()
        return False

    def _check(self) -> None:
        try:
            report = whole_check(self._ports, self._path, by=SYSTEM)
        except Exception as fault:
            log.error("not_checked", **told(fault))
            return
        tell = log.error if report.findings else log.info
        tell("checked", cases=report.cases, events=report.events, findings=len(report.findings))


def last_due(now: datetime, at: time, calendar: Calendar) -> datetime:
    """The last moment, not after `now`, at which the clock of the office showed `at`."""
    local = now.astimezone(calendar.zone)
    today = datetime.combine(local.date(), at, calendar.zone)
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, calendar.zone)
