"""A case tried by hand, as its page shows it: played from its acts, what waits now, and what has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _

from engine import events
from engine.commands import Command, FireTimers
from engine.definition.model import Element, ProcessDefinition
from engine.errors import EngineError, ExpressionInvalid, Refused
from engine.expression import parse
from engine.forms.fields import FormSchema
from engine.office_hours import Calendar, Explanation, is_open, spans
from engine.queries.case import entry_of
from engine.runtime.rehearsal import Rehearsal, Step
from engine.runtime.state import ExternalTask, State, Timer, WorkItem
from engine.runtime.step import element_of
from engine.runtime.ways import Way, ways
from webapp import timeline
from webapp.designer.rehearsed_acts import Act

#: Instants of timers that one act may pass, and commands that a whole case may take: a page is made in seconds.
MOST_FIRINGS: Final = 100
MOST_COMMANDS: Final = 600
#: The reason of a refusal for that.
TOO_LONG: Final = "rehearsal_too_long"
#: How far the next opening is looked for.
_DAYS_AHEAD: Final = 60


@dataclass(frozen=True)
class Task:
    """An open task of the rehearsal."""

    name: str
    item: WorkItem
    element: Element
    schema: FormSchema | None
    explanation: Explanation | None


@dataclass(frozen=True)
class Service:
    """A service task that waits for a worker."""

    name: str
    task: ExternalTask
    element: Element


@dataclass(frozen=True)
class Pending:
    """A timer that runs."""

    name: str
    timer: Timer
    element: Element
    #: The step whose limit it is.
    step: Element | None


@dataclass(frozen=True)
class Message:
    """A message that somebody waits for now."""

    name: str
    event: Element
    leads_to: Element | None
    sender: str


@dataclass
class Rehearsed:
    """The case played so far; `do` adds an act that is possible."""

    definition: ProcessDefinition
    calendar: Calendar
    acts: list[Act] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    #: The clock in hand; None before the beginning.
    clock: datetime | None = None
    _played: Rehearsal = field(init=False)
    _commands: int = 0

    def __post_init__(self) -> None:
        self._played = Rehearsal(self.definition, self.calendar, most_firings=MOST_FIRINGS)

    # --- playing ---------------------------------------------------------------

    def play(self, acts: Sequence[Act]) -> int:
        """Play acts that were kept before; how many could not be played any more, the process being another now."""
        for number, act in enumerate(acts):
            if self.do(act) is not None:
                return len(acts) - number
        return 0

    def do(self, act: Act) -> Step | None:
        """Carry out one act and keep it; the step of one that was refused or undone, which is not kept.

        Moving the clock is kept, also where a timer fails on the way: the case then stands there.
        """
        clock = max(at for at in (act.at, self.clock) if at is not None)
        command = act.command(self.definition, clock)
        if self._commands > MOST_COMMANDS:
            return Step(
                command, clock, (), self.state, {}, Refused("The rehearsal is too long.", reason=TOO_LONG)
            )
        step = self._played.do(command)
        self._commands += len(step.applied)
        passing = isinstance(step.act, FireTimers)
        if step.error is not None and not ((passing and step.applied) or (passing and step.incident)):
            return step
        self.clock = step.at
        if step.error is not None and step.state is not None:
            self.clock = step.state.last_at
        self.acts.append(act)
        self.steps.append(step)
        return None

    @property
    def halted_by(self) -> EngineError | None:
        """The failure of a timer that halts the case."""
        return self.steps[-1].error if self.steps and self._played.halted else None

    @property
    def state(self) -> State | None:
        return self._played.state

    # --- what waits --------------------------------------------------------------

    def tasks(self) -> list[Task]:
        """The open tasks, the earliest due first."""
        if self.state is None:
            return []
        why = self._explained()
        found = [
            Task(
                name,
                item,
                self.definition.elements[item.element],
                self.definition.form_of(item.element),
                why.get(name),
            )
            for name, item in self.state.work_items.items()
        ]
        return sorted(found, key=lambda task: (task.item.due is None, task.item.due or task.item.created))

    def services(self) -> list[Service]:
        """The service tasks that wait."""
        if self.state is None:
            return []
        return [
            Service(name, task, self.definition.elements[task.element])
            for name, task in self.state.external_tasks.items()
        ]

    def timers(self) -> list[Pending]:
        """The timers that run, the earliest due first."""
        if self.state is None:
            return []
        elements = self.definition.elements
        return [
            Pending(
                name,
                timer,
                elements[timer.element],
                elements.get(element_of(timer.attached)) if timer.attached else None,
            )
            for name, timer in sorted(self.state.timers.items(), key=lambda one: (one[1].due, one[0]))
        ]

    def _explained(self) -> dict[str, Explanation]:
        """Work item -> why its limit falls due when it does: of several limits the earliest, as its due instant is."""
        started = [e.payload for s in self.steps for e in s.events if e.type == events.TIMER_STARTED]
        latest_first = sorted(started, key=lambda said: str(said["due"]), reverse=True)
        return {
            said["work_item"]: Explanation.from_json(said["explanation"])
            for said in latest_first
            if said["work_item"]
        }

    def messages(self) -> list[Message]:
        """The messages that may be sent now: those that somebody waits for."""
        if self.state is None or self.state.ended or self.clock is None:
            return []
        found = []
        for name, group in self.definition.senders().items():
            act = Act("send", about=name).command(self.definition, self.clock)
            if self._played.would(act).refusal is None:
                event = next(e for e in self.definition.elements.values() if e.message == name)
                found.append(Message(name, event, self._after(event), group or ""))
        return found

    def shown_before(self, schema: FormSchema) -> Mapping[str, Any]:
        """What the form shows of earlier answers."""
        return self._played.stored(schema) if self.state is not None else {}

    def _after(self, event: Element) -> Element | None:
        flows = self.definition.flows.values()
        return next((self.definition.elements[f.target] for f in flows if f.source == event.id), None)

    # --- the clock -----------------------------------------------------------------

    @property
    def open_now(self) -> bool:
        """Whether the office is open by the clock in hand."""
        return self.clock is not None and is_open(self.calendar, self.clock)

    def next_timer(self) -> datetime | None:
        """When the next timer is due, as the clock can show it."""
        due = min((timer.timer.due for timer in self.timers()), default=None)
        return max(due, self.clock) if due is not None and self.clock is not None else None

    def next_opening(self) -> datetime | None:
        """When the office opens on the next working day."""
        assert self.clock is not None
        today = self.clock.astimezone(self.calendar.zone).date()
        return _opening(self.calendar, today + timedelta(days=1))

    def usual_start(self, now: datetime) -> datetime:
        """When a case begins, if nobody says otherwise: now, or when the office opens next."""
        if is_open(self.calendar, now):
            return now
        today = now.astimezone(self.calendar.zone).date()
        opening = _opening(self.calendar, today)
        if opening is not None and opening < now:
            opening = _opening(self.calendar, today + timedelta(days=1))
        return opening or now

    # --- the picture -------------------------------------------------------------

    def lit(self) -> set[str]:
        """Where the tokens are."""
        if self.state is None:
            return set()
        found = {one.element for one in self.state.work_items.values()}
        found |= {one.element for one in self.state.external_tasks.values()}
        found |= {one.element for one in self.state.timers.values() if one.attached is None}
        return found | ({self.state.ending} if self.state.ending else set())

    def done(self) -> set[str]:
        """The steps that were completed."""
        return {
            element_of(event.payload.get("work_item") or event.payload.get("entry", ""))
            for step in self.steps
            for event in step.events
            if event.type in events.ANSWERED
        }

    def late(self) -> set[str]:
        """The open steps whose limit has passed."""
        if self.state is None or self.clock is None:
            return set()
        return {
            one.element
            for one in self.state.work_items.values()
            if one.overdue or (one.due is not None and one.due <= self.clock)
        }


def _opening(calendar: Calendar, first: date) -> datetime | None:
    """When the office opens on `first`, or on the first day after it that it does."""
    days = (first + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    return next((start for day in days for start, _end in spans(calendar, day)), None)


# --- what has happened, in words ----------------------------------------------------


@dataclass(frozen=True)
class Happened:
    """One act and what came of it; `number` counts from 1."""

    number: int
    at: datetime
    what: str
    lines: tuple[timeline.Line, ...]
    ways: tuple[Way, ...]
    incident: str


def happened(case: Rehearsed) -> list[Happened]:
    """The acts in order."""
    return [
        Happened(
            number,
            case.steps[number - 1].at,
            _what(case, act, step),
            tuple(_lines(case.definition, step)),
            tuple(_ways(case.definition, step)),
            why(case.definition, step.error) if step.error is not None else "",
        )
        for number, (act, step) in enumerate(zip(case.acts, case.steps, strict=True), 1)
    ]


def names(definition: ProcessDefinition) -> dict[str, str]:
    """Group -> its lane, for those who act."""
    return {lane.group: lane.name for lane in definition.lanes}


def why(definition: ProcessDefinition, error: EngineError) -> str:
    """Why the process could not go on, as far as the failure says it."""
    expression = error.detail.get("expression")
    element = definition.elements.get(str(error.detail.get("element")))
    where = element.name or element.id if element else str(error.detail.get("element", ""))
    if isinstance(expression, str):
        read = ", ".join(sorted(_names(expression)))
        return _(
            "Syarat %(condition)s di %(where)s tidak menghasilkan ya atau tidak: ada jawaban yang dibacanya (%(read)s) "
            "yang kosong atau tidak sejenis. Perbaiki syaratnya atau wajibkan isiannya.",
            condition=expression,
            where=where,
            read=read,
        )
    known = {
        "no_office_hours": _("Kalender tidak memuat cukup jam kerja untuk tenggatnya."),
        "duration_invalid": _("Lamanya pewaktu tidak dapat dibaca."),
        "expression_failed": _("Sebuah ungkapan FEEL tidak memberi hasil yang dapat dipakai."),
        "case_halted": _("Pewaktu yang jatuh tempo terlalu banyak untuk sekali jalan; majukan jamnya lagi."),
    }
    return known.get(error.code, _("Pesan program: %(message)s", message=error.message))


def _names(expression: str) -> frozenset[str]:
    try:
        return parse(expression).names
    except ExpressionInvalid:
        return frozenset()


def _what(case: Rehearsed, act: Act, step: Step) -> str:
    element = case.definition.elements.get(element_of(act.about))
    step_name = (element.name or element.id) if element else act.about
    match act.kind:
        case "begin":
            return _("Pengaduan dikirim")
        case "complete":
            return _("Menyelesaikan: %(step)s", step=step_name)
        case "send":
            return _("Mengirim pesan: %(message)s", message=act.about.replace("_", " "))
        case "serve":
            return _("Layanan selesai: %(step)s", step=step_name)
        case "fail":
            return _("Layanan melaporkan galat %(code)s: %(step)s", code=act.code, step=step_name)
    return _("Jam dimajukan")


def _lines(definition: ProcessDefinition, step: Step) -> Iterator[timeline.Line]:
    """Everything that followed from the act, as a real case's time line says it."""
    for one in step.applied:
        for event in one.events[1:]:
            entry = entry_of(event, definition, at=_at(one.command), actor=one.command.actor)
            if event.type == events.TIMER_FIRED:
                yield timeline.Line(entry.at, timeline.told(entry, {}))
            yield from timeline.for_staff([entry], names(definition))


def _at(command: Command) -> datetime:
    assert command.at is not None
    return command.at


def _ways(definition: ProcessDefinition, step: Step) -> Iterator[Way]:
    if step.state is None:
        return
    for one in step.applied:
        passed = one.events[0].payload.get("passed", ())
        yield from ways(definition, passed, step.state, _at(one.command))
