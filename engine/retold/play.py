"""A recorded case played on another version of its process, as far as what people did then can be done there. Pure.

Their recorded commands go through `apply` again, with the answers that conditions read and by the calendar that each
had; limits are the new version's own and fire when they are due there. Who held a task decides no way, so nobody
takes one: it is answered. A step that the new version has no more is passed over, and told.

Nobody knows what people would have done instead. So the play ends where a recorded act finds nothing to act on; and
where a limit ended the case, the new limits run out too, as if nobody had acted meanwhile either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from engine import events
from engine.commands import (
    SYSTEM,
    Answering,
    Command,
    Complete,
    FireTimers,
    OfWorkItem,
    SendMessage,
    Submit,
    ThrowError,
)
from engine.definition.mapping import suggested
from engine.definition.model import ProcessDefinition
from engine.errors import EngineError, NobodyWaits
from engine.events import Event
from engine.history.chain import StoredEvent
from engine.history.recorded import by_command, command_of
from engine.office_hours import Calendar
from engine.retold.answers import Answers
from engine.retold.outcome import Choice, Kind, Retold, Time
from engine.retold.parting import Parting, names_of, parting
from engine.retold.recorded import Names, Recorded
from engine.retold.times import Times
from engine.runtime.apply import apply
from engine.runtime.firings import MOST_FIRINGS
from engine.runtime.state import State
from engine.runtime.step import element_of

C = TypeVar("C", bound=Answering)

#: Acts that move nothing in the process: who holds a task, what is said beside it, that it changed its version.
_BESIDE = frozenset(
    {
        events.WORK_ITEM_CLAIMED, events.WORK_ITEM_RELEASED, events.WORK_ITEM_DELEGATED, events.INCIDENT_RETRIED,
        events.IDENTITY_REVEALED, events.COMMENT_ADDED, events.ATTACHMENT_ADDED, events.CASE_MIGRATED,
    }
)  # fmt: skip


class _Stopped(Exception):
    """The play is over before the history is."""

    def __init__(self, kind: Kind, reason: str, place: str, **more: Any) -> None:
        self.kind, self.reason, self.place, self.more = kind, reason, place, more


def retell(
    history: Sequence[StoredEvent],
    new: ProcessDefinition,
    definition_of: Callable[[str], ProcessDefinition],
    calendar_of: Callable[[int | None], Calendar],
    mapping_of: Callable[[ProcessDefinition], Mapping[str, str]] | None = None,
) -> Retold:
    """What the case would have become on `new`.

    `mapping_of` gives the elements that are called otherwise in `new` for the version a case ran on; by default what
    the diagrams themselves say. `calendar_of(None)` is the calendar in force.
    """
    if not history:
        return Retold("", "untold", "unreadable")
    case = history[0].case_number
    try:
        return _Play(case, new, definition_of, calendar_of, mapping_of).tell(history)
    except (EngineError, KeyError, IndexError, AssertionError, ValueError) as error:
        return Retold(case, "untold", "unreadable", lacking=(type(error).__name__,))


class _Play:
    def __init__(
        self,
        case: str,
        new: ProcessDefinition,
        definition_of: Callable[[str], ProcessDefinition],
        calendar_of: Callable[[int | None], Calendar],
        mapping_of: Callable[[ProcessDefinition], Mapping[str, str]] | None,
    ) -> None:
        self.case = case
        self.new = new
        self.calendar_of = calendar_of
        self._definition_of = definition_of
        self._mapping_of = mapping_of or (lambda old: suggested(old, new))
        self._names: dict[str, Names] = {}
        self.old = Recorded()
        self.state: State | None = None
        self.calendar = calendar_of(None)
        #: Instant -> the calendar that the recorded limits took when they fired.
        self.fired_by: dict[datetime, int | None] = {}
        self.trail: list[str] = []
        self.times = Times()
        self.parted: Parting | None = None
        self.step_gone: str | None = None
        self.answers = Answers(new)

    # --- the walk ---------------------------------------------------------

    def tell(self, history: Sequence[StoredEvent]) -> Retold:
        """Play all of it."""
        self.fired_by = {
            datetime.fromisoformat(event.payload["due"]): event.payload.get("calendar")
            for event in history
            if event.type == events.TIMERS_FIRED
        }
        last = ""
        try:
            for command, following in by_command(history):
                names = self.names(command.definition_id or "")
                self._act(command, names)
                for event in (command, *following):
                    self.old.take(event, names)
                if command.type not in _BESIDE:
                    last = command.type
                    self._compare(names)
            if last == events.TIMERS_FIRED and self.old.ending and not self._state.ended:
                self._run_out()
                self._compare(names)
            return self._whole(names)
        except _Stopped as stopped:
            return Retold(
                self.case,
                stopped.kind,
                stopped.reason,
                stopped.place,
                times=self._times(),
                **stopped.more,
            )

    def names(self, definition_id: str) -> Names:
        """The names of the version that an event was recorded on."""
        if definition_id not in self._names:
            old = self._definition_of(definition_id)
            self._names[definition_id] = Names(old, self.new, self._mapping_of(old))
        return self._names[definition_id]

    @property
    def _state(self) -> State:
        assert self.state is not None
        return self.state

    def _act(self, recorded: StoredEvent, names: Names) -> None:
        """Do a recorded act on the new version, after whatever is due there by then."""
        if recorded.type == events.CASE_MIGRATED:
            self._read_anew(recorded)
        if recorded.type in _BESIDE:
            return
        if recorded.payload.get("calendar") is not None:
            self.calendar = self.calendar_of(recorded.payload["calendar"])
        if recorded.type == events.CASE_SUBMITTED:
            self._submit(recorded, names)
            return
        self._fire(recorded.at, names)
        if recorded.type == events.TIMERS_FIRED:
            return
        if self.parted is None and self._alike(names):
            self.trail.clear()  # limits that ran out meanwhile led nowhere else
        command = command_of(recorded)
        if isinstance(command, OfWorkItem):
            found = self._task(command, names)
            if found is None:
                return
            command = replace(command, work_item=f"{self.case}:{found}")
        elif self._state.ended:
            self._stand(names)
        if isinstance(command, Answering):
            command = self._answered(command, names, element_of(recorded.payload["work_item"]))
        if isinstance(command, Complete):
            command = replace(command, claim=True)
        self._apply(command, names)

    def _submit(self, recorded: StoredEvent, names: Names) -> None:
        command = command_of(recorded)
        assert isinstance(command, Submit)
        if names.new(names.old.entry) != self.new.entry:
            raise _Stopped("still", "new_step", self.new.entry, new=Choice((self.new.entry,)))
        self._apply(self._answered(command, names, names.old.entry), names)

    def _task(self, command: OfWorkItem, names: Names) -> str | None:
        """The open task of the play that a recorded act is about; None for a step that is no more."""
        name = command.activation
        element = names.new(element_of(name))
        if element is None:
            if self.step_gone is None:
                self.step_gone = element_of(name)
            return None
        items = self._state.work_items if isinstance(command, Complete) else self._state.external_tasks
        same = [one for one in items if element_of(one) == element]
        if not same:
            self._stand(names)
        twin = self.times.pairs.get(name)
        return twin if twin in same else same[0]

    def _answered(self, command: C, names: Names, element: str) -> C:
        """The command with the recorded answers that the new version asks for too."""
        return replace(command, variables=self.answers.given(command.variables, names, element))

    def _read_anew(self, moved: StoredEvent) -> None:
        """A case that was moved brought along what the version that it went to reads of earlier answers."""
        read = {k: v for k, v in moved.payload["variables"].items() if k in self.new.variables}
        self.state = replace(self._state, variables={**read, **self._state.variables})
        self.answers.known(read)

    def _fire(self, until: datetime, names: Names) -> None:
        """Whatever is due by then, instant by instant, as `handle` does it."""
        for _ in range(MOST_FIRINGS):
            due = self._state.due(until)
            if self._state.ended or not due:
                return
            self._fire_at(due[0], names)
        first = min(self._state.timers, key=lambda name: self._state.timers[name].due)
        raise _Stopped("still", "incident", element_of(first))

    def _fire_at(self, due: datetime, names: Names) -> None:
        at = max(due, self._state.last_at)
        said = self.fired_by.get(due)
        calendar = self.calendar if said is None else self.calendar_of(said)
        command = FireTimers(actor=SYSTEM, source="sweeper", command_id="", at=at, case=self.case, due=due)
        self._apply(command, names, calendar)

    def _run_out(self) -> None:
        """The recorded case was ended by a limit: so does the play run on, nobody acting, to an end of its own."""
        names = next(reversed(self._names.values()))
        for _ in range(len(self.new.elements)):
            if self._state.ended or not self._state.timers:
                return
            self._fire_at(min(timer.due for timer in self._state.timers.values()), names)

    def _apply(self, command: Command, names: Names, calendar: Calendar | None = None) -> None:
        try:
            state, happened = apply(self.new, calendar or self.calendar, self.state, command)
        except NobodyWaits:
            if self.parted is not None:
                self._stand(names)
            what = command.message if isinstance(command, SendMessage) else ""
            what = command.error_code if isinstance(command, ThrowError) else what
            raise _Stopped("still", "message", self._standing_at(), lacking=(what,)) from None
        except EngineError as error:
            raise self._incident(error, command) from None
        self.state = state
        self._note(happened)
        self._must_be_known(happened[0])

    def _note(self, happened: Sequence[Event]) -> None:
        for event in happened:
            self.trail += map(element_of, event.payload.get("passed", ()))
            self.times.note(event, self._state)
            if event.type == events.WORK_ITEM_CREATED:
                self.trail.append(element_of(event.payload["work_item"]))
            elif event.type == events.EXTERNAL_TASK_CREATED:
                self.trail.append(element_of(event.payload["external_task"]))

    # --- what comes of it -------------------------------------------------

    def _standing(self) -> Counter[str]:
        open_now = [*self._state.work_items, *self._state.external_tasks]
        return Counter(map(element_of, open_now))

    def _compare(self, names: Names) -> None:
        """Note where the two begin to stand otherwise, or that they stand alike again."""
        self.times.pair(self.old, self._state)
        if self._alike(names):
            self.parted = None
            self.old.trail.clear()
            self.trail.clear()
        elif self.parted is None:
            self.parted = self._part(names)

    def _alike(self, names: Names) -> bool:
        if (self.old.ending is None) != (self._state.ending is None):
            return False
        if self.old.ending is not None:
            same = names.new(self.old.ending)
            return self._state.ending == same or (same is None and self._state.outcome == self.old.outcome)
        return self.old.standing(names) == self._standing()

    def _part(self, names: Names) -> Parting:
        was, now = self.old.standing(names), self._standing()
        old, new = [*(was - now)], [*(now - was)]
        if self.old.ending:
            old = [names.new(self.old.ending) or self.old.ending]
        if self._state.ending:
            new = [self._state.ending]
        return parting(
            names,
            self.new,
            (tuple(self.old.trail), tuple(self.trail)),
            (tuple(old), tuple(new)),
            self._state.variables,
        )

    def _stand(self, names: Names) -> None:
        """The recorded act finds nothing to act on. Always raises."""
        found = self.parted or self._part(names)
        raise self._elsewhere(found, names)

    def _elsewhere(self, found: Parting, names: Names) -> _Stopped:
        """The ways have parted: at something that the old version does not know, or by another decision."""
        fresh = [element for element in found.new.to if element not in names.known]
        where: dict[str, Any] = {"old": found.old, "new": found.new, "values": found.values}
        if found.old.condition == found.new.condition:  # it decided as before
            where = {"old": Choice(found.old.to), "new": Choice(found.new.to)}
        if fresh and not self._state.ended:
            return _Stopped("still", "new_step", fresh[0], **where)
        if not found.new.to and not self._state.ended:
            waits = self._waits_for()
            return _Stopped("still", "new_wait", waits[0] if waits else found.place, **where)
        return _Stopped("other", "limit" if found.by_limit else "flow", found.place, **where)

    def _waits_for(self) -> list[str]:
        """What the play waits for where no task is open: its timers, else the events behind the last element."""
        timers = [timer.element for timer in self._state.timers.values() if timer.attached is None]
        behind = [flow.target for flow in self.new.flows.values() if flow.source in self.trail[-1:]]
        return timers or behind

    def _standing_at(self) -> str:
        return next(iter(self._standing()), self._state.ending or "")

    def _whole(self, names: Names) -> Retold:
        """The history is played to its end."""
        if self.parted is not None:
            raise self._elsewhere(self.parted, names)
        if self.step_gone is not None:
            raise _Stopped("other", "step_gone", self.step_gone)
        return Retold(self.case, "same", "same", times=self._times())

    def _incident(self, error: EngineError, command: Command) -> _Stopped:
        """The new version cannot go on from here: for want of an answer, mostly."""
        place = str(error.detail.get("element") or self._standing_at())
        condition = error.detail.get("expression")
        variables = {} if self.state is None else dict(self.state.variables)
        if isinstance(command, Answering):
            variables.update(command.variables)
        read = names_of(str(condition)) if condition else frozenset()
        absent = tuple(sorted(name for name in read if variables.get(name) is None))
        choice = Choice((), place, str(condition)) if condition else Choice()
        return self._unanswered(absent, place, choice) or _Stopped(
            "still", "incident", place, new=choice, lacking=absent
        )

    def _unanswered(self, absent: Iterable[str], place: str, choice: Choice) -> _Stopped | None:
        """Of what is absent, what people were asked, or would have been."""
        found = self.answers.lacking(absent)
        if found is None:
            return None
        lacking, recorded = found
        if recorded:
            return _Stopped("untold", "not_recorded", place, new=choice, lacking=lacking)
        return _Stopped("still", "question", place, new=choice, lacking=lacking)

    def _must_be_known(self, command: Event) -> None:
        """A decision that read an answer which history does not hold is none: `x = null` would be true of it."""
        for element in map(element_of, command.payload.get("passed", ())):
            absent, condition = self.answers.read_by(element)
            choice = Choice((), element, condition) if condition else Choice()
            stopped = self._unanswered(absent, element, choice)
            if stopped is not None:
                raise stopped

    def _times(self) -> tuple[Time, ...]:
        return tuple(self.times.differing(self.old, self.new, self._names.values()))
