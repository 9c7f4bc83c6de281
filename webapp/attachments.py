"""Files of a case at every page that shows them: what came with a request is kept or refused one by one; a download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from flask import Response, request, send_file, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from engine.canonical_json import canonical
from engine.commands import COMPLAINANT, Attach
from engine.errors import AttachmentUnfit, CaseErased, EngineError, NotAllowed, NotFound, Refused
from engine.files.examine import examine
from engine.files.names import shown_name
from engine.identity.disclosure import note
from engine.identity.policy import Actor
from engine.queries.attachments import Attached, CaseFiles, attachment, case_files
from engine.runtime.handle import handle
from webapp import errors
from webapp.command_id import command_id
from webapp.context import ports, settings
from webapp.security import current_actor
from webapp.timeline import kinds
from webapp.uploads import MOST_AT_ONCE, TOO_LARGE, WORD

#: The field; a form's keys may not begin with an underscore, so they never meet.
FILES: Final = "_berkas"
#: A file that a browser opens is a page of ours; this one may do nothing, whatever it is.
_POLICY: Final = "default-src 'none'; sandbox"
#: Of a name in a sentence.
_SHORT: Final = 60


@dataclass(frozen=True)
class Taken:
    """What became of the files of a request."""

    #: Names of those that are kept now.
    kept: tuple[str, ...] = ()
    #: A sentence for each that is not.
    problems: tuple[str, ...] = ()

    @property
    def errors(self) -> list[dict[str, str]]:
        """For the error summary."""
        return [{"text": text, "href": f"#{FILES}"} for text in self.problems]

    @property
    def done(self) -> str:
        """What is kept now, in a sentence, or ""."""
        if not self.kept:
            return ""
        return _("Tersimpan: %(names)s.", names=", ".join(self.kept))


def files_of(actor: Actor, number: str) -> CaseFiles:
    """The files of a case as `actor` may see them."""
    with ports().database.read() as connection:
        return case_files(ports(), connection, actor, number)


def take(files: CaseFiles, *, actor: str, on_behalf: str | None = None) -> Taken:
    """Put each file of this request to the case. Raises `NotAllowed` and `CaseErased` before any is looked at."""
    for_complainant = COMPLAINANT in (actor, on_behalf)
    act = "attach_for_complainant" if for_complainant else "attach"
    if act not in files.may:
        raise NotAllowed(act=f"case:{act}")
    given = [file for file in request.files.getlist(FILES) if file.filename]
    if not given:
        return Taken(problems=(_("Pilih berkasnya dahulu."),))
    if len(given) > MOST_AT_ONCE:
        return Taken(problems=(_("Paling banyak %(most)d berkas sekali kirim.", most=MOST_AT_ONCE),))
    kept, problems = [], []
    for file in given:
        name = shown_name(file.filename or "")[:_SHORT]
        try:
            kept.append(_take(files.number, file.filename or "", file.read(), actor, on_behalf))
        except (NotFound, NotAllowed, CaseErased):
            raise
        except Refused as refusal:
            problems.append(_("%(name)s: %(why)s", name=name, why=why(refusal)))
    return Taken(tuple(kept), tuple(problems))


def _take(number: str, name: str, content: bytes, actor: str, on_behalf: str | None) -> str:
    looked_at = examine(name, content, largest=settings().attachment_max_bytes)
    # keyed, for it stays in the history when the file is erased; the same file of the same page is one command
    which = ports().keyring.request_digest(canonical(looked_at.summary()))[:16]
    command = Attach(
        actor=actor,
        on_behalf=on_behalf,
        source="web",
        command_id=f"{command_id()}:{which}",
        case=number,
        file=looked_at,
    )
    handle(ports(), command)
    return looked_at.name


def told() -> Taken:
    """What an upload that was turned away before it was read is told, on the page that it comes back to."""
    if request.args.get(WORD) != TOO_LARGE:
        return Taken()
    most = size(settings().attachment_max_bytes)
    return Taken(
        problems=(_("Berkas-berkas itu terlalu besar: paling besar %(most)s tiap berkas.", most=most),)
    )


def why(refusal: EngineError) -> str:
    """Why a file was not taken, and what to do."""
    if not isinstance(refusal, AttachmentUnfit):
        return errors.sentence(refusal)
    said = refusal.detail
    match said.get("reason"):
        case "empty":
            return _("berkas ini kosong; pilih yang lain.")
        case "large":
            return _(
                "terlalu besar, paling besar %(most)s; perkecil, atau kirim dalam beberapa bagian.",
                most=size(int(str(said["largest"]))),
            )
        case "broken":
            return _("berkas ini rusak atau terpotong; simpan atau ambil sekali lagi.")
        case "dots":
            return _("gambar ini lebih dari %(most)s juta titik; kirim yang lebih kecil.", most=said["most"])
        case "moving":
            return _("gambar bergerak tidak diterima; kirim gambar diam.")
        case "name":
            return _("nama berkas paling panjang %(most)s karakter; ganti namanya.", most=said["longest"])
    if likely := said.get("likely"):
        return _(
            "isinya tampak seperti %(kind)s; simpan sebagai PDF, JPEG, PNG, atau WebP.", kind=str(likely)
        )
    return _("isinya bukan PDF, JPEG, PNG, atau WebP; simpan sebagai salah satunya.")


def download(actor: Actor, number: str, nth: int) -> Response:
    """The file, to be saved and never shown as a page of ours; noted before it is sent."""
    with ports().database.read() as connection:
        one, content = attachment(ports(), connection, actor, number, nth)
    note(ports(), actor, "attachment:read", number)
    response = send_file(
        BytesIO(content),
        mimetype=one.media_type,
        as_attachment=True,
        download_name=one.name,
        conditional=False,
        etag=False,
    )
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"  # `send_file` would let everybody keep it
    return response


@dataclass(frozen=True)
class Panel:
    """The files of a case on a page (`templates/_attachments.html`)."""

    files: CaseFiles
    listed: tuple[Attached, ...]
    taken: Taken
    #: Where one is downloaded; None for who sees only that it is there.
    address: Callable[[int], str] | None
    #: Where files are sent to; None for who may send none.
    to: str | None
    hint: str
    #: What stands there while there is none.
    none: str
    field: str = FILES
    most: int = MOST_AT_ONCE

    @property
    def largest(self) -> str:
        return size(settings().attachment_max_bytes)

    @staticmethod
    def describe(one: Attached) -> str:
        """ "foto JPEG, 1,2 MB"."""
        return f"{kinds().get(one.media_type, one.media_type)}, {size(one.size)}"


def staff_panel(number: str, to: str, taken: Taken | None) -> Panel:
    """Everything that is there, for whoever works on the case; files go to the address `to`."""
    files = files_of(current_actor(), number)
    reads = "read" in files.may
    return Panel(
        files=files,
        listed=files.attached if reads else (),
        taken=taken or told(),
        address=(lambda nth: url_for("cases.attachment", number=number, nth=nth)) if reads else None,
        to=to if "attach" in files.may else None,
        hint=_("Hanya petugas yang boleh membuka pengaduan ini yang melihatnya."),
        none=_("Belum ada lampiran."),
    )


def size(found: int) -> str:
    """ "1,2 MB", "340 kB"."""
    if found < 1_000_000:
        return f"{max(1, round(found / 1_000))} kB"
    return f"{format_decimal(round(found / 1_000_000, 1))} MB"
