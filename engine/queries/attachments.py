"""The files of a case, for who may see them: a list with their names, and one of them with its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.commands import COMPLAINANT
from engine.errors import KeyMissing, NotFound
from engine.identity.policy import Actor, allowed, complaint_of, shield_of
from engine.queries.case import case_row, must, names_of, seen_as
from engine.runtime.ports import Ports
from engine.store import attachments


@dataclass(frozen=True, slots=True)
class Attached:
    """A file, without its content."""

    nth: int
    name: str
    media_type: str
    size: int
    at: datetime
    by: str
    #: The complainant, who brought it to whoever added it.
    on_behalf: str | None

    @property
    def of_complainant(self) -> bool:
        """They gave it, themselves or across the desk."""
        return COMPLAINANT in (self.by, self.on_behalf)


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The files of one case as one actor may see them."""

    number: str
    attached: tuple[Attached, ...]
    #: What the actor may do: "read" one, "attach" one, "attach_for_complainant".
    may: frozenset[str]
    #: User id -> display name.
    names: Mapping[str, str]

    @property
    def of_complainant(self) -> tuple[Attached, ...]:
        """What they gave."""
        return tuple(one for one in self.attached if one.of_complainant)


def case_files(ports: Ports, connection: Connection, actor: Actor, number: str) -> CaseFiles:
    """The files of a case, in the order they came: all of them for its readers, else those the complainant gave.

    The page around them has asked whether the actor may see the case at all. Raises `NotFound`.
    """
    row = case_row(connection, number)
    complaint = complaint_of(ports.definition(connection, row.definition_id), number, shield_of(row))
    kept = row.wrapped is not None
    of_complainant = allowed(actor, "case:attach_for_complainant", complaint)
    possible = {
        "read": allowed(actor, "attachment:read", complaint) or allowed(actor, "case:track", complaint),
        "attach": kept and allowed(actor, "case:attach", complaint),
        "attach_for_complainant": kept and of_complainant and row.status != "ended",
    }
    found = attached(ports, connection, row) if possible["read"] or of_complainant else ()
    if not allowed(actor, "attachment:read", complaint):
        found = tuple(one for one in found if one.of_complainant)
    names = names_of(connection, [one.by for one in found]) if found else {}
    return CaseFiles(number, found, frozenset(act for act, may in possible.items() if may), names)


def attachment(
    ports: Ports, connection: Connection, actor: Actor, number: str, nth: int
) -> tuple[Attached, bytes]:
    """One file with its content.

    Raises `NotFound` where there is none, `KeyMissing` once the person was erased, what `must` raises for who may not
    read it, and `StateUnreadable` when it was changed.
    """
    row = case_row(connection, number)
    complaint = complaint_of(ports.definition(connection, row.definition_id), number, shield_of(row))
    if not allowed(actor, "case:track", complaint):
        must(actor, complaint, "attachment:read")
    if row.wrapped is None:
        raise KeyMissing(f"The files of case {number} were erased.", case=number)
    listed = case_files(ports, connection, actor, number).attached
    one = next((one for one in listed if one.nth == nth), None)
    if one is None:
        raise NotFound(f"Case {number} has no file {nth}; look at its list.", attachment=nth)
    id = next(kept.id for kept in attachments.of_case(connection, number) if kept.nth == nth)
    key = ports.keyring.unwrap(number, row.wrapped)
    return one, attachments.opened_content(ports.keyring, key, id, ports.files.get(id))


def attached(ports: Ports, connection: Connection, case: Any) -> tuple[Attached, ...]:
    """All files of a case, in the order they came; `case` is its row. Empty once the person was erased."""
    if case.wrapped is None:
        return ()
    key = ports.keyring.unwrap(case.number, case.wrapped)
    return tuple(
        Attached(
            nth=row.nth,
            name=attachments.opened_name(ports.keyring, key, row.id, row.name),
            media_type=row.media_type,
            size=row.size,
            at=row.at,
            by=seen_as(row.added_by, case.own_of),
            on_behalf=row.on_behalf,
        )
        for row in attachments.of_case(connection, case.number)
    )
