"""Keeping what somebody has typed into a task's form and not sent yet.

A draft is no act on the case: nothing in its history tells of it, it is sealed with the case's key, and it goes
when the task is completed or the person is erased. Hence no command.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import AlreadyClaimed, KeyMissing, NotAllowed, WorkItemNotOpen
from engine.identity.policy import Actor
from engine.queries.task import TaskPage, task_page
from engine.runtime.ports import Ports
from engine.store import cases, drafts


def save_draft(ports: Ports, actor: Actor, work_item: str, answers: Mapping[str, Any]) -> None:
    """Keep `answers` (raw, nested as the form is) as the actor's own draft of an open task.

    Raises `NotFound`, `NotAllowed`, `WorkItemNotOpen`, `KeyMissing` once the person was erased, and
    `AlreadyClaimed` when a colleague holds the task.
    """
    number = work_item.partition(":")[0]
    with ports.database.write() as connection:
        # locked, so that no draft is left behind by a completion at the same moment
        wrapped = cases.load_for(connection, number).wrapped_key
        page = task_page(ports, connection, actor, work_item)
        _must_be_answerable(page)
        if wrapped is None:
            raise KeyMissing(f"The answers of case {number} were erased.", case=number)
        key = ports.keyring.unwrap(number, wrapped)
        drafts.save(connection, drafts.sealed(ports.keyring, key, work_item, actor.id, answers, page.now))


def _must_be_answerable(page: TaskPage) -> None:
    if not page.task.is_open:
        raise WorkItemNotOpen(work_item=page.task.id)
    if "complete" in page.may:
        return
    if page.task.assignee is not None:
        raise AlreadyClaimed(holder=page.task.assignee)
    raise NotAllowed(act="work_item:complete")
