"""How long a timer runs: bare ISO 8601, read the way an office means it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import DurationInvalid

#: Six digits are more than any limit needs, and keep a slip of the finger from being computed.
_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,6})D)?(?P<clock>T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?",
    re.ASCII,
)
_EXPECTED = "a duration such as PT2H, PT30M, P3D or P1DT2H"
_REMEDY = "Write the number before its letter: P, then days (D); T, then hours (H), minutes (M), seconds (S)."


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of office time: first whole working days, then clock time within office hours.

    A working day is not 24 hours, nor 7 of them: `P1D` from Monday 10:15 is Tuesday 10:15.
    """

    #: Working days (calendar days of 24 hours for a wall clock timer).
    days: int
    #: Seconds of office time (seconds on the clock for a wall clock timer).
    seconds: int

    def __post_init__(self) -> None:
        if self.days < 0 or self.seconds < 0:
            raise DurationInvalid(
                f"Expected a duration of no less than nothing, found {self.days} days and"
                f" {self.seconds} seconds. A limit can only lie ahead.",
                found=(self.days, self.seconds),
            )


def parse_duration(text: str) -> Duration:
    """Read a timer's `timeDuration`: `PT2H`, `PT30M`, `P3D`, `P1DT2H`.

    Weeks, months, years, fractions, signs and zero are refused with `DurationInvalid`: none of them has
    one meaning in an office that is closed some days. Source: BPMN 2.0, 10.5.5 (timeDuration, ISO 8601).
    """
    match = _DURATION.fullmatch(text)
    if match is None or text == "P" or match["clock"] == "T":
        raise _invalid(text, _remedy(text))
    days, hours, minutes, seconds = (
        int(match[name] or 0) for name in ("days", "hours", "minutes", "seconds")
    )
    if not (days or hours or minutes or seconds):
        raise _invalid(text, "Give it a length, or leave the timer out.")
    return Duration(days=days, seconds=hours * 3600 + minutes * 60 + seconds)


def _invalid(text: str, remedy: str) -> DurationInvalid:
    return DurationInvalid(
        f"Expected {_EXPECTED}, found {text!r}. {remedy}", expected=_EXPECTED, found=text, remedy=remedy
    )


def _remedy(text: str) -> str:
    """What to do about the slips that analysts make; anything else gets the grammar."""
    date_part = text.partition("T")[0]
    if re.fullmatch(r"P\d+W", date_part):
        return "Weeks are refused because holidays fall into them: count working days, P5D for a week."
    if re.search(r"\d[YM]", date_part):
        return "Months and years differ in length: count working days (D). Minutes come after a T: PT30M."
    if re.search(r"\d[.,]\d", text):
        return "Fractions are refused: write PT1H30M for one and a half hours."
    if "-" in text or "+" in text:
        return "Signs are refused: a limit always lies ahead."
    if text.startswith("R"):
        return "A repeating timer (R…/…) is a timeCycle, not a timeDuration."
    if re.fullmatch(r"P\d+[HS]", text):
        return "Hours, minutes and seconds come after a T: PT2H."
    return _REMEDY
