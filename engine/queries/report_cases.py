"""The cases behind a figure of the report: the same conditions, a page at a time, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select, true

from engine.definition.model import Element
from engine.identity.policy import Actor
from engine.queries.report import Span, is_late, within
from engine.runtime.ports import Ports
from engine.store.tables import cases, incidents, process_definitions, work_items

PAGE: Final = 50
#: How a filter says "those that have no value".
NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Figure:
    """Which figure: what is None does not narrow."""

    #: "ended", "open", "overdue", "late" (ever), "incident", "repeated" or "rated"
    state: str | None = None
    #: "process key:element id"
    step: str | None = None
    lane: str | None = None
    #: With a step or a lane: "in_time" or "late".
    stay: str | None = None
    category: str | None = None
    channel: str | None = None
    outcome: str | None = None
    #: Definition id.
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    submitted: datetime
    ended: datetime | None
    category: str | None
    channel: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    rows: tuple[Row, ...]
    total: int
    #: How many tasks the figure counts in these cases; None where it counts cases.
    tasks: int | None


def cases_behind(
    ports: Ports, connection: Connection, actor: Actor, span: Span, now: datetime, figure: Figure, page: int
) -> Listed:
    """Page `page` (1, 2, 3 …) of the cases that `report` counted for this figure."""
    stays = _stays(ports, connection, figure, now)
    which = and_(within(ports, connection, actor, span), *_conditions(ports, connection, figure, now, stays))
    total = connection.scalar(select(func.count()).select_from(cases).where(which)) or 0
    query = (
        select(
            cases.c.number,
            cases.c.submitted_at,
            cases.c.ended_at,
            cases.c.category,
            cases.c.channel,
            cases.c.outcome,
        )
        .where(which)
        .order_by(cases.c.submitted_at.desc(), cases.c.number.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    tasks = None
    if stays is not None:
        counted = select(func.count()).select_from(
            work_items.join(cases, cases.c.number == work_items.c.case_number)
        )
        tasks = connection.scalar(counted.where(which, stays)) or 0
    return Listed(tuple(Row(*row) for row in connection.execute(query)), total, tasks)


def _stays(ports: Ports, connection: Connection, figure: Figure, now: datetime) -> ColumnElement[bool] | None:
    """The tasks that a figure of a step or a lane counts; None for a figure that counts cases."""
    if figure.step is None and figure.lane is None:
        return None
    kinds = {
        None: true(),
        "late": is_late(now),
        "in_time": and_(work_items.c.ended_at.is_not(None), ~is_late(now)),
    }
    return and_(_counted(ports, connection, figure), kinds.get(figure.stay, false()))


def _conditions(
    ports: Ports, connection: Connection, figure: Figure, now: datetime, stays: ColumnElement[bool] | None
) -> Iterator[ColumnElement[bool]]:
    counted = _counted(ports, connection, figure)
    open_ = work_items.c.ended_at.is_(None)
    states = {
        "ended": cases.c.ended_at.is_not(None),
        "open": cases.c.ended_at.is_(None),
        "overdue": _has(counted, open_, is_late(now)),
        "late": _has(counted, is_late(now)),
        "incident": exists().where(incidents.c.case_number == cases.c.number),
        "repeated": _has(counted, work_items.c.nth > 1),
        "rated": cases.c.rating.is_not(None),
    }
    if figure.state is not None:
        yield states.get(figure.state, false())
    if stays is not None:
        yield _has(stays)
    if figure.version is not None:
        yield cases.c.definition_id == figure.version
    for column, wanted in (
        (cases.c.category, figure.category),
        (cases.c.channel, figure.channel),
    ):
        if wanted is not None:
            yield column.is_(None) if wanted == NONE else column == wanted
    if figure.outcome is not None:
        yield cases.c.ended_at.is_not(None)
        yield cases.c.outcome.is_(None) if figure.outcome == NONE else cases.c.outcome == figure.outcome


def _has(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(work_items.c.case_number == cases.c.number, *which).correlate(cases)


def _counted(ports: Ports, connection: Connection, figure: Figure) -> ColumnElement[bool]:
    """The tasks that the figure counts: never the submission itself."""
    found = []
    for id_ in connection.scalars(select(process_definitions.c.id)).all():
        definition = ports.definition(connection, id_)
        wanted = [
            element.id
            for element in definition.elements.values()
            if element.id != definition.entry and _wanted(definition.key, element, figure)
        ]
        found.append(and_(cases.c.definition_id == id_, work_items.c.element.in_(wanted)))
    return or_(false(), *found)


def _wanted(key: str, element: Element, figure: Figure) -> bool:
    if figure.step is not None and figure.step != f"{key}:{element.id}":
        return False
    return figure.lane is None or figure.lane == (element.lane.name if element.lane else "")
