"""`/external-task`: the service tasks that wait for a worker, for the groups that may work on them."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from engine.queries import rest_external
from engine.queries.rest_external import ExternalTask
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import Dto, Flag, Listed, Ordered, Text
from webapp.engine_rest.lists import Direction, serve_list
from webapp.engine_rest.served import Raw, served
from webapp.engine_rest.values import Moment

TAG = "External Task"

SortBy = Literal[
    "id", "lockExpirationTime", "processInstanceId", "processDefinitionId", "processDefinitionKey",
    "createTime", "taskPriority", "tenantId",
]  # fmt: skip


class ExternalTaskFilters(Dto):
    """Which tasks. A flag that is false restricts nothing."""

    external_task_id: Text | None = None
    external_task_id_in: Listed | None = None
    topic_name: Text | None = None
    worker_id: Text | None = None
    locked: Annotated[Flag | None, Field(description="The lock has not run out.")] = None
    not_locked: Flag | None = None
    with_retries_left: Flag | None = None
    no_retries_left: Flag | None = None
    lock_expiration_after: Moment | None = None
    lock_expiration_before: Moment | None = None
    activity_id: Text | None = None
    activity_id_in: Listed | None = None
    execution_id: Text | None = None
    process_instance_id: Text | None = None
    process_instance_id_in: Listed | None = None
    process_definition_id: Text | None = None
    process_definition_key: Text | None = None
    process_definition_key_in: Listed | None = None
    process_definition_name: Text | None = None
    process_definition_name_like: Text | None = None
    tenant_id_in: Listed | None = None
    active: Flag | None = None
    suspended: Annotated[Flag | None, Field(description="An incident halts the case.")] = None


class ExternalTaskQuery(ExternalTaskFilters, Ordered):
    """As parameters of the address."""

    sort_by: SortBy | None = None


class ExternalTaskSorting(Direction):
    """One thing to sort by."""

    sort_by: SortBy


class ExternalTaskQueryBody(ExternalTaskFilters):
    """As a JSON body."""

    sorting: Annotated[list[ExternalTaskSorting] | None, Field(max_length=10)] = None


class ExternalTaskDto(Dto):
    """A service task that waits for a worker."""

    activity_id: str
    activity_instance_id: str
    error_message: str | None
    execution_id: str
    id: str
    lock_expiration_time: Moment | None
    create_time: Moment
    process_definition_id: str
    process_definition_key: str
    process_definition_version_tag: str | None
    process_instance_id: str
    retries: int | None
    suspended: bool
    worker_id: str | None
    topic_name: str
    tenant_id: str | None
    priority: int
    business_key: str


@served("GET", "/external-task/<id>", tag=TAG, summary="One of them.", gives=ExternalTaskDto)
def external_task(id: str) -> ExternalTaskDto:
    return ExternalTaskDto(**fields(_one(id)))


@served(
    "GET", "/external-task/<id>/errorDetails", tag=TAG, summary="What its worker said of the last failure, at length.",
    gives=Raw("text/plain"), also_empty=True,
)  # fmt: skip
def error_details(id: str) -> Response:
    details = _one(id).error_details
    return Response(details, mimetype="text/plain") if details else Response(status=204)


def fields(task: ExternalTask) -> dict[str, object]:
    """What every shape of a task says."""
    return {
        "activity_id": task.element.id,
        "activity_instance_id": task.id,
        "error_message": task.error,
        "execution_id": task.case,
        "id": task.id,
        "lock_expiration_time": task.locked_until,
        "create_time": task.created,
        "process_definition_id": task.definition.id,
        "process_definition_key": task.definition.key,
        "process_definition_version_tag": None,
        "process_instance_id": task.case,
        "retries": task.retries,
        "suspended": task.halted,
        "worker_id": task.worker,
        "topic_name": task.topic,
        "tenant_id": None,
        "priority": 0,
        "business_key": task.case,
    }


def _one(id: str) -> ExternalTask:
    with ports().database.read() as connection:
        return rest_external.external_task(ports(), connection, current_actor(), id)


serve_list(
    "/external-task", __name__, tag=TAG, summary="Service tasks that the user may work on.",
    query=ExternalTaskQuery, filters=ExternalTaskFilters, body=ExternalTaskQueryBody, gives=ExternalTaskDto,
    rows=rest_external.external, count=rest_external.count_external,
    dto=lambda task: ExternalTaskDto.model_validate(fields(task)),
)  # fmt: skip
