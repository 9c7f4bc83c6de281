"""A file's name as it can be shown and saved: no folders, nothing that nobody sees, the ending that its content has."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.errors import AttachmentUnfit

#: Characters of a name.
LONGEST_NAME: Final = 120
#: Media type -> the endings that belong to it, the usual one first.
ENDINGS: Final = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
}
#: Who gave a file without a name.
NAMELESS: Final = "lampiran"


def shown_name(name: str) -> str:
    """`name` without folders, control characters, and those that turn the order of reading or are not seen."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = (" " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(seen).split()).lstrip(". ")


def file_name(name: str, media_type: str) -> str:
    """`shown_name` with an ending of `media_type`. Raises `AttachmentUnfit` for one that is too long."""
    shown = shown_name(name) or NAMELESS
    endings = ENDINGS[media_type]
    if shown.rpartition(".")[2].lower() not in endings or "." not in shown:
        shown = f"{shown}.{endings[0]}"
    if len(shown) > LONGEST_NAME:
        raise AttachmentUnfit(
            f"A file's name has at most {LONGEST_NAME} characters; found {len(shown)}. Give it a shorter one.",
            reason="name",
            longest=LONGEST_NAME,
            found=len(shown),
        )
    return shown
