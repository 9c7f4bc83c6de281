"""The events of a replay in words, a frame each: what happened, what was entered, how the case stood then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from engine import events
from engine.definition.model import ProcessDefinition
from engine.queries.replayed import Moment, Replayed
from engine.queries.stays import Stay
from engine.runtime.state import State
from webapp.audit.words import source
from webapp.cases.ledger import Ends, Time, ends, time
from webapp.counter.attested import ON_RECORD
from webapp.diagram import picture
from webapp.tasks.written import Line, lines, mask
from webapp.timeline import person, told, who

_ENTERING: Final = (
    events.CASE_SUBMITTED,
    events.WORK_ITEM_COMPLETED,
    events.EXTERNAL_TASK_COMPLETED,
    events.COMMENT_ADDED,
)
#: Of a definition: how its elements stand, by the class that shows it.
Marks = Mapping[str, list[str]]


@dataclass(frozen=True)
class Task:
    """A task at an event: who had it, until when, and the time that it had taken by then."""

    name: str
    nth: int
    lane: str
    public: bool
    holder: str
    ends: Ends | None
    waited: Time
    worked: Time | None


@dataclass(frozen=True)
class Frame:
    """One event; `entering`: something was written at it, of which `lines` shows what can be shown."""

    at: int
    moment: Moment
    said: str
    by: str
    source: str
    attested: str
    entering: bool
    lines: tuple[Line, ...]
    waiting: tuple[Task, ...]
    ended: Task | None
    #: Names of service tasks and of timers between steps that the case waits for.
    beside: tuple[str, ...]
    #: The end that was reached.
    ending: str
    #: What the conditions of the diagram read, by name.
    variables: Mapping[str, Any]
    #: Of each diagram that the event is shown on, by definition.
    marks: Mapping[str, Marks]


@dataclass(frozen=True)
class Diagram:
    """A definition that the case ran on, drawn once."""

    id: str
    definition: ProcessDefinition
    picture: Markup
    #: The event asked for is shown on it.
    shown: bool


def frames(case: Replayed, *, masked: bool) -> list[Frame]:
    """All events in order; `masked`: without what is personal."""
    found: list[Frame] = []
    for at, moment in enumerate(case.moments, 1):
        marks = {_id(moment.definition): _marks(moment)} if moment.state else {}
        if moment.moved_from and found:
            marks = {**found[-1].marks, **marks}
        found.append(_frame(case, at, moment, marks, masked))
    return found


def diagrams(case: Replayed, found: list[Frame], at: int) -> list[Diagram]:
    """Each definition of the case with the marks of the event `at`, where it was drawn and something was replayed."""
    drawn = []
    for id, definition in {_id(m.definition): m.definition for m in case.moments}.items():
        of_it = [frame.marks[id] for frame in found if id in frame.marks]
        now = found[at - 1].marks.get(id)
        moving = {element for marks in of_it for elements in marks.values() for element in elements}
        shown = {name: (now or {}).get(name, ()) for name in ("lit", "done", "late")}
        drawing = picture(definition, **shown, moving=moving) if of_it else None
        if drawing is not None:
            drawn.append(Diagram(id, definition, drawing, now is not None))
    return drawn


def _frame(case: Replayed, at: int, moment: Moment, marks: Mapping[str, Marks], masked: bool) -> Frame:
    state = moment.state
    return Frame(
        at=at,
        moment=moment,
        said=told(moment.entry, case.names),
        by=who(moment.entry, case.names),
        source=source(moment.event.source),
        attested=str(ON_RECORD.get(moment.entry.facts.get("attested") or "", "")),
        entering=moment.event.type in _ENTERING,
        lines=tuple(_lines(moment, masked)),
        waiting=tuple(_task(stay, case.names) for stay in moment.waiting),
        ended=_task(moment.ended, case.names) if moment.ended else None,
        beside=tuple(_beside(moment.definition, state)) if state else (),
        ending=_name(moment.definition, state.ending) if state and state.ending else "",
        variables={k: v for k, v in state.variables.items() if v is not None} if state else {},
        marks=marks,
    )


def _lines(moment: Moment, masked: bool) -> Iterator[Line]:
    if moment.entered:
        yield from lines(moment.entered.schema, moment.entered.answers, masked=masked)
    if moment.comment is not None:
        yield Line(_("Komentar"), mask() if masked else escape(moment.comment))


def _task(stay: Stay, names: Mapping[str, str]) -> Task:
    task = stay.task
    return Task(
        name=task.element.name or task.element.id,
        nth=task.nth,
        lane=task.element.lane.name if task.element.lane else "",
        public=task.element.public,
        holder=person(task.assignee, names) if task.assignee else "",
        ends=ends(stay, {}) if stay.limit else None,
        waited=time(stay.waited),
        worked=None if task.element.public else time(stay.worked),
    )


def _marks(moment: Moment) -> Marks:
    state = moment.state
    assert state is not None
    items = state.work_items.values()
    lit = {item.element for item in items} | {task.element for task in state.external_tasks.values()}
    lit |= {timer.element for timer in state.timers.values() if timer.attached is None}
    lit |= {state.ending} if state.ending else set()
    late = {item.element for item in items if item.overdue or (item.due and item.due <= moment.event.at)}
    return {"lit": sorted(lit), "done": sorted(moment.done - lit), "late": sorted(late)}


def _beside(definition: ProcessDefinition, state: State) -> Iterator[str]:
    for task in state.external_tasks.values():
        yield _name(definition, task.element)
    for timer in state.timers.values():
        if timer.attached is None:
            yield _name(definition, timer.element)


def _name(definition: ProcessDefinition, id: str) -> str:
    element = definition.elements.get(id)
    return element.name or element.id if element else id


def _id(definition: ProcessDefinition) -> str:
    return f"{definition.key}:{definition.version}"
