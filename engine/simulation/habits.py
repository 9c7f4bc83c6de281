"""What a simulation is told of the people: how long a step takes them, and what they answer.

History says it where it knows enough; where it does not, a default is taken and the assumption is named, so that
nobody takes a guess for a measurement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.definition.model import Element, ProcessDefinition
from engine.definition.parse import literal_timer
from engine.errors import EngineError
from engine.forms.fields import Field
from engine.office_hours import parse_duration
from engine.simulation.draws import MINUTE, Answers, Recorded, Shares, Times, Triangular

#: With fewer times than this, history does not say how long a step takes.
ENOUGH: Final = 10
#: A step without a limit is taken to be worked on for half an hour.
UNLIMITED: Final = 120 * MINUTE
#: How many of the complainants answer, where history has too few.
ANSWERING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Observed:
    """What history has of one step."""

    #: Office milliseconds from the claim to the completion; of the complainant, from the question to the answer.
    times: Sequence[int] = ()
    #: Tasks of the complainant that were taken away before they answered.
    unanswered: int = 0
    #: The scalars that a completion recorded -> how often.
    answers: Mapping[Answers, int] = field(default_factory=dict)
    #: How often cases came here, and how often they were late: to compare the simulation with.
    stays: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What was counted; nothing in it concerns a person."""

    #: Submissions, and the working days in which they came.
    cases: int = 0
    days: int = 0
    #: Element -> what is known of it.
    steps: Mapping[str, Observed] = field(default_factory=dict)
    #: Group -> its members who work now.
    staff: Mapping[str, int] = field(default_factory=dict)

    @property
    def per_day(self) -> float | None:
        """Submissions a working day; None without any."""
        return self.cases / self.days if self.cases and self.days else None


@dataclass(frozen=True, slots=True)
class Typed:
    """What the analyst said in place of history."""

    #: Step -> minutes of work.
    minutes: Mapping[str, float] = field(default_factory=dict)
    #: Key of a form's field -> value as text -> its share.
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that history did not say. `code` is what a screen words.

    time: `about` is a step, `value` the mean minutes · answering: a step of the public, the share that answers ·
    answer: a field, the value that is always given · shares: a field, whose shares were typed ·
    minutes: a step, whose minutes were typed · clock: an expression reads the time.
    """

    code: str
    about: str = ""
    value: str = ""


class Answering:
    """The answers to one step: those of a recorded completion together, the rest field by field."""

    def __init__(self, recorded: Mapping[Answers, int], others: Mapping[str, Shares]) -> None:
        self._recorded = Shares(recorded) if recorded else None
        self._others = sorted(others.items())
        self._always: Answers | None = None if recorded or others else ()

    def draw(self, number: float, other: float) -> Answers:
        if self._always is not None:
            return self._always
        found: Answers = self._recorded.draw(number) if self._recorded else ()
        if self._others:
            found = tuple(sorted((*found, *((key, shares.draw(other)) for key, shares in self._others))))
        return found


@dataclass(frozen=True)
class Step:
    """How a task is dealt with."""

    element: Element
    times: Times
    #: The share that is never done: the complainant does not answer.
    never: float
    answers: Answering


@dataclass(frozen=True)
class Habits:
    """The people of one version."""

    steps: Mapping[str, Step]
    assumptions: tuple[Assumption, ...]


def habits(
    definition: ProcessDefinition, history: History, typed: Typed, usual: ProcessDefinition | None = None
) -> Habits:
    """How each step of `definition` is dealt with, and what had to be assumed for it.

    What has to be guessed by a step's limit is guessed by that of `usual`, the version in force, where it has the step:
    a shorter limit makes nobody faster.
    """
    said: list[Assumption] = []
    steps = {}
    for element in definition.elements.values():
        if not element.kind.endswith("ask"):
            continue
        known = history.steps.get(element.id, Observed())
        answers = _answers(definition, element, known, typed, said)
        if element.id == definition.entry:
            steps[element.id] = Step(element, Recorded((0,)), 0.0, answers)
            continue
        limited = usual if usual and element.id in usual.elements else definition
        times, never = _times(limited, element, known, typed, said)
        steps[element.id] = Step(element, times, never, answers)
    if any(b"now(" in data or b"today(" in data for data in _read_by_the_engine(definition)):
        said.append(Assumption("clock"))
    return Habits(steps, tuple(dict.fromkeys(said)))


def limit_of(definition: ProcessDefinition, element: str) -> int | None:
    """The milliseconds of a step's shortest limit of office hours, where it is written as a duration."""
    found = []
    for other in definition.elements.values():
        timer = other.timer
        if other.attached_to == element and timer and literal_timer(timer.kind, timer.expression):
            try:
                duration = parse_duration(timer.expression)
            except EngineError:
                continue
            found.append(duration.days * 7 * 60 * MINUTE + duration.seconds * 1000)
    return min(found, default=None)


def _read_by_the_engine(definition: ProcessDefinition) -> Iterator[bytes]:
    yield definition.source
    yield from (data for name, data in definition.resources.items() if name.endswith(".dmn"))


def _times(
    definition: ProcessDefinition, element: Element, known: Observed, typed: Typed, said: list[Assumption]
) -> tuple[Times, float]:
    if (minutes := typed.minutes.get(element.id)) is not None:
        said.append(Assumption("minutes", element.id, f"{minutes:g}"))
        mean = minutes * MINUTE
        return Triangular(mean / 2, mean, mean * 1.5), _never(element, known, said)
    if len(known.times) >= ENOUGH:
        return Recorded(tuple(sorted(known.times))), _never(element, known, said)
    limit = limit_of(definition, element.id) or UNLIMITED
    guess = Triangular(limit / 8, limit / 4, limit / 2)
    said.append(Assumption("time", element.id, f"{guess.mean / MINUTE:.0f}"))
    return guess, _never(element, known, said)


def _never(element: Element, known: Observed, said: list[Assumption]) -> float:
    if not element.public:
        return 0.0
    asked = len(known.times) + known.unanswered
    if asked >= ENOUGH:
        return known.unanswered / asked
    said.append(Assumption("answering", element.id, f"{ANSWERING:.0%}"))
    return 1 - ANSWERING


def _answers(
    definition: ProcessDefinition, element: Element, known: Observed, typed: Typed, said: list[Assumption]
) -> Answering:
    """Of the variables that expressions read: those typed, those recorded together, the first option of the rest."""
    asked = {*definition.own_keys(element.id), *element.results} & definition.variables
    fields = {field.key: field for field in _fields(definition, element)}
    others = {}
    for key in sorted(asked & typed.shares.keys()):
        shares = typed.shares[key].items()
        others[key] = Shares({_value(fields.get(key), text): share for text, share in shares})
        said.append(Assumption("shares", key))
    together = asked.difference(others).intersection(*({key for key, _ in one} for one in known.answers))
    if not known.answers:
        together = set()
    for key in sorted(asked - together - others.keys()):
        first = _first(fields.get(key))
        others[key] = Shares({first: 1})
        said.append(Assumption("answer", key, _said(first)))
    recorded: Counter[Answers] = Counter()
    for answers, count in known.answers.items():
        recorded[tuple(pair for pair in answers if pair[0] in together)] += count
    return Answering(recorded, others)


def _fields(definition: ProcessDefinition, element: Element) -> Iterator[Field]:
    schema = definition.form_of(element.id)
    if schema is not None:
        yield from (field for path, field in schema.fields.items() if path in schema.own_keys)


def _first(field: Field | None) -> Any:
    """The first option; of a number its least, of a yes or no yes."""
    if field is None:
        return None
    if field.options:
        return field.options[0].value
    if field.type == "number":
        return field.rules.minimum if isinstance(field.rules.minimum, int | float) else 0
    return True if field.type == "boolean" else None


def _value(field: Field | None, text: str) -> Any:
    """A typed value as the form would give it."""
    if field is not None:
        for option in field.options:
            if str(option.value) == text:
                return option.value
        if field.type == "number":
            return float(text)
        if field.type == "boolean":
            return text in ("true", "ya", "yes", "1")
    return text


def _said(value: Any) -> str:
    return "–" if value is None else str(value)
