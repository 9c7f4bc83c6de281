"""A legal hold: while it stands nothing erases the person of the case, neither by hand nor by retention.

Set and lifted by the Pengelola with a ground, also while the case runs; both are events of the case's chain, which a
replay passes over. A person who is erased already cannot be held: there is nothing left to keep.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.errors import CaseErased, NotAllowed, Refused
from engine.events import HOLD_LIFTED, HOLD_SET
from engine.history import log
from engine.history.chain import EventDraft
from engine.identity.policy import Actor, allowed, complaint_of, shield_of
from engine.runtime.ground import ground_for
from engine.runtime.ports import Ports
from engine.store import cases, erasure, holds
from engine.store.cases import CaseRow
from engine.store.holds import Hold


def hold(ports: Ports, actor: Actor, number: str, why: str, *, source: str) -> Hold:
    """Hold a case. Raises `NotFound`, `NotAllowed`, `CaseErased`, and `Refused` for one that is held or a bad ground."""
    with ports.database.write() as connection:
        case = _case(ports, connection, actor, number)
        if case.wrapped_key is None:
            raise CaseErased(case=number)
        before = holds.get(connection, number)
        if before is not None:
            raise Refused(
                f"{number} is held already, by {before.set_by}: {before.ground}. Lift that hold first to name another ground.",
                reason="hold_stands",
                case=number,
                by=before.set_by,
                ground=before.ground,
            )
        ground = ground_for(ports, connection, case, why)
        at = max(ports.clock(connection), case.last_at)
        made = Hold(number, ground, actor.id, at)
        holds.add(connection, made)
        _record(connection, case, HOLD_SET, at, actor.id, source, ground)
        return made


def lift(ports: Ports, actor: Actor, number: str, why: str, *, source: str) -> Hold:
    """Lift the hold on a case; gives what it was. Raises `NotFound`, `NotAllowed`, and `Refused` where none stands."""
    with ports.database.write() as connection:
        case = _case(ports, connection, actor, number)
        standing = holds.get(connection, number)
        if standing is None:
            raise Refused(
                f"No hold stands on {number}; nothing was changed.", reason="hold_none", case=number
            )
        ground = ground_for(ports, connection, case, why)
        at = max(ports.clock(connection), case.last_at)
        holds.remove(connection, number)
        _record(connection, case, HOLD_LIFTED, at, actor.id, source, ground)
        return standing


def must_not_be_held(connection: Connection, number: str) -> None:
    """Raises `Refused` for a case that is held."""
    standing = holds.get(connection, number)
    if standing is not None:
        raise Refused(
            f"{number} is held by {standing.set_by} ({standing.ground}); lift the hold first, if its ground is gone.",
            reason="erase_held",
            case=number,
            by=standing.set_by,
            ground=standing.ground,
        )


def _case(ports: Ports, connection: Connection, actor: Actor, number: str) -> CaseRow:
    case = cases.load_for(connection, number)
    definition = ports.definition(connection, case.definition_id)
    if not allowed(actor, "retention:change", complaint_of(definition, number, shield_of(case))):
        raise NotAllowed(act="retention:change")
    return case


def _record(
    connection: Connection, case: CaseRow, type: str, at: datetime, by: str, source: str, ground: str
) -> None:
    draft = EventDraft(type=type, at=at, received_at=at, actor=by, source=source, payload={"why": ground})
    head = log.append(connection, case.number, case.last_seq, case.last_hash, [draft])
    erasure.move_head(connection, case.number, head)
