"""A decision table at work: which rules hold, and what they give. Source: DMN 1.3, 8.2.8 (rules) and 8.2.11 (hit policy)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.errors import ExpressionFailed
from engine.expression.evaluate import parse, parse_tests
from engine.expression.values import Value


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: the tests of the inputs, the values of the outputs, in the order of the columns."""

    tests: Sequence[str]
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table with a hit policy that gives one value for each output."""

    name: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    rows: Sequence[Row]
    policy: str = "UNIQUE"
    aggregator: str | None = None

    def decide(self, context: Mapping[str, object], *, now: datetime | None = None) -> dict[str, Value]:
        """The value of every output; null where no rule holds.

        Raises `ExpressionFailed` where more rules hold than the hit policy allows, and as evaluation does.
        """
        given = [parse(text).evaluate(context, now=now) for text in self.inputs]
        held = [nth for nth, row in enumerate(self.rows, 1) if self._holds(row, given, context, now)]
        if self.policy == "FIRST":
            held = held[:1]
        found = [self._values(self.rows[nth - 1], context, now) for nth in held]
        if self.policy == "COLLECT":
            return {name: self._aggregated([row[name] for row in found]) for name in self.outputs}
        if len(found) > 1 and (self.policy == "UNIQUE" or any(row != found[0] for row in found)):
            raise ExpressionFailed(
                f"{self.name}: expected {'one rule' if self.policy == 'UNIQUE' else 'rules that agree'} "
                f"({self.policy}), found rules {', '.join(map(str, held))}; mend the table",
                rules=held,
            )
        return found[0] if found else dict.fromkeys(self.outputs)

    def _holds(
        self, row: Row, given: Sequence[Value], context: Mapping[str, object], now: datetime | None
    ) -> bool:
        return all(
            parse_tests(test).accept(value, context, now=now)
            for test, value in zip(row.tests, given, strict=True)
        )

    def _values(self, row: Row, context: Mapping[str, object], now: datetime | None) -> dict[str, Value]:
        """An empty cell is null."""
        return {
            name: parse(text).evaluate(context, now=now) if text else None
            for name, text in zip(self.outputs, row.values, strict=True)
        }

    def _aggregated(self, values: list[Value]) -> Value:
        """By FEEL's own functions; null over nothing, but for a count."""
        if self.aggregator == "COUNT":
            return parse("count(x)").evaluate({"x": values})
        return parse(f"{(self.aggregator or '').lower()}(x)").evaluate({"x": values}) if values else None
