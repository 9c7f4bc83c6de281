"""Erasing a person: the key of their case goes, and with it everything they wrote; the history stays provable.

1. Only an ended case that is not held: one that runs would go on without anybody knowing what it is about.
2. Key, answers, comments, files, drafts, search words and letters go, in one transaction with the event that says so,
   in the case's chain and in `sistem`.
3. After the commit the files of attachments go; without the key they are noise, and what a crash leaves of them
   `engine.jobs.tidier` takes.
4. The file of seals is told, so that a restore from an older backup erases again.

It is no command of `handle`: it changes nothing that `apply` decides, and a replay passes over its event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from engine.errors import NotAllowed, Refused
from engine.events import CASE_ERASED
from engine.history import log, seal_file
from engine.history.chain import EventDraft
from engine.identity.policy import Actor, allowed, complaint_of, shield_of
from engine.retention import due_for_erasure
from engine.runtime.ground import ground_for
from engine.runtime.hold import must_not_be_held
from engine.runtime.ports import Ports
from engine.store import attachments, cases, erasure, retention
from engine.store.cases import CaseRow
from engine.store.tables import events

#: An event's payload.
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did, now or before."""

    case: str
    at: datetime
    by: str
    why: str
    #: Rows that went, by table.
    removed: Mapping[str, int]
    repeated: bool = False
    #: SQLite's log holds the bytes until the last reader of before has gone.
    log_kept: bool = False


def erase(ports: Ports, actor: Actor, number: str, why: str, *, source: str, seals: Path) -> Erased:
    """Erase the person of an ended case; a case that is erased already gives what was done then.

    Raises `NotFound`, `NotAllowed`, and `Refused` for a case that runs or is held, for a reason that is none, and
    for one that repeats who the person was.
    """

    def ground(connection: Connection, row: CaseRow) -> Said:
        return {"why": ground_for(ports, connection, row, why)}

    return _erase(ports, actor, number, ground, source, seals)


def erase_due(ports: Ports, actor: Actor, number: str, *, source: str, seals: Path) -> Erased:
    """`erase`, on the ground of the rule of retention by which the person is due. Raises `Refused` if they are not.

    The rule was made without knowing the person, so its ground is not held against their name.
    """

    def ground(connection: Connection, row: CaseRow) -> Said:
        zone = ports.active_calendar(connection).zone
        due = due_for_erasure(
            retention.rules(connection),
            category=row.category,
            ended_at=cases.ended_at(connection, number),
            today=ports.clock(connection).astimezone(zone).date(),
            zone=zone,
        )
        if due is None:
            raise Refused(
                f"{number} is not due by any rule of retention now; nothing was changed.",
                reason="not_due",
                case=number,
            )
        rule = {"category": due.rule.category, "months": due.rule.months}
        return {"why": due.rule.ground, "rule": rule}

    return _erase(ports, actor, number, ground, source, seals)


def examine(ports: Ports, connection: Connection, actor: Actor, number: str, why: str) -> Mapping[str, int]:
    """What `erase` would remove, by table, and nothing is changed; {} for a person who is erased already.

    Raises what `erase` raises.
    """
    row = cases.load(connection, number)
    if _may_go(ports, connection, actor, row) is not None:
        return {}
    ground_for(ports, connection, row, why)
    return erasure.counted(connection, number)


def _erase(
    ports: Ports,
    actor: Actor,
    number: str,
    ground: Callable[[Connection, CaseRow], Said],
    source: str,
    seals: Path,
) -> Erased:
    with ports.database.write() as connection:
        row = cases.load_for(connection, number)
        before = _may_go(ports, connection, actor, row)
        if before is not None:
            return before
        at = max(ports.clock(connection), row.last_at)
        said = ground(connection, row)
        files = attachments.ids_of(connection, number)
        removed = {table: rows for table, rows in erasure.erase(connection, number).items() if rows}
        said = {**said, "removed": removed}
        record(connection, number, (row.last_seq, row.last_hash), at, actor.id, source, said)
    if files:
        ports.files.remove(files)
    seal_file.catch_up(ports.database, seals)
    emptied = erasure.forget_log(ports.database)
    log_kept = ports.database.dialect == "sqlite" and not emptied
    return Erased(number, at, actor.id, said["why"], removed, log_kept=log_kept)


def _may_go(ports: Ports, connection: Connection, actor: Actor, row: CaseRow) -> Erased | None:
    """What was done before, if the person is erased already. Raises `NotAllowed` and `Refused`."""
    definition = ports.definition(connection, row.definition_id)
    if not allowed(actor, "case:erase", complaint_of(definition, row.number, shield_of(row))):
        raise NotAllowed(act="case:erase")
    before = erased_before(connection, row.number)
    if before is not None:
        return before
    if row.status != "ended":
        raise Refused(
            f"Only an ended case can be erased; {row.number} still runs. Bring it to its end first, or wait for it.",
            reason="erase_running",
            case=row.number,
        )
    must_not_be_held(connection, row.number)
    return None


def record(
    connection: Connection,
    number: str,
    head: tuple[int, str],
    at: datetime,
    by: str,
    source: str,
    said: Said,
) -> None:
    """The events of an erasure: in the case's chain, after `head`, and in `sistem`; `said` has at least `why`."""
    draft = EventDraft(type=CASE_ERASED, at=at, received_at=at, actor=by, source=source, payload=said)
    erasure.move_head(connection, number, log.append(connection, number, *head, [draft]))
    log.append_system(connection, CASE_ERASED, at, by, source, {"case": number, **said})


def erased_before(connection: Connection, number: str) -> Erased | None:
    """What an erasure of this case did, if there was one."""
    query = select(events.c.at, events.c.actor, events.c.payload).where(
        events.c.case_number == number, events.c.type == CASE_ERASED
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Erased(
        number, row.at, row.actor, row.payload["why"], row.payload.get("removed", {}), repeated=True
    )
