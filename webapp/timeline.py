"""The history of a case in sentences: the complainant's own, and the staff's. History itself has no prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine import events
from engine.commands import COMPLAINANT, OS_USER, SYSTEM
from engine.queries.case import Entry
from engine.queries.stays import Stay
from webapp import due


@dataclass(frozen=True)
class Line:
    """One line: when, what, and by whom, where somebody did it; `note` says how long that had taken."""

    at: datetime
    text: str
    who: str = ""
    note: str = ""


def for_public(entries: Iterable[Entry]) -> Iterator[Line]:
    """What the complainant sees of their own case: steps done and by which lane, never a person's name."""
    for entry in entries:
        step = entry.element.name if entry.element else ""
        lane = entry.element.lane.name if entry.element and entry.element.lane else ""
        match entry.type:
            case events.CASE_SUBMITTED:
                yield Line(entry.at, _("Pengaduan diterima"))
            case events.WORK_ITEM_COMPLETED:
                yield Line(entry.at, _("Selesai: %(step)s", step=step), lane)
            case events.WORK_ITEM_CREATED if entry.element and entry.element.public:
                yield Line(entry.at, _("Menunggu jawaban Anda: %(step)s", step=step))
            case events.ATTACHMENT_ADDED if COMPLAINANT in (entry.actor, entry.on_behalf):
                yield Line(entry.at, _("Anda melampirkan berkas"))
            case events.CASE_ENDED:
                yield Line(entry.at, _("Pengaduan berakhir: %(end)s", end=step))


def for_staff(
    entries: Iterable[Entry], names: Mapping[str, str], stays: Mapping[str, Stay] | None = None
) -> Iterator[Line]:
    """Everything that happened, with who did it; `names` maps a user's id to their name.

    `stays` are the times at each task (`engine.queries.stays.by_name`), told where somebody took or finished it.
    """
    for entry in entries:
        text = _said(entry, names)
        if text:
            # a task comes up by itself: whoever had finished the one before did not give it to anybody
            by = "" if entry.type == events.WORK_ITEM_CREATED else who(entry, names)
            yield Line(entry.at, text, by, _taken(entry, stays or {}))


def told(entry: Entry, names: Mapping[str, str]) -> str:
    """What happened, in words, timers too: for who looks at every event."""
    step = entry.element.name if entry.element else ""
    match entry.type:
        case events.TIMER_STARTED:
            return _("Tenggat mulai berjalan: %(step)s", step=step) if step else _("Pewaktu mulai berjalan")
        case events.TIMER_FIRED:
            return _("Pewaktu sampai: %(timer)s", timer=step) if step else _("Pewaktu sampai")
        case events.TIMER_CANCELLED:
            return _("Pewaktu berhenti: %(timer)s", timer=step) if step else _("Pewaktu berhenti")
        case events.TIMERS_FIRED:
            return _("Pewaktu yang jatuh tempo dijalankan")
        case events.WORK_ITEM_MOVED:
            return _("Tugas ikut pindah: %(step)s", step=step)
        case events.TIMER_RENAMED:
            return _("Tenggat ikut pindah: %(step)s", step=step) if step else _("Pewaktu ikut pindah")
        case events.EXTERNAL_TASK_MOVED:
            return _("Layanan ikut pindah: %(step)s", step=step)
    return _said(entry, names) or entry.type


def who(entry: Entry, names: Mapping[str, str]) -> str:
    """ "Rina", "Rina, atas nama pengadu", "Pengadu", "Sistem"."""
    name = person(entry.actor, names)
    return _("%(name)s, atas nama pengadu", name=name) if entry.on_behalf == COMPLAINANT else name


def person(actor: str, names: Mapping[str, str]) -> str:
    """An actor of the history by the name that people know."""
    if actor == COMPLAINANT:
        return _("Pengadu")
    if actor == SYSTEM:
        return _("Sistem")
    if actor.startswith(OS_USER):
        return _("%(user)s, dari baris perintah", user=actor.removeprefix(OS_USER))
    return names.get(actor, actor)


def kinds() -> dict[str, str]:
    """A media type in words, for those that are taken."""
    return {
        "application/pdf": _("PDF"),
        "image/jpeg": _("foto JPEG"),
        "image/png": _("gambar PNG"),
        "image/webp": _("gambar WebP"),
    }


def group_name(group: str) -> str:
    """A group as people say it: "Penerima rujukan"."""
    return group.replace("_", " ").capitalize()


def _taken(entry: Entry, stays: Mapping[str, Stay]) -> str:
    stay = stays.get(str(entry.facts.get("work_item", "")))
    part = stay.until(entry.at) if stay else None
    if stay is None or part is None:
        return ""
    time = due.spent(part.spent)
    match entry.type:
        case events.WORK_ITEM_CLAIMED | events.WORK_ITEM_DELEGATED if part.holder is None:
            return _("menunggu %(time)s", time=time)
        case events.WORK_ITEM_RELEASED | events.WORK_ITEM_DELEGATED:
            return _("dipegang %(time)s", time=time)
        case events.WORK_ITEM_COMPLETED if part.holder is not None:
            return _("dikerjakan %(time)s", time=time)
        case events.WORK_ITEM_COMPLETED if stay.task.element.public:
            return _("dijawab setelah %(time)s", time=time)
        case events.WORK_ITEM_COMPLETED:
            return _("diambil dan diselesaikan setelah menunggu %(time)s", time=time)
        case events.WORK_ITEM_CANCELLED:
            return _("berakhir setelah %(time)s", time=due.spent(stay.spent))
    return ""


def _said(entry: Entry, names: Mapping[str, str]) -> str:
    step = entry.element.name if entry.element else ""
    match entry.type:
        case events.CASE_SUBMITTED:
            return _("Pengaduan diterima")
        case events.WORK_ITEM_CREATED:
            return _("Tugas baru: %(step)s", step=step)
        case events.WORK_ITEM_CLAIMED:
            return _("Mengambil tugas: %(step)s", step=step)
        case events.WORK_ITEM_RELEASED:
            return _("Melepas tugas: %(step)s", step=step)
        case events.WORK_ITEM_DELEGATED:
            to = person(str(entry.facts.get("to", "")), names)
            return _("Mengalihkan tugas kepada %(to)s: %(step)s", to=to, step=step)
        case events.WORK_ITEM_COMPLETED:
            return _("Menyelesaikan: %(step)s", step=step)
        case events.WORK_ITEM_CANCELLED:
            return _("Tugas dibatalkan: %(step)s", step=step)
        case events.WORK_ITEM_OVERDUE:
            return _("Tenggat terlewati: %(step)s", step=step)
        case events.ESCALATION_RAISED:
            return _(
                "%(group)s diberi tahu tentang keterlambatan",
                group=group_name(str(entry.facts.get("to", ""))),
            )
        case events.MESSAGE_RECEIVED:
            return _(
                "Mengirim pesan: %(message)s", message=str(entry.facts.get("message", "")).replace("_", " ")
            )
        case events.INCIDENT_RAISED:
            return _("Kendala %(incident)s dicatat", incident=str(entry.facts.get("incident", "")))
        case events.INCIDENT_RETRIED:
            return _("Kendala %(incident)s dicoba lagi", incident=str(entry.facts.get("incident", "")))
        case events.IDENTITY_REVEALED:
            return _("Membuka identitas pengadu")
        case events.CASE_ERASED:
            return _("Menghapus isi pengaduan: %(why)s", why=str(entry.facts.get("why", "")))
        case events.HOLD_SET:
            return _("Menahan penghapusan isi pengaduan")
        case events.HOLD_LIFTED:
            return _("Mencabut penahanan penghapusan")
        case events.COMMENT_ADDED:
            return _("Menulis komentar")
        case events.ATTACHMENT_ADDED:
            kind = kinds().get(str(entry.facts.get("media_type", "")), "")
            return _("Melampirkan berkas %(nth)s (%(kind)s)", nth=str(entry.facts.get("nth", "")), kind=kind)
        case events.TIMERS_RECOUNTED:
            return _("Menghitung ulang tenggat menurut kalender baru")
        case events.CASE_MIGRATED:
            return _("Pindah ke versi %(version)s", version=str(entry.facts.get("to", "")).rpartition(":")[2])
        case events.TIMER_MOVED:
            return _("Tenggat pindah: %(step)s", step=step)
        case events.EXTERNAL_TASK_CREATED:
            return _("Menunggu layanan: %(step)s", step=step)
        case events.EXTERNAL_TASK_COMPLETED:
            return _("Layanan selesai: %(step)s", step=step)
        case events.EXTERNAL_TASK_CANCELLED:
            return _("Layanan dibatalkan: %(step)s", step=step)
        case events.ERROR_THROWN:
            return _("Layanan melaporkan galat: %(step)s", step=step)
        case events.CASE_ENDED:
            return _("Pengaduan berakhir: %(end)s", end=step)
    return ""  # timers tell of themselves by what they cause
