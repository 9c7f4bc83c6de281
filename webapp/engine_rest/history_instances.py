"""`/history/process-instance`: cases, open and ended."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.errors import NotFound
from engine.queries import rest_history
from engine.queries.rest_filters import Asked
from engine.queries.rest_history import Instance
from webapp.engine_rest.dto import Dto, Flag, Listed, Ordered, Paged, Text
from webapp.engine_rest.history import Spans, milliseconds
from webapp.engine_rest.lists import Direction, found, serve_list
from webapp.engine_rest.served import served
from webapp.engine_rest.values import Moment

TAG = "Historic Process Instance"

InstanceSortBy = Literal[
    "instanceId", "businessKey", "definitionId", "definitionKey", "definitionName", "definitionVersion",
    "startTime", "endTime", "tenantId",
]  # fmt: skip


class InstanceFilters(Spans):
    """Which cases. A flag that is false restricts nothing."""

    process_instance_id: Text | None = None
    process_instance_ids: Listed | None = None
    process_instance_id_not_in: Listed | None = None
    root_process_instance_id: Text | None = None
    root_process_instances: Flag | None = None
    process_instance_business_key: Annotated[Text | None, Field(description="The case number.")] = None
    process_instance_business_key_in: Listed | None = None
    process_instance_business_key_like: Text | None = None
    process_definition_id: Text | None = None
    process_definition_key: Text | None = None
    process_definition_key_in: Listed | None = None
    process_definition_key_not_in: Listed | None = None
    process_definition_name: Text | None = None
    process_definition_name_like: Text | None = None
    started_by: Annotated[Text | None, Field(description="The member of the staff who entered it.")] = None
    executed_activity_id_in: Listed | None = None
    active_activity_id_in: Listed | None = None
    with_incidents: Flag | None = None
    active: Flag | None = None
    suspended: Annotated[Flag | None, Field(description="An incident halts the case.")] = None
    completed: Flag | None = None


class InstanceQuery(InstanceFilters, Ordered):
    """As parameters of the address."""

    sort_by: InstanceSortBy | None = None


class InstanceSorting(Direction):
    """One thing to sort by."""

    sort_by: InstanceSortBy


class InstanceQueryBody(InstanceFilters):
    """As a JSON body."""

    sorting: Annotated[list[InstanceSorting] | None, Field(max_length=10)] = None


class HistoricProcessInstanceDto(Dto):
    """A case."""

    id: str
    business_key: str
    process_definition_id: str
    process_definition_key: str
    process_definition_name: str
    process_definition_version: int
    start_time: Moment
    end_time: Moment | None
    removal_time: Moment | None
    duration_in_millis: int | None
    start_user_id: Annotated[str | None, Field(description="The member of the staff who entered it.")]
    start_activity_id: str | None
    delete_reason: str | None
    root_process_instance_id: str
    super_process_instance_id: str | None
    super_case_instance_id: str | None
    case_instance_id: str | None
    tenant_id: str | None
    state: Literal["ACTIVE", "SUSPENDED", "COMPLETED"]
    restarted_process_instance_id: str | None


@served(
    "GET", "/history/process-instance/<id>", tag=TAG, summary="One case.", gives=HistoricProcessInstanceDto
)
def process_instance(id: str) -> HistoricProcessInstanceDto:
    cases = found(rest_history.instances, Asked({"processInstanceId": id}), Paged())
    if not cases:
        raise NotFound(f"Historic process instance with id {id} does not exist", case=id)
    return _dto(cases[0])


_STATES = {"open": "ACTIVE", "halted": "SUSPENDED", "ended": "COMPLETED"}


def _dto(one: Instance) -> HistoricProcessInstanceDto:
    starts = (e.id for e in one.definition.elements.values() if e.kind == "startEvent" and e.parent is None)
    return HistoricProcessInstanceDto.model_validate(
        {
            "id": one.number,
            "business_key": one.number,
            "process_definition_id": one.definition.id,
            "process_definition_key": one.definition.key,
            "process_definition_name": one.definition.name,
            "process_definition_version": one.definition.version,
            "start_time": one.submitted,
            "end_time": one.ended,
            "removal_time": None,
            "duration_in_millis": milliseconds(one.submitted, one.ended),
            "start_user_id": one.entered_by,
            "start_activity_id": next(starts, None),
            "delete_reason": None,
            "root_process_instance_id": one.number,
            "super_process_instance_id": None,
            "super_case_instance_id": None,
            "case_instance_id": None,
            "tenant_id": None,
            "state": _STATES[one.status],
            "restarted_process_instance_id": None,
        }
    )


serve_list(
    "/history/process-instance", __name__, tag=TAG, summary="Cases, open and ended.",
    query=InstanceQuery, filters=InstanceFilters, body=InstanceQueryBody, gives=HistoricProcessInstanceDto,
    rows=rest_history.instances, count=rest_history.count_instances, dto=_dto,
)  # fmt: skip
