"""`process-definition`: what is deployed, its diagram and first form. "By key" means the version that new cases take."""

from __future__ import annotations

from typing import Literal

from flask import Response

from engine.queries.rest_definitions import Listed, versions, xml_text
from engine.queries.rest_filters import like
from engine.queries.rest_variables import form_file
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import Count, Dto, Flag, Ordered, Text, Whole, page
from webapp.engine_rest.dto import Listed as Several
from webapp.engine_rest.errors import missing
from webapp.engine_rest.served import Raw, served

TAG = "Process Definition"


class DefinitionQuery(Ordered):
    """Which versions."""

    process_definition_id: Text | None = None
    process_definition_id_in: Several | None = None
    key: Text | None = None
    keys_in: Several | None = None
    key_like: Text | None = None
    name: Text | None = None
    name_like: Text | None = None
    category: Text | None = None
    deployment_id: Text | None = None
    version: Whole | None = None
    version_tag: Text | None = None
    without_version_tag: Flag | None = None
    latest_version: Flag | None = None
    resource_name: Text | None = None
    active: Flag | None = None
    suspended: Flag | None = None
    startable_in_tasklist: Flag | None = None
    without_tenant_id: Flag | None = None
    sort_by: Literal["category", "key", "id", "name", "version", "deploymentId", "versionTag"] | None = None


class DefinitionDto(Dto):
    """One version of a process."""

    id: str
    key: str
    category: str | None
    description: str | None
    name: str | None
    version: int
    resource: str
    deployment_id: str
    diagram: str | None
    suspended: bool
    tenant_id: str | None
    version_tag: str | None
    history_time_to_live: int | None
    startable_in_tasklist: bool


class DiagramDto(Dto):
    """A version's BPMN file."""

    id: str
    bpmn20_xml: str


@served(
    "GET", "/process-definition", tag=TAG, summary="Deployed versions.",
    query=DefinitionQuery, gives=list[DefinitionDto],
)  # fmt: skip
def definitions(query: DefinitionQuery) -> list[DefinitionDto]:
    return [dto(one) for one in page(_found(query), query)]


@served(
    "GET", "/process-definition/count", tag=TAG, summary="How many versions.", query=DefinitionQuery, gives=Count
)  # fmt: skip
def count(query: DefinitionQuery) -> Count:
    return Count(count=len(_found(query)))


@served("GET", "/process-definition/<id>", tag=TAG, summary="One version.", gives=DefinitionDto)
def get(id: str) -> DefinitionDto:
    return dto(by_id(id))


@served("GET", "/process-definition/key/<key>", tag=TAG, summary="The version in force.", gives=DefinitionDto)
def get_by_key(key: str) -> DefinitionDto:
    return dto(by_key(key))


@served("GET", "/process-definition/<id>/xml", tag=TAG, summary="A version's diagram.", gives=DiagramDto)
def xml(id: str) -> DiagramDto:
    return _xml(by_id(id))


@served(
    "GET", "/process-definition/key/<key>/xml", tag=TAG, summary="The diagram in force.", gives=DiagramDto
)  # fmt: skip
def xml_by_key(key: str) -> DiagramDto:
    return _xml(by_key(key))


@served(
    "GET", "/process-definition/<id>/deployed-start-form", tag=TAG,
    summary="The form that begins a case: a form-js file.", gives=Raw("application/json"),
)  # fmt: skip
def start_form(id: str) -> Response:
    return _start_form(by_id(id))


@served(
    "GET", "/process-definition/key/<key>/deployed-start-form", tag=TAG,
    summary="The form that begins a case, in force: a form-js file.", gives=Raw("application/json"),
)  # fmt: skip
def start_form_by_key(key: str) -> Response:
    return _start_form(by_key(key))


def dto(one: Listed) -> DefinitionDto:
    """A version in Camunda's shape."""
    definition, about = one.definition, one.attributes
    return DefinitionDto(
        id=definition.id,
        key=definition.key,
        category=about.category,
        description=about.description,
        name=definition.name,
        version=definition.version,
        resource=definition.filename,
        deployment_id=one.deployment,
        diagram=None,
        suspended=False,
        tenant_id=None,
        version_tag=about.version_tag,
        history_time_to_live=about.history_time_to_live,
        startable_in_tasklist=about.startable,
    )


# --- finding -----------------------------------------------------------------


def _all() -> list[Listed]:
    with ports().database.read() as connection:
        return versions(ports(), connection, current_actor())


def by_id(id: str) -> Listed:
    """The version, if who asks may see it. Raises 404."""
    found = next((one for one in _all() if one.definition.id == id), None)
    if found is None:
        raise missing(f"No matching definition with id {id}")
    return found


def by_key(key: str) -> Listed:
    """The version in force, if who asks may see it. Raises 404."""
    found = next((one for one in _all() if one.definition.key == key and one.active), None)
    if found is None:
        raise missing(f"No matching process definition with key: {key} and no tenant-id")
    return found


def _found(query: DefinitionQuery) -> list[Listed]:
    found = [one for one in _all() if _fits(one, query)]
    if query.sort_by:
        keys = {
            "category": lambda one: one.attributes.category or "",
            "key": lambda one: one.definition.key,
            "id": lambda one: one.definition.id,
            "name": lambda one: one.definition.name,
            "version": lambda one: one.definition.version,
            "deploymentId": lambda one: one.deployment,
            "versionTag": lambda one: one.attributes.version_tag or "",
        }
        found.sort(key=keys[query.sort_by], reverse=query.sort_order == "desc")
    return found


def _fits(one: Listed, query: DefinitionQuery) -> bool:
    definition, about = one.definition, one.attributes
    equal = (
        (query.process_definition_id, definition.id),
        (query.key, definition.key),
        (query.name, definition.name),
        (query.category, about.category),
        (query.deployment_id, one.deployment),
        (query.version, definition.version),
        (query.version_tag, about.version_tag),
        (query.resource_name, definition.filename),
    )
    among = ((query.process_definition_id_in, definition.id), (query.keys_in, definition.key))
    alike = ((query.key_like, definition.key), (query.name_like, definition.name))
    return (
        all(wanted is None or wanted == found for wanted, found in equal)
        and all(wanted is None or found in wanted for wanted, found in among)
        and all(wanted is None or like(wanted, found) for wanted, found in alike)
        and not query.suspended  # none ever is
        and (not query.latest_version or one.newest)
        and (not query.without_version_tag or about.version_tag is None)
        and (not query.startable_in_tasklist or about.startable)
    )


# --- answers -----------------------------------------------------------------


def _xml(one: Listed) -> DiagramDto:
    return DiagramDto(id=one.definition.id, bpmn20_xml=xml_text(one.definition))


def _start_form(one: Listed) -> Response:
    ref = one.definition.elements[one.definition.entry].form_ref
    data = form_file(one.definition, ref) if ref else None
    if data is None:
        raise missing(f"The first step of {one.definition.id} has no form")
    return Response(data, mimetype="application/json")
