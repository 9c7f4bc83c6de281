"""The tidier: takes away files of attachments that no row names.

A command that was rolled back leaves one, a program that was killed, an erasure whose last step was cut off. None can
be read by anybody. A file is left alone for a day, so that one whose row is about to be committed is never taken;
and all are left alone where most are unknown, for then the place belongs to another database.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from engine.runtime.ports import Ports
from engine.store import attachments

log = structlog.get_logger(__name__)

#: How long a file may wait for its row.
GRACE: Final = timedelta(days=1)
#: How often it is looked.
INTERVAL: Final = timedelta(hours=1)


def tidy(ports: Ports, *, grace: timedelta = GRACE) -> int:
    """Remove what no row names and is older than `grace`; gives how many files went."""
    with ports.database.read() as connection:
        # the files first: whatever came before them has its row by now
        before = ports.clock(connection) - grace
        old = list(ports.files.older_than(before.timestamp()))
        known = attachments.all_ids(connection) if old else frozenset()
    unknown = [path for path in old if path.name not in known]
    if len(unknown) > max(len(known), 1):
        log.error("attachments_of_another_database", files=len(unknown), known=len(known))
        return 0
    for path in unknown:
        path.unlink(missing_ok=True)
    return len(unknown)


class Tidier:
    """A `Job` (engine.jobs.port): at the start and every `INTERVAL`; between, it only looks at the clock."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._next: datetime | None = None

    def __call__(self) -> bool:
        with self._ports.database.read() as connection:
            now = self._ports.clock(connection)
        if self._next is None or now >= self._next:
            self._next = now + INTERVAL
            if removed := tidy(self._ports):
                log.info("attachments_tidied", files=removed)
        return False
