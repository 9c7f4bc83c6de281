"""What is not served answers in the same shape: 404, 405 with `Allow`; and OPTIONS, which asks nobody who they are.

Camunda Desktop Modeler is a page of `file://`, so a browser's rules for foreign pages apply to it: it may read what it
gets by a password that it sends itself. Other pages get no such leave, and what their forms send is refused, because
a browser would add a password that its user once typed.
"""

from __future__ import annotations

from typing import Final

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from webapp.engine_rest.blueprint import NAME, blueprint
from webapp.engine_rest.errors import RestError, forbidden, missing
from webapp.engine_rest.idempotency import IDEMPOTENCY_KEY

_METHODS: Final = ("GET", "POST", "PUT", "DELETE")
_ANY: Final = [*_METHODS, "OPTIONS", "PATCH", "TRACE"]
#: How a page of `file://` names itself.
_LOCAL_PAGES: Final = frozenset({"null", "file://"})
_ENDPOINT: Final = f"{NAME}.unserved"


@blueprint.before_request
def _refuse_foreign_pages() -> None:
    origin = request.headers.get("Origin")
    if origin is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    ours = origin in _LOCAL_PAGES or origin == request.host_url.rstrip("/")
    if not ours or request.headers.get("Sec-Fetch-Mode") == "navigate":
        raise forbidden("Pages of other sites, and forms, may not use this; send the request from a program.")


@blueprint.route("/", defaults={"rest": ""}, methods=_ANY, endpoint="unserved")
@blueprint.route("/<path:rest>", methods=_ANY, endpoint="unserved")
def _unserved(rest: str) -> Response:
    served = _served()
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join([*served, "OPTIONS"])})
    if served:
        raise RestError(
            405,
            f"{request.method} is not served here; {', '.join(served)} is.",
            type="NotAllowedException",
            headers={"Allow": ", ".join(served)},
        )
    raise missing("This address is not served; /engine-rest/openapi.json lists what is.")


@blueprint.after_request
def _leave(response: Response) -> Response:
    origin = request.headers.get("Origin")
    if origin in _LOCAL_PAGES:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
            response.headers["Access-Control-Allow-Headers"] = (
                f"Authorization, Content-Type, {IDEMPOTENCY_KEY}"
            )
            response.headers["Access-Control-Max-Age"] = "600"
    response.vary.add("Origin")
    return response


def _served() -> list[str]:
    """The methods of this address; `/deployment/create` is no deployment called "create", though it could be one."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    found: dict[str, Rule] = {}
    for method in _METHODS:
        try:
            rule, _ = adapter.match(request.path, method=method, return_rule=True)
        except HTTPException:
            continue
        if rule.endpoint != _ENDPOINT:
            found[method] = rule
    fewest = min((len(rule.arguments) for rule in found.values()), default=0)
    return [method for method, rule in found.items() if len(rule.arguments) == fewest]
