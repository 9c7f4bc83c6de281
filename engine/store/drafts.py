"""What somebody has typed into a form and not sent yet: one sealed draft for each task and user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy import delete as delete_from

from engine.canonical_json import canonical
from engine.store.keyring import Keyring
from engine.store.session import upsert
from engine.store.tables import drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of `drafts`; `blob` is what `Keyring.seal` gave."""

    work_item_id: str
    user_id: str
    case_number: str
    blob: bytes
    saved_at: datetime


def seal_name(work_item_id: str) -> str:
    """What a draft is sealed as (`Keyring.seal`), so that it opens as nothing else."""
    return f"{work_item_id}:draft"


def sealed(
    keyring: Keyring,
    case_key: bytes,
    work_item_id: str,
    user_id: str,
    answers: Mapping[str, Any],
    at: datetime,
) -> Draft:
    """The draft of `answers` (raw, nested as the form is), sealed with the key of its case."""
    blob = keyring.seal(case_key, seal_name(work_item_id), canonical(dict(answers)))
    return Draft(work_item_id, user_id, work_item_id.partition(":")[0], blob, at)


def save(connection: Connection, draft: Draft) -> None:
    """Keeps `draft` in place of the one before."""
    values = {"case_number": draft.case_number, "blob": draft.blob, "saved_at": draft.saved_at}
    row = upsert(connection, drafts).values(work_item_id=draft.work_item_id, user_id=draft.user_id, **values)
    connection.execute(
        row.on_conflict_do_update(index_elements=[drafts.c.work_item_id, drafts.c.user_id], set_=values)
    )


def load(connection: Connection, work_item_id: str, user_id: str) -> Draft | None:
    """The user's draft for this task, if there is one."""
    row = connection.execute(
        select(drafts).where(drafts.c.work_item_id == work_item_id, drafts.c.user_id == user_id)
    ).first()
    return Draft(*row) if row else None


def delete(connection: Connection, work_item_id: str, user_id: str | None = None) -> None:
    """Removes the user's draft, or, when the task has ended, everybody's."""
    gone = _GONE if user_id is None else _GONE.where(drafts.c.user_id == user_id)
    connection.execute(gone, {"of_work_item": work_item_id})


def rename(connection: Connection, keyring: Keyring, case_key: bytes, before: str, after: str) -> None:
    """The drafts of a task that is called otherwise now, sealed under its new name."""
    for row in connection.execute(select(drafts).where(drafts.c.work_item_id == before)).all():
        text = keyring.open(case_key, seal_name(before), row.blob)
        delete(connection, before, row.user_id)
        save(
            connection,
            Draft(
                after,
                row.user_id,
                row.case_number,
                keyring.seal(case_key, seal_name(after), text),
                row.saved_at,
            ),
        )


_GONE = delete_from(drafts).where(drafts.c.work_item_id == bindparam("of_work_item"))
