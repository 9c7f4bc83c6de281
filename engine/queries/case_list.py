"""The list of cases, the newest first, a page at a time; what is kept from the reader is never in it.

A page walks one index of `cases` by (submitted_at, number). A filter looks at `EXAMINED` cases at most; when they
do not fill the page, the next link goes on from there. So no page costs more for an office of a million cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, exists, literal, or_, select, tuple_, union_all

from engine.definition.model import Element, ProcessDefinition
from engine.errors import NotAllowed
from engine.identity.policy import Actor, Subject, allowed
from engine.queries.answered import Sealed, open_titles
from engine.queries.case import names_of
from engine.queries.readable import readable_cases
from engine.queries.search import MOST, numbers_with
from engine.runtime.ports import Ports
from engine.store import definitions
from engine.store.tables import case_keys, cases, work_items
from engine.store.types import Instant

PAGE = 50
#: So many cases are looked at for one page of a filtered list.
EXAMINED = 2000

Status = Literal["open", "halted", "ended"]
Position = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; every condition must hold."""

    status: Status | None = None
    #: The end event that was reached, by its id.
    ending: str | None = None
    #: A step that is open now, by its id.
    step: str | None = None
    #: An open task has passed its limit.
    late: bool = False
    #: Entered at the counter by the reader.
    entered_by_me: bool = False

    @property
    def statuses(self) -> tuple[Status | None, ...]:
        """Which walks of the index answer it; (None,) is the one over all cases."""
        if self.status is not None:
            return (self.status,)
        if self.ending is not None:
            return ("ended",)
        return ("open", "halted") if self.step or self.late else (None,)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open task of a case that is due first."""

    created: datetime
    due: datetime
    wall_clock: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as the list shows it."""

    number: str
    #: The complaint's title; None once it is erased.
    title: str | None
    status: Status
    submitted: datetime
    ended: datetime | None
    ending: Element | None
    #: The steps that it is at.
    steps: tuple[Element, ...]
    waiting: Waiting | None
    #: User id and display name of who entered it for the complainant.
    entered_by: str | None
    entered_by_name: str | None
    #: The group that alone may read it.
    restricted_to: str | None


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of cases; `next` and `previous` are numbers to go on from, None where there is nothing more."""

    rows: tuple[CaseRow, ...]
    next: str | None
    previous: str | None
    #: The page is not full because so many cases were looked at; older ones than this one follow by `next`.
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: steps and endings of the active processes, each once, in the order of the diagram."""

    steps: tuple[Element, ...]
    endings: tuple[Element, ...]


def case_list(
    ports: Ports,
    connection: Connection,
    actor: Actor,
    wanted: Filter,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> CaseList:
    """A page of the cases that `actor` may read: all for who may list all, else those that came to their groups,
    were referred to them or were entered by them.

    `after` and `before` are case numbers of the page shown before; one that does not exist begins anew. Raises
    `NotAllowed` for who reads no cases. At most nine statements.
    """
    if not may_list(ports, connection, actor):
        raise NotAllowed(act="case:read")
    conditions = [*_conditions(actor, wanted), *_theirs(actor)]
    number, back = (after, False) if after else (before, bool(before))
    position = _position(connection, number)
    back = back and position is not None
    readable = readable_cases(ports, connection, actor)
    window = _window(readable, wanted, position, back, EXAMINED if conditions else limit + 1)
    found = connection.execute(_page(window, conditions, back, limit + 1)).all()
    shown, more = found[:limit], len(found) > limit
    edge = None if more or not conditions else _edge(connection, window, back)
    if back:
        shown = shown[::-1]
    rows = tuple(_rows(ports, connection, shown))
    onward = shown[-1].number if (more or back) and shown else None
    behind = shown[0].number if shown and (more if back else position is not None) else None
    if edge is not None and back:
        behind = edge.number
    elif edge is not None:
        onward = edge.number
    return CaseList(rows, onward, behind, edge.submitted_at if edge is not None and not back else None)


def case_search(
    ports: Ports, connection: Connection, actor: Actor, text: str, *, limit: int = MOST
) -> tuple[CaseRow, ...]:
    """The cases of `engine.queries.search.numbers_with`, the newest first."""
    return cases_of(ports, connection, numbers_with(ports, connection, actor, text, limit=limit))


def cases_of(ports: Ports, connection: Connection, numbers: Sequence[str]) -> tuple[CaseRow, ...]:
    """These cases, the newest first; the caller has asked the policy about them."""
    if not numbers:
        return ()
    these = select(cases.c.number, cases.c.submitted_at).where(cases.c.number.in_(numbers)).subquery()
    return tuple(_rows(ports, connection, connection.execute(_page(these, (), False, len(numbers))).all()))


def may_list(ports: Ports, connection: Connection, actor: Actor) -> bool:
    """Whether there can be a case that the actor may read."""
    if allowed(actor, "case:list_all"):
        return True
    active = list(_active(ports, connection))
    lanes = frozenset(group for definition in active for group in definition.lane_groups)
    referred = {e.restricted_to for definition in active for e in definition.elements.values()}
    return allowed(actor, "case:read", Subject(lane_groups=lanes | frozenset(filter(None, referred))))


def choices(ports: Ports, connection: Connection) -> Choices:
    """The filters' choices."""
    steps: dict[str, Element] = {}
    endings: dict[str, Element] = {}
    for definition in _active(ports, connection):
        for element in definition.user_tasks():
            if element.id != definition.entry:
                steps.setdefault(element.id, element)
        for element in definition.elements.values():
            if element.kind == "endEvent" and element.parent is None and element.event in (None, "terminate"):
                endings.setdefault(element.id, element)
    return Choices(tuple(steps.values()), tuple(endings.values()))


def _active(ports: Ports, connection: Connection) -> Iterator[ProcessDefinition]:
    for definition_id in definitions.active_ids(connection):
        yield ports.definition(connection, definition_id)


# --- which -------------------------------------------------------------------


def _conditions(actor: Actor, wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.ending is not None:
        yield cases.c.ending == wanted.ending
    if wanted.step is not None:
        yield _has_task(work_items.c.element == wanted.step, work_items.c.ended_at.is_(None))
    if wanted.late:
        yield _has_task(work_items.c.overdue, work_items.c.ended_at.is_(None))
    if wanted.entered_by_me:
        yield cases.c.entered_by == actor.id


def _theirs(actor: Actor) -> Iterator[ColumnElement[bool]]:
    """Nothing for who may list all."""
    if not allowed(actor, "case:list_all"):
        groups = sorted(actor.groups)
        yield or_(
            cases.c.entered_by == actor.id,
            cases.c.restricted_to.in_(groups),
            _has_task(work_items.c.candidate_group.in_(groups)),
        )


def _has_task(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(work_items.c.case_number == cases.c.number, *which)


def _position(connection: Connection, number: str | None) -> Position | None:
    if number is None:
        return None
    query = select(cases.c.submitted_at).where(cases.c.number == number)
    at = connection.execute(query).scalar_one_or_none()
    return None if at is None else (at, number)


def _window(
    readable: ColumnElement[bool], wanted: Filter, position: Position | None, back: bool, size: int
) -> Any:
    """The cases to look at, from `position` on."""
    heads = [_head(readable, status, position, back, size).subquery() for status in wanted.statuses]
    if len(heads) == 1:
        return heads[0]
    merged = union_all(*(select(head) for head in heads)).subquery()
    return select(merged).order_by(*_order(merged.c, back)).limit(size).subquery()


def _head(
    readable: ColumnElement[bool], status: Status | None, position: Position | None, back: bool, size: int
) -> Select[Any]:
    where = [readable]
    if status is not None:
        where.append(cases.c.status == status)
    if position is not None:
        here = tuple_(literal(position[0], Instant), literal(position[1]))
        place = tuple_(cases.c.submitted_at, cases.c.number)
        where.append(place > here if back else place < here)
    query = select(cases.c.number, cases.c.submitted_at).where(*where)
    return query.order_by(*_order(cases.c, back)).limit(size)


def _page(window: Any, conditions: Sequence[ColumnElement[bool]], back: bool, size: int) -> Select[Any]:
    return (
        select(
            cases.c.number,
            cases.c.definition_id,
            cases.c.status,
            cases.c.submitted_at,
            cases.c.ended_at,
            cases.c.ending,
            cases.c.open_steps,
            cases.c.entered_by,
            cases.c.own_of,
            cases.c.restricted_to,
            case_keys.c.wrapped,
        )
        .select_from(window)
        .join(cases, cases.c.number == window.c.number)
        .outerjoin(case_keys, case_keys.c.case_number == cases.c.number)
        .where(*conditions)
        .order_by(*_order(window.c, back))
        .limit(size)
    )


def _edge(connection: Connection, window: Any, back: bool) -> Any:
    """The last case that was looked at, if there may be more behind it."""
    query = select(window).order_by(*_order(window.c, back)).offset(EXAMINED - 1).limit(1)
    return connection.execute(query).first()


def _order(columns: Any, back: bool) -> tuple[Any, Any]:
    if back:
        return columns.submitted_at, columns.number
    return columns.submitted_at.desc(), columns.number.desc()


# --- rows --------------------------------------------------------------------


def _rows(ports: Ports, connection: Connection, found: Sequence[Any]) -> Iterator[CaseRow]:
    deployed = {row.definition_id: ports.definition(connection, row.definition_id) for row in found}
    sealed = [Sealed(row.number, deployed[row.definition_id], row.wrapped) for row in found]
    titles = open_titles(ports, connection, sealed)
    waiting = _waiting(connection, found, deployed)
    names = names_of(connection, (row.entered_by for row in found)) if found else {}
    for row in found:
        elements = deployed[row.definition_id].elements
        yield CaseRow(
            number=row.number,
            title=titles.get(row.number),
            status=row.status,
            submitted=row.submitted_at,
            ended=row.ended_at,
            ending=elements.get(row.ending) if row.ending else None,
            steps=tuple(elements[step] for step in row.open_steps if step in elements),
            waiting=waiting.get(row.number),
            entered_by=None if row.own_of else row.entered_by,
            entered_by_name=None if row.own_of else names.get(row.entered_by),
            restricted_to=row.restricted_to,
        )


def _waiting(
    connection: Connection, found: Sequence[Any], deployed: Mapping[str, ProcessDefinition]
) -> dict[str, Waiting]:
    """Case number -> its open task that is due first. One statement."""
    of = {row.number: deployed[row.definition_id] for row in found if row.status != "ended"}
    if not of:
        return {}
    query = (
        select(work_items.c.case_number, work_items.c.element, work_items.c.created_at, work_items.c.due_at)
        .where(
            work_items.c.case_number.in_(list(of)),
            work_items.c.ended_at.is_(None),
            work_items.c.due_at.is_not(None),
        )
        .order_by(work_items.c.due_at.desc())
    )
    return {
        row.case_number: Waiting(row.created_at, row.due_at, _wall_clock(of[row.case_number], row.element))
        for row in connection.execute(query)
    }


def _wall_clock(definition: ProcessDefinition, step: str) -> bool:
    return any(e.timer and e.timer.wall_clock for e in definition.elements.values() if e.attached_to == step)
