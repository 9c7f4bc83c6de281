"""When an answer can be expected: the way through the diagram from an open step to the next one that is looked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from engine.definition.model import Element, ProcessDefinition
from engine.errors import DurationInvalid, NoOfficeHours
from engine.office_hours import Calendar, Duration, due, parse_duration, wall_clock_due
from engine.queries.public import Waiting

_FORKS: Final = frozenset({"parallelGateway", "inclusiveGateway"})
#: What a case goes through without waiting.
_AT_ONCE: Final = _FORKS | {"exclusiveGateway", "scriptTask", "businessRuleTask", "intermediateThrowEvent"}

#: The time that the diagram gives a step, and whether it runs day and night.
Allowance = tuple[Duration, bool]


def tells_the_public(definition: ProcessDefinition, step: Element) -> bool:
    """Whether the office writes something for the complainant here, whatever else is answered."""
    schema = None if step.public else definition.form_of(step.id)
    return schema is not None and any(
        field.public and field.required and field.hide is None and not field.readonly and not field.disabled
        for field in schema.fields.values()
    )


def way_to(
    definition: ProcessDefinition, start: Element, wanted: Callable[[Element], bool]
) -> tuple[Element, ...]:
    """What lies on the shortest way from `start`, which is left out, to the first element wanted; else nothing."""
    ways: deque[tuple[Element, ...]] = deque([(start,)])
    seen = {start.id}
    while ways:
        way = ways.popleft()
        for element in _next(definition, way[-1]):
            if element.id in seen:
                continue
            seen.add(element.id)
            if wanted(element):
                return (*way[1:], element)
            ways.append((*way, element))
    return ()


def allowance_of(definition: ProcessDefinition, step: Element) -> Allowance | None:
    """How long a step may take by the diagram; None without a limit, or when the limit is computed."""
    for event in definition.elements.values():
        if event.attached_to == step.id and event.timer and event.timer.kind == "duration":
            try:
                return parse_duration(event.timer.expression), event.timer.wall_clock
            except DurationInvalid:
                return None
    return None


def latest(
    definition: ProcessDefinition, calendar: Calendar, waiting: Iterable[Waiting], now: datetime
) -> datetime | None:
    """When the answer is there if every step until then takes all of its limit; None where one has none.

    Of several open steps the last counts.
    """
    found = [moment for one in waiting for moment in _arrivals(definition, calendar, one, now)]
    return None if not found or None in found else max(moment for moment in found if moment)


def _arrivals(
    definition: ProcessDefinition, calendar: Calendar, waiting: Waiting, now: datetime
) -> Iterator[datetime | None]:
    """Nothing if no answer comes of this step; None if the diagram does not say when."""
    step = waiting.task.element
    ahead: tuple[Element, ...] = ()
    if not tells_the_public(definition, step):
        ahead = way_to(definition, step, lambda element: tells_the_public(definition, element))
        if not ahead:
            return
    at = waiting.task.due and max(waiting.task.due, now)
    for element in ahead:
        if at is not None:
            at = _after(definition, calendar, element, at)
    yield at


def _after(
    definition: ProcessDefinition, calendar: Calendar, element: Element, at: datetime
) -> datetime | None:
    """When an element that is reached at `at` is left at the latest."""
    if element.kind in _AT_ONCE:
        # of branches side by side any could be the last
        one_way = element.kind not in _FORKS or len(list(_next(definition, element))) == 1
        return at if one_way else None
    allowance = allowance_of(definition, element) if element.kind == "userTask" else None
    if allowance is None:
        return None
    duration, wall_clock = allowance
    try:
        return wall_clock_due(at, duration).at if wall_clock else due(calendar, at, duration).at
    except NoOfficeHours:
        return None


def _next(definition: ProcessDefinition, element: Element) -> Iterator[Element]:
    return (definition.elements[f.target] for f in definition.flows.values() if f.source == element.id)
