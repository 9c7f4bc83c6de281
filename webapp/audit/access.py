"""Who read what is personal."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as __

from engine.errors import NotAllowed
from engine.identity.policy import allowed
from engine.queries.accesses import accesses
from engine.queries.public import normalise_number
from webapp.audit.blueprint import blueprint
from webapp.audit.words import source
from webapp.context import ports
from webapp.security import current_actor, sign_in_required

#: Act in the log -> its words; an act that is not here is shown as it is.
_WORDS: Final[dict[str, Any]] = {
    "case:read": __("Membaca pengaduan"),
    "case:list": __("Membuka daftar pengaduan"),
    "case:search": __("Mencari pengaduan"),
    "attachment:read": __("Mengunduh lampiran"),
    "work_item:read": __("Membaca tugas"),
    "work_item:list": __("Membuka daftar tugas"),
    "letter:read": __("Membaca surat jawaban"),
    "letter:file": __("Mengunduh surat jawaban"),
    "receipt:read": __("Membaca tanda terima"),
    "receipt:file": __("Mengunduh tanda terima"),
    "sheet:read": __("Membaca lembar arsip"),
    "sheet:file": __("Mengunduh lembar arsip"),
    "identity:reveal": __("Membuka identitas"),
    "history:replay": __("Memutar ulang pengaduan"),
    "history:export": __("Mengekspor riwayat"),
    "data:backup": __("Membuat cadangan"),
}


@blueprint.get("/akses")
@sign_in_required
def access() -> ResponseReturnValue:
    """`?nomor=&pengguna=&sesudah=<id>`: the newest first."""
    actor = current_actor()
    if not allowed(actor, "access:read"):
        raise NotAllowed(act="access:read")
    typed = request.args.get("nomor", "").strip()
    user = request.args.get("pengguna", "").strip()
    with ports().database.read() as connection:
        found = accesses(
            ports(),
            connection,
            actor,
            number=normalise_number(typed) if typed else None,
            user=user or None,
            after=request.args.get("sesudah"),
        )
    kept = {"nomor": typed or None, "pengguna": user or None}
    return render_template(
        "audit/access.html",
        wide=True,
        rows=found.rows,
        words=lambda act: _WORDS.get(act, act),
        source=source,
        typed=typed,
        user=user,
        further=url_for("audit.access", **kept, sesudah=found.next) if found.next else None,
    )
