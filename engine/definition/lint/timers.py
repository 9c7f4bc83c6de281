"""Timers: a limit that an office can read on its calendar, or FEEL that gives one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element, Timer
from engine.definition.parse import literal_timer
from engine.errors import DurationInvalid
from engine.office_hours import parse_duration

WALL_CLOCK = "24jam"


def check(draft: Draft) -> Iterator[Finding]:
    for element in draft.elements:
        if element.event == "timer":
            yield from _timer(draft, element)
        calendar = element.properties.get("kalender")
        if calendar is not None and element.event != "timer":
            yield draft.found("calendar_misplaced", element, kind=element.kind)
        elif calendar is not None and calendar != WALL_CLOCK:
            yield draft.found("calendar_unknown", element, found=calendar)


def _timer(draft: Draft, element: Element) -> Iterator[Finding]:
    timer = element.timer
    if timer is None or not timer.expression:
        yield draft.found("timer_empty", element)
    elif timer.kind == "cycle":
        # SpiffWorkflow's cycles run on the wall clock, and an interrupting one interrupts at its last pass only
        yield draft.found("timer_cycle", element, found=timer.expression)
    elif literal_timer(timer.kind, timer.expression) and not _readable(timer):
        yield draft.found(f"{timer.kind}_invalid", element, found=timer.expression)


def _readable(timer: Timer) -> bool:
    """Whether a literal is what `office_hours` or ISO 8601 with a zone can read."""
    try:
        if timer.kind == "duration":
            parse_duration(timer.expression)
            return True
        return datetime.fromisoformat(timer.expression).tzinfo is not None
    except (DurationInvalid, ValueError):
        return False
