"""From what a client asks of a list to what the read models take."""

from __future__ import annotations

from typing import Any, Final, Literal

from engine.queries.rest_filters import Asked
from webapp.engine_rest.dto import Dto

#: Says which rows and in which order, and is no filter.
_NO_FILTER: Final = frozenset({"first_result", "max_results", "sort_by", "sort_order", "sorting"})
#: The same for everything here: sorting by it changes nothing.
_ALIKE: Final = frozenset({"priority", "taskPriority", "tenantId", "followUpDate", "description"})


class Direction(Dto):
    """How a list in a body is sorted; a subclass says by which `sort_by`."""

    sort_order: Literal["asc", "desc"]


def asked_of(given: Dto) -> Asked:
    """The filters and the order of a query, or of a body with `sorting`."""
    filters: dict[str, Any] = {
        field.alias or name: value
        for name, field in type(given).model_fields.items()
        if name not in _NO_FILTER and (value := getattr(given, name)) is not None
    }
    sorts = getattr(given, "sorting", None) or ([given] if getattr(given, "sort_by", None) else [])
    order = [(one.sort_by, one.sort_order == "desc") for one in sorts if one.sort_by not in _ALIKE]
    return Asked(filters, order)
