"""Starting a case: entering a complaint, which only the version in force takes; or an analyst's trial of any version.

A program enters complaints as the counter does, for the complainant. The business key is the case number, which the
office gives; Camunda Modeler sends "default" as one with every start, so it can be no idempotency key either: that is
the header `Idempotency-Key`.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field

from engine.commands import COMPLAINANT, Submit
from engine.definition.model import ProcessDefinition
from engine.forms.fields import for_staff
from engine.queries.rest_definitions import Listed
from engine.queries.rest_variables import answers_of_case
from engine.runtime.handle import handle
from webapp.context import ports
from webapp.engine_rest.auth import asked, current_actor
from webapp.engine_rest.definitions import TAG, by_id, by_key
from webapp.engine_rest.dto import Dto, Flag, Link, Text
from webapp.engine_rest.errors import RestError
from webapp.engine_rest.instances import InstanceDto
from webapp.engine_rest.served import served
from webapp.engine_rest.values import TypedValue, VariableValue, all_typed, answers_of

_STARTED: Final = (
    "What an analyst starts is a trial (`UJI-…`), of any version: nobody is told of it, nothing counts it. `variables` hold the answers to the first form. The case number is the business key, given by the office; "
    "`businessKey` is accepted for the sake of existing clients and not used."
)


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
    "POST", "/process-definition/<id>/start", tag=TAG, summary=f"Enter a complaint. {_STARTED}",
    body=Start, gives=StartedDto | InstanceDto, command=True,
)  # fmt: skip
def start(id: str, body: Start) -> StartedDto | InstanceDto:
    return _start(by_id(id), body)


@served(
    "POST", "/process-definition/key/<key>/start", tag=TAG, summary=f"Enter a complaint. {_STARTED}",
    body=Start, gives=StartedDto | InstanceDto, command=True,
)  # fmt: skip
def start_by_key(key: str, body: Start) -> StartedDto | InstanceDto:
    return _start(by_key(key), body)


def _start(one: Listed, body: Start) -> StartedDto | InstanceDto:
    definition, trial = one.definition, current_actor().is_analyst
    if not one.active and not trial:
        raise RestError(
            400,
            f"Cannot instantiate process definition {definition.id}: new cases take another version; "
            f"start by key {definition.key}.",
        )
    form = definition.form_of(definition.entry)
    answers = answers_of(body.variables or {}, form and (form if trial else for_staff(form)))
    outcome = handle(
        ports(),
        Submit(
            **asked(),
            on_behalf=_for_whom(definition),
            process=definition.key,
            answers=answers,
            trial=trial,
            version=definition.version if trial else None,
        ),
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
