"""Which fields are shown and which are locked, by the FEEL in a form.

As form-js does it, a condition sees the answers without what conditions hide: first every condition is
asked over all that was answered; an answer hidden so far then counts as what the form opened with; then
the conditions are asked once more, and that decides. In a repeated group `this` is the row, `parent` what
surrounds it and `i` the number of the row, from one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import ExpressionFailed
from engine.expression import Expression
from engine.forms.fields import Component, Field, Group, RepeatedGroup, Static

Values = Mapping[str, object]
#: Says whether the field at a path takes its value from the store.
Locked = Callable[[Field, str], bool]


@dataclass(frozen=True)
class Scope:
    """What FEEL at one place of the form may read."""

    data: Values
    this: Values
    parent: Values | None = None
    indexes: tuple[int, ...] = ()

    def names(self) -> dict[str, object]:
        """The variables; an answer goes before a special name, as in form-js."""
        return {**self._special(), **self.data}

    def row(self, row: Values, number: int) -> Scope:
        """The scope of one row of a repeated group; `number` counts from one."""
        return Scope(self.data, row, {**self._special(), **self.this}, (*self.indexes, number))

    def _special(self) -> dict[str, object]:
        return {"this": self.this, "parent": self.parent, "i": list(self.indexes)}


@dataclass(frozen=True)
class Instance:
    """A field at one place: its path with row numbers, its value, the scope of its FEEL, and whether it is hidden."""

    path: str
    field: Field
    value: object
    scope: Scope
    hidden: bool


def instances(
    components: tuple[Component, ...], values: Values, initial: Values, now: datetime
) -> list[Instance]:
    """Every field once a row, in the order of the form, with the decision whether it is shown."""
    first = list(_walk(components, values, Scope(values, values), now, "", hidden=False))
    shown = _without(components, values, frozenset(one.path for one in first if one.hidden), "")
    filtered = {**initial, **shown}
    return list(_walk(components, values, Scope(filtered, filtered), now, "", hidden=False))


def evaluate(expression: Expression, scope: Scope, now: datetime) -> object:
    """The value of FEEL in a form; None where it has none, as form-js treats a failure."""
    try:
        return expression.evaluate(scope.names(), now=now)
    except ExpressionFailed:
        return None


def holds(expression: Expression, scope: Scope, now: datetime) -> bool:
    """Whether a condition of a form holds. Null holds too: form-js reads it as a unary test of nothing.

    So `=usia > 17` hides its field while `usia` is unanswered, in the modeler's preview and here.
    """
    try:
        result = expression.evaluate(scope.names(), now=now)
    except ExpressionFailed:
        return False
    return result is True or result is None


def rows_of(component: RepeatedGroup, values: Values) -> list[Values]:
    """The rows answered so far."""
    rows = values.get(component.path)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _walk(
    components: tuple[Component, ...],
    values: Values,
    scope: Scope,
    now: datetime,
    prefix: str,
    *,
    hidden: bool,
) -> Iterator[Instance]:
    for component in components:
        gone = hidden or (component.hide is not None and holds(component.hide, scope, now))
        match component:
            case Field():
                yield Instance(prefix + component.key, component, values.get(component.key), scope, gone)
            case Group():
                inner = _nested(values, component)
                yield from _walk(
                    component.components, inner, scope, now, _group_prefix(prefix, component), hidden=gone
                )
            case RepeatedGroup():
                for at, row in enumerate(rows_of(component, values)):
                    yield from _walk(
                        component.components,
                        row,
                        scope.row(row, at + 1),
                        now,
                        f"{prefix}{component.path}[{at}].",
                        hidden=gone,
                    )
            case Static():
                pass


def _without(
    components: tuple[Component, ...], values: Values, hidden: frozenset[str], prefix: str
) -> dict[str, object]:
    """The answers less the hidden ones; a group left empty goes too, as form-js prunes it."""
    left: dict[str, object] = {}
    for component in components:
        match component:
            case Field():
                if prefix + component.key not in hidden:
                    left[component.key] = values.get(component.key)
            case Group():
                inner = _without(
                    component.components,
                    _nested(values, component),
                    hidden,
                    _group_prefix(prefix, component),
                )
                if not component.path:
                    left.update(inner)
                elif inner:
                    left[component.path] = inner
            case RepeatedGroup():
                rows = [
                    _without(component.components, row, hidden, f"{prefix}{component.path}[{at}].")
                    for at, row in enumerate(rows_of(component, values))
                ]
                if any(rows) or not rows:
                    left[component.path] = rows
            case Static():
                pass
    return left


def _nested(values: Values, group: Group) -> Values:
    if not group.path:
        return values
    inner = values.get(group.path)
    return inner if isinstance(inner, Mapping) else {}


def _group_prefix(prefix: str, group: Group) -> str:
    return f"{prefix}{group.path}." if group.path else prefix
