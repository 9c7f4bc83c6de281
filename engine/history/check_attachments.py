"""Is every file that somebody put to a case there, unchanged, and told by an event; and is there no other?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from engine import events
from engine.commands import GivenFile
from engine.errors import StateUnreadable
from engine.history.chain import StoredEvent
from engine.history.finding import TAMPERED, Finding
from engine.runtime.ports import Ports
from engine.store import attachments


def check_attachments(
    ports: Ports, connection: Connection, number: str, key: bytes, history: Sequence[StoredEvent]
) -> Iterator[Finding]:
    """Every difference between the history, the rows and the files of a case; `key` opens the case."""
    recorded = {e.payload["nth"]: e for e in history if e.type == events.ATTACHMENT_ADDED}
    kept = {row.nth: row for row in attachments.of_case(connection, number)}
    for nth, event in recorded.items():

        def found(code: str, message: str, nth: int = nth, event: StoredEvent = event) -> Finding:
            return Finding(number, event.seq, TAMPERED, f"attachment_{code}", f"attachment {nth}: {message}")

        row = kept.get(nth)
        if row is None:
            yield found("missing", "its row is gone")
            continue
        said = (event.payload["media_type"], event.payload["size"], event.at, event.actor, event.on_behalf)
        if said != (row.media_type, row.size, row.at, row.added_by, row.on_behalf):
            yield found("row", "its row says something else than the history")
        if not ports.files.has(row.id):
            yield found("file_missing", "its file is gone")
            continue
        try:
            digest = _digest(ports, key, row)
        except (StateUnreadable, UnicodeDecodeError):
            yield found("changed", "its file or its name was changed")
            continue
        if digest != event.payload["digest"]:
            yield found("differs", "it is not the file that was recorded")
    for nth in sorted(kept.keys() - recorded.keys()):
        message = f"no event recorded attachment {nth}"
        yield Finding(number, None, TAMPERED, "attachment_unrecorded", message)


def _digest(ports: Ports, key: bytes, row: Any) -> str:
    """Of what is kept, as it was made of what was given. Raises `StateUnreadable`."""
    content = attachments.opened_content(ports.keyring, key, row.id, ports.files.get(row.id))
    name = attachments.opened_name(ports.keyring, key, row.id, row.name)
    file = GivenFile(name=name, media_type=row.media_type, content=content)
    return attachments.digest(ports.keyring, key, file)
