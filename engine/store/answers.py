"""What completed forms got: one sealed blob a completion, the truth of a case's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from engine.store.tables import answers

_OF_WORK_ITEMS = (
    select(answers.c.work_item_id, answers.c.blob)
    .where(answers.c.work_item_id.in_(bindparam("ids", expanding=True)))
    .order_by(answers.c.answered_at, answers.c.work_item_id)
)


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep answers; a task is answered once."""
    if rows:
        connection.execute(insert(answers), [dict(row) for row in rows])


def of_work_items(connection: Connection, ids: Sequence[str]) -> Sequence[tuple[str, bytes]]:
    """The sealed answers of these tasks, oldest first: (work item id, blob)."""
    return [(row.work_item_id, row.blob) for row in connection.execute(_OF_WORK_ITEMS, {"ids": list(ids)})]


def of_case(connection: Connection, number: str) -> Sequence[Any]:
    """All sealed answers of a case, oldest first: rows of `answers`."""
    query = select(answers).where(answers.c.case_number == number)
    return connection.execute(query.order_by(answers.c.answered_at, answers.c.work_item_id)).all()
