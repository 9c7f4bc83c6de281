"""What colleagues said about a case, for a client who may read the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.errors import NotFound
from engine.events import COMMENT_ADDED
from engine.history import log
from engine.identity.policy import Actor, Subject, allowed
from engine.queries.rest_tasks import Task
from engine.runtime.ports import Ports
from engine.store import comments
from engine.store.tables import case_keys


@dataclass(frozen=True, slots=True)
class Said:
    """A comment."""

    id: str
    author: str
    at: datetime
    text: str


def comments_of(ports: Ports, connection: Connection, actor: Actor, task: Task) -> list[Said]:
    """The comments of the task's case, oldest first; none once the person was erased, or for who may not read."""
    subject: Subject = task.subject
    if not allowed(actor, "case:read", subject):
        return []
    wrapped = connection.scalar(select(case_keys.c.wrapped).where(case_keys.c.case_number == task.case))
    if wrapped is None:
        return []
    key = ports.keyring.unwrap(task.case, wrapped)
    return [
        Said(row.id, row.author, row.at, comments.opened(ports.keyring, key, row.id, row.blob))
        for row in comments.of_case(connection, task.case)
    ]


def comment_of(ports: Ports, connection: Connection, actor: Actor, task: Task, id: str) -> Said:
    """One of them. Raises `NotFound`."""
    found = next((said for said in comments_of(ports, connection, actor, task) if said.id == id), None)
    if found is None:
        raise NotFound(f"Task comment with id {id} does not exist for task id '{task.id}'.", comment=id)
    return found


def comment_by_command(connection: Connection, actor: str, command_id: str) -> str:
    """The id of the comment that a command made: it is named by the event that tells of it. Raises `NotFound`."""
    event = log.find_command(connection, actor, command_id)
    if event is None or event.type != COMMENT_ADDED:
        raise NotFound("There is no comment of that command.", command=command_id)
    return f"{event.case_number}:komentar:{event.seq}"
