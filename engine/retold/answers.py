"""What people answered then, as far as the new version asks for it too; and what of it history does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.definition.model import ProcessDefinition
from engine.retold.parting import names_of
from engine.retold.recorded import Names

#: What decides by itself, with variables that no flow's condition need read.
_DECIDING = frozenset({"scriptTask", "businessRuleTask"})


class Answers:
    """The answers of one case; `unknown` are those that people gave, or would have, and that history does not hold."""

    def __init__(self, new: ProcessDefinition) -> None:
        self._new = new
        #: Variable -> whether anybody was asked then.
        self._unknown: dict[str, bool] = {}
        self._in_conditions = frozenset[str]().union(
            *(names_of(flow.condition) for flow in new.flows.values() if flow.condition)
        )

    def given(self, variables: Mapping[str, Any], names: Names, element: str) -> dict[str, Any]:
        """Of the recorded answers of a step, those that the new version asks for there."""
        was, now = _asked(names.old, element), _asked(self._new, names.new(element) or element)
        found = {key: value for key, value in variables.items() if key not in was - now}
        for key in (now & self._new.variables) - found.keys():
            self._unknown[key] = key in was
        self.known(found)
        return found

    def known(self, names: Iterable[str]) -> None:
        """History holds these after all."""
        for name in names:
            self._unknown.pop(name, None)

    def lacking(self, absent: Iterable[str]) -> tuple[tuple[str, ...], bool] | None:
        """Of what is absent, what is not known rather than never asked; and whether people answered it then.

        None where nothing of it is.
        """
        answered = [name for name in absent if name in self._unknown]
        recorded = tuple(name for name in answered if self._unknown[name])
        return (recorded or tuple(answered), bool(recorded)) if answered else None

    def read_by(self, element: str) -> tuple[list[str], str | None]:
        """What is unknown of that which an element read when it was passed, and the condition that read it."""
        if not self._unknown:
            return [], None
        for flow in self._new.flows.values():
            if flow.source == element and flow.condition:
                absent = sorted(names_of(flow.condition) & self._unknown.keys())
                if absent:
                    return absent, flow.condition
        found = self._new.elements.get(element)
        if found is not None and found.kind in _DECIDING:
            return sorted(self._unknown.keys() - self._in_conditions), None
        return [], None


def _asked(definition: ProcessDefinition, element: str) -> frozenset[str]:
    """What is asked at a step: its form's own fields, or what its worker sets."""
    found = definition.elements.get(element)
    if found is None:
        return frozenset()
    return definition.own_keys(element) | frozenset(found.results)
