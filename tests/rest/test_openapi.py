"""`/engine-rest/openapi.json` describes exactly what is served."""

from __future__ import annotations

import re

from flask import Flask

from tests.rest.client import Client

#: The catch-all that refuses what is not served, and the automatic HEAD and OPTIONS.
_BESIDE = {("/{rest}", m) for m in ("get", "post", "put", "delete", "patch", "trace")} | {
    ("/", m) for m in ("get", "post", "put", "delete", "patch", "trace")
}


def test_it_is_public_and_describes_every_route_and_no_other(app: Flask) -> None:
    document = Client(app).get("/openapi.json")
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/engine-rest")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/engine-rest")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served - _BESIDE
    assert ("/version", "get") in described


def test_every_route_says_what_it_is_and_how_it_refuses(app: Flask) -> None:
    for path, methods in Client(app).get("/openapi.json")["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert operation["tags"], (method, path)
            if operation.get("security") != []:
                assert {"400", "401", "403", "500"} <= operation["responses"].keys(), (method, path)
            named = set(re.findall(r"{(\w+)}", path))
            assert named == {p["name"] for p in operation["parameters"] if p["in"] == "path"}


def test_everything_it_refers_to_is_in_it(app: Flask) -> None:
    text = Client(app).open("GET", "/openapi.json").text
    schemas = Client(app).get("/openapi.json")["components"]["schemas"]
    assert {name.rpartition("/")[2] for name in re.findall(r'"\$ref":"([^"]+)"', text)} <= schemas.keys()
