"""Running cases carried over to another version: what can move and what cannot, then one command for each case.

A case that cannot be moved stops no other. Source: DESIGN 7, `migrate-cases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, select

from engine.commands import Migrate
from engine.definition.mapping import mapping_must_fit
from engine.definition.model import ProcessDefinition
from engine.errors import EngineError, NotMigratable, Refused
from engine.runtime.apply import apply
from engine.runtime.handle import handle
from engine.runtime.ports import Ports
from engine.runtime.state import State, loads
from engine.store.counters import no_trial
from engine.store.tables import cases

log = structlog.get_logger(__name__)

#: Why a case cannot move: (what, element).
Reasons = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A running case of the old version: where it stands, and what is in the way, if anything is."""

    case: str
    #: Elements of its open tasks.
    steps: tuple[str, ...]
    reasons: Reasons = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move from `old` to `new` would do with each case that runs on `old`, in the order of their numbers."""

    old: ProcessDefinition
    new: ProcessDefinition
    mapping: Mapping[str, str]
    standing: tuple[Standing, ...]

    @property
    def movable(self) -> tuple[str, ...]:
        return tuple(one.case for one in self.standing if not one.reasons)

    @property
    def stuck(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.standing if one.reasons)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one case: moved, or the error that kept it."""

    case: str
    error: EngineError | None = None


def plan(ports: Ports, connection: Connection, old: str, new: str, mapping: Mapping[str, str]) -> Plan:
    """Try the move on every case without storing anything. Raises `NotFound`, and `Refused` for a mapping that cannot be.

    Trials stay where they are. Cases that stand alike can move alike: each way of standing is tried once.
    """
    before, after = ports.definition(connection, old), ports.definition(connection, new)
    if before.key != after.key or before.id == after.id:
        raise Refused(
            f"Expected two versions of one process, found {old} and {new}.", reason="not_another_version"
        )
    mapping_must_fit(before, after, mapping)
    calendar = ports.active_calendar(connection)
    query = (
        select(cases.c.number, cases.c.state)
        .where(cases.c.definition_id == before.id, cases.c.status != "ended", no_trial(cases.c.number))
        .order_by(cases.c.number)
    )
    tried: dict[Any, Reasons] = {}
    standing = []
    for number, stored in connection.execute(query):
        state = loads(stored)
        shape = tuple(_shape(state))
        if shape not in tried:
            command = Migrate(
                actor="", source="", command_id="", at=state.last_at, case=number, to=new, mapping=mapping
            )
            try:
                apply(after, calendar, state, command)
                tried[shape] = ()
            except NotMigratable as refused:
                tried[shape] = refused.detail["reasons"]  # type: ignore[assignment]
        steps = tuple(sorted(item.element for item in state.work_items.values()))
        standing.append(Standing(number, steps, tried[shape]))
    return Plan(before, after, mapping, tuple(standing))


def move(
    ports: Ports,
    numbers: Iterable[str],
    *,
    to: str,
    mapping: Mapping[str, str],
    actor: str,
    source: str,
    command_id: str,
) -> Iterator[Moved]:
    """Move these cases one after the other, each as a command of its own, `<command_id>:<number>`; what was done under
    it before is not done again. Yields what became of each as it is done.
    """
    for number in numbers:
        command = Migrate(
            actor=actor,
            source=source,
            command_id=f"{command_id}:{number}",
            case=number,
            to=to,
            mapping=mapping,
        )
        try:
            handle(ports, command)
        except EngineError as error:
            yield Moved(number, error)
        except Exception as fault:  # whatever it is, the other cases go on
            log.error("not_moved", case=number, error=type(fault).__name__)
            yield Moved(number, EngineError())
        else:
            yield Moved(number)


def _shape(state: State) -> Iterator[Any]:
    """Everything that decides whether a case can move: the workflow's rows, without names and times."""
    rows, *inside = orjson.loads(state.snapshot.stored()) or [[]]
    yield from (tuple(row[:3]) for row in rows)
    for tree, row, below in inside:
        yield tree, row
        yield from (tuple(one[:3]) for one in below)
    yield from sorted(state.work_items[name].element for name in state.work_items)
