"""What analysts have changed and not deployed: one draft for each file of a process, and who has it open.

A draft is kept until it is deployed or thrown away; a closed tab loses nothing. Two who save one file are kept apart
by its revision: whoever saves says which they had open, and a stale one is refused (`DraftStale`) with what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from engine.errors import DraftStale
from engine.store.session import lock, upsert
from engine.store.tables import design_drafts, design_editors

#: An editor that has not been heard of for so long has closed the page.
GONE_AFTER: Final = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class DesignDraft:
    """A row of `design_drafts`."""

    process: str
    name: str
    #: None: the file is taken out of the next version.
    content: bytes | None
    revision: int
    base: str | None
    saved_by: str
    saved_at: datetime


def load(connection: Connection, process: str, name: str) -> DesignDraft | None:
    """The draft of one file, if there is one."""
    row = connection.execute(select(design_drafts).where(*_of(process, name))).first()
    return DesignDraft(*row) if row else None


def of_process(connection: Connection, process: str) -> list[DesignDraft]:
    """All drafts of a process, by file name."""
    query = select(design_drafts).where(design_drafts.c.process == process).order_by(design_drafts.c.name)
    return [DesignDraft(*row) for row in connection.execute(query)]


def save(
    connection: Connection,
    process: str,
    name: str,
    content: bytes | None,
    *,
    had: int,
    base: str | None,
    by: str,
    at: datetime,
) -> DesignDraft:
    """Keep `content` as the next revision; `had` is the revision that the saver has open, 0 for none.

    Raises `DraftStale` with the draft that stands there (`detail["draft"]`) when somebody saved in between.
    """
    lock(connection, f"design draft {process} {name}")
    before = load(connection, process, name)
    if (before.revision if before else 0) != had:
        raise DraftStale(
            f"{name}: the draft should still be revision {had}, as it was opened; somebody saved since, or it was "
            "deployed or thrown away. Compare with what is there, then save anew.",
            draft=before,
        )
    draft = DesignDraft(process, name, content, had + 1, before.base if before else base, by, at)
    values = {
        "content": content,
        "revision": draft.revision,
        "base": draft.base,
        "saved_by": by,
        "saved_at": at,
    }
    row = upsert(connection, design_drafts).values(process=process, name=name, **values)
    key = [design_drafts.c.process, design_drafts.c.name]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=values))
    return draft


def discard(connection: Connection, process: str, names: set[str] | None = None) -> None:
    """Remove drafts that were deployed or are no longer wanted: these files', or all of the process."""
    gone = delete(design_drafts).where(design_drafts.c.process == process)
    connection.execute(gone if names is None else gone.where(design_drafts.c.name.in_(names)))


def seen(connection: Connection, process: str, name: str, user: str, at: datetime) -> None:
    """`user` has the file open at this moment."""
    row = upsert(connection, design_editors).values(process=process, name=name, user_id=user, seen_at=at)
    key = [design_editors.c.process, design_editors.c.name, design_editors.c.user_id]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_={"seen_at": at}))


def editors(connection: Connection, process: str, name: str, at: datetime) -> list[tuple[str, datetime]]:
    """Who has the file open now, and when they were last heard of."""
    columns = select(design_editors.c.user_id, design_editors.c.seen_at)
    here = columns.where(
        design_editors.c.process == process,
        design_editors.c.name == name,
        design_editors.c.seen_at > at - GONE_AFTER,
    )
    return [(row.user_id, row.seen_at) for row in connection.execute(here.order_by(design_editors.c.user_id))]


def _of(process: str, name: str) -> tuple[Any, ...]:
    return design_drafts.c.process == process, design_drafts.c.name == name
