"""All functions of FEEL by name (DMN 1.4, 10.3.4), and those over truth values and contexts.

An argument of another kind than a function lists gives null. A single value where a list is wanted is a list of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.expression import functions_list, functions_moment, functions_number, functions_text
from engine.expression.function import Function, into
from engine.expression.values import Run, Value

#: Known in FEEL, and refused here: a pattern can be written that takes Python's engine years.
UNBOUNDED = frozenset({"matches", "replace"})

_own: dict[str, Function] = {}
function = into(_own)


@function("not", bool)
def _not(run: Run, value: bool) -> Value:
    return not value


@function("is defined", object)
def _is_defined(run: Run, value: Value) -> Value:
    """Whether there is a value: a completion sets every variable of its form, and those left empty are null."""
    return value is not None


@function("get value", dict, str)
def _get_value(run: Run, context: dict[str, Value], key: str) -> Value:
    return context.get(key)


@function("get entries", dict)
def _get_entries(run: Run, context: dict[str, Value]) -> Value:
    return [{"key": key, "value": value} for key, value in context.items()]


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **_own,
        **functions_list.FUNCTIONS,
        **functions_text.FUNCTIONS,
        **functions_number.FUNCTIONS,
        **functions_moment.FUNCTIONS,
    }
)
