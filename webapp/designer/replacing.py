"""What takes the place of elements that another version has no more, as pages ask for it: `?ganti=old=new`, "gone="."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from engine.definition.mapping import candidates, missing, suggested
from engine.definition.model import Element, ProcessDefinition


@dataclass(frozen=True, slots=True)
class Replacement:
    """An element that the new version has no more, what may take its place, and what does."""

    element: Element
    candidates: tuple[Element, ...]
    chosen: str


def asked_mapping(old: ProcessDefinition, new: ProcessDefinition | None) -> Mapping[str, str]:
    """Old element -> new, as the request says it; where it says nothing, as the diagrams do."""
    pairs = [pair.partition("=") for pair in request.values.getlist("ganti")]
    if new is not None and not pairs:
        return suggested(old, new)
    return {one: to for one, _sign, to in pairs if to}


def pairs_of(old: ProcessDefinition, new: ProcessDefinition | None, mapping: Mapping[str, str]) -> list[str]:
    """As a form and an address say it, what has no replacement included."""
    gone = (element.id for element in missing(old, new)) if new is not None else ()
    return [f"{one}={mapping.get(one, '')}" for one in dict.fromkeys((*gone, *mapping))]


def replacements(
    old: ProcessDefinition, new: ProcessDefinition, mapping: Mapping[str, str]
) -> list[Replacement]:
    """Everything that the new version has no more."""
    return [
        Replacement(element, candidates(old, new, element), mapping.get(element.id, ""))
        for element in missing(old, new)
    ]
