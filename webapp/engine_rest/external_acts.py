"""How a worker gives a task back: done, failed, or in error; and what it does with its lock."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from engine.runtime import external
from engine.runtime.external import Worker
from webapp.context import ports
from webapp.engine_rest.auth import asked, current_actor
from webapp.engine_rest.dto import Dto, Text
from webapp.engine_rest.errors import invalid
from webapp.engine_rest.external_fetch import WorkerId
from webapp.engine_rest.external_tasks import TAG
from webapp.engine_rest.served import served
from webapp.engine_rest.values import VariableValue, plain

_NOT_HELD = {400: "This worker does not hold the lock, or the body cannot be taken; the message says which."}

#: Sent by clients, empty: a task has no variables of its own, and only its completion sets the case's.
_None = Annotated[dict[str, VariableValue] | None, Field(max_length=0)]
_Milliseconds = Annotated[int, Field(ge=0, le=365 * 86_400_000)]
_LongText = Annotated[str, Field(max_length=20_000)]


class CompleteExternalTask(Dto):
    """The results."""

    worker_id: WorkerId
    variables: dict[str, VariableValue] | None = None
    local_variables: _None = None


class ExternalTaskFailure(Dto):
    """What went wrong, and whether to try again."""

    worker_id: WorkerId
    error_message: _LongText | None = None
    error_details: _LongText | None = None
    retries: Annotated[int, Field(ge=0, le=1_000_000, description="Left; 0 opens an incident.")] = 0
    retry_timeout: Annotated[_Milliseconds, Field(description="Milliseconds until it may be had again.")] = 0
    variables: _None = None
    local_variables: _None = None


class ExternalTaskBpmnError(Dto):
    """A business error, which the diagram catches by its code."""

    worker_id: WorkerId
    error_code: Annotated[Text, Field(min_length=1)]
    error_message: Annotated[_LongText | None, Field(description="Not kept.")] = None
    variables: _None = None


class ExtendLock(Dto):
    """How long from now."""

    worker_id: WorkerId
    new_duration: Annotated[_Milliseconds, Field(description="Milliseconds.")]


@served(
    "POST", "/external-task/<id>/complete", tag=TAG, summary="The work is done.",
    body=CompleteExternalTask, gives=None, also=_NOT_HELD, command=True,
)  # fmt: skip
def complete(id: str, body: CompleteExternalTask) -> None:
    results = {}
    for name, variable in (body.variables or {}).items():
        try:
            results[name] = plain(variable)
        except ValueError as wrong:
            raise invalid(f"The variable {name[:100]} cannot be taken: {wrong}.") from None
    who = asked()
    external.complete(
        ports(), _worker(body.worker_id), id, results, source=who["source"], command_id=who["command_id"]
    )


@served(
    "POST", "/external-task/<id>/failure", tag=TAG, summary="It did not work out.",
    body=ExternalTaskFailure, gives=None, also=_NOT_HELD,
)  # fmt: skip
def failure(id: str, body: ExternalTaskFailure) -> None:
    external.fail(
        ports(),
        _worker(body.worker_id),
        id,
        retries=body.retries,
        retry_after=timedelta(milliseconds=body.retry_timeout),
        message=body.error_message or "",
        details=body.error_details or "",
        source=asked()["source"],
    )


@served(
    "POST", "/external-task/<id>/bpmnError", tag=TAG, summary="It ended in an error that the diagram knows.",
    body=ExternalTaskBpmnError, gives=None, also=_NOT_HELD, command=True,
)  # fmt: skip
def bpmn_error(id: str, body: ExternalTaskBpmnError) -> None:
    who = asked()
    external.throw(
        ports(), _worker(body.worker_id), id, body.error_code, source=who["source"], command_id=who["command_id"]
    )  # fmt: skip


@served("POST", "/external-task/<id>/unlock", tag=TAG, summary="Let other workers have it.", gives=None)
def unlock(id: str) -> None:
    external.unlock(ports(), _worker(""), id)


@served(
    "POST", "/external-task/<id>/extendLock", tag=TAG, summary="Work on it longer.",
    body=ExtendLock, gives=None, also=_NOT_HELD,
)  # fmt: skip
def extend_lock(id: str, body: ExtendLock) -> None:
    external.extend(ports(), _worker(body.worker_id), id, timedelta(milliseconds=body.new_duration))


def _worker(name: str) -> Worker:
    return Worker(current_actor(), name)
