"""`/history/user-operation`: who did what in a case, under Camunda's names."""

from __future__ import annotations

from typing import Literal

from engine.queries import rest_operations
from engine.queries.rest_operations import EXTERNAL, TASK, Operation
from webapp.engine_rest.dto import Dto, Flag, Listed, Ordered, Text
from webapp.engine_rest.lists import serve_list
from webapp.engine_rest.values import Moment

TAG = "Historic User Operation Log"


class OperationFilters(Dto):
    """Which operations."""

    process_instance_id: Text | None = None
    root_process_instance_id: Text | None = None
    process_definition_id: Text | None = None
    process_definition_key: Text | None = None
    execution_id: Text | None = None
    task_id: Text | None = None
    external_task_id: Text | None = None
    user_id: Text | None = None
    operation_id: Text | None = None
    operation_type: Text | None = None
    entity_type: Text | None = None
    entity_type_in: Listed | None = None
    category: Text | None = None
    category_in: Listed | None = None
    after_timestamp: Moment | None = None
    before_timestamp: Moment | None = None
    tenant_id_in: Listed | None = None
    without_tenant_id: Flag | None = None


class OperationQuery(OperationFilters, Ordered):
    """As parameters of the address."""

    sort_by: Literal["timestamp"] | None = None


class UserOperationLogEntryDto(Dto):
    """One operation; a value is text, whatever it was."""

    id: str
    deployment_id: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    process_instance_id: str
    execution_id: str
    case_definition_id: str | None
    case_instance_id: str | None
    case_execution_id: str | None
    task_id: str | None
    external_task_id: str | None
    batch_id: str | None
    job_id: str | None
    job_definition_id: str | None
    user_id: str
    timestamp: Moment
    operation_id: str
    operation_type: str
    entity_type: str
    category: str
    annotation: str | None
    property: str | None
    org_value: str | None
    new_value: str | None
    removal_time: Moment | None
    root_process_instance_id: str


def _dto(one: Operation) -> UserOperationLogEntryDto:
    property, was, now = one.change
    key = one.definition_id.rpartition(":")[0] if one.definition_id else None
    return UserOperationLogEntryDto(
        id=one.id,
        deployment_id=None,
        process_definition_id=one.definition_id,
        process_definition_key=key,
        process_instance_id=one.case,
        execution_id=one.case,
        case_definition_id=None,
        case_instance_id=None,
        case_execution_id=None,
        task_id=one.work_item if one.kind.entity == TASK else None,
        external_task_id=one.work_item if one.kind.entity == EXTERNAL else None,
        batch_id=None,
        job_id=None,
        job_definition_id=None,
        user_id=one.user,
        timestamp=one.at,
        operation_id=one.id,
        operation_type=one.kind.operation,
        entity_type=one.kind.entity,
        category=one.kind.category,
        annotation=None,
        property=property,
        org_value=was,
        new_value=now,
        removal_time=None,
        root_process_instance_id=one.case,
    )


serve_list(
    "/history/user-operation", __name__, tag=TAG, summary="Operations; by case and in their order if not sorted.",
    query=OperationQuery, filters=OperationFilters, body=None, gives=UserOperationLogEntryDto,
    rows=rest_operations.operations, count=rest_operations.count_operations, dto=_dto,
)  # fmt: skip
