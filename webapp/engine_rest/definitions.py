"""`process-definition`: what is deployed, its diagram and first form, and starting a case.

"By key" means the version that new cases take. Only that one can be started: `start` by the id of another version is
refused, as no case begins by a version that was taken out of force.
"""

from __future__ import annotations

from typing import Any, Literal

from flask import Response
from pydantic import Field

from engine.commands import COMPLAINANT, Submit
from engine.definition.model import ProcessDefinition
from engine.queries.rest_definitions import Listed, versions, xml_text
from engine.queries.rest_filters import like
from engine.queries.rest_variables import answers_of_case, form_file
from engine.runtime.handle import handle
from webapp.context import ports
from webapp.engine_rest.auth import asked, current_actor
from webapp.engine_rest.dto import Count, Dto, Flag, Link, Ordered, Text, Whole, page
from webapp.engine_rest.dto import Listed as Several
from webapp.engine_rest.errors import RestError, missing
from webapp.engine_rest.instances import InstanceDto
from webapp.engine_rest.served import Raw, served
from webapp.engine_rest.values import TypedValue, VariableValue, all_typed, answers_of

_TAG = "Process Definition"
_STARTED = (
    "`variables` hold the answers to the first form. The case number is the business key, given by the office; "
    "`businessKey` is accepted for the sake of existing clients and not used."
)


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


class Start(Dto):
    """How a case begins."""

    variables: dict[str, VariableValue] | None = None
    business_key: Text | None = None
    with_variables_in_return: Flag | None = None
    #: Accepted where it says nothing.
    case_instance_id: None = None
    start_instructions: list[Any] | None = Field(default=None, max_length=0)
    skip_custom_listeners: Flag | None = None
    skip_io_mappings: Flag | None = None


class StartedDto(InstanceDto):
    """A case that began, with its variables."""

    variables: dict[str, TypedValue]


@served(
    "GET", "/process-definition", tag=_TAG, summary="Deployed versions.",
    query=DefinitionQuery, gives=list[DefinitionDto],
)  # fmt: skip
def definitions(query: DefinitionQuery) -> list[DefinitionDto]:
    return [dto(one) for one in page(_found(query), query)]


@served(
    "GET", "/process-definition/count", tag=_TAG, summary="How many versions.", query=DefinitionQuery, gives=Count
)  # fmt: skip
def count(query: DefinitionQuery) -> Count:
    return Count(count=len(_found(query)))


@served("GET", "/process-definition/<id>", tag=_TAG, summary="One version.", gives=DefinitionDto)
def get(id: str) -> DefinitionDto:
    return dto(_by_id(id))


@served(
    "GET", "/process-definition/key/<key>", tag=_TAG, summary="The version in force.", gives=DefinitionDto
)
def get_by_key(key: str) -> DefinitionDto:
    return dto(_by_key(key))


@served("GET", "/process-definition/<id>/xml", tag=_TAG, summary="A version's diagram.", gives=DiagramDto)
def xml(id: str) -> DiagramDto:
    return _xml(_by_id(id))


@served(
    "GET", "/process-definition/key/<key>/xml", tag=_TAG, summary="The diagram in force.", gives=DiagramDto
)  # fmt: skip
def xml_by_key(key: str) -> DiagramDto:
    return _xml(_by_key(key))


@served(
    "GET", "/process-definition/<id>/deployed-start-form", tag=_TAG,
    summary="The form that begins a case: a form-js file.", gives=Raw("application/json"),
)  # fmt: skip
def start_form(id: str) -> Response:
    return _start_form(_by_id(id))


@served(
    "GET", "/process-definition/key/<key>/deployed-start-form", tag=_TAG,
    summary="The form that begins a case, in force: a form-js file.", gives=Raw("application/json"),
)  # fmt: skip
def start_form_by_key(key: str) -> Response:
    return _start_form(_by_key(key))


@served(
    "POST", "/process-definition/<id>/start", tag=_TAG, summary=f"Enter a complaint. {_STARTED}",
    body=Start, gives=StartedDto | InstanceDto, command=True,
)  # fmt: skip
def start(id: str, body: Start) -> StartedDto | InstanceDto:
    return _start(_by_id(id), body)


@served(
    "POST", "/process-definition/key/<key>/start", tag=_TAG, summary=f"Enter a complaint. {_STARTED}",
    body=Start, gives=StartedDto | InstanceDto, command=True,
)  # fmt: skip
def start_by_key(key: str, body: Start) -> StartedDto | InstanceDto:
    return _start(_by_key(key), body)


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


def _by_id(id: str) -> Listed:
    found = next((one for one in _all() if one.definition.id == id), None)
    if found is None:
        raise missing(f"No matching definition with id {id}")
    return found


def _by_key(key: str) -> Listed:
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


def _start(one: Listed, body: Start) -> StartedDto | InstanceDto:
    definition = one.definition
    if not one.active:
        raise RestError(
            400,
            f"Cannot instantiate process definition {definition.id}: new cases take another version; "
            f"start by key {definition.key}.",
        )
    answers = answers_of(body.variables or {}, definition.form_of(definition.entry))
    outcome = handle(
        ports(), Submit(**asked(), on_behalf=_for_whom(definition), process=definition.key, answers=answers)
    )
    began = {
        "links": list[Link](),
        "id": outcome.case,
        "definition_id": definition.id,
        "definition_key": definition.key,
        "business_key": outcome.case,
        "case_instance_id": None,
        "ended": outcome.ending is not None,
        "suspended": False,
        "tenant_id": None,
    }
    if not body.with_variables_in_return:
        return InstanceDto(**began)
    with ports().database.read() as connection:
        stored = answers_of_case(ports(), connection, current_actor(), outcome.case)
    return StartedDto(**began, variables=all_typed(stored))


def _for_whom(definition: ProcessDefinition) -> str | None:
    """A program enters complaints as the counter does: for the complainant."""
    return COMPLAINANT if definition.elements[definition.entry].public else None
