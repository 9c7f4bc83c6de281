"""What somebody may do in at least one process, for the places that a page's head offers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.definition.model import ProcessDefinition
from engine.identity.policy import Actor, Subject, allowed, complaint_of, subject_of
from engine.runtime.ports import Ports
from engine.store import definitions


@dataclass(frozen=True, slots=True)
class Work:
    """An actor's place in the office: what they may do, and how the diagrams name their groups."""

    acts: frozenset[str]
    #: Group -> the lane's name, for the groups that have a lane.
    lanes: dict[str, str]


def work_of(ports: Ports, connection: Connection, actor: Actor, acts: Iterable[str]) -> Work:
    """Which of `acts` the actor may do somewhere: in some step or complaint of an active process, or at all."""
    active = [ports.definition(connection, id) for id in definitions.active_ids(connection)]
    subjects = [subject for definition in active for subject in _subjects(definition)] or [Subject()]
    return Work(
        frozenset(act for act in acts if any(allowed(actor, act, subject) for subject in subjects)),
        {lane.group: lane.name for definition in active for lane in definition.lanes},
    )


def _subjects(definition: ProcessDefinition) -> Iterable[Subject]:
    yield complaint_of(definition)
    for task in definition.user_tasks():
        yield subject_of(definition, task)
