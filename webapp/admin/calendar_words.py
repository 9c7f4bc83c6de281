"""Why a calendar file is refused, in the language of the page: where, what was expected and found, what to do.

`engine.definition.calendar_file` says it in English; here each of its sentences has its counterpart, with what is
the file's own (names, dates) carried over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from engine.errors import CalendarInvalid

#: Pattern over the engine's sentence -> ours; groups become %(a)s, %(b)s.
_SENTENCES: Final[Sequence[tuple[str, LazyString]]] = (
    (r"a date that is either open or closed", __("tanggal yang hanya buka atau hanya tutup")),
    (r"a section (?P<a>\[.*\])", __("bagian %(a)s")),
    (r"one of (?P<a>.*)", __("salah satu dari %(a)s")),
    (r"an entry (?P<a>'.*')", __("isian %(a)s")),
    (r"a TOML file", __("berkas kalender yang dapat dibaca (TOML)")),
    (r"the name of a time zone such as (?P<a>'.*')", __("nama zona waktu seperti %(a)s")),
    (r"a short name or number", __("nama pendek atau nomor")),
    (r"a list such as (?P<a>\[.*\])", __("daftar seperti %(a)s")),
    (r"times from 00:00 to 24:00", __("jam dari 00:00 sampai 24:00")),
    (r"hours that begin before they end", __("jam yang mulai sebelum berakhir")),
    (r"hours that do not overlap", __("jam yang tidak beririsan")),
    (r"a period that begins before it ends", __("periode yang mulai sebelum berakhir")),
    (r"periods that do not overlap", __("periode yang tidak beririsan")),
    (r"each date once", __("setiap tanggal satu kali")),
    (r"sections (?P<a>\[\[.*\]\])", __("bagian %(a)s")),
    (r"a date such as (?P<a>.*)", __("tanggal seperti %(a)s")),
    (r"a few words in quotation marks", __("beberapa kata di antara tanda kutip")),
    (
        r"one year or more within (?P<a>\d+) to (?P<b>\d+), whose holidays are known",
        __("tahun antara %(a)s dan %(b)s, yang hari liburnya diketahui"),
    ),
    # what to do
    (r"Remove one of the two entries\.", __("Hapus salah satu dari keduanya.")),
    (r"Write it as in the file that was shipped\.", __("Tulis seperti pada berkas bawaan.")),
    (r"Did you mean (?P<a>'.*')\?", __("Mungkin maksudnya %(a)s?")),
    (r"Remove it, or correct its name\.", __("Hapus, atau perbaiki namanya.")),
    (r"Add a line (?P<a>\S+) = … here\.", __("Tambahkan baris %(a)s = … di sini.")),
    (
        r"Look there, and just before: .*",
        __(
            "Lihat di situ dan tepat sebelumnya: tanda kutip atau kurung yang kurang, tanggal yang tidak ada, "
            "nama yang ditulis dua kali."
        ),
    ),
    (
        r"Samarinda is in (?P<a>'.*') \(WITA\)\.",
        __("Samarinda berada di %(a)s (WITA)."),
    ),
    (r"Write it in quotation marks: (?P<a>.*)\.", __("Tulis di antara tanda kutip: %(a)s.")),
    (
        r"Put the hours in quotation marks, between \[ and \]\.",
        __("Tulis jamnya di antara tanda kutip, di dalam [ dan ]."),
    ),
    (
        r"Write hours and minutes, from-to: (?P<a>.*)\.",
        __("Tulis jam dan menit, dari-sampai: %(a)s."),
    ),
    (r"Correct the time\.", __("Perbaiki jamnya.")),
    (
        r"Exchange the two; hours past midnight belong to the next day\.",
        __("Tukar keduanya; jam lewat tengah malam milik hari berikutnya."),
    ),
    (r"Let one end before the next begins\.", __("Akhiri yang satu sebelum yang lain mulai.")),
    (r"Exchange 'dari' and 'sampai'\.", __("Tukar 'dari' dan 'sampai'.")),
    (
        r"Let one end on the day before the next begins\.",
        __("Akhiri yang satu sehari sebelum yang lain mulai."),
    ),
    (
        r"Write (?P<a>\[\[.*\]\]), in double brackets, on a line of its own\.",
        __("Tulis %(a)s dalam kurung ganda pada baris sendiri."),
    ),
    (r"Write year-month-day, a day that exists\.", __("Tulis tahun-bulan-hari, tanggal yang memang ada.")),
    (r"Say what people should read here\.", __("Tulis yang perlu dibaca orang di sini.")),
    (
        r"Resolve the calendar for the current year and the next ones\.",
        __("Hitung kalender untuk tahun ini dan tahun-tahun berikutnya."),
    ),
)


@dataclass(frozen=True)
class Refusal:
    """Why, and what to do; for a refused line also its number and what is written there."""

    what: str
    advice: str
    line: int | None = None
    written: str = ""

    @property
    def summary(self) -> str:
        return f"{self.what} {self.advice}"


def refusal(error: CalendarInvalid, text: str) -> Refusal:
    """`error` over the file's `text`."""
    found = error.detail
    line = found.get("line")
    number = line if isinstance(line, int) else None
    where = _("Baris %(line)s", line=number) if number else _("Berkas ini")
    what = _(
        "%(where)s: seharusnya %(expected)s, ditemukan %(found)s.",
        where=where,
        expected=said(str(found["expected"])),
        found=_shortened(_("tidak ada") if found["found"] == "none" else str(found["found"])),
    )
    lines = text.splitlines()
    written = lines[number - 1].strip() if number and number <= len(lines) else ""
    return Refusal(what, said(str(found["remedy"])), number, written)


def said(sentence: str) -> str:
    """One of the engine's sentences in ours; one that has no counterpart stays as it is."""
    for pattern, ours in _SENTENCES:
        match = re.fullmatch(pattern, sentence)
        if match:
            return str(ours) % match.groupdict()
    return sentence


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"
