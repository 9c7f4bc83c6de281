"""Which copies of a seal leave the machine: a row of the outbox each, written with the seal, sent after its commit.

A row holds the seal's number and nothing else; where it goes is in the settings, and what it says is read when it
is sent (`engine.jobs.sender`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from engine.config import Settings
from engine.store import outbox
from engine.store.seals import Seal
from engine.store.tables import SYSTEM_CHAIN

#: By e-mail to the auditor (SEAL_MAIL).
MAIL: Final = "seal:mail"
#: Into the file of seals of another place (SEAL_COPY).
COPY: Final = "seal:copy"

#: What stands as the recipient: never an address or a path.
_RECIPIENTS: Final = {MAIL: "SEAL_MAIL", COPY: "SEAL_COPY"}


def wanted(settings: Settings) -> frozenset[str]:
    """The copies that the settings ask for."""
    asked = {MAIL: settings.seal_mail, COPY: settings.seal_copy}
    return frozenset(kind for kind, place in asked.items() if place is not None)


def enqueue(connection: Connection, seal: Seal, kinds: Collection[str]) -> None:
    """A row for each of these copies of `seal`, in the transaction that makes it."""
    outbox.enqueue(
        connection,
        (
            outbox.Message(
                id=message_id(kind, seal.number),
                case_number=SYSTEM_CHAIN,
                kind=kind,
                recipient=_RECIPIENTS[kind],
                payload={"seal": seal.number},
                created_at=seal.at,
            )
            for kind in sorted(kinds)
        ),
    )


def message_id(kind: str, number: int) -> str:
    """A seal is copied once to each place, so its number is the row's name."""
    return f"{kind}:{number}"
