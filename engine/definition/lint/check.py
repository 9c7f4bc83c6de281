"""All checks over one file, and last the engine itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.definition.decisions import decisions
from engine.definition.findings import Finding, errors, in_order
from engine.definition.lint import (
    constructs,
    document,
    expressions,
    forms,
    gateways,
    instances,
    lanes,
    names,
    paths,
    references,
    steps,
    timers,
)
from engine.definition.lint.draft import Draft
from engine.definition.parse import executable, parse, read, running
from engine.definition.xml import BPMN, harden, tag
from engine.errors import DefinitionInvalid, EngineError
from engine.spiff.compiled import compiled

#: The shipped diagram, drawing included, has about 500; a file of 2 MB can hold 100,000.
MOST_NODES = 10_000

CHECKS = (
    document.check,
    constructs.check,
    references.check,
    gateways.check,
    instances.check,
    names.check,
    expressions.check,
    timers.check,
    lanes.check,
    steps.check,
    paths.check,
)


def lint(source: bytes, filename: str, resources: Mapping[str, bytes]) -> list[Finding]:
    """Everything to be said about a BPMN file with the .form and .dmn files that it comes with.

    `resources` maps file names to contents. Sorted by file and line; empty when all is well; raises
    nothing, whatever the bytes are.
    """
    found = forms.read(resources)
    findings = [*found.findings, *_unreadable_decisions(resources)]
    try:
        root = harden(source, filename)
    except DefinitionInvalid as refused:
        return in_order([*findings, *_carried(refused)])
    if tag(root) != "definitions":
        findings.append(
            Finding("not_bpmn", "error", filename, 1, params={"root": etree.QName(root).localname})
        )
        return in_order(findings)
    count = sum(1 for _ in root.iter())
    if count > MOST_NODES:
        params = {"limit": MOST_NODES, "count": count}
        return in_order([*findings, Finding("nodes_too_many", "error", filename, 0, params=params)])
    processes, problems = _processes(root, filename)
    findings += problems
    draft = Draft(
        filename=filename,
        root=root,
        processes=processes,
        reading=read(root, processes),
        forms=found.schemas,
        form_files=found.files,
        form_sources=resources,
        broken_forms=found.broken,
        decisions=decisions(resources),
    )
    too_many = list(constructs.too_many(draft))
    if too_many:
        return in_order([*findings, *too_many])
    for check in CHECKS:
        findings += check(draft)
    spoken = frozenset(f.line for f in findings if f.filename == filename)
    findings += document.schema(draft, spoken)
    if not errors(findings):
        findings += _engine(draft, source, resources)
    return in_order(findings)


def _processes(root: etree._Element, filename: str) -> tuple[tuple[etree._Element, ...], tuple[Finding, ...]]:
    try:
        return running(root, executable(root, filename)), ()
    except DefinitionInvalid as refused:
        return tuple(root.iterfind(f"{{{BPMN}}}process")), _carried(refused)


def _engine(draft: Draft, source: bytes, resources: Mapping[str, bytes]) -> Iterator[Finding]:
    """The last word is the engine's: what it cannot read is found here rather than by the first case."""
    try:
        compiled(parse(source, draft.filename, draft.forms, resources))
    except EngineError as refused:
        yield draft.found("engine_refuses", draft.root, problem=refused.message)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as broken:
        yield draft.found("engine_refuses", draft.root, problem=f"{type(broken).__name__}: {broken}")


def _unreadable_decisions(resources: Mapping[str, bytes]) -> Iterator[Finding]:
    for name in sorted(n for n in resources if n.endswith(".dmn")):
        try:
            harden(resources[name], name)
        except DefinitionInvalid as refused:
            yield from _carried(refused)
            continue
        try:
            resources[name].decode()  # the store keeps resources as text
        except UnicodeDecodeError:
            yield Finding("not_utf8", "error", name, 0)


def _carried(refused: DefinitionInvalid) -> tuple[Finding, ...]:
    findings = refused.detail["findings"]
    assert isinstance(findings, tuple)
    return findings
