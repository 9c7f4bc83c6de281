"""What the engine refuses, in a sentence or a few for the terminal: Indonesian by the error's code, English its own.

A sentence says what was expected, what was found and what to do, as far as the error knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from engine.definition.findings import Finding, Language, remedy, text
from engine.errors import AnswersInvalid, AttachmentUnfit, EngineError
from engine.forms.messages import Message
from engine.forms.messages import text as words

INDONESIAN: Final[Mapping[str, str]] = {
    "not_allowed": "Anda tidak berhak melakukan ini. Bila seharusnya berhak, hubungi Pengelola.",
    "work_item_not_open": "Tugas ini sudah selesai. Lihat keadaannya dengan `pengaduan case`.",
    "already_claimed": "Tugas ini sedang dipegang {holder}. Minta dilepas, atau ambil tugas lain.",
    "not_claimed": "Ambil tugas ini dulu sebelum menyelesaikannya.",
    "case_ended": "Pengaduan ini sudah berakhir, tidak ada lagi yang dapat dilakukan.",
    "not_migratable": "Pengaduan ini tidak dapat pindah ke versi itu sebagaimana adanya.",
    "nobody_waits": "Pengaduan ini sekarang tidak menunggu pesan itu. Lihat langkahnya dengan `pengaduan case`.",
    "command_reused": "Perintah ini sudah pernah dikirim dengan isi lain (pengaduan {case}); tidak ada yang berubah.",
    "case_halted": (
        "Kendala {incident} menghentikan pengaduan ini. Lihat `pengaduan incident list`; "
        "setelah sebabnya diperbaiki, jalankan `pengaduan incident retry`."
    ),
    "disturbed": "Ada galat di dalam program; tidak ada yang berubah. Sampaikan nomor kendala {incident} ke Pengelola.",
    "still_failing": "Sudah dicoba lagi dan masih gagal; kendala {incident} tetap terbuka. Perbaiki dulu sebabnya.",
    "last_administrator": "Ini satu-satunya Pengelola yang aktif dan tidak berakhir. Masukkan orang lain ke kelompok pengelola dahulu.",
    "comment_unfit": "Komentar harus 1 sampai {longest} karakter; ditemukan {found}.",
    "attachment_unfit": "Berkas ini tidak dapat diterima: {because}",
    "attachments_full": "Lampiran paling banyak {most} berkas, dan sudah ada {found}; tidak ada yang ditambahkan.",
    "case_erased": "Isi pengaduan ini sudah dihapus; tidak ada yang dapat ditambahkan.",
    "password_unfit": "Kata sandi harus {shortest} sampai {longest} karakter; ditemukan {found}. Pakai satu kalimat.",
    "key_missing": "Kunci pembuka data tidak ada atau bukan milik basis data ini. Pulihkan dari cadangan. ({message})",
    "settings_invalid": "Ada pengaturan yang salah: {message}",
    "calendar_invalid": "Berkas kalender belum dapat dipakai: {message}",
}

#: By `reason` in `detail`, of refusals that have no class of their own.
REASONS: Final[Mapping[str, str]] = {
    "erase_running": (
        "Hanya pengaduan yang sudah berakhir yang dapat dihapus; {case} masih berjalan. "
        "Selesaikan dulu, atau tunggu sampai berakhir."
    ),
    "erase_held": (
        "{case} ditahan oleh {by} ({ground}), jadi tidak dihapus. Bila dasarnya sudah tidak ada, cabut dulu dengan "
        "`pengaduan hold lift`."
    ),
    "ground_length": (
        "Alasan harus {shortest} sampai {longest} karakter; ditemukan {found}. Alasan tercatat selamanya: tulis "
        "dasarnya, bukan siapa orangnya."
    ),
    "ground_personal": (
        "Alasan tercatat selamanya, dan memuat nama atau kontak orangnya. Tulis dasarnya, bukan siapa orangnya."
    ),
    "hold_stands": "{case} sudah ditahan oleh {by}: {ground}. Cabut dulu untuk mencatat dasar lain.",
    "not_due": "{case} sekarang tidak jatuh tempo menurut aturan retensi; tidak ada yang berubah.",
    "retention_months": (
        "Orang disimpan 1 sampai {most} bulan setelah pengaduan berakhir; ditemukan {found}. "
        "Untuk menyimpan selamanya, jangan buat aturan."
    ),
    "retention_category": (
        "Kategori ditulis seperti di laporan (pelayanan_loket), atau * untuk semua yang lain; ditemukan {found!r}."
    ),
    "retention_none": "Tidak ada aturan untuk {category}; tidak ada yang berubah.",
    "end_is_past": (
        "Hari terakhir sebuah akun paling cepat hari ini ({today}); ditemukan {found}. "
        "Untuk mengakhirinya sekarang, nonaktifkan."
    ),
    "simulation_round": (
        "Pengaduan tiruannya berputar-putar terlalu sering. Periksa putaran di diagram dan jawaban yang mengarah kembali."
    ),
    "hold_none": "{case} tidak sedang ditahan; tidak ada yang berubah.",
}

#: Why a file is not taken, by the `reason` of `AttachmentUnfit`.
UNFIT: Final[Mapping[str, str]] = {
    "empty": "berkasnya kosong.",
    "large": "paling besar {largest} bita, ditemukan {found}. Perkecil atau bagi.",
    "kind": "hanya PDF, JPEG, PNG, dan WebP. Simpan sebagai salah satunya.",
    "broken": "berkasnya rusak atau terpotong.",
    "dots": "gambarnya lebih dari {most} juta titik.",
    "moving": "gambar bergerak.",
    "name": "namanya lebih dari {longest} karakter.",
}

#: By code of `NotFound`, as the thing that is missing has its key in `detail`.
MISSING: Final[Mapping[str, str]] = {
    "case": "Tidak ada pengaduan {case}. Periksa nomornya.",
    "work_item": "Tidak ada tugas {work_item}. Lihat yang terbuka dengan `pengaduan tasks`.",
    "incident": "Tidak ada kendala {incident} yang terbuka. Lihat `pengaduan incident list`.",
    "user": "Tidak ada pengguna {user}. Lihat `pengaduan user list`.",
}


def sentences(error: EngineError, language: Language) -> list[str]:
    """The lines to print, the refusal first, then what it lists (findings, fields)."""
    findings = error.detail.get("findings")
    if isinstance(findings, tuple) and findings and isinstance(findings[0], Finding):
        return [f"{text(f, language)} {remedy(f, language)}" for f in findings]
    if isinstance(error, AnswersInvalid):
        return [_of_fields(error, language)]
    if language == "en":
        return [error.message]
    template = REASONS.get(str(error.detail.get("reason"))) or INDONESIAN.get(error.code)
    if error.code == "not_found":
        template = next((MISSING[key] for key in MISSING if key in error.detail), None)
    if template is None:
        return [error.message]
    known = defaultdict(lambda: "?", error.detail | {"message": error.message})
    if isinstance(error, AttachmentUnfit):
        known["because"] = UNFIT[str(error.detail["reason"])].format_map(known)
    return [template.format_map(known)]


def fields(error: AnswersInvalid) -> dict[str, list[str]]:
    """Each field's path with what is to be mended; the sentences of forms are Indonesian."""
    found = error.detail.get("errors")
    assert isinstance(found, Mapping)
    return {path: [words(m) for m in messages if isinstance(m, Message)] for path, messages in found.items()}


def _of_fields(error: AnswersInvalid, language: Language) -> str:
    listed = " ".join(f"{path or '*'}: {' '.join(said)}" for path, said in fields(error).items())
    if language == "id":
        return f"Isian belum dapat diterima. {listed} Perbaiki lalu kirim lagi."
    return f"Some answers need attention. {listed} Mend them and send again."
