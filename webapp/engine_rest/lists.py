"""A list as Camunda serves it: by parameters of the address and by a body, with the count of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

from sqlalchemy import Connection

from engine.identity.policy import Actor
from engine.queries.rest_filters import Asked
from engine.runtime.ports import Ports
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import Count, Dto, Paged
from webapp.engine_rest.served import served

#: Says which rows and in which order, and is no filter.
_NO_FILTER: Final = frozenset({"first_result", "max_results", "sort_by", "sort_order", "sorting"})
#: The same for everything here: sorting by it changes nothing.
_ALIKE: Final = frozenset({"priority", "taskPriority", "tenantId", "followUpDate", "description"})


class Rows(Protocol):
    """A read model's page."""

    def __call__(
        self, ports: Ports, connection: Connection, actor: Actor, asked: Asked, *, first: int, limit: int
    ) -> list[Any]: ...


class HowMany(Protocol):
    """A read model's count."""

    def __call__(self, ports: Ports, connection: Connection, actor: Actor, asked: Asked) -> int: ...


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


def found(rows: Rows, asked: Asked, page: Paged) -> list[Any]:
    """A page of the read model `rows` for who asks."""
    with ports().database.read() as connection:
        return rows(
            ports(), connection, current_actor(), asked, first=page.first_result, limit=page.max_results
        )


def serve_list(
    rule: str,
    module: str,
    *,
    tag: str,
    summary: str,
    query: type[Paged],
    filters: type[Dto],
    body: type[Dto] | None,
    gives: type[Dto],
    rows: Rows,
    count: HowMany,
    dto: Callable[[Any], Dto],
) -> None:
    """Serve the list at `rule` and its count; with `body`, also by POST. The operations bear the name of `module`."""

    def listed(query: Paged) -> list[Dto]:
        return [dto(one) for one in found(rows, asked_of(query), query)]

    def listed_by_body(query: Paged, body: Dto) -> list[Dto]:
        return [dto(one) for one in found(rows, asked_of(body), query)]

    def counted(query: Dto) -> Count:
        with ports().database.read() as connection:
            return Count(count=count(ports(), connection, current_actor(), asked_of(query)))

    def counted_by_body(body: Dto) -> Count:
        return counted(body)

    for view in (listed, listed_by_body, counted, counted_by_body):
        view.__module__ = module
    served("GET", rule, tag=tag, summary=summary, query=query, gives=list[gives])(listed)  # type: ignore[valid-type]
    served("GET", f"{rule}/count", tag=tag, summary="How many there are.", query=filters, gives=Count)(
        counted
    )
    if body is not None:
        by_body = "The same list, by a body."
        served("POST", rule, tag=tag, summary=by_body, query=Paged, body=body, gives=list[gives])(
            listed_by_body
        )  # type: ignore[valid-type]
        same = "The same count, by a body."
        served("POST", f"{rule}/count", tag=tag, summary=same, body=filters, gives=Count)(counted_by_body)
