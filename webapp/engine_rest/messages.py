"""`message`: a message event of the diagram, sent to one case by its number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.commands import SendMessage
from engine.errors import NotAllowed, NotFound
from engine.queries.rest_instances import is_readable
from engine.runtime.handle import handle
from webapp.context import ports
from webapp.engine_rest.auth import asked, current_actor
from webapp.engine_rest.dto import Dto, Flag, Text
from webapp.engine_rest.errors import RestError, invalid
from webapp.engine_rest.served import served
from webapp.engine_rest.values import VariableValue


class Message(Dto):
    """A message and the case it is for. Messages of this process carry no variables."""

    message_name: Text | None = None
    business_key: Text | None = None
    process_instance_id: Text | None = None
    without_tenant_id: Flag | None = None
    all: Flag | None = None
    result_enabled: Flag | None = None
    variables_in_result_enabled: Literal[False] | None = None
    tenant_id: None = None
    correlation_keys: dict[str, VariableValue] | None = Field(default=None, max_length=0)
    local_correlation_keys: dict[str, VariableValue] | None = Field(default=None, max_length=0)
    process_variables: dict[str, VariableValue] | None = Field(default=None, max_length=0)
    process_variables_local: dict[str, VariableValue] | None = Field(default=None, max_length=0)


class ExecutionDto(Dto):
    """The case that got the message."""

    id: str
    process_instance_id: str
    ended: bool
    tenant_id: str | None


class CorrelationDto(Dto):
    """What became of the message."""

    result_type: Literal["Execution"]
    execution: ExecutionDto
    process_instance: None


@served(
    "POST", "/message", tag="Message",
    summary="Send a message event to the case `businessKey`, or `processInstanceId`: both are the case number.",
    body=Message, gives=list[CorrelationDto], also_empty=True, command=True,
)  # fmt: skip
def send(body: Message) -> list[CorrelationDto] | None:
    if not body.message_name:
        raise invalid("No message name supplied")
    case = body.process_instance_id or body.business_key
    if not case:
        raise invalid("No case supplied: expected businessKey or processInstanceId, the case number")
    if body.business_key not in (None, case):
        raise _mismatch(body.message_name)
    try:
        outcome = handle(ports(), SendMessage(**asked(), case=case, message=body.message_name))
    except (NotFound, NotAllowed):
        # of a case that is kept from them nobody learns that it is there
        if _is_readable(case):
            raise
        raise _mismatch(body.message_name) from None
    if not body.result_enabled:
        return None
    execution = ExecutionDto(
        id=case, process_instance_id=case, ended=outcome.ending is not None, tenant_id=None
    )
    return [CorrelationDto(result_type="Execution", execution=execution, process_instance=None)]


def _is_readable(case: str) -> bool:
    with ports().database.read() as connection:
        return is_readable(ports(), connection, current_actor(), case)


def _mismatch(name: str) -> RestError:
    return RestError(
        400,
        f"Cannot correlate message '{name}': No process definition or execution matches the parameters",
        type="MismatchingMessageCorrelationException",
    )
