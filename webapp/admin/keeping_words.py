"""Holds, erasures and retention in words: what goes, why not, and what a category is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from engine.errors import CaseErased, EngineError, NotAllowed, NotFound
from engine.retention import ANY
from webapp.errors import sentence

#: Table -> what a person lost in it.
_TABLES: Final[Mapping[str, LazyString]] = {
    "case_keys": __("Kunci pembuka isian"),
    "answers": __("Formulir yang diisi"),
    "comments": __("Komentar petugas"),
    "drafts": __("Draf yang belum dikirim"),
    "search_tokens": __("Kata pencarian"),
    "outbox": __("Surat kepada pengadu"),
    "external_tasks": __("Pesan galat dari layanan luar"),
    "attachments": __("Lampiran"),
}


def what_goes(table: str) -> str:
    """What the rows of a table are to people."""
    return str(_TABLES.get(table, table))


def category_name(category: str | None) -> str:
    """`pelayanan_loket` is "Pelayanan loket"."""
    if category == ANY:
        return _("Semua kategori lain")
    return category.replace("_", " ").capitalize() if category else _("Tanpa kategori")


def why_not(error: EngineError) -> str:
    """Why somebody is not erased or held, and what to do."""
    said = {name: str(value) for name, value in error.detail.items()}
    match error.detail.get("reason"):
        case "erase_running":
            return _("Pengaduan ini masih berjalan; hanya yang sudah berakhir dapat dihapus.")
        case "erase_held":
            return _(
                "Pengaduan ini ditahan: %(ground)s. Bila dasarnya sudah tidak ada, cabut dahulu penahanannya.",
                ground=said["ground"],
            )
        case "ground_length":
            return _(
                "Tulis dasarnya, %(shortest)s sampai %(longest)s karakter; ditemukan %(found)s.",
                shortest=said["shortest"],
                longest=said["longest"],
                found=said["found"],
            )
        case "ground_personal":
            return _(
                "Dasar ini memuat nama atau kontak orangnya dan akan tercatat selamanya. Tulis dasarnya, bukan siapa orangnya."
            )
        case "hold_stands":
            return _("Pengaduan ini sudah ditahan: %(ground)s.", ground=said["ground"])
        case "hold_none":
            return _("Pengaduan ini tidak sedang ditahan.")
        case "not_due":
            return _("Sekarang tidak jatuh tempo: aturannya berubah, atau masih disimpan.")
    match error:
        case NotFound():
            return _("Tidak ada pengaduan dengan nomor ini. Periksa nomornya.")
        case CaseErased():
            return _("Orangnya sudah dihapus; tidak ada lagi yang dapat ditahan.")
        case NotAllowed():
            return _("Ini pengaduan Anda sendiri; minta Pengelola lain.")
    return sentence(error)
