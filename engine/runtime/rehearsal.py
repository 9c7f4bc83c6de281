"""A case played through without an office: (definition, calendar, acts) -> what each act did. Nothing is stored.

    played = Rehearsal(definition, calendar)
    step = played.do(Submit(**BY_HAND, at=monday, process=definition.key, answers={...}))
    step = played.do(Complete(**BY_HAND, at=tuesday, work_item=item("Periksa:1"), claim=True, answers={...}))
    step = played.do(FireTimers(**BY_HAND, at=friday, case=CASE, due=friday))   # only the clock goes on

Acts are the commands of `engine.commands`, unsealed, each with the instant `at` that it counts at. What
`engine.runtime.handle` does with them is done here too, in its order: limits that ran out before are fired first,
instant by instant; answers are validated by the step's form, and only what expressions read goes on; `apply` decides.
A refused act changes nothing but those limits. An act that fails inside (`Step.incident`) is undone; a limit that
fails halts the case. Nobody's rights are asked, there are no files and no comments, and answers leave no digest.

Sealed commands of a recorded history can be played as well: give them without `answers` and `variables` stay as they
are. To go back, play the acts before it again. It is pure: the same acts give the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from engine.commands import (
    SYSTEM,
    Answering,
    Command,
    Complete,
    CompleteExternalTask,
    FireTimers,
    Submit,
)
from engine.definition.model import Element, ProcessDefinition
from engine.errors import AnswersInvalid, CaseHalted, EngineError, ExecutionFailed, Refused
from engine.events import Event
from engine.forms.fields import FormSchema, for_staff
from engine.forms.validate import validate_json
from engine.office_hours import Calendar
from engine.runtime.apply import answerable, apply, waiting
from engine.runtime.entered import reported, results
from engine.runtime.firings import MOST_FIRINGS, endless
from engine.runtime.state import State

#: What a rehearsed case is called in its commands.
CASE: Final = "uji"
#: Who acts, where it does not matter.
BY_HAND: Final[Mapping[str, Any]] = {"actor": SYSTEM, "source": "web", "command_id": "uji"}


def item(activation: str) -> str:
    """The id of a task of the rehearsed case: "Periksa:1" is `uji:Periksa:1`."""
    return f"{CASE}:{activation}"


@dataclass(frozen=True, slots=True)
class Applied:
    """A sealed command that was carried out, and its events: its own, then the consequences."""

    command: Command
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One act: the limits that had run out before it, then the act itself, unless it was refused."""

    act: Command
    #: The instant it counted at: its own, but never before the one before.
    at: datetime
    applied: tuple[Applied, ...]
    #: The case after it; None while it has not begun.
    state: State | None
    #: What the form kept of the answers, or the worker's results.
    given: Mapping[str, Any]
    #: Why the act was not carried out.
    error: EngineError | None = None

    @property
    def refusal(self) -> Refused | None:
        """The act was not possible then, as whoever acts would be told."""
        return self.error if isinstance(self.error, Refused) else None

    @property
    def incident(self) -> EngineError | None:
        """The process could not go on: the office would have an incident with this cause."""
        return None if isinstance(self.error, Refused) else self.error

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened by it, in order."""
        return tuple(event for one in self.applied for event in one.events)


class Rehearsal:
    """One case under way, in memory. `most_firings` bounds the instants of timers that one act may pass."""

    def __init__(
        self, definition: ProcessDefinition, calendar: Calendar, *, most_firings: int = MOST_FIRINGS
    ) -> None:
        self.definition = definition
        self.calendar = calendar
        self.most_firings = most_firings
        self.state: State | None = None
        self.halted = False
        #: (element, answers) of every form completed so far, in order.
        self.answered: list[tuple[str, Mapping[str, Any]]] = []
        self._applied: list[Applied] = []

    def do(self, act: Command) -> Step:
        """Carry out one act. Never raises what the act or the process can be blamed for: that is in the step."""
        assert act.at is not None, "an act says when it is done"
        at = act.at if self.state is None else max(act.at, self.state.last_at)
        self._applied = []
        given: Mapping[str, Any] = {}
        error: EngineError | None = None
        try:
            if self.halted:
                raise CaseHalted(incident=None)
            if self.state is not None:
                self._fire_due(at)
            if not isinstance(act, FireTimers):
                given = self._carry_out(replace(act, at=at))
        except EngineError as failure:
            error = failure
        except Exception as failure:  # a fault of the program itself; the office would have an incident too
            error = ExecutionFailed(f"{type(failure).__name__} in the engine")
        return Step(act, at, tuple(self._applied), self.state, given, error)

    def would(self, act: Command) -> Step:
        """What `do` would give now, with the case left as it is."""
        other = Rehearsal(self.definition, self.calendar, most_firings=self.most_firings)
        other.state, other.halted, other.answered = self.state, self.halted, list(self.answered)
        return other.do(act)

    def stored(self, schema: FormSchema) -> dict[str, Any]:
        """What the form shows of earlier answers: a key's latest value wins."""
        keys = schema.shown_keys
        merged: dict[str, Any] = {}
        for element, given in self.answered:
            if keys & self.definition.own_keys(element):
                merged |= given
        return merged

    def _fire_due(self, at: datetime) -> None:
        """As `engine.runtime.due_timers.fire_due`; a limit that fails halts the case, and is not tried again."""
        first: datetime | None = None
        for _ in range(self.most_firings):
            due = self._due(at)
            if due is None:
                return
            first = first or due
            try:
                self._fire(due)
            except Exception:
                self.halted = True
                raise
        left = self._due(at)
        stuck = endless(first, left)
        if stuck is not None:
            self.halted = True
            raise stuck
        if left is not None:
            raise CaseHalted(
                f"{self.most_firings} instants of timers were passed, and more are due; go on from there.",
                incident=None,
                retry_at=at,
            )

    def _due(self, at: datetime) -> datetime | None:
        assert self.state is not None
        return next(iter(self.state.due(at)), None)

    def _fire(self, due: datetime) -> None:
        assert self.state is not None
        at = max(due, self.state.last_at)
        fired = FireTimers(actor=SYSTEM, source="sweeper", command_id=CASE, case=CASE, at=at, due=due)
        self._apply(fired)

    def _carry_out(self, act: Command) -> Mapping[str, Any]:
        """Seal and apply it; what its form kept."""
        if not isinstance(act, Answering) or act.answers is None:
            self._apply(act)
            return {}
        element = self._element(act)
        given = self._given(element, act)
        if isinstance(act, CompleteExternalTask):
            variables = results(element, given, self.definition.variables)
        else:
            variables = {key: given[key] for key in given if key in self.definition.variables}
        counted = reported(self.definition.form_of(element.id), given)
        self._apply(replace(act, answers=None, variables=variables, reported=counted))
        if not isinstance(act, CompleteExternalTask):
            self.answered.append((element.id, given))
        return given

    def _element(self, act: Answering) -> Element:
        """The step that the answers are for. Raises `WorkItemNotOpen`, `NotClaimed` and `AlreadyClaimed`."""
        elements = self.definition.elements
        if self.state is not None and isinstance(act, Complete):
            return elements[answerable(self.state, act).element]
        if self.state is not None and isinstance(act, CompleteExternalTask):
            return elements[waiting(self.state, act).element]
        return elements[self.definition.entry]

    def _given(self, element: Element, act: Answering) -> dict[str, Any]:
        """Valid answers of the form's own fields. Raises `AnswersInvalid`."""
        answers = dict(act.answers or {})
        if isinstance(act, CompleteExternalTask):
            return {**dict.fromkeys(element.results), **answers}
        schema = self.definition.form_of(element.id)
        if schema is None:
            return {}
        assert act.at is not None
        stored = self.stored(schema) if self.state is not None else {}
        asked = for_staff(schema) if act.on_behalf else schema
        found = validate_json(asked, answers, stored=stored, now=act.at.astimezone(self.calendar.zone))
        if found.errors:
            raise AnswersInvalid(errors=found.errors, form=schema.id)
        return {key: found.answers.get(key) for key in schema.own_keys}

    def _apply(self, command: Command) -> None:
        if self.state is None and not isinstance(command, Submit):
            raise Refused("Begin the case first.", reason="not_begun")
        if self.state is not None and isinstance(command, Submit):
            raise Refused("The case has begun already.", reason="begun")
        after, happened = apply(self.definition, self.calendar, self.state, command)
        after.snapshot.stored()  # a later act may fail half-way through the live tree
        self.state = after
        self._applied.append(Applied(command, tuple(happened)))


def rehearse(
    definition: ProcessDefinition,
    calendar: Calendar,
    acts: Iterable[Command],
    *,
    most_firings: int = MOST_FIRINGS,
) -> Iterator[Step]:
    """Play the acts one after the other, also after one that was refused."""
    played = Rehearsal(definition, calendar, most_firings=most_firings)
    for act in acts:
        yield played.do(act)
