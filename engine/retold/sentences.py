"""What became of cases that were played on another version: Indonesian, English."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten
from typing import Any, Final

import orjson

from engine.definition.model import Element, ProcessDefinition
from engine.retold.groups import Group, Lateness
from engine.retold.outcome import Choice, Kind

#: Of a step's words so many characters are in a sentence.
LONGEST: Final = 50

KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    "same": ("jalan yang sama", "the same way"),
    "other": ("jalan lain", "another way"),
    "still": ("berhenti", "stood still"),
    "untold": ("tidak dapat dipastikan", "cannot be told"),
}

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "flow": (
        "Di {place} jalannya berpisah: dahulu ke {old}, sekarang ke {new}.",
        "At {place} the ways part: then to {old}, now to {new}.",
    ),
    "limit": (
        "Di {place} batas waktu yang memutuskan: dahulu {old}, sekarang {new}.",
        "At {place} the limit decides: then {old}, now {new}.",
    ),
    "step_gone": (
        "{place} tidak ada lagi; yang dikerjakan di situ dilewati, selebihnya sama.",
        "{place} is no more; what was done there is passed over, the rest is the same.",
    ),
    "new_step": (
        "Menunggu di {place}, langkah baru yang belum pernah dijawab; dahulu ke {old}.",
        "Waits at {place}, a new step that nobody ever answered; then to {old}.",
    ),
    "new_wait": ("Menunggu di {place}; dahulu ke {old}.", "Waits at {place}; then to {old}."),
    "incident": (
        "Kendala di {place}: tidak ada jawaban untuk {lacking}; tidak ada formulir sebelumnya yang menanyakannya.",
        "An incident at {place}: no answer for {lacking}; no form before it asks for it.",
    ),
    "failed": (
        "Kendala di {place}: prosesnya tidak dapat berlanjut.",
        "An incident at {place}: the process cannot go on.",
    ),
    "question": (
        "Di {place} dibaca {lacking}, pertanyaan baru yang belum pernah dijawab.",
        "At {place} {lacking} is read, a new question that nobody ever answered.",
    ),
    "message": (
        "Di {place} tidak ada yang menunggu pesan {lacking}.",
        "At {place} nobody waits for the message {lacking}.",
    ),
    "not_recorded": (
        "Di {place} dibaca {lacking}: pernah dijawab, tetapi tidak tercatat di riwayat karena versi waktu itu tidak membacanya.",
        "At {place} {lacking} is read: it was answered, but is not in the history, for the version of then did not read it.",
    ),
    "unreadable": (
        "Riwayatnya tidak dapat diputar.",
        "The history cannot be played.",
    ),
}
_TIMES: Final[Mapping[str, tuple[str, str]]] = {
    "limit": ("{place}: batas {new}, bukan {old}.", "{place}: limit {new} instead of {old}."),
    "other": ("{place}: tenggatnya lain.", "{place}: due at another time."),
    "now_late": ("Akan terlambat: {count}.", "Would have been late: {count}."),
    "no_longer_late": ("Tidak lagi terlambat: {count}.", "No longer late: {count}."),
}
_NO_LIMIT: Final = ("tanpa batas", "no limit")
_NOWHERE: Final = ("tetap di tempatnya", "staying where it was")
_DEFAULT: Final = ("alur bawaan", "the default flow")


def name(element: str, *definitions: ProcessDefinition | None) -> str:
    """`Periksa_3 (Verifikasi …)`: by which people and the diagram know it."""
    for definition in definitions:
        found: Element | None = definition.elements.get(element) if definition else None
        if found is not None:
            words = shorten(found.name, LONGEST, placeholder=" …")
            return f"{element} ({words})" if words and words != element else element
    return element


def sentence(group: Group, new: ProcessDefinition, old: ProcessDefinition | None, language: str) -> str:
    """What became of the cases of a group; `old` names what `new` has no more."""
    which = 0 if language == "id" else 1
    key = "failed" if group.reason == "incident" and not group.lacking else group.reason

    def to(choice: Choice) -> str:
        return ", ".join(name(one, new, old) for one in choice.to) or _NOWHERE[which]

    return SENTENCES[key][which].format(
        place=name(group.place, new, old),
        old=to(group.old),
        new=to(group.new),
        lacking=", ".join(group.lacking),
    )


def conditions(group: Group, language: str) -> tuple[str | None, str | None]:
    """By which condition it went then, and does now; None where none decided."""
    which = 0 if language == "id" else 1
    old, new = (
        (choice.condition or _DEFAULT[which]) if choice.at else None for choice in (group.old, group.new)
    )
    return old, new


def values_text(values: Mapping[str, Any]) -> str:
    """`lingkup = "tidak_berkadar"`, as FEEL writes it."""
    return ", ".join(f"{name} = {orjson.dumps(value).decode()}" for name, value in values.items())


def limit_sentence(
    one: Lateness, new: ProcessDefinition, old: ProcessDefinition | None, language: str
) -> str:
    """How a step would be due otherwise."""
    which = 0 if language == "id" else 1
    return _TIMES["limit" if one.old != one.new else "other"][which].format(
        place=name(one.element, new, old),
        old=one.old or _NO_LIMIT[which],
        new=one.new or _NO_LIMIT[which],
    )


def time_sentence(one: Lateness, new: ProcessDefinition, old: ProcessDefinition | None, language: str) -> str:
    """The same, and for how many cases it changes whether they are late."""
    which = 0 if language == "id" else 1
    said = [limit_sentence(one, new, old, language)]
    for part in ("now_late", "no_longer_late"):
        if count := getattr(one, part):
            said.append(_TIMES[part][which].format(count=count))
    return " ".join(said)
