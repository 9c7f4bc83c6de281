"""What an officer looked at to know whom they act for: one choice, on record with the act (`Command.attested`)."""

from __future__ import annotations

from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

#: The field's name; a form's keys may not begin with an underscore.
FIELD: Final = "_identitas"
#: Id of its first input, for the error summary.
ANCHOR: Final = "identitas"
#: Chosen in place of an attestation: the officer complains themselves.
OWN: Final = "sendiri"

#: What can be shown for a new complaint, and for an answer to a running one.
ENTRY: Final = ("ktp", "sim", "paspor", "lainnya", "tanpa", OWN)
ANSWER: Final = ("tanda_terima", "ktp", "sim", "paspor", "lainnya")

#: How the case file tells of it, for each of `engine.commands.ATTESTATIONS`.
ON_RECORD: Final = {
    "ktp": __("KTP diperiksa"),
    "sim": __("SIM diperiksa"),
    "paspor": __("paspor diperiksa"),
    "lainnya": __("tanda pengenal lain diperiksa"),
    "tanda_terima": __("dikenali dari tanda terima"),
    "tanpa": __("tanpa tanda pengenal"),
}


def chosen(offered: tuple[str, ...]) -> str | None:
    """What was chosen, if it was one of those offered."""
    choice = request.form.get(FIELD, "")
    return choice if choice in offered else None


def choices(offered: tuple[str, ...]) -> list[dict[str, Any]]:
    """The items of a govukRadios, with what was chosen in this request."""
    words = _words()
    now = request.form.get(FIELD)
    return [
        {
            "value": value,
            "text": words[value][0],
            "hint": {"text": words[value][1]} if words[value][1] else None,
            "checked": value == now,
        }
        for value in offered
    ]


def missing() -> str:
    """What to tell whoever chose nothing."""
    return _("Pilih apa yang Anda periksa; pilihan ini dicatat bersama pengaduan.")


def _words() -> dict[str, tuple[str, str]]:
    return {
        "ktp": (_("KTP"), ""),
        "sim": (_("SIM"), ""),
        "paspor": (_("Paspor"), ""),
        "lainnya": (_("Kartu lain yang memuat nama dan foto"), ""),
        "tanda_terima": (_("Tanda terima pengaduan ini"), ""),
        "tanpa": (_("Tidak ada: pengadu tidak menyebutkan siapa dirinya"), ""),
        OWN: (
            _("Tidak perlu: ini pengaduan saya sendiri"),
            _("Sebagai petugas Anda tidak akan melihat atau menanganinya; rekan lain yang bekerja."),
        ),
    }
