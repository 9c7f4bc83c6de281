"""How many limits are fired in one go, whoever carries the case: the office or a rehearsal."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.errors import ExecutionFailed

#: Distinct instants in one go: an hourly timer's half a year, or a loop over a date that is long past.
MOST_FIRINGS: Final = 1_000


def endless(first: datetime | None, left: datetime | None) -> ExecutionFailed | None:
    """The failure of a case whose timers were fired from `first` on and have come no further than `left`."""
    if first is None or left is None or left > first:
        return None
    return ExecutionFailed(
        f"expected a timer that lies ahead, found one that is due at {left:%Y-%m-%d %H:%M} UTC however "
        "often it is fired; mend the loop or the date in the diagram"
    )
