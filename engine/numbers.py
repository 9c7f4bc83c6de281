"""How cases are numbered: complaints in one series, the trials (*uji*) of analysts in another.

Whether a case is a trial is read off its number and nowhere else, so that no row can say otherwise (ADR 0016).
"""

from __future__ import annotations

from typing import Final

#: How every case number begins; people leave it out.
PREFIX: Final = "PGD"
#: How the number of an analyst's trial begins: a case by which nobody is told, and that nothing counts.
TRIAL: Final = "UJI"
#: Every series there is.
SERIES: Final = (PREFIX, TRIAL)


def case_number(year: int, serial: int, series: str = PREFIX) -> str:
    """How a case number is written."""
    return f"{series}-{year}-{serial:06d}"


def is_trial(number: str) -> bool:
    """Whether it is the number of a trial."""
    return number.startswith(f"{TRIAL}-")
