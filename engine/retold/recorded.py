"""What the recorded case did, event by event, in the words of the version it is played on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from engine import events
from engine.definition.model import ProcessDefinition
from engine.history.chain import StoredEvent
from engine.runtime.step import element_of


class Names:
    """Which element of the new version each element of an old one is, if any."""

    def __init__(self, old: ProcessDefinition, new: ProcessDefinition, mapping: Mapping[str, str]) -> None:
        self.old = old
        self._to = {}
        for element in old.elements.values():
            target = new.elements.get(mapping.get(element.id, element.id))
            if target is not None and (target.kind, target.event) == (element.kind, element.event):
                self._to[element.id] = target.id

    @property
    def known(self) -> frozenset[str]:
        """The elements of the new version that the old one has too."""
        return frozenset(self._to.values())

    def new(self, element: str) -> str | None:
        """The element's id in the new version; None where it has none."""
        return self._to.get(element)


class Recorded:
    """Where the recorded case stands after each event; names are those of its own version."""

    def __init__(self) -> None:
        #: Open task -> its element in the new version, or None.
        self.open: dict[str, str | None] = {}
        self.due: dict[str, datetime | None] = {}
        self.late: set[str] = set()
        #: The end event's id in its own version.
        self.ending: str | None = None
        self.outcome: str | None = None
        #: The elements that it has passed or come to since `trail` was emptied.
        self.trail: list[str] = []

    def take(self, event: StoredEvent, names: Names) -> None:
        """Follow one event."""
        payload = event.payload
        for name in payload.get("passed", ()):
            self.trail.append(element_of(name))
        match event.type:
            case events.WORK_ITEM_CREATED:
                self._came(payload["work_item"], names)
                due = payload.get("due")
                self.due[payload["work_item"]] = datetime.fromisoformat(due) if due else None
            case events.EXTERNAL_TASK_CREATED:
                self._came(payload["external_task"], names)
            case (
                events.WORK_ITEM_COMPLETED
                | events.WORK_ITEM_CANCELLED
                | events.EXTERNAL_TASK_COMPLETED
                | events.ERROR_THROWN
            ):
                self.open.pop(payload["work_item"], None)
            case events.EXTERNAL_TASK_CANCELLED:
                self.open.pop(payload["external_task"], None)
            case events.WORK_ITEM_OVERDUE:
                self.late.add(payload["work_item"])
            case events.WORK_ITEM_MOVED | events.EXTERNAL_TASK_MOVED:
                self._moved(payload.get("work_item") or payload["external_task"], payload["to"], names)
            case events.CASE_ENDED:
                self.ending, self.outcome = payload["element"], payload.get("outcome")
                self.open.clear()

    def standing(self, names: Names) -> Counter[str]:
        """The open tasks by element of the new version; a step that it has not by its own id."""
        return Counter(to or element_of(name) for name, to in self.open.items())

    def _came(self, name: str, names: Names) -> None:
        self.open[name] = names.new(element_of(name))
        self.trail.append(element_of(name))

    def _moved(self, name: str, to: str, names: Names) -> None:
        self.open.pop(name, None)
        self.open[to] = names.new(element_of(to))
        self.due[to] = self.due.pop(name, None)
        if name in self.late:
            self.late.add(to)
