"""`deployment`: what was deployed, and its files."""

from __future__ import annotations

from typing import Final, Literal

from flask import Response

from engine.queries.completed import said_in
from engine.queries.rest_definitions import Deployment, all_deployments, files_of
from engine.queries.rest_filters import like
from webapp.context import ports
from webapp.engine_rest.auth import need
from webapp.engine_rest.dto import Count, Dto, Flag, Link, Ordered, Text, page
from webapp.engine_rest.errors import missing
from webapp.engine_rest.served import Raw, served
from webapp.engine_rest.values import Moment

TAG: Final = "Deployment"


class DeploymentQuery(Ordered):
    """Which deployments."""

    id: Text | None = None
    name: Text | None = None
    name_like: Text | None = None
    source: Text | None = None
    without_source: Flag | None = None
    without_tenant_id: Flag | None = None
    before: Moment | None = None
    after: Moment | None = None
    sort_by: Literal["id", "name", "deploymentTime"] | None = None


class DeploymentDto(Dto):
    """A deployment."""

    links: list[Link]
    id: str
    name: str | None
    source: str | None
    deployment_time: Moment
    tenant_id: str | None


class ResourceDto(Dto):
    """A file of a deployment; its id is its name."""

    id: str
    name: str
    deployment_id: str


@served(
    "GET", "/deployment", tag=TAG, summary="Deployments, the newest first.",
    query=DeploymentQuery, gives=list[DeploymentDto],
)  # fmt: skip
def deployments(query: DeploymentQuery) -> list[DeploymentDto]:
    return [dto(one) for one in page(_found(query), query)]


@served("GET", "/deployment/count", tag=TAG, summary="How many.", query=DeploymentQuery, gives=Count)
def count(query: DeploymentQuery) -> Count:
    return Count(count=len(_found(query)))


@served("GET", "/deployment/<id>", tag=TAG, summary="One deployment.", gives=DeploymentDto)
def get(id: str) -> DeploymentDto:
    return dto(_one(id))


@served("GET", "/deployment/<id>/resources", tag=TAG, summary="Its files.", gives=list[ResourceDto])
def resources(id: str) -> list[ResourceDto]:
    return [ResourceDto(id=name, name=name, deployment_id=id) for name in sorted(_contents(id))]


@served("GET", "/deployment/<id>/resources/<resource>", tag=TAG, summary="One file.", gives=ResourceDto)
def resource(id: str, resource: str) -> ResourceDto:
    _content(id, resource)
    return ResourceDto(id=resource, name=resource, deployment_id=id)


@served(
    "GET", "/deployment/<id>/resources/<resource>/data", tag=TAG, summary="A file, as it was deployed.",
    gives=Raw("application/octet-stream"),
)  # fmt: skip
def resource_data(id: str, resource: str) -> Response:
    data = _content(id, resource)
    answer = Response(data, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=resource)
    return answer


# --- finding -----------------------------------------------------------------


def _found(query: DeploymentQuery) -> list[Deployment]:
    need("definition:read")
    with ports().database.read() as connection:
        found = [one for one in all_deployments(connection) if _fits(one, query)]
    if query.sort_by:
        keys = {
            "id": lambda one: one.id,
            "name": lambda one: one.name,
            "deploymentTime": lambda one: one.at,
        }
        found.sort(key=keys[query.sort_by], reverse=query.sort_order == "desc")
    return found


def _fits(one: Deployment, query: DeploymentQuery) -> bool:
    return (
        query.id in (None, one.id)
        and query.name in (None, one.name)
        and (query.name_like is None or like(query.name_like, one.name))
        and query.source in (None, _source(one))
        and not query.without_source  # every one says where it came from
        and (query.before is None or one.at < query.before)
        and (query.after is None or one.at > query.after)
    )


def _one(id: str) -> Deployment:
    need("definition:read")
    with ports().database.read() as connection:
        found = next((one for one in all_deployments(connection) if one.id == id), None)
    if found is None:
        raise missing(f"Deployment with id '{id}' does not exist")
    return found


def _contents(id: str) -> dict[str, bytes]:
    _one(id)
    with ports().database.read() as connection:
        return files_of(ports(), connection, id)


def _content(id: str, name: str) -> bytes:
    files = _contents(id)
    if name not in files:
        raise missing(
            f"Deployment resource with resource id '{name}' for deployment id '{id}' does not exist."
        )
    return files[name]


def dto(one: Deployment) -> DeploymentDto:
    """A deployment in Camunda's shape."""
    return DeploymentDto(
        links=[], id=one.id, name=one.name, source=_source(one), deployment_time=one.at, tenant_id=None
    )


def _source(one: Deployment) -> str:
    """What the client called itself, which is all that it can say of why; else the way it came."""
    return (one.source == "rest" and said_in(one.note)) or one.source
