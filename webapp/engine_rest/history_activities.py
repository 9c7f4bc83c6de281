"""`/history/activity-instance`: each activation of a user task or service task, and the end that a case reached.

What a token only passes (gateways, events) has no row; the replay of a case shows it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.queries import rest_activities
from engine.queries.rest_activities import Activity
from engine.queries.rest_filters import Asked
from webapp.engine_rest.dto import Dto, Flag, Ordered, Paged, Text
from webapp.engine_rest.errors import missing
from webapp.engine_rest.history import Spans, milliseconds
from webapp.engine_rest.lists import Direction, found, serve_list
from webapp.engine_rest.served import served
from webapp.engine_rest.values import Moment

TAG = "Historic Activity Instance"

SortBy = Literal[
    "activityInstanceId", "instanceId", "executionId", "activityId", "activityName", "startTime", "endTime",
    "definitionId", "tenantId",
]  # fmt: skip


class ActivityFilters(Spans):
    """Which activations. A flag that is false restricts nothing."""

    activity_instance_id: Text | None = None
    process_instance_id: Text | None = None
    process_definition_id: Text | None = None
    execution_id: Text | None = None
    activity_id: Text | None = None
    activity_name: Text | None = None
    activity_name_like: Text | None = None
    activity_type: Text | None = None
    task_assignee: Text | None = None
    canceled: Flag | None = None


class ActivityQuery(ActivityFilters, Ordered):
    """As parameters of the address."""

    sort_by: SortBy | None = None


class ActivitySorting(Direction):
    """One thing to sort by."""

    sort_by: SortBy


class ActivityQueryBody(ActivityFilters):
    """As a JSON body."""

    sorting: Annotated[list[ActivitySorting] | None, Field(max_length=10)] = None


class HistoricActivityInstanceDto(Dto):
    """One activation."""

    id: str
    parent_activity_instance_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    process_definition_key: str
    process_definition_id: str
    process_instance_id: str
    execution_id: str
    task_id: str | None
    called_process_instance_id: str | None
    called_case_instance_id: str | None
    assignee: str | None
    start_time: Moment
    end_time: Moment | None
    duration_in_millis: int | None
    canceled: bool
    complete_scope: bool
    tenant_id: str | None
    removal_time: Moment | None
    root_process_instance_id: str


@served(
    "GET", "/history/activity-instance/<id>", tag=TAG, summary="One activation.", gives=HistoricActivityInstanceDto
)  # fmt: skip
def activity_instance(id: str) -> HistoricActivityInstanceDto:
    activations = found(rest_activities.activities, Asked({"activityInstanceId": id}), Paged())
    if not activations:
        raise missing(f"Historic activity instance with id '{id}' does not exist")
    return _dto(activations[0])


def _dto(one: Activity) -> HistoricActivityInstanceDto:
    is_end = one.element.kind == "endEvent"
    return HistoricActivityInstanceDto(
        id=one.id,
        parent_activity_instance_id=one.case,
        activity_id=one.element.id,
        activity_name=one.element.name or None,
        activity_type=rest_activities.activity_type(one.element),
        process_definition_key=one.definition.key,
        process_definition_id=one.definition.id,
        process_instance_id=one.case,
        execution_id=one.case,
        task_id=one.id if one.element.kind == "userTask" else None,
        called_process_instance_id=None,
        called_case_instance_id=None,
        assignee=one.assignee,
        start_time=one.started,
        end_time=one.ended,
        duration_in_millis=milliseconds(one.started, one.ended),
        canceled=one.ended_how == "cancelled",
        complete_scope=is_end,
        tenant_id=None,
        removal_time=None,
        root_process_instance_id=one.case,
    )


serve_list(
    "/history/activity-instance", __name__, tag=TAG, summary="Activations, open and ended.",
    query=ActivityQuery, filters=ActivityFilters, body=ActivityQueryBody, gives=HistoricActivityInstanceDto,
    rows=rest_activities.activities, count=rest_activities.count_activities, dto=_dto,
)  # fmt: skip
