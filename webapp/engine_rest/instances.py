"""`process-instance`: the cases that run; id and business key are the case number. Nothing here ends or deletes one."""

from __future__ import annotations

from typing import Literal

from engine.errors import NotFound
from engine.identity.disclosure import note
from engine.queries.rest_instances import Instance
from engine.queries.rest_instances import count as count_of
from engine.queries.rest_instances import instance as one_of
from engine.queries.rest_instances import instances as page_of
from engine.queries.rest_variables import answers_of_case
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import Count, Dto, Flag, Link, Listed, Ordered, Text
from webapp.engine_rest.errors import missing
from webapp.engine_rest.lists import asked_of
from webapp.engine_rest.served import served
from webapp.engine_rest.values import TypedValue, all_typed, typed

_TAG = "Process Instance"


class InstanceQuery(Ordered):
    """Which cases."""

    process_instance_ids: Listed | None = None
    business_key: Text | None = None
    business_key_like: Text | None = None
    process_definition_id: Text | None = None
    process_definition_key: Text | None = None
    process_definition_key_in: Listed | None = None
    process_definition_key_not_in: Listed | None = None
    deployment_id: Text | None = None
    activity_id_in: Listed | None = None
    active: Flag | None = None
    suspended: Flag | None = None
    with_incident: Flag | None = None
    root_process_instances: Flag | None = None
    leaf_process_instances: Flag | None = None
    without_tenant_id: Flag | None = None
    process_definition_without_tenant_id: Flag | None = None
    tenant_id_in: Listed | None = None
    sort_by: Literal["instanceId", "businessKey", "definitionId", "definitionKey"] | None = None


class VariablesQuery(Dto):
    """How variables are shown; answers are plain values, so both ways are the same."""

    deserialize_values: Flag | None = None
    deserialize_value: Flag | None = None


class InstanceDto(Dto):
    """A case."""

    links: list[Link]
    id: str
    definition_id: str
    definition_key: str
    business_key: str
    case_instance_id: str | None
    ended: bool
    suspended: bool
    tenant_id: str | None


@served(
    "GET", "/process-instance", tag=_TAG, summary="Running cases that who asks may read.",
    query=InstanceQuery, gives=list[InstanceDto],
)  # fmt: skip
def instances(query: InstanceQuery) -> list[InstanceDto]:
    with ports().database.read() as connection:
        found = page_of(
            ports(), connection, current_actor(), asked_of(query),
            first=query.first_result, most=query.max_results,
        )  # fmt: skip
    return [dto(one) for one in found]


@served(
    "GET", "/process-instance/count", tag=_TAG, summary="How many of them there are.",
    query=InstanceQuery, gives=Count,
)  # fmt: skip
def count(query: InstanceQuery) -> Count:
    with ports().database.read() as connection:
        return Count(count=count_of(ports(), connection, current_actor(), asked_of(query)))


@served("GET", "/process-instance/<id>", tag=_TAG, summary="One running case.", gives=InstanceDto)
def get(id: str) -> InstanceDto:
    with ports().database.read() as connection:
        return dto(one_of(ports(), connection, current_actor(), id))


@served(
    "GET", "/process-instance/<id>/variables", tag=_TAG,
    summary="Every key's latest answer; an identity that is to be kept secret is not among them.",
    query=VariablesQuery, gives=dict[str, TypedValue],
)  # fmt: skip
def variables(id: str, query: VariablesQuery) -> dict[str, TypedValue]:
    return all_typed(_answers(id))


@served(
    "GET", "/process-instance/<id>/variables/<name>", tag=_TAG, summary="One answer.",
    query=VariablesQuery, gives=TypedValue,
)  # fmt: skip
def variable(id: str, name: str, query: VariablesQuery) -> TypedValue:
    answers = _answers(id)
    if name not in answers:
        raise missing(f"process instance variable with name {name} does not exist")
    return typed(answers[name])


def dto(one: Instance) -> InstanceDto:
    """A case in Camunda's shape."""
    return InstanceDto(
        links=[],
        id=one.number,
        definition_id=one.definition_id,
        definition_key=one.key,
        business_key=one.number,
        case_instance_id=None,
        ended=False,
        suspended=False,
        tenant_id=None,
    )


def _answers(number: str) -> dict[str, object]:
    with ports().database.read() as connection:
        try:
            one_of(ports(), connection, current_actor(), number)
        except NotFound:
            raise missing(f"execution {number} doesn't exist: execution is null") from None
        known = dict(answers_of_case(ports(), connection, current_actor(), number))
    note(ports(), current_actor(), "case:read", number, source="rest")
    return known
