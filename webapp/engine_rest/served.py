"""A route with its description in one place: requests are read by it, and `/openapi.json` is made from it.

    @served("POST", "/task/<id>/claim", tag="Task", summary="…", body=UserId, gives=None, also={409: "…"}, command=True)
    def claim(id: str, body: UserId) -> None: ...

`query` and `body` are models; the view gets them read and checked, or never runs. What it returns is written by
`gives`: a model, a list or mapping of them, `Raw` for a file, or None for 204.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import orjson
from flask import Response, request
from pydantic import BaseModel, TypeAdapter, ValidationError
from werkzeug.exceptions import BadRequest

from webapp.engine_rest.blueprint import NAME, blueprint
from webapp.engine_rest.dto import QUERY
from webapp.engine_rest.errors import RestError, invalid
from webapp.engine_rest.idempotency import idempotency_key

View = TypeVar("View", bound=Callable[..., Any])

#: Every authenticated route may answer these.
USUAL: Final[Mapping[int, str]] = {
    400: "The request cannot be read, or asks for what is not served; the message names it.",
    401: "No user name and password, no token, or wrong ones.",
    403: "Who asks may not do this.",
    413: "The request is too large.",
    429: "Too many wrong passwords or tokens from this address.",
    500: "A fault of ours, with an incident number.",
}


@dataclass(frozen=True, slots=True)
class Raw:
    """A file as an answer."""

    media: str


@dataclass(frozen=True)
class Route:
    """One method of one address, and what it is made of."""

    method: str
    rule: str
    view: Callable[..., Any]
    tag: str
    summary: str
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    gives: Any
    also: Mapping[int, str]
    #: It changes something by a command, so `Idempotency-Key` counts.
    command: bool
    #: Answered without a user.
    public: bool
    #: OpenAPI's request body, where it is no JSON.
    form: Mapping[str, Any] | None
    #: The view may have nothing to give: 204 instead of 200.
    also_empty: bool

    @property
    def name(self) -> str:
        """Of the operation: `task_claim`."""
        return f"{self.view.__module__.rpartition('.')[2]}_{self.view.__name__}"

    @property
    def endpoint(self) -> str:
        return f"{NAME}.{self.name}"

    @cached_property
    def writer(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.gives)

    def answer(self, **path: str) -> Response:
        """Flask's view: read, call, write."""
        asked: dict[str, Any] = dict(path)
        if self.command:
            idempotency_key()  # a wrong one is refused also where it turns out that there is nothing to do
        if self.query is not None:
            asked["query"] = _read(self.query, _arguments(), "query", QUERY)
        elif request.args:
            raise invalid(f"This address takes no parameters; found {', '.join(sorted(request.args))[:200]}.")
        if self.body is not None:
            asked["body"] = _read(self.body, json_body(), "body")
        done = self.view(**asked)
        if isinstance(done, Response):
            return done
        if self.gives is None or (done is None and self.also_empty):
            return Response(status=204)
        return Response(self.writer.dump_json(done, by_alias=True), mimetype="application/json")


#: All that is served, in the order of the files.
ROUTES: Final[list[Route]] = []


def served(
    method: str,
    rule: str,
    *,
    tag: str,
    summary: str,
    gives: Any,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    form: Mapping[str, Any] | None = None,
    also: Mapping[int, str] | None = None,
    command: bool = False,
    public: bool = False,
    also_empty: bool = False,
) -> Callable[[View], View]:
    """Serve the decorated view at `rule`, as described."""

    def add(view: View) -> View:
        route = Route(
            method,
            rule,
            view,
            tag,
            summary,
            query,
            body,
            gives,
            also or {},
            command,
            public,
            form,
            also_empty,
        )
        ROUTES.append(route)
        blueprint.add_url_rule(
            rule, route.name, route.answer, methods=[method], provide_automatic_options=False
        )
        return view

    return add


def route_of(endpoint: str | None) -> Route | None:
    """The route of Flask's endpoint."""
    return next((route for route in ROUTES if route.endpoint == endpoint), None)


def json_body() -> Any:
    """What came as JSON; no body at all is an empty object, as Camunda takes it."""
    data = request.get_data()
    if not data.strip():
        return {}
    if request.mimetype != "application/json":
        raise RestError(
            415, f"The body has to be application/json; found {request.mimetype[:60] or 'no content type'}.",
            type="NotSupportedException",
        )  # fmt: skip
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as wrong:
        raise invalid(f"The body is no whole JSON ({wrong.msg}, line {wrong.lineno}).") from None


def _arguments() -> dict[str, str]:
    """The query; of a parameter given twice the first counts."""
    return request.args.to_dict()


def _read(model: type[BaseModel], data: object, where: str, context: str | None = None) -> Any:
    try:
        return model.model_validate(data, strict=True, context=context, by_name=False, by_alias=True)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False, include_context=False)
        listed = "; ".join(f"{_place(e['loc']) or where}: {_said(e)}" for e in found[:20])
        raise invalid(f"The {where} cannot be taken: {listed}.") from None


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))[:200]


def _said(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "is not served here"
    return str(error["msg"]).removeprefix("Value error, ").removesuffix(".")


def form_body() -> None:
    """Read a multipart body. Raises 415 for another kind and 400 for a broken one."""
    if request.mimetype != "multipart/form-data":
        raise RestError(
            415, f"The body has to be multipart/form-data; found {request.mimetype[:60] or 'no content type'}.",
            type="NotSupportedException",
        )  # fmt: skip
    try:
        request.files  # noqa: B018  parses
    except (BadRequest, ValueError):
        raise invalid("The multipart body cannot be read; send each file as a part of its own.") from None
