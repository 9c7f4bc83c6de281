"""What became of a recorded case when it was played on another version: data, no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: The same way; another one; it stands still where it went on; history does not hold what would tell.
Kind = Literal["same", "other", "still", "untold"]

#: Why, by kind. `other`: the flow leads elsewhere, a limit ran out before, or did not yet, a step is no more.
#: `still`: at a step that is new, at another element that waits, at an incident, at a question that nobody answered,
#: at a message that nobody waits for. `untold`: an answer that history does not hold, a history that cannot be read.
REASONS: Mapping[Kind, tuple[str, ...]] = {
    "same": ("same",),
    "other": ("flow", "limit", "step_gone"),
    "still": ("new_step", "new_wait", "incident", "question", "message"),
    "untold": ("not_recorded", "unreadable"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a way goes on: `to` are the elements it comes to, by `condition` at the gateway `at`, where one decides."""

    to: tuple[str, ...] = ()
    at: str | None = None
    #: FEEL; None where no condition decides, or where it is the default flow.
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A step whose task would be due at another time, or late where it was not."""

    element: str
    #: As an SOP writes it ("2 Jam"); None for no limit, or one that an expression gives.
    old: str | None
    new: str | None
    was_late: bool
    would_be_late: bool


@dataclass(frozen=True, slots=True)
class Retold:
    """One case."""

    case: str
    kind: Kind
    reason: str
    #: The element where the ways part, or where it stands; empty for the same way.
    place: str = ""
    old: Choice = Choice()
    new: Choice = Choice()
    #: The variables that the conditions read there: scalars, nothing personal (lint).
    values: Mapping[str, Any] = field(default_factory=dict)
    #: What is not known or not there.
    lacking: tuple[str, ...] = ()
    times: tuple[Time, ...] = ()
