"""`deployment`: what was deployed, and deploying, as Camunda Modeler's Deploy button asks it.

An upload may be the diagram alone: the forms and decisions it lacks are those in force. The same files are never a
version twice, whether `enable-duplicate-filtering` is set or not.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, Final, Literal

from flask import Response, request

from engine.definition.bundle import KINDS, MOST_FILES, Bundle
from engine.definition.deploy import Deployed, deploy
from engine.definition.findings import Finding, in_order, refusal
from engine.definition.xml import LARGEST_FILE
from engine.errors import DefinitionInvalid
from engine.queries.rest_definitions import Deployment, all_deployments, completed, files_of, versions
from engine.queries.rest_definitions import deployment as one_of
from engine.queries.rest_filters import like
from webapp.context import now, ports
from webapp.engine_rest.auth import current_actor, need
from webapp.engine_rest.definitions import DefinitionDto
from webapp.engine_rest.definitions import dto as definition_dto
from webapp.engine_rest.dto import Count, Dto, Flag, Link, Ordered, Text, page
from webapp.engine_rest.errors import invalid, missing
from webapp.engine_rest.parse_error import parse_error
from webapp.engine_rest.served import Raw, form_body, served
from webapp.engine_rest.values import Moment

_TAG: Final = "Deployment"
#: Of one upload, in bytes: a diagram, its forms and decisions.
LARGEST_UPLOAD: Final = 4 * LARGEST_FILE
#: What Camunda's clients say beside the files.
_OURS: Final = frozenset(
    {"deployment-name", "deployment-source", "enable-duplicate-filtering", "deploy-changed-only", "tenant-id"}
)
_TEXT: Final = {"type": "string"}
_FORM: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "description": "Every .bpmn, .form and .dmn file is a part of its own, named after the file.",
                "properties": {
                    "deployment-name": _TEXT,
                    "deployment-source": _TEXT,
                    "enable-duplicate-filtering": {"type": "string", "enum": ["true", "false"]},
                    "deploy-changed-only": {"type": "string", "enum": ["true", "false"]},
                    "tenant-id": {"type": "string", "maxLength": 0},
                    "data": {"type": "string", "format": "binary"},
                },
                "required": ["data"],
                "additionalProperties": False,
            }
        }
    },
}


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


class DeployedDto(DeploymentDto):
    """A deployment that was just made; null instead of definitions where nothing was new."""

    deployed_process_definitions: dict[str, DefinitionDto] | None
    deployed_case_definitions: None
    deployed_decision_definitions: None
    deployed_decision_requirements_definitions: None


class ResourceDto(Dto):
    """A file of a deployment; its id is its name."""

    id: str
    name: str
    deployment_id: str


@served(
    "GET", "/deployment", tag=_TAG, summary="Deployments, the newest first.",
    query=DeploymentQuery, gives=list[DeploymentDto],
)  # fmt: skip
def deployments(query: DeploymentQuery) -> list[DeploymentDto]:
    return [_dto(one) for one in page(_found(query), query)]


@served("GET", "/deployment/count", tag=_TAG, summary="How many.", query=DeploymentQuery, gives=Count)
def count(query: DeploymentQuery) -> Count:
    return Count(count=len(_found(query)))


@served(
    "POST", "/deployment/create", tag=_TAG,
    summary="Deploy files and put their processes in force. A finding refuses all of them: 400, type ParseException.",
    form=_FORM, gives=DeployedDto,
)  # fmt: skip
def create() -> DeployedDto:
    need("definition:deploy")
    request.max_content_length = request.max_form_memory_size = LARGEST_UPLOAD
    form_body()
    _check_words()
    try:
        with ports().database.read() as connection:
            bundle = completed(ports(), connection, _files())
        done = _deploy(bundle)
    except DefinitionInvalid as refused:
        raise parse_error(refused) from None
    return _deployed(done)


@served("GET", "/deployment/<id>", tag=_TAG, summary="One deployment.", gives=DeploymentDto)
def get(id: str) -> DeploymentDto:
    return _dto(_one(id))


@served("GET", "/deployment/<id>/resources", tag=_TAG, summary="Its files.", gives=list[ResourceDto])
def resources(id: str) -> list[ResourceDto]:
    return [ResourceDto(id=name, name=name, deployment_id=id) for name in sorted(_contents(id))]


@served("GET", "/deployment/<id>/resources/<resource>", tag=_TAG, summary="One file.", gives=ResourceDto)
def resource(id: str, resource: str) -> ResourceDto:
    _content(id, resource)
    return ResourceDto(id=resource, name=resource, deployment_id=id)


@served(
    "GET", "/deployment/<id>/resources/<resource>/data", tag=_TAG, summary="A file, as it was deployed.",
    gives=Raw("application/octet-stream"),
)  # fmt: skip
def resource_data(id: str, resource: str) -> Response:
    data = _content(id, resource)
    answer = Response(data, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=resource)
    return answer


# --- deploying ---------------------------------------------------------------


def _check_words() -> None:
    unknown = sorted(request.form.keys() - _OURS)
    if unknown:
        listed = ", ".join(unknown)[:200]
        raise invalid(
            f"No file name found in the deployment resource described by form parameter '{listed}'."
        )
    if request.form.get("tenant-id"):
        raise invalid("tenant-id: there are no tenants here; leave it empty.")


def _files() -> dict[str, bytes]:
    """File name -> contents. Raises `DefinitionInvalid` for what no analyst's tool writes."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    found = list(request.files.items(multi=True))
    for part, file in found[:MOST_FILES]:
        # a path says only where the file lay on the other machine
        name = PurePosixPath((file.filename or part).replace("\\", "/")).name[:200]
        data = file.read()
        if not name.endswith(KINDS) or not name.isprintable():
            findings.append(Finding("file_kind", "error", name, 0, params={"kinds": KINDS}))
        elif name in files:
            findings.append(Finding("file_twice", "error", name, 0))
        files[name] = data
    if len(found) > MOST_FILES:
        counts = {"limit": MOST_FILES, "count": len(found)}
        findings.append(Finding("files_too_many", "error", "–", 0, params=counts))
    if findings:
        raise refusal(in_order(findings))
    return files


def _deploy(bundle: Bundle) -> Deployed:
    return deploy(
        ports().database,
        bundle,
        by=current_actor().id,
        at=now(),
        note=_word("deployment-source"),
        source="rest",
        name=_word("deployment-name"),
    )


def _word(name: str) -> str | None:
    return request.form.get(name, "").strip()[:200] or None


def _deployed(done: Deployed) -> DeployedDto:
    with ports().database.read() as connection:
        listed = versions(ports(), connection, current_actor())
        ids = {d.id for d in (*done.definitions, *done.unchanged)}
        of_ids = [one for one in listed if one.definition.id in ids]
        made = one_of(connection, done.deployment_id or of_ids[0].deployment)
    new = {d.id for d in done.definitions}
    return DeployedDto(
        **dict(_dto(made)),
        deployed_process_definitions={
            one.definition.id: definition_dto(one) for one in of_ids if one.definition.id in new
        }
        or None,
        deployed_case_definitions=None,
        deployed_decision_definitions=None,
        deployed_decision_requirements_definitions=None,
    )


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


def _dto(one: Deployment) -> DeploymentDto:
    return DeploymentDto(
        links=[], id=one.id, name=one.name, source=_source(one), deployment_time=one.at, tenant_id=None
    )


def _source(one: Deployment) -> str:
    """What the client called itself, which is all that it can say of why; else the way it came."""
    return one.note if one.source == "rest" and one.note else one.source
