"""What the forms of a case got, by step: the newest round to be read, earlier ones folded beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.queries.answered import Answered
from webapp.tasks.written import Line, lines


@dataclass(frozen=True)
class Round:
    """One completed form."""

    nth: int
    at: datetime
    by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """All that was written at one step."""

    name: str
    lane: str
    newest: Round
    #: Newest first.
    earlier: tuple[Round, ...]


def by_step(answered: Sequence[Answered]) -> tuple[Step | None, list[Step]]:
    """The complaint, and each later step with its rounds, in the order in which the steps were last done.

    `answered` is as `engine.queries.answered.open_answers` gives it: newest first, the complaint last.
    """
    if not answered:
        return None, []
    *later, complaint = answered
    rounds: dict[str, list[Answered]] = {}
    for one in later:
        rounds.setdefault(one.element.id, []).append(one)
    return _step([complaint]), [_step(found) for found in rounds.values()]


def _step(found: Iterable[Answered]) -> Step:
    newest, *earlier = found
    lane = newest.element.lane.name if newest.element.lane else ""
    return Step(newest.element.name, lane, _round(newest), tuple(map(_round, earlier)))


def _round(one: Answered) -> Round:
    return Round(one.nth, one.at, one.by, lines(one.schema, one.answers))
