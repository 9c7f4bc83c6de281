"""The forms as the analysts have them on the table: those in force with their drafts before them, and what uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from engine.definition.bundle import Bundle
from engine.definition.decisions import decisions
from engine.definition.model import Element, Flow
from engine.definition.parse import expressions, read
from engine.definition.xml import BPMN, harden
from engine.errors import DefinitionInvalid, ExpressionInvalid, NotFound
from engine.expression import parse
from engine.forms import schema
from engine.forms.attributes import FormFinding
from engine.forms.fields import FormSchema, Static
from engine.queries.drafted import Drafted, drafted, files_of
from engine.runtime.ports import Ports
from engine.store import definitions, design_drafts
from engine.store.design_drafts import DesignDraft

#: What an id of a form may be, that an address can hold.
FORM_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DraftedForm:
    """One form file of the next version of a process."""

    process: str
    process_name: str
    #: The file's name.
    name: str
    #: The id in the file; its name without the ending where none can be read.
    id: str
    content: bytes
    #: The form as far as it can be honoured; None where the file is no form.
    schema: FormSchema | None
    findings: tuple[FormFinding, ...]
    #: The steps whose form it is, in the order of the diagrams.
    steps: tuple[Element, ...]
    draft: DesignDraft | None

    @property
    def gone(self) -> bool:
        """Whether the next version goes without it; `content` is then that of the version in force."""
        return self.draft is not None and self.draft.content is None

    @property
    def revision(self) -> int:
        """What whoever saves must say that they had."""
        return self.draft.revision if self.draft else 0

    @property
    def title(self) -> str:
        """What stands over it: its first text, where that is a heading."""
        first = next(iter(self.schema.components), None) if self.schema else None
        heading = re.match(r"#{1,4}\s+(.*)", first.text) if isinstance(first, Static) else None
        return heading[1].strip() if heading else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression of the process that reads answers of a form."""

    #: Id and words of what holds it.
    at: str
    holder: str
    text: str
    names: frozenset[str]


def drafted_forms(ports: Ports, connection: Connection) -> list[DraftedForm]:
    """The forms of every process in force or drafted, by process and file name."""
    keys = {id.rpartition(":")[0] for id in definitions.active_ids(connection)}
    found: list[DraftedForm] = []
    for key in sorted(keys | set(design_drafts.processes(connection))):
        try:
            found += forms_of(key, drafted(ports, connection, key))
        except NotFound:
            continue  # drafts of a process whose diagram was thrown away
    return found


def forms_of(process: str, whole: Drafted) -> list[DraftedForm]:
    """The forms of one process, those that its drafts take out included."""
    files = {name: data for name, data in whole.bundle.files.items() if name.endswith(".form")}
    drafts = {draft.name: draft for draft in whole.drafts}
    before = files_of(whole.active) if whole.active else {}
    gone = {
        n: before[n] for n, d in drafts.items() if d.content is None and n.endswith(".form") and n in before
    }
    elements = [element for reading in _readings(whole.bundle) for element in reading[1].elements]
    name = whole.active.name if whole.active else process
    found = []
    for file, data in sorted({**files, **gone}.items()):
        form, findings = schema.read(data, file)
        id = form_id(data) or file.removesuffix(".form")
        steps = tuple(element for element in elements if element.form_ref == id)
        found.append(
            DraftedForm(process, name, file, id, data, form, tuple(findings), steps, drafts.get(file))
        )
    return found


def form_id(data: bytes) -> str:
    """The id in a form file; "" where there is none that can be read."""
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    id = whole.get("id") if isinstance(whole, dict) else None
    return id if isinstance(id, str) else ""


def asked_of(bundle: Bundle, keys: Collection[str]) -> list[Asked]:
    """The expressions of the diagrams and decisions that read one of these keys, in the order of the files."""
    found = [asked for asked in _asked(bundle) if asked.names & set(keys)]
    return list(dict.fromkeys(found))


def _asked(bundle: Bundle) -> Iterator[Asked]:
    for root, reading in _readings(bundle):
        elements = {element.id: element for element in reading.elements}
        flows = {flow.id: flow for flow in reading.flows}
        for at, text in expressions(root, reading):
            yield from _one(at, _called(at, elements, flows), text)
    for id, decision in decisions(bundle.resources).items():
        for text in decision.inputs:
            yield from _one(id, id, text)


def _one(at: str, holder: str, text: str) -> Iterator[Asked]:
    try:
        yield Asked(at, holder, text, frozenset(parse(text).names))
    except ExpressionInvalid:
        return  # lint says so


def _called(at: str, elements: Mapping[str, Element], flows: Mapping[str, Flow]) -> str:
    """A flow by where it comes from and goes to; an element by its name."""
    if (flow := flows.get(at)) is None:
        return elements[at].name or at if at in elements else at
    ends = (elements[end].name or end if end in elements else end for end in (flow.source, flow.target))
    return " → ".join(ends)


def _readings(bundle: Bundle) -> Sequence[tuple]:  # type: ignore[type-arg]
    """Every diagram that is XML, read as far as it can be."""
    found = []
    for name, source in sorted(bundle.diagrams.items()):
        try:
            root = harden(source, name)
        except DefinitionInvalid:
            continue
        found.append((root, read(root, root.iterfind(f"{{{BPMN}}}process"))))
    return found
