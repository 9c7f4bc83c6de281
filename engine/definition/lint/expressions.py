"""Conditions, scripts and computed timers: FEEL that can be read, over names that something sets.

A name that nobody sets would be null and halt the case; a personal one would enter the history, which
nobody can erase (DESIGN 5). Both are seen here, before any case meets them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from engine.definition.decisions import Decision
from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft, Place
from engine.definition.lint.instances import COUNTERS
from engine.definition.lint.names import Names, names
from engine.definition.model import Element
from engine.definition.parse import expressions
from engine.definition.xml import CAMUNDA, NAMESPACES
from engine.errors import ExpressionInvalid
from engine.expression import Expression, Tests, parse, parse_tests
from engine.expression.check import check as unknown_names

Reader: TypeAlias = Callable[[str], Expression | Tests]

#: How many names are offered when none is like the unknown one.
NAMED = 8
#: Longest piece of an expression that a sentence repeats.
QUOTED = 60


def check(draft: Draft) -> Iterator[Finding]:
    known = names(draft)
    places: dict[str, Place] = {**draft.by_id, **{f.id: f for f in draft.flows}}
    for holder, text in expressions(draft.root, draft.reading):
        place = places[holder]
        loop = place.instances if isinstance(place, Element) else None
        counted = COUNTERS if loop is not None and loop.condition == text else frozenset[str]()
        yield from _expression(draft, place, text, known, also=counted)
    for task in draft.of("scriptTask"):
        yield from _script(draft, task)
    for decision in draft.decisions.values():
        for at, text, read in _of_table(decision):
            for finding in _expression(draft, None, text, known, read):
                yield Finding(finding.code, finding.severity, decision.filename, at, params=finding.params)


def _of_table(decision: Decision) -> Iterator[tuple[int, str, Reader]]:
    """All that a decision table asks, with the line of its rule and how it is read."""
    yield from ((decision.line, text, parse) for text in decision.inputs)
    for rule in decision.rules:
        yield from ((rule.line, test, parse_tests) for test in rule.tests)
        yield from ((rule.line, value, parse) for value in rule.values if value)


def _expression(
    draft: Draft,
    at: Place,
    text: str,
    known: Names,
    read: Reader = parse,
    also: frozenset[str] = frozenset(),
) -> Iterator[Finding]:
    found = partial(draft.found, at=at)
    if text.startswith("=") or "${" in text or "#{" in text:
        yield found("feel_wrapped", found=_quoted(text))
        return
    try:
        expression = read(text)
    except ExpressionInvalid as error:
        row, column = error.detail.get("line", 1), error.detail.get("column", 1)
        yield found("feel_invalid", found=_quoted(text), row=row, column=column)
        return
    for name in sorted(expression.names & known.personal):
        yield found("name_personal", name=name)
    for name in sorted(expression.names & known.nested):
        yield found("name_nested", name=name)
    if known.complete:
        for unknown in unknown_names(expression, also | known.set | known.personal | known.nested):
            closest = unknown.suggestion or tuple(sorted(known.set - known.personal)[:NAMED])
            yield found("name_unknown", name=unknown.name, closest=closest)


def _script(draft: Draft, task: Element) -> Iterator[Finding]:
    node = draft.xml(task)
    written = node.get("scriptFormat") or "–"
    if written.lower() != "feel":
        yield draft.found("script_format", task, found=written)
    if not node.get(f"{{{CAMUNDA}}}resultVariable"):
        yield draft.found("result_variable_missing", task)
    if not (node.findtext("bpmn:script", namespaces=NAMESPACES) or "").strip():
        yield draft.found("script_missing", task)


def _quoted(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
