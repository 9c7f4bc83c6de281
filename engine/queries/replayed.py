"""A case put through its recorded commands again, for the auditor: what each event left, never from projections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from engine import events
from engine.definition.model import ProcessDefinition
from engine.errors import KeyMissing, NotFound, StateUnreadable
from engine.history import log
from engine.history.chain import StoredEvent, verify_chain
from engine.history.replay import Step, replay_recorded
from engine.identity.policy import Actor, Subject, allowed, complaint_of, shield_of
from engine.office_hours import Calendar
from engine.queries.answered import Answered, open_whole
from engine.queries.case import Entry, case_row, must, names_of, seen_as, timeline
from engine.queries.stays import Stay
from engine.queries.told import Told
from engine.runtime.ports import Ports
from engine.runtime.state import State
from engine.store import comments

ACT = "history:replay"


@dataclass(frozen=True, slots=True)
class Moment:
    """One event, and the state that the replay had after the command that it belongs to."""

    event: StoredEvent
    entry: Entry
    definition: ProcessDefinition
    #: What the case ran on until this event, where the event moved it; else None.
    moved_from: ProcessDefinition | None
    #: None from the command on that the replay could not repeat.
    state: State | None
    #: Elements whose tasks were completed by then.
    done: frozenset[str]
    #: The tasks that are open in `state`, with their times up to this event.
    waiting: tuple[Stay, ...]
    #: The task that this event ended, with its times.
    ended: Stay | None
    #: What this event's form got.
    entered: Answered | None
    #: What was said to colleagues by it.
    comment: str | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """The history of a case, played again."""

    number: str
    moments: tuple[Moment, ...]
    #: The first command whose replay is not as recorded.
    differing: Step | None
    #: The first event at which the hash chain is not whole.
    broken: int | None
    erased: bool
    #: What was entered is stored and does not open: it was changed, or the key is another.
    unreadable: bool
    #: The actor may open what is personal, and there is something to open.
    may_open: bool
    names: Mapping[str, str]


def replayed(ports: Ports, connection: Connection, actor: Actor, number: str) -> Replayed:
    """Raises `NotFound` for a number that does not exist or is kept from `actor`, and `NotAllowed`."""
    row = case_row(connection, number)
    first = ports.definition(connection, row.definition_id)
    shield = shield_of(row)
    must(actor, Subject(case=number, lane_groups=first.lane_groups, shield=shield), ACT)
    history = log.read(connection, number)
    if not history:
        raise NotFound(
            f"Case {number} has a row and no history: its events were taken away; run `pengaduan history verify`.",
            case=number,
        )
    problems = verify_chain(history, (row.last_seq, row.last_hash))
    steps = {step.event.seq: step for step in replay_recorded(ports, connection, history)}
    ran_on = _definitions(ports, connection, first, history)
    written = _written(
        ports, connection, number, row.wrapped, dict(zip(map(_item, history), ran_on, strict=True))
    )

    def calendar_of(version: int | None) -> Calendar:
        return ports.active_calendar(connection) if version is None else ports.calendar(connection, version)

    moments = tuple(
        _moments(
            history, ran_on, steps, Told(number, row.own_of, calendar_of), written or _Written(), row.own_of
        )
    )
    people = [who for m in moments for who in (m.entry.actor, str(m.entry.facts.get("to", "")))]
    people += [stay.task.assignee or "" for m in moments for stay in m.waiting]
    return Replayed(
        number=number,
        moments=moments,
        differing=next((step for step in steps.values() if step.difference is not None), None),
        broken=problems[0].seq if problems else None,
        erased=row.wrapped is None,
        unreadable=written is None,
        may_open=bool(written and written.forms)
        and allowed(actor, "identity:reveal", complaint_of(first, number, shield)),
        names=names_of(connection, people),
    )


def _definitions(
    ports: Ports, connection: Connection, first: ProcessDefinition, history: Sequence[StoredEvent]
) -> list[ProcessDefinition]:
    """What the case ran on at each event; an event that names none, or one that is not there, tells of no change."""
    found = []
    definition = first
    for event in history:
        if event.definition_id:
            with suppress(NotFound):  # somebody changed the event: the chain says so
                definition = ports.definition(connection, event.definition_id)
        found.append(definition)
    return found


@dataclass(frozen=True, slots=True)
class _Written:
    """What people wrote: in forms by work item, and in comments by the event that tells of it."""

    forms: Mapping[str, Answered] = field(default_factory=dict)
    comments: Mapping[int, str] = field(default_factory=dict)


def _written(
    ports: Ports,
    connection: Connection,
    number: str,
    wrapped: bytes | None,
    definitions: Mapping[str, ProcessDefinition],
) -> _Written | None:
    """None when it does not open."""
    if wrapped is None:
        return _Written()
    try:
        key = ports.keyring.unwrap(number, wrapped)
        said = {
            int(row.id.rpartition(":")[2]): comments.opened(ports.keyring, key, row.id, row.blob)
            for row in comments.of_case(connection, number)
        }
        return _Written(open_whole(ports, connection, number, wrapped, definitions), said)
    except (KeyMissing, StateUnreadable, ValueError):  # also a comment whose id was changed
        return None


def _moments(
    history: Sequence[StoredEvent],
    ran_on: Sequence[ProcessDefinition],
    steps: Mapping[int, Step],
    told: Told,
    written: _Written,
    own_of: str | None,
) -> Iterator[Moment]:
    state: State | None = None
    done: frozenset[str] = frozenset()
    before = ran_on[0]
    for index, (event, definition) in enumerate(zip(history, ran_on, strict=True)):
        if event.seq in steps:
            step = steps[event.seq]
            state = step.state if step.difference is None else None
            if state is not None:
                for one in _of_command(history, index):
                    told.hear(one, definition)
        (entry,) = timeline([event], definition, own_of)
        item = _item(event)
        if event.type == events.CASE_MIGRATED and state is not None:
            mapping = event.payload["mapping"]
            done = frozenset(mapping.get(element, element) for element in done)
        done |= {item.split(":")[1]} if item and event.type != events.EXTERNAL_TASK_COMPLETED else frozenset()
        found = written.forms.get(item)
        yield Moment(
            event=event,
            entry=entry,
            definition=definition,
            moved_from=before if before is not definition else None,
            state=state,
            done=done,
            waiting=tuple(_stays(told, state.work_items, event)) if state else (),
            ended=next(_stays(told, [_ended(event)], event), None) if state else None,
            entered=replace(found, by=seen_as(found.by, own_of)) if found else None,
            comment=written.comments.get(event.seq),
        )
        before = definition


def _of_command(history: Sequence[StoredEvent], index: int) -> Iterator[StoredEvent]:
    """The command at `index` with its consequences."""
    yield history[index]
    for event in history[index + 1 :]:
        if events.is_command(event.type):
            return
        if event.type in events.CONSEQUENCES:
            yield event


def _stays(told: Told, names: Iterable[str], event: StoredEvent) -> Iterator[Stay]:
    found = (told.stay(name, event.at) for name in names)
    return (stay for stay in found if stay is not None)


def _ended(event: StoredEvent) -> str:
    """The submission takes no time and is left out."""
    ends = (events.WORK_ITEM_COMPLETED, events.WORK_ITEM_CANCELLED)
    return str(event.payload["work_item"]) if event.type in ends else ""


def _item(event: StoredEvent) -> str:
    """The work item that this event's form completed, by its id; "" for an event that completes none."""
    match event.type:
        case events.CASE_SUBMITTED:
            name = event.payload.get("entry")
        case events.WORK_ITEM_COMPLETED | events.EXTERNAL_TASK_COMPLETED:
            name = event.payload.get("work_item")
        case _:
            name = None
    return f"{event.case_number}:{name}" if name else ""
