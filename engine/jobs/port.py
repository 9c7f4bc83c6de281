"""What the program does in the background, whoever runs it: threads of one process, or PostgreSQL's workers.

The rows of `timers` and `outbox` are the truth in both; a job only wakes up and looks at them. So a job that
is run twice, late, or by two processes at once does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

#: One round of a job: does what is due and says whether more waits already. Never waits, never stops at one row.
Job = Callable[[], bool]


class Jobs(Protocol):
    """Runs jobs until it is told to stop."""

    def start(self) -> None:
        """Begin, and come back at once."""

    def stop(self) -> None:
        """Let the round that is under way come to its end, within reason, and begin no other."""
