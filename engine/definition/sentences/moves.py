"""Why a running case cannot go on in another version, by the code that `NotMigratable` gives: Indonesian, English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MOVES: Final[dict[str, tuple[str, str]]] = {
    "element_gone": (
        "{element} tidak ada di versi itu; sebutkan elemen mana yang menggantikannya.",
        "{element} is not in that version; say which element takes its place.",
    ),
    "kind_changed": (
        "{element} menjadi jenis lain di versi itu; selesaikan dulu langkah ini di versi lama.",
        "{element} is of another kind in that version; let this step end in the old one first.",
    ),
    "branch_open": (
        "cabang yang dimulai {element} masih berjalan dan tidak ada di versi itu; selesaikan dulu cabangnya.",
        "a branch that {element} began is still open and not in that version; let it end first.",
    ),
    "way_gone": (
        "satu cabang sudah menunggu di {element} lewat alur yang tidak ada di versi itu; selesaikan dulu cabang lainnya.",
        "a branch waits at {element} by a flow that is not in that version; let the other branches end first.",
    ),
    "several_instances": (
        "{element} dikerjakan berkali-kali hanya di salah satu versi, atau dengan batas lain; selesaikan dulu semuanya.",
        "{element} is done several times in one of the versions only, or within other limits; let all of them end first.",
    ),
    "would_go_on": (
        "di versi itu pengaduan akan berjalan sendiri melewati {element}; selesaikan dulu langkah yang terbuka.",
        "in that version the case would go on by itself past {element}; let the open step end first.",
    ),
}


def why(reasons: Iterable[tuple[str, str]], language: str) -> str:
    """The reasons as one line."""
    which = 0 if language == "id" else 1
    return " ".join(_capital(MOVES[code][which].format(element=element)) for code, element in reasons)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
