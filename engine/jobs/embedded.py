"""The embedded default: each job is a thread that wakes up every few seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from engine.jobs.faults import told
from engine.jobs.port import Job

log = structlog.get_logger(__name__)

#: The longest pause between two rounds.
INTERVAL = timedelta(seconds=15)
#: How long an ending program waits for a round, in seconds; what it leaves undone is due again later.
GRACE = 30


class Repeating:
    """A `Jobs` of one job. Between two rounds it sleeps for `pause()`, at most `INTERVAL`, unless more waits."""

    def __init__(self, name: str, job: Job, pause: Callable[[], timedelta] = lambda: INTERVAL) -> None:
        self._job = job
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(GRACE)

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._round():
                self._stop.wait(self._seconds())

    def _round(self) -> bool:
        """A job survives what it meets, a database that is away for one; it tries again after the pause."""
        try:
            return self._job()
        except Exception as fault:
            log.error("job_failed", job=self._thread.name, **told(fault))
            return False

    def _seconds(self) -> float:
        try:
            wanted = self._pause()
        except Exception:  # the same: a pause that cannot be computed is the longest
            wanted = INTERVAL
        return max(timedelta(0), min(wanted, INTERVAL)).total_seconds()
