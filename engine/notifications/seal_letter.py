"""A seal as a letter to the auditor: what it says in words, and its line as the file of seals has it.

The lines of all letters, joined in their order, are a file of seals that anybody can check without this program.
"""

from __future__ import annotations

from engine.canonical_json import instant_text
from engine.history.seal_file import seal_line
from engine.notifications.letters import fill
from engine.notifications.port import Letter
from engine.store.outbox import Message
from engine.store.seals import BRIDGING, Seal

_KINDS = {BRIDGING: ("penyambung, setelah pemulihan", "bridging, after a restore")}
_PERIODIC = ("berkala", "periodic")


def seal_letter(message: Message, seal: Seal, address: str) -> Letter:
    """The letter of `seal`; its attachment's name sorts by number."""
    indonesian, english = _KINDS.get(seal.kind, _PERIODIC)
    file = f"segel-{seal.number:08}.jsonl"
    words = {
        "number": str(seal.number),
        "at": instant_text(seal.at),
        "jenis": indonesian,
        "kind": english,
        "heads": str(len(seal.heads)),
        "previous": seal.previous,
        "hash": seal.hash,
        "file": file,
    }
    subject, text = fill("segel.txt", words)
    return Letter(message.id, (address,), subject, text, attachment=(file, seal_line(seal)))
