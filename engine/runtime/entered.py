"""What a command takes along of the answers that it brings: what expressions read, and what reports count."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from engine.definition.model import Element
from engine.errors import Refused
from engine.forms.fields import FormSchema


def reported(schema: FormSchema | None, given: Mapping[str, Any]) -> dict[str, str | int | float] | None:
    """What reports count of the answers; None where the form has nothing for them."""
    if schema is None:
        return None
    counted = {
        field.report: field.reported(given.get(path))
        for path, field in schema.fields.items()
        if field.report and path in schema.own_keys
    }
    return {name: value for name, value in counted.items() if value is not None} or None


def results(element: Element, given: Mapping[str, Any], wanted: Set[str]) -> dict[str, Any]:
    """What expressions read of a worker's results: those that the diagram says it sets; absent ones are null.

    Others are kept with the answers and decide nothing: no worker writes over what a form has asked. Raises `Refused`.
    """
    read = {name: given.get(name) for name in element.results if name in wanted}
    for name, value in read.items():
        if not (value is None or isinstance(value, bool | int | float | str)):
            raise Refused(
                f"{element.id}: expected a single value for {name}, found {type(value).__name__}; "
                "let the worker send one part of it.",
                variable=name,
            )
    return read
