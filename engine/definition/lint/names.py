"""Which names the processes of a file set, and what kind of thing each holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.lint.forms import form_line
from engine.definition.xml import CAMUNDA
from engine.forms.fields import Field, FormSchema

#: A variable called so makes SpiffWorkflow's serializer restore something else than a case. Form files
#: are refused it by their own check.
RESERVED_NAME = "typename"


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may meet."""

    #: Single values that a form, script, decision or loop sets.
    set: frozenset[str]
    #: Fields with `pribadi`.
    personal: frozenset[str]
    #: Groups and lists of fields.
    nested: frozenset[str]
    #: Whether all forms of the steps can be read, so that what is missing is really missing.
    complete: bool


def names(draft: Draft) -> Names:
    """Collect them from the forms of the steps and from the tasks that compute."""
    forms = used_forms(draft)
    fields = [field for form in forms.values() for field in form.fields.values()]
    refs = {e.form_ref for e in draft.elements if e.form_ref}
    # a field that is always read-only shows what another form wrote
    single = {f.path for f in fields if f.readonly is not True and f.path == f.key}
    return Names(
        set=frozenset(single | set(_computed(draft))),
        personal=frozenset(f.path for f in fields if f.personal),
        nested=frozenset(f.path.split(".")[0].removesuffix("[]") for f in fields if f.path != f.key),
        complete=refs <= draft.forms.keys(),
    )


def used_forms(draft: Draft) -> dict[str, FormSchema]:
    """The forms of the steps by id, in the order of the steps."""
    refs = dict.fromkeys(e.form_ref for e in draft.elements if e.form_ref)
    return {ref: draft.forms[ref] for ref in refs if ref in draft.forms}


def check(draft: Draft) -> Iterator[Finding]:
    """One key has one type in all forms of a process, and no result a name that the engine keeps for itself."""
    first: dict[str, tuple[str, str]] = {}
    for ref, form in used_forms(draft).items():
        filename = draft.form_files[ref]
        for path, field in form.fields.items():
            other, there = first.setdefault(path, (filename, field.type))
            if field.type != there:
                params: dict[str, object] = {"key": path, "here": field.type, "other": other, "there": there}
                yield _of_field(draft, filename, field, "key_types", params)
    for element in draft.elements:
        result = draft.xml(element).get(f"{{{CAMUNDA}}}resultVariable")
        if result == RESERVED_NAME:
            yield draft.found("key_reserved", element, key=result)


def _of_field(draft: Draft, filename: str, field: Field, code: str, params: dict[str, object]) -> Finding:
    at = form_line(draft.form_sources[filename], field.id, field.key)
    return Finding(code, "error", filename, at, field.path, params)


def _computed(draft: Draft) -> Iterator[str]:
    for element in draft.elements:
        node = draft.xml(element)
        result = node.get(f"{{{CAMUNDA}}}resultVariable")
        decision = draft.decisions.get(node.get(f"{{{CAMUNDA}}}decisionRef", ""))
        yield from element.results
        if result:
            yield result
        elif decision is not None:
            yield from decision.outputs
