"""`/task`: the open tasks that the user may list, by Camunda's filters, and one of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.queries import rest_tasks
from engine.queries.rest_tasks import Task
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import Dto, Flag, Listed, Ordered, Text
from webapp.engine_rest.lists import Direction, serve_list
from webapp.engine_rest.served import served
from webapp.engine_rest.values import Moment

TAG = "Task"
#: Camunda's, for whoever sets none; here nobody does.
PRIORITY = 50

SortBy = Literal[
    "instanceId", "executionId", "dueDate", "assignee", "created", "id", "name", "nameCaseInsensitive",
    "priority", "followUpDate", "description", "tenantId",
]  # fmt: skip


class TaskFilters(Dto):
    """Which tasks. A flag that is false restricts nothing."""

    task_id: Text | None = None
    task_id_in: Listed | None = None
    process_instance_id: Text | None = None
    process_instance_id_in: Listed | None = None
    process_instance_business_key: Annotated[Text | None, Field(description="The case number.")] = None
    process_instance_business_key_in: Listed | None = None
    process_instance_business_key_like: Text | None = None
    process_definition_id: Text | None = None
    process_definition_key: Text | None = None
    process_definition_key_in: Listed | None = None
    process_definition_name: Text | None = None
    process_definition_name_like: Text | None = None
    execution_id: Text | None = None
    activity_instance_id_in: Listed | None = None
    tenant_id_in: Listed | None = None
    without_tenant_id: Flag | None = None
    assignee: Text | None = None
    assignee_like: Text | None = None
    assignee_in: Listed | None = None
    assignee_not_in: Listed | None = None
    assigned: Flag | None = None
    unassigned: Flag | None = None
    candidate_group: Annotated[
        Text | None,
        Field(description="Offered to this group and held by nobody; a complainant's task also to the group at the counter."),
    ] = None  # fmt: skip
    candidate_groups: Listed | None = None
    candidate_user: Annotated[Text | None, Field(description="Offered to a group of this user.")] = None
    include_assigned_tasks: Annotated[
        Flag | None, Field(description="Candidates of tasks that somebody holds count as well.")
    ] = None
    with_candidate_groups: Annotated[Flag | None, Field(description="All of them have.")] = None
    without_candidate_groups: Annotated[Flag | None, Field(description="None of them is.")] = None
    with_candidate_users: Annotated[Flag | None, Field(description="None of them has.")] = None
    without_candidate_users: Annotated[Flag | None, Field(description="All of them are.")] = None
    involved_user: Text | None = None
    task_definition_key: Text | None = None
    task_definition_key_in: Listed | None = None
    task_definition_key_not_in: Listed | None = None
    task_definition_key_like: Text | None = None
    name: Text | None = None
    name_not_equal: Text | None = None
    name_like: Text | None = None
    name_not_like: Text | None = None
    due_date: Moment | None = None
    due_after: Moment | None = None
    due_before: Moment | None = None
    without_due_date: Flag | None = None
    created_on: Moment | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    variable_names_ignore_case: Annotated[
        Flag | None, Field(description="Says nothing here: tasks are not found by variables.")
    ] = None
    variable_values_ignore_case: Flag | None = None
    active: Annotated[Flag | None, Field(description="No incident halts the case.")] = None
    suspended: Annotated[Flag | None, Field(description="An incident halts the case.")] = None


class TaskQuery(TaskFilters, Ordered):
    """As parameters of the address."""

    sort_by: SortBy | None = None


class TaskSorting(Direction):
    """One thing to sort by."""

    sort_by: SortBy


class TaskQueryBody(TaskFilters):
    """As a JSON body."""

    sorting: Annotated[list[TaskSorting] | None, Field(max_length=10)] = None


class CamundaFormRef(Dto):
    """The form of a task: its id, and that it is the one deployed with the process."""

    key: str
    binding: str
    version: int | None


class TaskDto(Dto):
    """An open task."""

    id: str
    name: str
    assignee: str | None
    created: Moment
    due: Moment | None
    follow_up: Moment | None
    last_updated: Moment | None
    delegation_state: Literal["PENDING", "RESOLVED"] | None
    description: str | None
    execution_id: str
    owner: Annotated[str | None, Field(description="Who handed it on, and gets it back by `resolve`.")]
    parent_task_id: str | None
    priority: int
    process_definition_id: str
    process_instance_id: str
    task_definition_key: str
    case_execution_id: str | None
    case_instance_id: str | None
    case_definition_id: str | None
    suspended: bool
    form_key: str | None
    camunda_form_ref: CamundaFormRef | None
    tenant_id: str | None
    task_state: str


@served("GET", "/task/<id>", tag=TAG, summary="An open task.", gives=TaskDto)
def task(id: str) -> TaskDto:
    return _dto(the_task(id))


def the_task(id: str) -> Task:
    """The open task. Raises 404 when it is finished, or not this user's to see."""
    with ports().database.read() as connection:
        return rest_tasks.task(ports(), connection, current_actor(), id)


def form_ref(task: Task) -> CamundaFormRef | None:
    """The form it is answered by."""
    key = task.element.form_ref
    return CamundaFormRef(key=key, binding="deployment", version=None) if key else None


def _dto(task: Task) -> TaskDto:
    return TaskDto(
        id=task.id,
        name=task.element.name,
        assignee=task.assignee,
        created=task.created,
        due=task.due,
        follow_up=None,
        last_updated=None,
        delegation_state="PENDING" if task.owner else None,
        description=None,
        execution_id=task.case,
        owner=task.owner,
        parent_task_id=None,
        priority=PRIORITY,
        process_definition_id=task.definition.id,
        process_instance_id=task.case,
        task_definition_key=task.element.id,
        case_execution_id=None,
        case_instance_id=None,
        case_definition_id=None,
        suspended=task.halted,
        form_key=None,
        camunda_form_ref=form_ref(task),
        tenant_id=None,
        task_state="Created",
    )


serve_list(
    "/task", __name__, tag=TAG, summary="Open tasks that the user may list.",
    query=TaskQuery, filters=TaskFilters, body=TaskQueryBody, gives=TaskDto,
    rows=rest_tasks.tasks, count=rest_tasks.count, dto=_dto,
)  # fmt: skip
