"""A deployment of few files: the forms and decisions that it lacks are those in force, and its note says which."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from engine.definition.bundle import Bundle
from engine.definition.decisions import decisions
from engine.definition.lint import forms
from engine.definition.parse import executable, parse
from engine.definition.xml import harden
from engine.errors import DefinitionInvalid, NotFound
from engine.runtime.ports import Ports

#: How a note goes on that lists them. Notes are Indonesian, as all that the office keeps.
TAKEN: Final = "Diambil dari versi yang berlaku: "


@dataclass(frozen=True, slots=True)
class Completed:
    """The files of a deployment, with the names of those that were taken from versions in force."""

    bundle: Bundle
    taken: tuple[str, ...]


def completed(ports: Ports, connection: Connection, files: Mapping[str, bytes]) -> Completed:
    """The files, and those forms and decisions that they lack, from the versions in force of the same processes.

    An analyst who changes only the diagram sends only the diagram. What two processes have under one name but
    different is not taken; the check then says that it is missing. Nor is what no diagram that was sent asks for.
    """
    given_ids = {id for name, data in files.items() for id in _ids(name, data)}
    found: dict[str, bytes] = {}
    differing: set[str] = set()
    for key in _processes(files):
        try:
            active = ports.active_definition(connection, key)
        except NotFound:
            continue
        for name, data in active.resources.items():
            if name in files or any(id in given_ids for id in _ids(name, data)):
                continue
            if found.setdefault(name, data) != data:
                differing.add(name)
    taken = {name: data for name, data in found.items() if name not in differing}
    used = _used(files, taken)
    return Completed(Bundle({**taken, **files}), tuple(sorted(used)))


def note_of(said: str | None, taken: Collection[str]) -> str | None:
    """What the deployment keeps of why, with the files that it took."""
    listed = TAKEN + ", ".join(sorted(taken)) + "." if taken else None
    return " ".join(filter(None, [said, listed])) or None


def said_in(note: str | None) -> str | None:
    """The note without the list of what was taken: as its author wrote it."""
    return (note or "").partition(TAKEN)[0].strip() or None


def _used(files: Mapping[str, bytes], taken: Mapping[str, bytes]) -> set[str]:
    """Those of `taken` that a diagram of `files` names; all where one cannot be read, which the check will say."""
    whole = {**taken, **{name: data for name, data in files.items() if not name.endswith(".bpmn")}}
    schemas = forms.read(whole).schemas
    used: set[str] = set()
    for name, source in files.items():
        if name.endswith(".bpmn"):
            try:
                used |= parse(source, name, schemas, whole).resources.keys() & taken.keys()
            except (DefinitionInvalid, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                return set(taken)
    return used


def _processes(files: Mapping[str, bytes]) -> Iterator[str]:
    """The keys of the diagrams that can be read."""
    for name, data in sorted(files.items()):
        if name.endswith(".bpmn"):
            try:
                yield executable(harden(data, name), name).get("id", "")
            except DefinitionInvalid:
                continue  # the check says what is wrong


def _ids(name: str, data: bytes) -> set[str]:
    """The form, or the decisions, in a file."""
    if name.endswith(".dmn"):
        return set(decisions({name: data}))
    if not name.endswith(".form"):
        return set()
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return set()
    id = whole.get("id") if isinstance(whole, dict) else None
    return {id} if isinstance(id, str) else set()
