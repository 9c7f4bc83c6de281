"""`/history/task`: user tasks, open and ended."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.queries import rest_activities
from engine.queries.rest_activities import Activity
from webapp.engine_rest.dto import Dto, Flag, Listed, Ordered, Text
from webapp.engine_rest.history import Spans, milliseconds
from webapp.engine_rest.lists import Direction, serve_list
from webapp.engine_rest.tasks import PRIORITY
from webapp.engine_rest.values import Moment

TAG = "Historic Task Instance"

TaskSortBy = Literal[
    "activityInstanceId", "processInstanceId", "executionId", "processDefinitionId", "taskName",
    "taskDefinitionKey", "assignee", "dueDate", "startTime", "endTime", "priority", "tenantId",
]  # fmt: skip


class HistoricTaskFilters(Spans):
    """Which tasks. A flag that is false restricts nothing."""

    task_id: Text | None = None
    process_instance_id: Text | None = None
    root_process_instance_id: Text | None = None
    process_instance_business_key: Text | None = None
    process_instance_business_key_in: Listed | None = None
    process_instance_business_key_like: Text | None = None
    execution_id: Text | None = None
    activity_instance_id_in: Listed | None = None
    process_definition_id: Text | None = None
    process_definition_key: Text | None = None
    process_definition_name: Text | None = None
    task_name: Text | None = None
    task_name_like: Text | None = None
    task_definition_key: Text | None = None
    task_definition_key_in: Listed | None = None
    task_delete_reason: Annotated[Text | None, Field(description="completed or deleted")] = None
    assigned: Flag | None = None
    unassigned: Flag | None = None
    task_assignee: Text | None = None
    task_assignee_like: Text | None = None
    task_involved_user: Text | None = None
    task_had_candidate_group: Text | None = None
    process_finished: Flag | None = None
    process_unfinished: Flag | None = None
    task_due_date: Moment | None = None
    task_due_date_before: Moment | None = None
    task_due_date_after: Moment | None = None
    without_task_due_date: Flag | None = None


class HistoricTaskQuery(HistoricTaskFilters, Ordered):
    """As parameters of the address."""

    sort_by: TaskSortBy | None = None


class HistoricTaskSorting(Direction):
    """One thing to sort by."""

    sort_by: TaskSortBy


class HistoricTaskQueryBody(HistoricTaskFilters):
    """As a JSON body."""

    sorting: Annotated[list[HistoricTaskSorting] | None, Field(max_length=10)] = None


class HistoricTaskInstanceDto(Dto):
    """One activation of a user task."""

    id: str
    process_definition_key: str
    process_definition_id: str
    process_instance_id: str
    execution_id: str
    case_definition_key: str | None
    case_definition_id: str | None
    case_instance_id: str | None
    case_execution_id: str | None
    activity_instance_id: str
    name: str
    description: str | None
    delete_reason: Literal["completed", "deleted"] | None
    owner: str | None
    assignee: str | None
    start_time: Moment
    end_time: Moment | None
    duration: int | None
    task_definition_key: str
    priority: int
    due: Moment | None
    parent_task_id: str | None
    follow_up: Moment | None
    tenant_id: str | None
    removal_time: Moment | None
    root_process_instance_id: str
    task_state: Literal["Created", "Completed", "Deleted"]


_ENDED: dict[str | None, tuple[str | None, str]] = {
    None: (None, "Created"),
    "completed": ("completed", "Completed"),
    "cancelled": ("deleted", "Deleted"),
}


def _dto(one: Activity) -> HistoricTaskInstanceDto:
    reason, state = _ENDED[one.ended_how]
    return HistoricTaskInstanceDto.model_validate(
        {
            "id": one.id,
            "process_definition_key": one.definition.key,
            "process_definition_id": one.definition.id,
            "process_instance_id": one.case,
            "execution_id": one.case,
            "case_definition_key": None,
            "case_definition_id": None,
            "case_instance_id": None,
            "case_execution_id": None,
            "activity_instance_id": one.id,
            "name": one.element.name,
            "description": None,
            "delete_reason": reason,
            "owner": None,
            "assignee": one.assignee,
            "start_time": one.started,
            "end_time": one.ended,
            "duration": milliseconds(one.started, one.ended),
            "task_definition_key": one.element.id,
            "priority": PRIORITY,
            "due": one.due,
            "parent_task_id": None,
            "follow_up": None,
            "tenant_id": None,
            "removal_time": None,
            "root_process_instance_id": one.case,
            "task_state": state,
        }
    )


serve_list(
    "/history/task", __name__, tag=TAG, summary="User tasks, open and ended.",
    query=HistoricTaskQuery, filters=HistoricTaskFilters, body=HistoricTaskQueryBody, gives=HistoricTaskInstanceDto,
    rows=rest_activities.tasks, count=rest_activities.count_tasks, dto=_dto,
)  # fmt: skip
