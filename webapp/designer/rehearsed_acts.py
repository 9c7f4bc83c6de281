"""The acts of a rehearsal as its page carries them: canonical JSON in a hidden field, believed in nothing.

Each act is an object with one of the names of `KINDS`; a clock act moves the clock in hand, every other act happens at
the instant that the clock shows then. What comes back from the browser is read by `read` and played anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from engine.canonical_json import canonical, instant_text, parse_instant
from engine.commands import (
    COMPLAINANT,
    Command,
    Complete,
    CompleteExternalTask,
    FireTimers,
    SendMessage,
    Submit,
    ThrowError,
)
from engine.definition.model import ProcessDefinition
from engine.runtime.rehearsal import CASE, item

#: So many acts and bytes at most: every request plays all of them.
MOST_ACTS: Final = 200
LARGEST: Final = 150_000
#: A name of the diagram or a code of a worker is not longer.
_LONGEST_NAME: Final = 300
#: No office keeps a calendar before or after these.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

#: Name of an act -> what its value is.
KINDS: Final = {
    "begin": datetime,
    "clock": datetime,
    "complete": str,
    "send": str,
    "serve": str,
    "fail": str,
}


class ActsUnreadable(Exception):
    """What the browser sent as the acts of a rehearsal is nothing that this page has written."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done by hand."""

    kind: str
    #: The task (`<element>:<nth>`) or message; empty for the clock and the beginning.
    about: str = ""
    #: What the clock shows from now on, for the clock and the beginning.
    at: datetime | None = None
    #: What was typed into the form, or a worker's results.
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: The error that a worker reports.
    code: str = ""

    def command(self, definition: ProcessDefinition, clock: datetime) -> Command:
        """The unsealed command of this act at `clock`. Who acts is the group that may."""
        by: dict[str, Any] = {"source": "web", "command_id": CASE, "at": clock}
        element = definition.elements.get(self.about.partition(":")[0])
        group = COMPLAINANT if element is not None and element.public else element.group if element else None
        match self.kind:
            case "begin":
                return Submit(**by, actor=COMPLAINANT, process=definition.key, answers=self.answers)
            case "complete":
                return Complete(
                    **by, actor=group or CASE, work_item=item(self.about), answers=self.answers, claim=True
                )
            case "send":
                sender = definition.senders().get(self.about)
                return SendMessage(**by, actor=sender or CASE, case=CASE, message=self.about)
            case "serve":
                return CompleteExternalTask(
                    **by, actor=group or CASE, work_item=item(self.about), answers=self.answers
                )
            case "fail":
                return ThrowError(**by, actor=group or CASE, work_item=item(self.about), error_code=self.code)
        return FireTimers(**by, actor=CASE, case=CASE, due=clock)


def written(acts: Sequence[Act]) -> str:
    """The acts for a hidden field."""
    return canonical([_written(act) for act in acts]).decode()


def too_many(acts: Sequence[Act]) -> bool:
    """Whether they are more than the page can carry."""
    return len(acts) > MOST_ACTS or len(written(acts).encode()) > LARGEST


def read(text: str) -> list[Act]:
    """The acts that `written` wrote. Raises `ActsUnreadable` for anything else."""
    if not text:
        return []
    try:
        if len(text.encode()) > LARGEST:
            raise ActsUnreadable
        found = json.loads(text, parse_constant=_no_number)
        canonical(found)
        if not isinstance(found, list) or len(found) > MOST_ACTS:
            raise ActsUnreadable
        acts = list(map(_read, found))
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise ActsUnreadable from error
    if any((act.kind == "begin") != (index == 0) for index, act in enumerate(acts)):
        raise ActsUnreadable
    return acts


def within(at: datetime) -> bool:
    """Whether the clock in hand may show this instant."""
    return EARLIEST <= at < LATEST


def _written(act: Act) -> dict[str, Any]:
    value = instant_text(act.at) if act.at is not None else act.about
    parts: dict[str, Any] = {act.kind: value}
    if act.answers:
        parts["answers"] = dict(act.answers)
    if act.code:
        parts["code"] = act.code
    return parts


def _read(given: object) -> Act:
    if not isinstance(given, dict):
        raise ActsUnreadable
    [kind] = given.keys() & KINDS.keys()  # exactly one, else a ValueError
    value, answers, code = given[kind], given.get("answers", {}), given.get("code", "")
    if given.keys() - {kind, "answers", "code"} or not isinstance(answers, dict):
        raise ActsUnreadable
    for text in (value, code):
        if not isinstance(text, str) or len(text) > _LONGEST_NAME:
            raise ActsUnreadable
    if KINDS[kind] is not datetime:
        return Act(kind, about=value, answers=answers, code=code)
    at = parse_instant(value)
    if not value.endswith("Z") or not within(at):
        raise ActsUnreadable
    return Act(kind, at=at, answers=answers)


def _no_number(name: str) -> Iterator[None]:
    raise ValueError(f"{name} is no JSON number")
