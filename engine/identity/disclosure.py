"""Reading that is noted in the access log, and is no act on the case: a secret identity, a receipt with its code.

An auditor reads an identity so; the counter does it by the command `RevealIdentity`, which is in the case's history (ADR 8).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from engine.errors import NotAllowed, NotFound, Refused
from engine.identity.policy import AUDITORS, Actor, allowed, complaint_of, shield_of
from engine.runtime.ports import Ports
from engine.store import access_log
from engine.store.tables import cases

#: Characters of a reason.
LONGEST_REASON: Final = 500


def note(
    ports: Ports,
    actor: Actor,
    act: str,
    number: str | None = None,
    *,
    shown: int | None = None,
    source: str = "web",
) -> None:
    """Note that the actor was shown a case, or a list of `shown` cases; called once it has been read.

    A complainant who reads their own case is not noted, nor is the operating system's user, who has no account,
    nor a list that showed nothing.
    """
    if actor.is_complainant or actor.is_operator or shown == 0:
        return
    with ports.database.write() as connection:
        access_log.add(
            connection,
            at=ports.clock(connection),
            actor=actor.id,
            act=act,
            source=source,
            case_number=number,
            shown=shown,
        )


def by_log(actor: Actor) -> bool:
    """Whether what the actor reveals goes into the access log, not into the case."""
    return AUDITORS in actor.groups


def disclose(ports: Ports, actor: Actor, number: str, *, why: str, source: str) -> None:
    """Note that the auditor reads the identity of this case, and why. Raises `NotFound`, `NotAllowed`, `Refused` without a reason."""
    with ports.database.write() as connection:
        row = connection.execute(select(cases).where(cases.c.number == number)).first()
        if row is None:
            raise NotFound(f"There is no case {number}; check the number.", case=number)
        definition = ports.definition(connection, row.definition_id)
        complaint = complaint_of(definition, number, shield_of(row))
        if not by_log(actor) or not allowed(actor, "identity:reveal", complaint):
            raise NotAllowed(act="identity:reveal")
        reason = why.strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            raise Refused(
                f"Say in 1 to {LONGEST_REASON} characters why the identity is read; found {len(reason)}.",
                longest=LONGEST_REASON,
                found=len(reason),
            )
        access_log.add(
            connection,
            at=ports.clock(connection),
            actor=actor.id,
            act="identity:reveal",
            source=source,
            case_number=number,
            why=reason,
        )
