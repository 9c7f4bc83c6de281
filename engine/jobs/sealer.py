"""The sealer: a seal over what grew, every so often, and the lines that the file of seals has not yet.

Several of them do no harm: of two that seal at once one finds that nothing grew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from engine.errors import Refused
from engine.history import seal_file
from engine.history.seal import seal
from engine.runtime.ports import Ports
from engine.store import seals

log = structlog.get_logger(__name__)

#: What a thief of history has at most, before a copy outside can contradict them.
INTERVAL: Final = timedelta(hours=1)


class Sealer:
    """A `Job` (engine.jobs.port). Between two seals it only looks at the clock."""

    def __init__(self, ports: Ports, path: Path, interval: timedelta = INTERVAL) -> None:
        self._ports = ports
        self._path = path
        self._interval = interval
        #: When to look next; None before the first round, which writes what a crash has left unwritten.
        self._next: datetime | None = None

    def __call__(self) -> bool:
        with self._ports.database.read() as connection:
            now = self._ports.clock(connection)
            last = seals.last(connection)
        if self._next is None:
            seal_file.catch_up(self._ports.database, self._path)
            self._next = last.at + self._interval if last else now
        if now >= self._next:
            self._next = now + self._interval
            self._seal()
        return False

    def _seal(self) -> None:
        try:
            made = seal(self._ports, self._path)
        except Refused as refused:  # it is for `history verify`, and for somebody to look
            log.error("not_sealed", seal=refused.detail.get("seal"))
            return
        if made is not None:
            log.info("sealed", seal=made.number, chains=len(made.heads), hash=made.hash)
