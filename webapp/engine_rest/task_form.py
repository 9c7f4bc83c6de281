"""What a task asks and what is known: its form, the form's variables, the case's variables, who may take it."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import Field

from engine.identity.disclosure import note
from engine.queries.rest_tasks import Task
from engine.queries.rest_variables import answers_of_case, form_file
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import Dto, Flag, Listed, Text
from webapp.engine_rest.errors import invalid, missing
from webapp.engine_rest.served import Raw, served
from webapp.engine_rest.tasks import TAG, CamundaFormRef, form_ref, the_task
from webapp.engine_rest.values import TypedValue, all_typed

_JSON = "application/json"


class LinkType(Dto):
    """Which links."""

    type: Text | None = None


class IdentityLink(Dto):
    """Somebody who has to do with the task."""

    user_id: str | None
    group_id: str | None
    type: str


class Form(Dto):
    """Where the form is; a Camunda form is named by its reference."""

    key: str | None
    camunda_form_ref: CamundaFormRef | None
    context_path: str | None


class FormVariables(Dto):
    """Which variables."""

    variable_names: Annotated[Listed | None, Field(max_length=50)] = None
    deserialize_values: Flag | None = None


class Deserialize(Dto):
    """Sent by clients; values here are plain JSON."""

    deserialize_values: Flag | None = None


class DeserializeOne(Dto):
    """Sent by clients; values here are plain JSON."""

    deserialize_value: Flag | None = None


@served(
    "GET", "/task/<id>/identity-links", tag=TAG, summary="Who holds it, handed it on, or may take it.",
    query=LinkType, gives=list[IdentityLink],
)  # fmt: skip
def identity_links(id: str, query: LinkType) -> list[IdentityLink]:
    task = the_task(id)
    people = [(task.assignee, "assignee"), (task.owner, "owner")]
    links = [IdentityLink(user_id=user, group_id=None, type=kind) for user, kind in people if user]
    links += [IdentityLink(user_id=None, group_id=group, type="candidate") for group in task.groups]
    return [link for link in links if query.type in (None, link.type)]


@served("GET", "/task/<id>/form", tag=TAG, summary="Which form it has.", gives=Form)
def form(id: str) -> Form:
    return Form(key=None, camunda_form_ref=form_ref(the_task(id)), context_path=None)


@served("GET", "/task/<id>/deployed-form", tag=TAG, summary="The form file itself.", gives=Raw(_JSON))
def deployed_form(id: str) -> Response:
    task = the_task(id)
    if task.element.form_ref is None:
        raise invalid(f"The task with id {id} has no deployed form.")
    file = form_file(task.definition, task.element.form_ref)
    if file is None:
        raise missing(f"The form {task.element.form_ref} was not deployed with {task.definition.id}.")
    return Response(file, mimetype=_JSON)


@served(
    "GET", "/task/<id>/form-variables", tag=TAG, summary="What is known already of what its form shows or asks.",
    query=FormVariables, gives=dict[str, TypedValue],
)  # fmt: skip
def form_variables(id: str, query: FormVariables) -> dict[str, TypedValue]:
    task = the_task(id)
    schema = task.definition.form_of(task.element.id)
    wanted = (schema.own_keys | schema.shown_keys) if schema else frozenset()
    known = _variables(task)
    names = query.variable_names if query.variable_names is not None else sorted(wanted)
    return {name: known[name] for name in names if name in known}


@served(
    "GET", "/task/<id>/variables", tag=TAG, summary="All that was answered in its case, as far as the user may read it.",
    query=Deserialize, gives=dict[str, TypedValue],
)  # fmt: skip
def variables(id: str, query: Deserialize) -> dict[str, TypedValue]:
    return _variables(the_task(id))


@served(
    "GET",
    "/task/<id>/variables/<name>",
    tag=TAG,
    summary="One of them.",
    query=DeserializeOne,
    gives=TypedValue,
)
def variable(id: str, name: str, query: DeserializeOne) -> TypedValue:
    known = _variables(the_task(id))
    if name not in known:
        raise missing(f"task variable with name {name[:100]} does not exist")
    return known[name]


def _variables(task: Task) -> dict[str, TypedValue]:
    with ports().database.read() as connection:
        known = all_typed(answers_of_case(ports(), connection, current_actor(), task.case))
    note(ports(), current_actor(), "work_item:read", task.case, source="rest")
    return known
