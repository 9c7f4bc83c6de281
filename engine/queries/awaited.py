"""When an answer can be expected: the way through the diagram from an open step to the next one that is looked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine.definition.model import Element, ProcessDefinition
from engine.errors import DurationInvalid, NoOfficeHours
from engine.office_hours import Calendar, Duration, due, parse_duration, wall_clock_due
from engine.queries.public import Waiting

#: A limit, and whether it runs day and night.
Limit = tuple[Duration, bool]


def tells_the_public(definition: ProcessDefinition, step: Element) -> bool:
    """Whether the office writes something for the complainant here, whatever else is answered."""
    schema = None if step.public else definition.form_of(step.id)
    return schema is not None and any(
        field.public and field.required and field.hide is None and not field.readonly and not field.disabled
        for field in schema.fields.values()
    )


def steps_to(
    definition: ProcessDefinition, start: Element, wanted: Callable[[Element], bool]
) -> tuple[Element, ...]:
    """The user tasks on the shortest way from `start`, which is left out, to the first that is wanted; else none."""
    ways: deque[tuple[str, tuple[Element, ...]]] = deque([(start.id, ())])
    seen = {start.id}
    while ways:
        at, way = ways.popleft()
        for element in _next(definition, at):
            if element.id in seen:
                continue
            seen.add(element.id)
            longer = (*way, element) if element.kind == "userTask" else way
            if element.kind == "userTask" and wanted(element):
                return longer
            ways.append((element.id, longer))
    return ()


def limit_of(definition: ProcessDefinition, step: Element) -> Limit | None:
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
    step = waiting.task.element
    ahead = () if tells_the_public(definition, step) else _to_answer(definition, step)
    if not ahead and not tells_the_public(definition, step):
        return  # no answer comes of this one
    at = waiting.task.due
    if at is None:
        yield None
        return
    at = max(at, now)
    for element in ahead:
        limit = limit_of(definition, element)
        if limit is None:
            yield None
            return
        duration, wall_clock = limit
        try:
            at = wall_clock_due(at, duration).at if wall_clock else due(calendar, at, duration).at
        except NoOfficeHours:
            yield None
            return
    yield at


def _to_answer(definition: ProcessDefinition, step: Element) -> tuple[Element, ...]:
    return steps_to(definition, step, lambda element: tells_the_public(definition, element))


def _next(definition: ProcessDefinition, element: str) -> Iterator[Element]:
    return (definition.elements[f.target] for f in definition.flows.values() if f.source == element)
