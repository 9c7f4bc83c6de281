"""What a case holds sealed: does it open, is it what was recorded, and is nothing left of a person who was erased?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine import events
from engine.errors import KeyMissing, StateUnreadable
from engine.history.chain import StoredEvent
from engine.history.check_attachments import check_attachments
from engine.history.finding import TAMPERED, Finding
from engine.runtime.ports import Ports
from engine.store import comments, erasure
from engine.store.tables import case_keys


def check_content(
    ports: Ports, connection: Connection, number: str, history: Sequence[StoredEvent], answers: Sequence[Any]
) -> Iterator[Finding]:
    """Every answer, comment and file still gives the digest that was recorded; an erased person's are gone."""
    wrapped = connection.scalar(select(case_keys.c.wrapped).where(case_keys.c.case_number == number))
    if any(event.type == events.CASE_ERASED for event in history):
        for table in erasure.left(connection, number):
            message = f"the person was erased, and there are rows of theirs in {table}"
            yield Finding(number, None, TAMPERED, "erasure_undone", message)
        return
    if wrapped is None:
        yield Finding(number, None, TAMPERED, "key_missing", "the case's key is gone and no erasure says why")
        return
    try:
        key = ports.keyring.unwrap(number, wrapped)
    except KeyMissing:
        message = "the case's key was not wrapped by this master key"
        yield Finding(number, None, TAMPERED, "key_foreign", message)
        return
    answered = {
        f"{number}:{event.payload.get('work_item') or event.payload['entry']}": event
        for event in history
        if event.type in events.ANSWERED and event.payload["digest"]
    }
    sealed = {row.work_item_id: row.blob for row in answers}

    def open_answers(name: str) -> bytes:
        return ports.keyring.open(key, name, sealed[name])

    yield from _compared(ports, key, number, "answers", answered, sealed, open_answers)
    said = {
        f"{number}:komentar:{event.seq}": event for event in history if event.type == events.COMMENT_ADDED
    }
    blobs = {row.id: row.blob for row in comments.of_case(connection, number)}

    def open_comment(name: str) -> bytes:
        return comments.opened(ports.keyring, key, name, blobs[name]).encode()

    yield from _compared(ports, key, number, "comment", said, blobs, open_comment)
    yield from check_attachments(ports, connection, number, key, history)


def _compared(
    ports: Ports,
    key: bytes,
    number: str,
    what: str,
    recorded: dict[str, StoredEvent],
    kept: dict[str, bytes],
    opened: Callable[[str], bytes],
) -> Iterator[Finding]:
    for name, event in recorded.items():
        inside = name.removeprefix(f"{number}:")
        if name not in kept:
            yield Finding(number, event.seq, TAMPERED, f"{what}_missing", f"the {what} to {inside} are gone")
            continue
        try:
            text = opened(name)
        except StateUnreadable:
            message = f"the {what} to {inside} were changed"
            yield Finding(number, event.seq, TAMPERED, f"{what}_changed", message)
            continue
        if ports.keyring.digest(key, text) != event.payload["digest"]:
            message = f"the {what} to {inside} are not the recorded"
            yield Finding(number, event.seq, TAMPERED, f"{what}_differ", message)
    for name in sorted(kept.keys() - recorded.keys()):
        message = f"no event recorded the {what} to {name}"
        yield Finding(number, None, TAMPERED, f"{what}_unrecorded", message)
