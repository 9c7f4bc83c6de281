"""Erasing a person: the key of their case goes, and with it everything they wrote; the history stays provable.

1. Only an ended case: one that runs would go on without anybody knowing what it is about.
2. Key, answers, comments, drafts, search words and letters go, in one transaction with the event that says so,
   in the case's chain and in `sistem`.
3. After the commit the file of seals is told, so that a restore from an older backup erases again.

It is no command of `handle`: it changes nothing that `apply` decides, and a replay passes over its event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from engine.canonical_json import from_canonical
from engine.errors import NotAllowed, Refused
from engine.events import CASE_ERASED
from engine.history import log, seal_file
from engine.history.chain import EventDraft
from engine.identity.policy import Actor, allowed, complaint_of, shield_of
from engine.runtime.ports import Ports
from engine.store import answers, cases, erasure
from engine.store.tables import events

#: A reason is a sentence; it stays in the history for ever.
SHORTEST_WHY: Final = 5
LONGEST_WHY: Final = 400


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

    Raises `NotFound`, `NotAllowed`, and `Refused` for a case that runs, for a reason that is none, and for one
    that repeats who the person was.
    """
    with ports.database.write() as connection:
        row = cases.load_for(connection, number)
        definition = ports.definition(connection, row.definition_id)
        if not allowed(actor, "case:erase", complaint_of(definition, number, shield_of(row))):
            raise NotAllowed(act="case:erase")
        before = _before(connection, number)
        if before is not None:
            return before
        if row.status != "ended":
            raise Refused(
                f"Only an ended case can be erased; {number} still runs. Bring it to its end first, or wait for it.",
                reason="erase_running",
                case=number,
            )
        at = max(ports.clock(connection), row.last_at)
        why = _reason(ports, connection, row.wrapped_key, number, why)
        removed = {table: rows for table, rows in erasure.erase(connection, number).items() if rows}
        record(
            connection, number, (row.last_seq, row.last_hash), at, actor.id, source, why, {"removed": removed}
        )
    seal_file.catch_up(ports.database, seals)
    emptied = erasure.forget_log(ports.database)
    return Erased(
        number, at, actor.id, why, removed, log_kept=ports.database.dialect == "sqlite" and not emptied
    )


def record(
    connection: Connection,
    number: str,
    head: tuple[int, str],
    at: datetime,
    by: str,
    source: str,
    why: str,
    said: Mapping[str, Any],
) -> None:
    """The events of an erasure: in the case's chain, after `head`, and in `sistem`."""
    draft = EventDraft(
        type=CASE_ERASED, at=at, received_at=at, actor=by, source=source, payload={"why": why, **said}
    )
    erasure.move_head(connection, number, log.append(connection, number, *head, [draft]))
    log.append_system(connection, CASE_ERASED, at, by, source, {"case": number, "why": why, **said})


def _before(connection: Connection, number: str) -> Erased | None:
    query = select(events.c.at, events.c.actor, events.c.payload).where(
        events.c.case_number == number, events.c.type == CASE_ERASED
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Erased(
        number, row.at, row.actor, row.payload["why"], row.payload.get("removed", {}), repeated=True
    )


def _reason(ports: Ports, connection: Connection, wrapped: bytes | None, number: str, why: str) -> str:
    """`why`, if it is a sentence and does not keep what the erasure is to remove."""
    why = " ".join(why.split())
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise Refused(
            f"The reason should have {SHORTEST_WHY} to {LONGEST_WHY} characters; found {len(why)}. It stays in the "
            "history: say on which ground the person is erased, not who they are.",
            reason="erase_reason",
            shortest=SHORTEST_WHY,
            longest=LONGEST_WHY,
            found=len(why),
        )
    if wrapped is not None and any(
        told in why.casefold() for told in _identity(ports, connection, wrapped, number)
    ):
        raise Refused(
            "The reason stays in the history and repeats the person's name or contact; "
            "say on which ground they are erased, not who they are.",
            reason="erase_reason_personal",
        )
    return why


def _identity(ports: Ports, connection: Connection, wrapped: bytes, number: str) -> set[str]:
    """What the forms of the case were told of who the person is, in small letters."""
    definition = ports.definition(connection, cases.load(connection, number).definition_id)
    key = ports.keyring.unwrap(number, wrapped)
    found = set()
    for row in answers.of_case(connection, number):
        schema, given = (
            definition.forms.get(row.form_id),
            from_canonical(ports.keyring.open(key, row.work_item_id, row.blob)),
        )
        fields = schema.fields if schema else {}
        found |= {given[k] for k, field in fields.items() if field.identity and isinstance(given.get(k), str)}
    return {text.casefold() for text in found if len(text) > 2}
