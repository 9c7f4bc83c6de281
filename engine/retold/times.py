"""When a task was due, and when the same task of the play is: which steps would be late that were not, or no longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from engine import events
from engine.definition.limits import limit_of, write
from engine.definition.model import ProcessDefinition
from engine.events import Event
from engine.retold.outcome import Time
from engine.retold.recorded import Names, Recorded
from engine.runtime.state import State
from engine.runtime.step import element_of


class Times:
    """The tasks of the play, beside the recorded ones that they are the same as."""

    def __init__(self) -> None:
        #: Recorded task -> the same of the play.
        self.pairs: dict[str, str] = {}
        self._due: dict[str, datetime | None] = {}
        self._late: set[str] = set()

    def note(self, event: Event, state: State) -> None:
        """An event of the play."""
        if event.type == events.WORK_ITEM_CREATED:
            name = event.payload["work_item"]
            self._due[name] = state.work_items[name].due if name in state.work_items else None
        elif event.type == events.WORK_ITEM_OVERDUE:
            self._late.add(event.payload["work_item"])

    def pair(self, old: Recorded, state: State) -> None:
        """See which open task of the play is which recorded one."""
        taken = set(self.pairs.values())
        for name, element in old.open.items():
            if name in self.pairs:
                continue
            for twin in state.work_items:
                if element_of(twin) == element and twin not in taken:
                    self.pairs[name] = twin
                    taken.add(twin)
                    break

    def differing(self, old: Recorded, new: ProcessDefinition, names: Iterable[Names]) -> Iterator[Time]:
        """The steps that are due otherwise, in the order in which they came up."""
        before = list(names)
        for name, twin in self.pairs.items():
            was_late, late = name in old.late, twin in self._late
            if name not in old.due or (old.due[name] == self._due.get(twin) and was_late == late):
                continue
            element = element_of(twin)
            was = next((one.old for one in reversed(before) if one.new(element_of(name)) == element), None)
            yield Time(
                element,
                _limit(was, element_of(name)) if was else None,
                _limit(new, element),
                was_late,
                late,
            )


def _limit(definition: ProcessDefinition, element: str) -> str | None:
    found = limit_of(definition.elements[element], definition.elements.values())
    return write(found) if found else None
