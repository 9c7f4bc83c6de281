"""The task list: open tasks by their due instant, a page at a time, without OFFSET and without counting a table.

Every view is one or a few *streams*, each of which walks one partial index of `work_items` in order
(`ix_work_items_open_assignee`, `_open_group`, `_open_overdue`); a page merges the heads of its streams. So the
cost of a page does not depend on how many cases there are, nor on which page it is (DESIGN 9, `tasklist`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from engine.definition.model import ProcessDefinition
from engine.identity.policy import Actor, Subject, allowed, shield_of
from engine.queries.answered import Sealed, open_titles
from engine.queries.task_streams import OPEN, Stream, View, sees_all, streams_of
from engine.runtime.ports import Ports
from engine.store.tables import case_keys, cases, users, work_items
from engine.store.types import Instant

PAGE = 50
#: Counts stop here: "100+" says enough.
CAP = 100


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open task as the list shows it."""

    id: str
    case: str
    #: The complaint's title: the first line of text that its first form asks for; None if it may not be shown.
    title: str | None
    step: str
    lane: str
    group: str
    public: bool
    #: User id and display name of who holds it.
    assignee: str | None
    assignee_name: str | None
    created: datetime
    due: datetime | None
    overdue: bool
    #: Its limit runs day and night (`kalender=24jam`), not in office hours.
    wall_clock: bool


@dataclass(frozen=True, slots=True)
class TaskList:
    """One page of a view; `next` is the id after which the following page begins, None on the last."""

    rows: tuple[TaskRow, ...]
    next: str | None


def task_list(
    ports: Ports,
    connection: Connection,
    actor: Actor,
    view: View,
    *,
    overdue: bool = False,
    after: str | None = None,
    limit: int = PAGE,
) -> TaskList:
    """A page of the open tasks that `actor` may list, the earliest due first, those without a limit last.

    `after` is the id of the last task of the page before (`TaskList.next`); one that does not exist begins
    anew. Raises `NotAllowed` for a view that is not the actor's. Two statements, and one more for each of:
    a later page, the view `all`.
    """
    streams = streams_of(ports, connection, actor, view, overdue)
    if not streams:
        return TaskList((), None)
    found = connection.execute(_page(streams, _position(connection, after), limit + 1)).all()
    shown = found[:limit]
    definitions = {row.definition_id: ports.definition(connection, row.definition_id) for row in shown}
    titles = open_titles(ports, connection, _readable(actor, shown, definitions))
    rows = tuple(_row(row, definitions[row.definition_id], titles.get(row.case_number)) for row in shown)
    return TaskList(rows, rows[-1].id if len(found) > limit else None)


def task_counts(ports: Ports, connection: Connection, actor: Actor) -> Mapping[str, int]:
    """How many open tasks each of the actor's views holds, and `overdue` of all for who sees all.

    Counted up to `CAP` + 1; views without a possible task are left out. One statement beside those that find
    the streams.
    """
    asked: list[tuple[str, View, bool]] = [("mine", "mine", False), ("group", "group", False)]
    asked.append(("waiting", "waiting", False))
    if sees_all(actor):
        asked += [("all", "all", False), ("overdue", "all", True)]
    counts = {
        name: _capped_count(streams)
        for name, view, overdue in asked
        if (streams := streams_of(ports, connection, actor, view, overdue))
    }
    if not counts:
        return {}
    row = connection.execute(select(*counts.values())).one()
    return dict(zip(counts, row, strict=True))


# --- pages -------------------------------------------------------------------


def _position(connection: Connection, after: str | None) -> tuple[datetime, str] | None:
    if after is None:
        return None
    query = select(work_items.c.due_order).where(work_items.c.id == after)
    due_order = connection.execute(query).scalar_one_or_none()
    return None if due_order is None else (due_order, after)


def _head(stream: Stream, position: tuple[datetime, str] | None, limit: int) -> Select[Any]:
    """The first `limit` tasks of a stream behind `position`."""
    where = [OPEN, *stream]
    if position is not None:
        behind = tuple_(literal(position[0], Instant), literal(position[1]))
        where.append(tuple_(work_items.c.due_order, work_items.c.id) > behind)
    order = (work_items.c.due_order, work_items.c.id)
    return select(*order).where(*where).order_by(*order).limit(limit)


def _merged(heads: Iterable[Select[Any]]) -> Any:
    # each head has its own ORDER BY and LIMIT, which a member of a UNION may have only as a subquery
    return union_all(*(select(head.subquery()) for head in heads)).subquery()


def _capped_count(streams: Sequence[Stream]) -> Any:
    heads = _merged(_head(stream, None, CAP + 1) for stream in streams)
    capped = select(literal(1)).select_from(heads).limit(CAP + 1).subquery()
    return select(func.count()).select_from(capped).scalar_subquery()


def _page(streams: Sequence[Stream], position: tuple[datetime, str] | None, limit: int) -> Select[Any]:
    """The heads of all streams merged, then joined to what the list shows: the joins touch one page only."""
    heads = _merged(_head(stream, position, limit) for stream in streams)
    page = select(heads).order_by(heads.c.due_order, heads.c.id).limit(limit).subquery()
    return (
        select(
            work_items,
            cases.c.definition_id,
            cases.c.restricted_to,
            cases.c.referred_by,
            case_keys.c.wrapped,
            users.c.name.label("assignee_name"),
        )
        .select_from(page)
        .join(work_items, work_items.c.id == page.c.id)
        .join(cases, cases.c.number == work_items.c.case_number)
        .outerjoin(case_keys, case_keys.c.case_number == work_items.c.case_number)
        .outerjoin(users, users.c.id == work_items.c.assignee)
        .order_by(page.c.due_order, page.c.id)
    )


# --- rows --------------------------------------------------------------------


def _readable(
    actor: Actor, rows: Sequence[Any], definitions: Mapping[str, ProcessDefinition]
) -> Iterable[Sealed]:
    """The cases of these rows whose content the actor may read."""
    for row in rows:
        definition = definitions[row.definition_id]
        subject = Subject(case=row.case_number, lane_groups=definition.lane_groups, shield=shield_of(row))
        if allowed(actor, "case:read", subject):
            yield Sealed(row.case_number, definition, row.wrapped)


def _row(row: Any, definition: ProcessDefinition, title: str | None) -> TaskRow:
    element = definition.elements[row.element]
    return TaskRow(
        id=row.id,
        case=row.case_number,
        title=title,
        step=element.name,
        lane=element.lane.name if element.lane else "",
        group=row.candidate_group,
        public=row.public,
        assignee=row.assignee,
        assignee_name=row.assignee_name,
        created=row.created_at,
        due=row.due_at,
        overdue=row.overdue,
        wall_clock=any(
            e.timer.wall_clock
            for e in definition.elements.values()
            if e.timer and e.attached_to == element.id
        ),
    )
