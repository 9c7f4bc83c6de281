"""`/task/<id>/comment`: what colleagues say about the case. A comment is the case's, so each of its tasks shows it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.commands import Comment
from engine.identity.disclosure import note
from engine.queries import rest_comments
from engine.queries.rest_comments import Said
from engine.queries.rest_tasks import Task
from engine.runtime.handle import handle
from webapp.context import ports
from webapp.engine_rest.auth import asked, current_actor
from webapp.engine_rest.dto import NO_NUL, Dto, Link, Text
from webapp.engine_rest.served import served
from webapp.engine_rest.tasks import the_task
from webapp.engine_rest.values import Moment

TAG = "Task Comment"


class NewComment(Dto):
    """What to say, 1 to 4,000 characters. The other fields are Camunda's own and are not looked at."""

    message: Annotated[str, Field(pattern=NO_NUL, max_length=4_000)]
    process_instance_id: Annotated[Text | None, Field(description="Not looked at: the task says it.")] = None


class CommentDto(Dto):
    """A comment."""

    links: list[Link]
    id: str
    user_id: str
    time: Moment
    task_id: str
    message: str
    removal_time: Moment | None
    root_process_instance_id: str
    process_instance_id: str


@served("GET", "/task/<id>/comment", tag=TAG, summary="The comments, oldest first.", gives=list[CommentDto])
def comments(id: str) -> list[CommentDto]:
    task = the_task(id)
    with ports().database.read() as connection:
        said = rest_comments.comments_of(ports(), connection, current_actor(), task)
    note(ports(), current_actor(), "work_item:read", task.case, source="rest")
    return [_dto(one, task) for one in said]


@served("GET", "/task/<id>/comment/<comment_id>", tag=TAG, summary="One comment.", gives=CommentDto)
def comment(id: str, comment_id: str) -> CommentDto:
    return _one(the_task(id), comment_id)


@served(
    "POST", "/task/<id>/comment/create", tag=TAG, summary="Say something; the complainant does not see it.",
    body=NewComment, gives=CommentDto, command=True,
)  # fmt: skip
def create(id: str, body: NewComment) -> CommentDto:
    task, who = the_task(id), asked()
    handle(ports(), Comment(**who, case=task.case, text=body.message))
    with ports().database.read() as connection:
        made = rest_comments.comment_by_command(connection, who["actor"], who["command_id"])
    return _one(task, made)


def _one(task: Task, id: str) -> CommentDto:
    with ports().database.read() as connection:
        said = rest_comments.comment_of(ports(), connection, current_actor(), task, id)
    note(ports(), current_actor(), "work_item:read", task.case, source="rest")
    return _dto(said, task)


def _dto(said: Said, task: Task) -> CommentDto:
    return CommentDto(
        links=[],
        id=said.id,
        user_id=said.author,
        time=said.at,
        task_id=task.id,
        message=said.text,
        removal_time=None,
        root_process_instance_id=task.case,
        process_instance_id=task.case,
    )
