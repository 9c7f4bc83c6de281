"""A lock that is passed on in order of arrival."""

from __future__ import annotations

import threading
from collections import deque


class TicketLock:
    """First come, first served. `threading.Lock` lets a busy thread take it again and again past the others.

    Not re-entrant: a second transaction inside the first would wait for itself, so it raises RuntimeError.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._holder: int | None = None

    def __enter__(self) -> TicketLock:
        me = threading.get_ident()
        with self._mutex:
            if self._holder == me:
                raise RuntimeError("one write transaction at a time per thread; use the connection you have")
            if self._holder is None and not self._queue:
                self._holder = me
                return self
            ticket = threading.Lock()
            ticket.acquire()
            self._queue.append(ticket)
        try:
            ticket.acquire()
        except BaseException:  # interrupted while waiting: leave the queue, or pass on what just arrived
            with self._mutex:
                if ticket in self._queue:
                    self._queue.remove(ticket)
                else:
                    self._pass_on()
            raise
        self._holder = me
        return self

    def __exit__(self, *exc: object) -> None:
        with self._mutex:
            self._pass_on()

    def _pass_on(self) -> None:
        self._holder = None
        if self._queue:
            self._holder = -1  # taken, by a thread that is about to wake
            self._queue.popleft().release()
