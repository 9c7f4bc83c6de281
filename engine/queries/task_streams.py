"""Which index walks make up a view of the task list, for whom.

A stream is a list of conditions that one partial index of `work_items` answers in order of (due_order, id):
`ix_work_items_open_assignee`, `_open_group` or `_open_overdue`. The policy decides which streams somebody has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, literal_column, or_, select

from engine.errors import NotAllowed
from engine.identity.policy import Actor, Subject, allowed
from engine.runtime.ports import Ports
from engine.store import definitions
from engine.store.counters import no_trial
from engine.store.tables import work_items

#: mine: those I hold. group: all of my groups. all: everybody's, for the Sekretariat.
#: waiting: those that wait for a complainant, for whoever may close such a case or act at the counter.
View = Literal["mine", "group", "waiting", "all"]
Stream = list[ColumnElement[bool]]

#: The condition of every stream, beside its own.
OPEN = work_items.c.ended_at.is_(None)
#: Written as in the index, or SQLite does not see that the partial index applies.
_OVERDUE: ColumnElement[Any] = literal_column("work_items.overdue")
#: A task of no group at all: only who may list every task may list it.
_ANY_STAFF_TASK = Subject()


def sees_all(actor: Actor) -> bool:
    """Whether the view `all` is the actor's."""
    return allowed(actor, "work_item:list", _ANY_STAFF_TASK)


def streams_of(ports: Ports, connection: Connection, actor: Actor, view: View, overdue: bool) -> list[Stream]:
    """The streams of a view; none where it can hold nothing. Raises `NotAllowed` for a view that is not the actor's."""
    late = [_OVERDUE, *_others(actor)] if overdue else _others(actor)
    staff = [~work_items.c.public, *late]
    groups = [g for g in sorted(actor.groups) if allowed(actor, "work_item:list", Subject(group=g))]
    match view:
        case "mine" if sees_all(actor):
            return [[work_items.c.assignee == actor.id, *staff]]
        case "mine":  # not what somebody still holds of a group that they have left
            # coalesced, so that the index of who holds it is walked and not that of the group
            theirs = func.coalesce(work_items.c.candidate_group, "").in_(groups)
            return [[work_items.c.assignee == actor.id, theirs, *staff]] if groups else []
        case "group":
            return [[work_items.c.candidate_group == group, *staff] for group in groups]
        case "waiting":
            return [
                [work_items.c.candidate_group == group, work_items.c.element.in_(elements), *late]
                for group, elements in _waiting(ports, connection, actor).items()
            ]
        case "all":
            if not sees_all(actor):
                raise NotAllowed(act="work_item:list")
            if overdue:
                return [staff]
            return [[work_items.c.candidate_group == group, *staff] for group in _groups(connection)]


def _others(actor: Actor) -> Stream:
    """Not one's own complaints, and no trials. A case that was referred to few has no open task.

    The id begins with the case's number and is in every index of the streams, so none of them looks further.
    """
    complaints = no_trial(work_items.c.id)
    if actor.is_operator:
        return [complaints]
    return [complaints, or_(work_items.c.own_of.is_(None), work_items.c.own_of != actor.id)]


def _waiting(ports: Ports, connection: Connection, actor: Actor) -> dict[str, list[str]]:
    """Group -> its public steps, of the active processes, that the actor may answer at the counter or end by a message."""
    found: dict[str, list[str]] = {}
    for definition_id in definitions.active_ids(connection):
        definition = ports.definition(connection, definition_id)
        ended = {
            event.attached_to
            for event in definition.elements.values()
            if event.message and allowed(actor, "message:send", Subject(group=event.group))
        }
        for step in definition.user_tasks():
            counter = Subject(public=True, counter_group=step.lane.counter_group if step.lane else None)
            if step.public and (step.id in ended or allowed(actor, "work_item:list", counter)):
                found.setdefault(step.group or "", []).append(step.id)
    return found


def _groups(connection: Connection) -> Sequence[str]:
    """Every group with an open task: a skip from each to the next along the index, not a walk over all tasks."""
    group = work_items.c.candidate_group
    first = select(func.min(group).label("name")).where(OPEN).cte("groups", recursive=True)
    following = select(func.min(group)).where(OPEN, group > first.c.name).scalar_subquery()
    every = first.union_all(select(following).where(first.c.name.is_not(None)))
    return connection.scalars(select(every.c.name).where(every.c.name.is_not(None))).all()
