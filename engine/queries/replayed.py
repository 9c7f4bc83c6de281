"""A case put through its recorded commands again, for the auditor: what each event left, never from projections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.definition.model import ProcessDefinition
from engine.errors import NotFound
from engine.events import WORK_ITEM_COMPLETED
from engine.history import log
from engine.history.chain import StoredEvent, verify_chain
from engine.history.replay import Step, replay_recorded
from engine.identity.policy import Actor, Subject, shield_of
from engine.queries.case import Entry, case_row, must, names_of, timeline
from engine.runtime.ports import Ports
from engine.runtime.state import State

ACT = "history:replay"


@dataclass(frozen=True, slots=True)
class Moment:
    """One event, and the state that the replay had after the command that it belongs to."""

    event: StoredEvent
    entry: Entry
    definition: ProcessDefinition
    #: None from the command on that the replay could not repeat.
    state: State | None
    #: Elements whose tasks were completed by then.
    done: frozenset[str]


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
    names: Mapping[str, str]


def replayed(ports: Ports, connection: Connection, actor: Actor, number: str) -> Replayed:
    """Raises `NotFound` for a number that does not exist or is kept from `actor`, and `NotAllowed`."""
    row = case_row(connection, number)
    first = ports.definition(connection, row.definition_id)
    subject = Subject(case=number, lane_groups=first.lane_groups, shield=shield_of(row))
    must(actor, subject, ACT)
    history = log.read(connection, number)
    if not history:
        raise NotFound(
            f"Case {number} has a row and no history: its events were taken away; run `pengaduan history verify`.",
            case=number,
        )
    problems = verify_chain(history, (row.last_seq, row.last_hash))
    steps = {step.event.seq: step for step in replay_recorded(ports, connection, history)}
    differing = next((step for step in steps.values() if step.difference is not None), None)
    moments: list[Moment] = []
    definition, state, done = first, None, frozenset[str]()
    for event in history:
        if event.definition_id:
            definition = ports.definition(connection, event.definition_id)
        if event.seq in steps:
            step = steps[event.seq]
            state = step.state if step.difference is None else None
        (entry,) = timeline([event], definition, row.own_of)
        if event.type == WORK_ITEM_COMPLETED and entry.element:
            done |= {entry.element.id}
        moments.append(Moment(event, entry, definition, state, done))
    people = [who for m in moments for who in (m.entry.actor, str(m.entry.facts.get("to", "")))]
    people += [i.assignee or "" for m in moments if m.state for i in m.state.work_items.values()]
    return Replayed(
        number=number,
        moments=tuple(moments),
        differing=differing,
        broken=problems[0].seq if problems else None,
        erased=row.wrapped is None,
        names=names_of(connection, people),
    )
