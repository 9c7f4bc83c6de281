"""Which element of a new version takes the place of one of an older: said by the analyst, or seen from the diagrams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.definition.model import Element, ProcessDefinition
from engine.errors import Refused


def mapping_must_fit(old: ProcessDefinition, new: ProcessDefinition, mapping: Mapping[str, str]) -> None:
    """Raises `Refused` for an element that is not there, for two that become one, and for one of another kind."""
    for one, to in sorted(mapping.items()):
        if one not in old.elements:
            _refuse("mapping_unknown", one, to, f"{old.id} has no element {one}")
        if to not in new.elements:
            _refuse("mapping_unknown", one, to, f"{new.id} has no element {to}")
        was, is_now = old.elements[one], new.elements[to]
        if was.kind != is_now.kind or was.event != is_now.event:
            _refuse("mapping_kind", one, to, f"{one} is a {was.kind} and {to} is a {is_now.kind}")
    taken = Counter(mapping.get(one, one) for one in old.elements if mapping.get(one, one) in new.elements)
    for to in sorted(to for to, count in taken.items() if count > 1):
        one = next(one for one, target in mapping.items() if target == to)
        _refuse("mapping_twice", one, to, f"{to} takes the place of {taken[to]} elements of {old.id}")


def _refuse(reason: str, one: str, to: str, why: str) -> None:
    raise Refused(
        f"{one}={to}: {why}; say for each element that is gone which one takes its place.", reason=reason
    )


def missing(old: ProcessDefinition, new: ProcessDefinition) -> tuple[Element, ...]:
    """The elements of `old` that a case can stand at and that `new` has no more, in the order of the file."""
    return tuple(e for e in old.elements.values() if _waits(e) and not _same(e, new.elements.get(e.id)))


def suggested(old: ProcessDefinition, new: ProcessDefinition) -> dict[str, str]:
    """What the diagrams themselves say: a step of the same words or the same row of the SOP is the same step, and an
    event beside it is the same when it is the only one of its kind there.
    """
    free = _new(old, new)
    found: dict[str, str] = {}
    for element in old.elements.values():
        if element.id in new.elements:
            continue
        fitting = list(_fitting(element, free, found))
        if len(fitting) == 1 and fitting[0].id not in found.values():
            found[element.id] = fitting[0].id
    return found


def candidates(old: ProcessDefinition, new: ProcessDefinition, element: Element) -> tuple[Element, ...]:
    """The elements of `new` that may take the place of `element`, which it has no more."""
    return tuple(e for e in _new(old, new) if _same(element, e))


def _new(old: ProcessDefinition, new: ProcessDefinition) -> list[Element]:
    """The elements that `old` has not, or has as something else."""
    return [e for e in new.elements.values() if not _same(e, old.elements.get(e.id))]


def _fitting(element: Element, free: list[Element], found: Mapping[str, str]) -> Iterator[Element]:
    for one in free:
        if not _same(element, one):
            continue
        if element.attached_to:
            if one.attached_to == found.get(element.attached_to, element.attached_to):
                yield one
        elif element.name == one.name != "" or (
            element.properties.get("no") and element.properties.get("no") == one.properties.get("no")
        ):
            yield one


def _same(one: Element, other: Element | None) -> bool:
    return other is not None and (one.kind, one.event) == (other.kind, other.event)


def _waits(element: Element) -> bool:
    return element.kind.endswith(
        ("Task", "task", "boundaryEvent", "CatchEvent", "subProcess", "callActivity")
    )
