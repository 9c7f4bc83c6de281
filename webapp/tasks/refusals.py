"""Why a command about a task was refused: by whom, by what, and what to do now. Names, not user ids."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from engine import errors
from engine.queries.task import TaskPage
from webapp.errors import sentence
from webapp.languages import moment
from webapp.timeline import person


@dataclass(frozen=True)
class Refusal:
    """A sentence that says what is the case, and one that says what to do."""

    status: int
    what: str
    advice: str


def refusal(error: errors.Refused, page: TaskPage, *, kept: bool) -> Refusal:
    """`error` in words over the task as it stands now; `kept` says that what was typed is a draft now."""
    match error:
        case errors.AlreadyClaimed():
            holder = person(str(error.detail["holder"]), page.names)
            return Refusal(
                409,
                _("Tugas ini dipegang %(holder)s.", holder=holder),
                _("Minta %(holder)s melepasnya, atau ambil tugas lain.", holder=holder),
            )
        case errors.WorkItemNotOpen():
            return Refusal(409, ended(page), where(page))
        case errors.NotClaimed():
            return Refusal(409, _("Tugas ini belum Anda ambil."), _("Ambil dahulu tugasnya, lalu ulangi."))
        case errors.CommandReused():
            return Refusal(
                409,
                _("Formulir ini sudah dikirim dengan isi lain (%(case)s).", case=error.detail["case"]),
                _(
                    "Kiriman pertama yang berlaku; kiriman kedua tidak mengubah apa pun. Keduanya ada di bawah."
                ),
            )
        case errors.NobodyWaits():
            return Refusal(409, _("Pengaduan ini tidak sedang menunggu tindakan itu."), where(page))
        case errors.CaseEnded():
            return Refusal(409, _("Pengaduan ini sudah berakhir."), where(page))
        case errors.CaseHalted():
            return Refusal(
                409,
                _("Pengaduan ini sedang tertahan karena kendala%(number)s.", number=_numbered(error)),
                _("Pengelola sudah diberi tahu. %(kept)s", kept=_kept(kept)),
            )
        case errors.Disturbed():
            return Refusal(
                500,
                _("Ada gangguan di pihak kami%(number)s. Tugas ini belum berubah.", number=_numbered(error)),
                _("%(kept)s Sebutkan nomor itu kepada Pengelola, lalu coba lagi.", kept=_kept(kept)),
            )
        case errors.NotAllowed() if "to" in error.detail:
            return Refusal(
                422,
                _("Tugas ini tidak dapat dialihkan kepada orang itu."),
                _("Pilih rekan dari daftar; hanya anggota kelompok yang masih aktif dapat menerimanya."),
            )
        case errors.NotAllowed():
            return Refusal(403, _("Anda tidak berhak melakukan ini."), _("Minta haknya kepada Pengelola."))
    return Refusal(409, sentence(error), "")


def ended(page: TaskPage) -> str:
    """How a finished task ended: by whom, or by what, and when."""
    task = page.task
    assert task.ended is not None
    when = moment(task.ended)
    if task.ended_how == "completed":
        return _(
            "Tugas ini sudah diselesaikan oleh %(who)s pada %(when)s.",
            who=person(task.ended_by or "", page.names),
            when=when,
        )
    if task.cause and task.cause.name:
        return _("Tugas ini berakhir pada %(when)s karena: %(cause)s.", when=when, cause=task.cause.name)
    return _("Tugas ini berakhir pada %(when)s tanpa perlu diselesaikan.", when=when)


def where(page: TaskPage) -> str:
    """Where the case is now."""
    if page.open_tasks:
        steps = "; ".join(
            f"{a.element.name} ({a.element.lane.name if a.element.lane else a.group})"
            for a in page.open_tasks
        )
        return _("Pengaduannya sekarang di langkah: %(steps)s.", steps=steps)
    if page.ending is not None:
        return _("Pengaduannya sudah berakhir: %(ending)s.", ending=page.ending.name or page.ending.outcome)
    return _("Pengaduannya sedang menunggu langkah berikutnya.")


def _numbered(error: errors.Refused) -> str:
    incident = error.detail.get("incident")
    return _(" nomor %(number)s", number=incident) if incident else ""


def _kept(kept: bool) -> str:
    return _("Isian Anda tersimpan sebagai draf.") if kept else _("Isian Anda masih ada di bawah.")
