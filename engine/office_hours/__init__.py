"""Office hours: what is open when, when a limit falls due, and why. Pure arithmetic on plain dates.

Source: SOP column *Waktu* ("2 Jam" is two hours of office time); DESIGN 3, the calendar and timers.

* `duration`     how long: `parse_duration("PT2H")`
* `calendar`     open when: `Calendar`, `spans`, `is_open`
* `counting`     due when, and how much has passed: `due`, `elapsed`, `wall_clock_due`
* `running`      how much has passed, for very many pairs of instants: `RunningTotal`
* `explanation`  why then: typed data from which a screen builds the sentence; `trail` gathers it
"""

from engine.office_hours.calendar import Calendar, Hours, Period, is_open, spans
from engine.office_hours.counting import SEARCH_DAYS, due, elapsed, wall_clock_due
from engine.office_hours.duration import Duration, parse_duration
from engine.office_hours.explanation import Counted, Due, Explanation, Skipped
from engine.office_hours.running import RunningTotal

__all__ = [
    "SEARCH_DAYS",
    "Calendar",
    "Counted",
    "Due",
    "Duration",
    "Explanation",
    "Hours",
    "Period",
    "RunningTotal",
    "Skipped",
    "due",
    "elapsed",
    "is_open",
    "parse_duration",
    "spans",
    "wall_clock_due",
]
