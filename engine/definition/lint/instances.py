"""Activities that are done several times: how often is a number that can be told, and the whole is drawn as one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.findings import Finding
from engine.definition.lint.draft import Draft
from engine.definition.model import MOST_INSTANCES, Element
from engine.definition.parse import entry
from engine.definition.xml import BPMN, tag

#: What may be done several times: what people or workers do, and what holds it.
REPEATABLE = frozenset({"userTask", "manualTask", "task", "serviceTask", "subProcess", "callActivity"})
#: What else the loop's characteristics may hold. Lists, and data of each instance, are not among it: variables are
#: single values.
READ = frozenset({"loopCardinality", "completionCondition", "extensionElements", "documentation"})
#: What a completion condition may read besides the variables (Camunda 7).
COUNTERS = frozenset({"nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"})


def check(draft: Draft) -> Iterator[Finding]:
    first = entry(draft.processes[0], draft.elements, draft.flows) if draft.processes else ""
    for element in draft.elements:
        if element.instances is None:
            continue
        if element.kind not in REPEATABLE:
            yield draft.found("instances_kind", element, kind=element.kind)
        elif element.id == first:
            yield draft.found("instances_first", element)
        yield from _loop(draft, element)


def _loop(draft: Draft, element: Element) -> Iterator[Finding]:
    assert element.instances is not None
    for loop in draft.xml(element).iterfind(f"{{{BPMN}}}multiInstanceLoopCharacteristics"):
        for node in loop:
            if tag(node) and tag(node) not in READ:
                yield draft.found("instances_data", node, kind=tag(node))
        for name in ("behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"):
            if loop.get(name) not in (None, "All"):
                yield draft.found("instances_data", loop, kind=name)
    written = element.instances.cardinality
    if not written:
        yield draft.found("instances_count_missing", element, limit=MOST_INSTANCES)
    elif written.isascii() and written.isdigit() and int(written[:9]) > MOST_INSTANCES:
        yield draft.found("instances_too_many", element, found=written[:20], limit=MOST_INSTANCES)
