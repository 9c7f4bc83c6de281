"""What a user does with a task: claim, hand on, give back, complete."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.commands import Claim, Complete, Delegate, Release
from engine.errors import AlreadyClaimed, NotAllowed, NotFound
from engine.forms.fields import for_staff
from engine.numbers import is_trial
from engine.queries.rest_variables import answers_of_case
from engine.queries.task import form_of
from engine.runtime.handle import handle
from webapp.context import ports
from webapp.engine_rest.auth import asked, current_actor
from webapp.engine_rest.dto import Dto, Flag, Text
from webapp.engine_rest.errors import forbidden, invalid
from webapp.engine_rest.served import served
from webapp.engine_rest.tasks import TAG, the_task
from webapp.engine_rest.values import TypedValue, VariableValue, all_typed, answers_of

_HELD = {409: "A colleague holds it; the message names them."}


class UserId(Dto):
    """Whom it is about."""

    user_id: Annotated[Text | None, Field(description="Null gives the task back to its group.")] = None


class CompleteTask(Dto):
    """The answers to the task's form."""

    variables: dict[str, VariableValue] | None = None
    with_variables_in_return: Flag = False


class ResolveTask(Dto):
    """Nothing: answers are given by completing the task."""

    variables: Annotated[dict[str, VariableValue] | None, Field(max_length=0)] = None


@served(
    "POST", "/task/<id>/claim", tag=TAG, summary="Take it; or give it to a colleague, where the user may.",
    body=UserId, gives=None, also=_HELD, command=True,
)  # fmt: skip
def claim(id: str, body: UserId) -> None:
    if body.user_id is None:
        return _release(id)
    if body.user_id == current_actor().id:
        return _claim(id)
    if (holder := the_task(id).assignee) not in (None, body.user_id):
        raise AlreadyClaimed(holder=holder)
    return _delegate(id, body.user_id)


@served(
    "POST",
    "/task/<id>/unclaim",
    tag=TAG,
    summary="Give it back to its group.",
    gives=None,
    also=_HELD,
    command=True,
)
def unclaim(id: str) -> None:
    _release(id)


@served(
    "POST", "/task/<id>/assignee", tag=TAG, summary="Say who holds it, where the user may.",
    body=UserId, gives=None, also=_HELD, command=True,
)  # fmt: skip
def assignee(id: str, body: UserId) -> None:
    if body.user_id is None:
        return _release(id)
    if body.user_id == current_actor().id and the_task(id).assignee in (None, body.user_id):
        return _claim(id)
    return _delegate(id, body.user_id)


@served(
    "POST", "/task/<id>/delegate", tag=TAG, summary="Hand it on to a colleague of the same group.",
    body=UserId, gives=None, also=_HELD, command=True,
)  # fmt: skip
def delegate(id: str, body: UserId) -> None:
    if body.user_id is None:
        raise invalid("userId: expected the colleague who gets the task, found none.")
    _delegate(id, body.user_id)


@served(
    "POST", "/task/<id>/resolve", tag=TAG, summary="Give a task that was handed on back to who did.",
    body=ResolveTask, gives=None, also=_HELD, command=True,
)  # fmt: skip
def resolve(id: str, body: ResolveTask) -> None:
    owner = the_task(id).owner
    if owner is None:
        raise invalid(
            f"Task {id} was not handed on, so there is nobody to give it back to; unclaim it instead."
        )
    _delegate(id, owner)


@served(
    "POST", "/task/<id>/complete", tag=TAG,
    summary="Finish it: `variables` answer its form. A complainant's task is completed on their behalf.",
    body=CompleteTask, gives=dict[str, TypedValue], also_empty=True, command=True,
    also={**_HELD, 400: "The answers do not fit the form; message and details name every field."},
)  # fmt: skip
def complete(id: str, body: CompleteTask) -> dict[str, TypedValue] | None:
    with ports().database.read() as connection:
        form = form_of(ports(), connection, id)
    answers = answers_of(body.variables or {}, form and (form if is_trial(id) else for_staff(form)))
    outcome = handle(ports(), Complete(**asked(), work_item=id, answers=answers, claim=True))
    if not body.with_variables_in_return:
        return None
    with ports().database.read() as connection:
        try:
            return all_typed(answers_of_case(ports(), connection, current_actor(), outcome.case))
        except NotAllowed:  # who may complete a task need not be one who may read the case
            return {}


def _claim(id: str) -> None:
    try:
        handle(ports(), Claim(**asked(), work_item=id))
    except NotAllowed:
        if _is_complainants(id):
            raise forbidden(
                f"Task {id} is the complainant's, so nobody takes it; complete it, and it is done on their behalf."
            ) from None
        raise


def _is_complainants(id: str) -> bool:
    """Whether it is a complainant's task that this user may see."""
    try:
        return the_task(id).subject.public
    except NotFound:
        return False


def _delegate(id: str, to: str) -> None:
    handle(ports(), Delegate(**asked(), work_item=id, to=to))


def _release(id: str) -> None:
    """A task that nobody holds is given back already, as Camunda sees it."""
    if the_task(id).assignee is not None:
        handle(ports(), Release(**asked(), work_item=id))
