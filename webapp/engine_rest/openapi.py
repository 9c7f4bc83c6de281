"""`/engine-rest/openapi.json`, made from the routes that are served.

It is public: it says nothing of the office, and what makes clients from it seldom signs in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import orjson
from flask import Response
from pydantic import TypeAdapter

from webapp.engine_rest.blueprint import PREFIX
from webapp.engine_rest.dto import NO_NUL, ExceptionDto
from webapp.engine_rest.idempotency import IDEMPOTENCY_KEY
from webapp.engine_rest.platform import CAMUNDA
from webapp.engine_rest.served import ROUTES, USUAL, Raw, Route, served

_REF: Final = "#/components/schemas/{model}"
_ERROR: Final = {"application/json": {"schema": {"$ref": _REF.format(model=ExceptionDto.__name__)}}}
_JSON: Final = "application/json"


@served(
    "GET", "/openapi.json", tag="OpenAPI", summary="This description.", gives=Raw(_JSON), public=True
)  # fmt: skip
def openapi() -> Response:
    return Response(_document(), mimetype=_JSON)


@cache
def _document() -> bytes:
    return orjson.dumps(document())


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 description of all that is served."""
    schemas, shared = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        path = re.sub(r"<([^>]+)>", r"{\1}", route.rule)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Alur Aduan: Camunda 7 REST",
            "version": CAMUNDA,
            "description": (
                "Bagian dari REST API Camunda 7 yang dilayani di sini. / The part of Camunda 7's REST API that is "
                "served here: shapes and status codes as documented by Camunda, except that a lost claim is 409 and "
                "names the holder. A process instance is a case; its id and business key are the case number, which "
                "the office gives: a business key that a client sends when it starts a case is not used."
            ),
        },
        "servers": [{"url": PREFIX}],
        "security": [{"basic": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": shared,
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _schemas() -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """(operation, part) -> its schema, and the models that these refer to."""
    asked: list[tuple[tuple[str, str], Any, TypeAdapter[Any]]] = [
        (("", "error"), "serialization", TypeAdapter(ExceptionDto))
    ]
    for route in ROUTES:
        if route.body is not None:
            asked.append(((route.name, "body"), "validation", TypeAdapter(route.body)))
        if route.gives is not None and not isinstance(route.gives, Raw):
            asked.append(((route.name, "gives"), "serialization", route.writer))
    found, shared = TypeAdapter.json_schemas(asked, ref_template=_REF)
    return {key: schema for (key, _mode), schema in found.items()}, shared.get("$defs", {})


def _operation(route: Route, schemas: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.summary,
        "parameters": list(_parameters(route)),
        "responses": _responses(route, schemas),
    }
    if route.public:
        operation["security"] = []
    if route.body is not None:
        required = any(f.is_required() for f in route.body.model_fields.values())
        content = {_JSON: {"schema": schemas[route.name, "body"]}}
        operation["requestBody"] = {"content": content, "required": required}
    elif route.form is not None:
        operation["requestBody"] = dict(route.form)
    return operation


def _parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"<([^>]+)>", route.rule):
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if route.query is not None:
        described = route.query.model_json_schema(mode="validation")
        for name, schema in described.get("properties", {}).items():
            plain = _in_a_query(schema)
            text = plain.pop("description", None)
            required = name in described.get("required", ())
            yield {
                "name": name, "in": "query", "required": required, "schema": plain,
                **({"description": text} if text else {}),
                **({"style": "form", "explode": False} if plain.get("type") == "array" else {}),
            }  # fmt: skip
    if route.command:
        yield {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "required": False,
            "description": "The same key with the same request is carried out once and gives its first result.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
        }


def _in_a_query(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter is there or not, never null; NUL is taken out of a query before it is read."""
    plain = {k: v for k, v in schema.items() if k not in ("title", "anyOf") and (k, v) != ("default", None)}
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    whole = {**(choices[0] if choices else {}), **plain}
    if "items" in whole:
        whole["items"] = _in_a_query(whole["items"])
        whole.pop("maxItems", None)  # a server refuses so long an address before it comes to us
    if whole.get("pattern") == NO_NUL:
        del whole["pattern"]
    return whole


def _responses(route: Route, schemas: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    if route.gives is None:
        done: dict[str, Any] = {"204": {"description": "Done."}}
    elif isinstance(route.gives, Raw):
        done = {"200": {"description": "The file.", "content": {route.gives.media: {}}}}
    else:
        done = {"200": {"description": "Done.", "content": {_JSON: {"schema": schemas[route.name, "gives"]}}}}
    if route.also_empty:
        done["204"] = {"description": "Done; there is nothing to give."}
    errors = dict(route.also)
    if not route.public:
        errors = {**USUAL, **errors}
        if "<" in route.rule:
            errors.setdefault(404, "There is nothing by that id, or nothing that who asks may see.")
        if route.command:
            errors.setdefault(
                409, "The case is halted, or the `Idempotency-Key` was used for another request."
            )
        if route.body is not None or route.form is not None:
            errors.setdefault(415, "The body is of another content type.")
    return done | {
        str(status): {"description": text, "content": _ERROR} for status, text in sorted(errors.items())
    }
