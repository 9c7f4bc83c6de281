"""Steps for people: a form, a name, and a first step that a complaint can enter by."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import Element
from engine.definition.parse import entry
from engine.definition.xml import CAMUNDA


def check(draft: Draft) -> Iterator[Finding]:
    for element in draft.elements:
        if element.kind == "userTask":
            yield from _form(draft, element)
        if element.kind in {"userTask", "manualTask"} and not element.name.strip():
            yield draft.found("step_unnamed", element)
    if draft.processes:
        yield from _entry(draft, draft.processes[0])


def _form(draft: Draft, task: Element) -> Iterator[Finding]:
    if not task.form_ref:
        yield draft.found("form_missing_public" if task.public else "form_missing", task)
    elif task.form_ref not in draft.forms and task.form_ref not in draft.broken_forms:
        yield draft.found("form_unknown", task, ref=task.form_ref, known=tuple(sorted(draft.forms)))
    binding = draft.xml(task).get(f"{{{CAMUNDA}}}formRefBinding", "deployment")
    if binding != "deployment":
        yield draft.found("form_binding", task, found=binding)


def _entry(draft: Draft, process: etree._Element) -> Iterator[Finding]:
    """Submitting starts a case and completes its first task in one command (DESIGN 4)."""
    starts = [e for e in draft.of("startEvent") if e.process == process.get("id", "") and e.parent is None]
    if len(starts) != 1:
        return  # told by `paths`
    first = entry(process, draft.elements, draft.flows)
    if not first:
        after = [draft.by_id[f.target] for f in draft.outgoing[starts[0].id] if f.target in draft.by_id]
        yield draft.found("entry_missing", starts[0], found=tuple(e.kind for e in after))
    elif not draft.by_id[first].public:
        lane = draft.by_id[first].lane
        yield draft.found("entry_not_public", draft.by_id[first], lane=lane.name if lane else "–")
