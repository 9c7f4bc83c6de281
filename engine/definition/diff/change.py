"""One change as data; sentences are made when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.definition.diff.words import KINDS, SENTENCES
from engine.definition.findings import Language

#: Whether something came, went, says something else, or only stands elsewhere in the drawing.
Kind = Literal["added", "removed", "changed", "layout"]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, by a stable `code`, and where."""

    code: str
    kind: Kind
    #: Id of the element, flow or lane; for a form its id. None for the process as a whole.
    element: str | None = None
    #: The step that it belongs to: a limit to the task that it limits, an escalation too. None for none.
    step: str | None = None
    #: What the sentence of `code` is filled in with; `old` and `new` where there are such.
    params: Mapping[str, object] = field(default_factory=dict)


def text(change: Change, language: Language = "id") -> str:
    """The change in words, without its place: "batas 2 Jam → 4 Jam"."""
    indonesian, english = SENTENCES[change.code]
    said = {name: _said(name, value, language) for name, value in change.params.items()}
    return (indonesian if language == "id" else english).format_map(said)


def place(change: Change, language: Language = "id") -> str:
    """Where it is: the step, and the element at it that is meant; else the process."""
    if change.step and change.element != change.step and change.code in _OF_AN_ELEMENT:
        return f"{change.step}, {change.element}"
    return change.step or change.element or ("proses" if language == "id" else "process")


#: Codes whose sentence does not say by itself what of a step is meant.
_OF_AN_ELEMENT = frozenset({"kind", "renamed", "moved", "nested", "property", "setting", "event"})


def as_json(change: Change, language: Language = "id") -> dict[str, object]:
    """The change as one object of `pengaduan diff --json`."""
    return {
        "code": change.code,
        "kind": change.kind,
        "element": change.element,
        "step": change.step,
        "params": {name: _plain(value) for name, value in change.params.items()},
        "message": f"{place(change, language)}: {text(change, language)}",
    }


def _said(name: str, value: object, language: Language) -> object:
    if name == "what":
        return KINDS.get(str(value), (value, value))[language == "en"]
    if value is None or value == "":
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
