"""The decisions of DMN files, as far as a diagram needs to know them. Source: DMN 1.3, chapter 8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.definition.xml import harden, line
from engine.errors import DefinitionInvalid


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a DMN file: what its table reads (FEEL) and which names it gives."""

    filename: str
    line: int
    table: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def decisions(resources: Mapping[str, bytes]) -> dict[str, Decision]:
    """Every decision of the .dmn files by id; files that cannot be read are left to lint."""
    found: dict[str, Decision] = {}
    for name in sorted(n for n in resources if n.endswith(".dmn")):
        try:
            root = harden(resources[name], name)
        except DefinitionInvalid:
            continue
        for node in root.iterfind("{*}decision"):
            table = node.find("{*}decisionTable")
            inputs = node.iterfind("{*}decisionTable/{*}input/{*}inputExpression/{*}text")
            outputs = node.iterfind("{*}decisionTable/{*}output")
            found[node.get("id", "")] = Decision(
                filename=name,
                line=line(node),
                table=table is not None,
                inputs=tuple(i.text.strip() for i in inputs if i.text and i.text.strip()),
                outputs=tuple(o.get("name", "") for o in outputs if o.get("name")),
            )
    return found
