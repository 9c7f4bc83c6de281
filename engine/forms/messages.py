"""What can be wrong with an answer, as codes that screens translate, with Indonesian words as default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "required": "Bagian ini wajib diisi.",
        "required_choice": "Pilih salah satu jawaban.",
        "required_tick": "Beri tanda centang untuk melanjutkan.",
        "type": "Isi dengan {expected}; yang diterima tidak sesuai.",
        "min_length": "Tulis paling sedikit {limit} karakter; sekarang {found}.",
        "max_length": "Tulis paling banyak {limit} karakter; sekarang {found}.",
        "pattern": "Tulisan tidak sesuai dengan pola yang diminta: {pattern}.",
        "own_words": "{words}",
        "email": "Tulis alamat surel yang lengkap, misalnya nama@contoh.id.",
        "phone": "Tulis nomor telepon yang lengkap, misalnya 0812 3456 7890 atau +62 812 3456 7890.",
        "number": "Tulis angka saja, misalnya 12 atau 12,5; paling banyak 15 digit.",
        "minimum": "Tulis angka paling kecil {limit}.",
        "maximum": "Tulis angka paling besar {limit}.",
        "decimals": "Tulis angka dengan paling banyak {limit} digit di belakang koma.",
        "step": "Tulis kelipatan {step}.",
        "choice": "Pilih dari jawaban yang tersedia; “{found}” tidak ada di antaranya.",
        "date": "Tulis tanggal yang ada, dengan bentuk tahun-bulan-tanggal, misalnya 2026-11-24.",
        "time": "Tulis jam dengan bentuk 08:30.",
        "datetime": "Tulis tanggal dan jam dengan bentuk 2026-11-24T08:30.",
        "past": "Pilih tanggal hari ini atau sesudahnya.",
        "too_many_rows": "Paling banyak {limit} baris.",
        "too_large": "Isian ini terlalu besar; ringkas menjadi paling banyak {limit} karakter seluruhnya.",
        "rule": "Aturan bagian ini tidak dapat dihitung dari jawaban lain; laporkan kepada Pengelola.",
    }
)


@dataclass(frozen=True)
class Message:
    """One thing to mend: a stable `code`, and the figures for its words."""

    code: str
    params: Mapping[str, object] = field(default_factory=lambda: NOTHING)


def text(message: Message) -> str:
    """The Indonesian words of a message; an unknown code is shown as it is."""
    return WORDS.get(message.code, message.code).format_map(dict(message.params))
