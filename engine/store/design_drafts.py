"""What analysts have changed and not deployed: one draft for each file of a process, and who has it open.

A draft is kept until it is deployed or thrown away; a closed tab loses nothing. Two who save one file are kept apart
by its revision: whoever saves says which they had open, and a stale one is refused (`DraftStale`) with what is there.
What was refused is set aside for whoever sent it (`set_aside`), until they take it up again or let it go.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, case, delete, select, update

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


#: A row for all; one that is set aside has the user there.
_SHARED: Final = ""
_SHOWN: Final = tuple(design_drafts.c[field.name] for field in fields(DesignDraft))
_KEY: Final = (design_drafts.c.process, design_drafts.c.name, design_drafts.c.kept_for)


def load(connection: Connection, process: str, name: str) -> DesignDraft | None:
    """The draft of one file, if there is one."""
    query = select(*_SHOWN).where(*_of(process, name), design_drafts.c.standing)
    row = connection.execute(query).first()
    return DesignDraft(*row) if row else None


def of_process(connection: Connection, process: str) -> list[DesignDraft]:
    """All drafts of a process, by file name."""
    return _standing(connection, design_drafts.c.process == process)


def everywhere(connection: Connection) -> list[DesignDraft]:
    """All drafts of all processes, by process and file name."""
    return _standing(connection)


def _standing(connection: Connection, *which: Any) -> list[DesignDraft]:
    query = select(*_SHOWN).where(design_drafts.c.kept_for == _SHARED, design_drafts.c.standing, *which)
    return [DesignDraft(*row) for row in connection.execute(query.order_by(*_KEY))]


def processes(connection: Connection) -> list[str]:
    """The keys of all processes with a draft."""
    return list(
        connection.scalars(select(design_drafts.c.process).distinct().order_by(design_drafts.c.process))
    )


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
    last = connection.scalar(select(design_drafts.c.revision).where(*_of(process, name))) or 0
    draft = DesignDraft(process, name, content, last + 1, before.base if before else base, by, at)
    _write(connection, draft, _SHARED)
    return draft


def discard(connection: Connection, process: str, names: set[str] | None = None) -> None:
    """Remove drafts that were deployed or are no longer wanted: these files', or all of the process.

    Their revisions are never given again: whoever still has one open is told, also when another draft was begun since.
    """
    gone = update(design_drafts).where(
        design_drafts.c.process == process, design_drafts.c.kept_for == _SHARED
    )
    gone = gone if names is None else gone.where(design_drafts.c.name.in_(names))
    connection.execute(gone.values(standing=False, content=None))


def set_aside(
    connection: Connection, process: str, name: str, content: bytes, *, had: int, by: str, at: datetime
) -> None:
    """Keep what `by` could not save, for them alone; it takes the place of what was kept before."""
    _write(connection, DesignDraft(process, name, content, had, None, by, at), by)


def aside(connection: Connection, process: str, name: str, user: str) -> DesignDraft | None:
    """What was set aside for `user`, if anything was."""
    row = connection.execute(select(*_SHOWN).where(*_of(process, name, user))).first()
    return DesignDraft(*row) if row else None


def let_go(connection: Connection, process: str, name: str, user: str) -> None:
    """What was set aside for `user` is taken up, or no longer wanted."""
    connection.execute(delete(design_drafts).where(*_of(process, name, user)))


def _write(connection: Connection, draft: DesignDraft, kept_for: str) -> None:
    key = {"process": draft.process, "name": draft.name, "kept_for": kept_for}
    values = {
        "content": draft.content,
        "revision": draft.revision,
        "base": draft.base,
        "saved_by": draft.saved_by,
        "saved_at": draft.saved_at,
        "standing": True,
    }
    row = upsert(connection, design_drafts).values(**key, **values)
    connection.execute(row.on_conflict_do_update(index_elements=_KEY, set_=values))


def seen(connection: Connection, process: str, name: str, user: str, at: datetime) -> None:
    """`user` has the file open at this moment."""
    row = upsert(connection, design_editors).values(
        process=process, name=name, user_id=user, opened_at=at, seen_at=at
    )
    key = [design_editors.c.process, design_editors.c.name, design_editors.c.user_id]
    away = design_editors.c.seen_at <= at - GONE_AFTER
    opened = case((away, at), else_=design_editors.c.opened_at)
    connection.execute(
        row.on_conflict_do_update(index_elements=key, set_={"opened_at": opened, "seen_at": at})
    )


def editors(connection: Connection, process: str, name: str, at: datetime) -> list[tuple[str, datetime]]:
    """Who has the file open now, and since when."""
    columns = select(design_editors.c.user_id, design_editors.c.opened_at)
    here = columns.where(
        design_editors.c.process == process,
        design_editors.c.name == name,
        design_editors.c.seen_at > at - GONE_AFTER,
    )
    return [
        (row.user_id, row.opened_at) for row in connection.execute(here.order_by(design_editors.c.user_id))
    ]


def _of(process: str, name: str, kept_for: str = _SHARED) -> tuple[Any, ...]:
    return (
        design_drafts.c.process == process,
        design_drafts.c.name == name,
        design_drafts.c.kept_for == kept_for,
    )
