"""Timers: a limit that an office can read on its calendar, or FEEL that gives one, and that the SOP's words agree with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.definition import limits
from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element, Timer
from engine.definition.parse import literal_timer
from engine.errors import DurationInvalid
from engine.office_hours import parse_duration

WALL_CLOCK = "24jam"
#: What people do, and the SOP has a row for.
STEPS = frozenset({"userTask", "manualTask"})


def check(draft: Draft) -> Iterator[Finding]:
    for element in draft.elements:
        if element.event == "timer":
            yield from _timer(draft, element)
        calendar = element.properties.get("kalender")
        if calendar is not None and element.event != "timer":
            yield draft.found("calendar_misplaced", element, kind=element.kind)
        elif calendar is not None and calendar != WALL_CLOCK:
            yield draft.found("calendar_unknown", element, found=calendar)
        if element.kind in STEPS:
            yield from _stated(draft, element)


def _stated(draft: Draft, step: Element) -> Iterator[Finding]:
    """Whether the column *Waktu* of the SOP (property `waktu`) says what the step's timer does."""
    written = step.properties.get("waktu", "").strip()
    own = draft.attached.get(step.id, ())
    limit = limits.limit_of(step, own)
    if limit is None:
        if written and not any(event.timer for event in own):
            yield draft.found("time_without_limit", step, found=written)
        return
    said = limits.read(written)
    if written and not (said and said.agrees(limit)):
        yield draft.found("time_unlike_limit", step, found=written, limit=limits.write(limit))
    elif not written and step.properties.get("no"):
        yield draft.found("limit_without_time", step, limit=limits.write(limit))


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
