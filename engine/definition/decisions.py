"""The decision tables of DMN files, as far as a diagram needs to know them. Source: DMN 1.3, chapter 8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.definition.xml import harden, line
from engine.errors import DefinitionInvalid

#: Hit policies that give a single value for each output; with the aggregators of COLLECT.
POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "COLLECT"})
AGGREGATORS = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: the tests of its inputs and the values of its outputs, FEEL both, in the order of the columns."""

    line: int
    tests: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a DMN file: what its table reads (FEEL), which names it gives, and its rules."""

    filename: str
    line: int
    table: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    policy: str = "UNIQUE"
    aggregator: str | None = None
    #: Other decisions that it asks for.
    required: tuple[str, ...] = ()

    @property
    def expressions(self) -> tuple[str, ...]:
        """All that is an expression rather than a test."""
        return (*self.inputs, *(value for rule in self.rules for value in rule.values))


def decisions(resources: Mapping[str, bytes]) -> dict[str, Decision]:
    """Every decision of the .dmn files by id; files that cannot be read are left to lint."""
    found: dict[str, Decision] = {}
    for name in sorted(n for n in resources if n.endswith(".dmn")):
        try:
            root = harden(resources[name], name)
        except DefinitionInvalid:
            continue
        for node in root.iterfind("{*}decision"):
            found[node.get("id", "")] = _decision(name, node)
    return found


def _decision(filename: str, node: etree._Element) -> Decision:
    table = node.find("{*}decisionTable")
    required = [r.get("href", "").removeprefix("#") for r in node.iter("{*}requiredDecision")]
    if table is None:
        return Decision(filename, line(node), False, (), (), required=tuple(required))
    inputs = (i.findtext("{*}inputExpression/{*}text") or "" for i in table.iterfind("{*}input"))
    return Decision(
        filename=filename,
        line=line(node),
        table=True,
        inputs=tuple(text.strip() for text in inputs),
        outputs=tuple(o.get("name", "") for o in table.iterfind("{*}output")),
        rules=tuple(_rules(table)),
        policy=table.get("hitPolicy", "UNIQUE"),
        aggregator=table.get("aggregation"),
        required=tuple(required),
    )


def _rules(table: etree._Element) -> Iterator[Rule]:
    for node in table.iterfind("{*}rule"):
        yield Rule(
            line=line(node),
            tests=tuple((e.findtext("{*}text") or "").strip() for e in node.iterfind("{*}inputEntry")),
            values=tuple((e.findtext("{*}text") or "").strip() for e in node.iterfind("{*}outputEntry")),
        )
