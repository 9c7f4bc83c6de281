"""A process as its analysts have it on the table: the files of the version in force, with their drafts before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.definition.bundle import Bundle
from engine.definition.findings import refusal
from engine.definition.lint import forms, lint
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.errors import NotFound
from engine.runtime.ports import Ports
from engine.store import design_drafts
from engine.store.design_drafts import DesignDraft


@dataclass(frozen=True, slots=True)
class Drafted:
    """The files of the next version, if it were deployed now."""

    #: The version in force; None for a process that was never deployed.
    active: ProcessDefinition | None
    drafts: Sequence[DesignDraft]
    bundle: Bundle

    @property
    def changed(self) -> bool:
        """Whether the drafts say anything that the version in force does not."""
        before = {} if self.active is None else files_of(self.active)
        return dict(self.bundle.files) != before

    @property
    def state(self) -> str:
        """What it is made of: the version in force and the revision of each draft. Another state has another text."""
        active = "" if self.active is None else self.active.id
        return " ".join([active, *(f"{draft.name}={draft.revision}" for draft in self.drafts)])

    @property
    def overtaken(self) -> Sequence[DesignDraft]:
        """The drafts that were begun before the version in force was: what that one changed may be missing there."""
        active = None if self.active is None else self.active.id
        return [draft for draft in self.drafts if draft.base != active]

    @property
    def diagram(self) -> str:
        """The name of the file that holds the process."""
        if self.active is not None:
            return self.active.filename
        return next(iter(self.bundle.diagrams))


def drafted(ports: Ports, connection: Connection, process: str) -> Drafted:
    """The process with its drafts. Raises `NotFound` where neither a version nor a draft is."""
    try:
        active = ports.active_definition(connection, process)
    except NotFound:
        active = None
    drafts = design_drafts.of_process(connection, process)
    files = {} if active is None else files_of(active)
    for draft in drafts:
        if draft.content is None:
            files.pop(draft.name, None)
        else:
            files[draft.name] = draft.content
    if not any(name.endswith(".bpmn") for name in files):
        raise NotFound(f"There is neither a version nor a draft of a process {process}.", process=process)
    return Drafted(active, drafts, Bundle(files))


def files_of(definition: ProcessDefinition) -> dict[str, bytes]:
    """File name -> bytes of all that a version was deployed with."""
    return {definition.filename: definition.source, **definition.resources}


def as_definition(bundle: Bundle, diagram: str) -> ProcessDefinition:
    """A diagram of the bundle as far as it can be read, of version 0; a draft may be far from sound.

    Raises `DefinitionInvalid` for one that cannot be read at all.
    """
    source = bundle.files[diagram]
    try:
        return parse(source, diagram, forms.read(bundle.resources).schemas, bundle.resources)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as broken:
        raise refusal(lint(source, diagram, bundle.resources)) from broken
