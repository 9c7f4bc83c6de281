"""What somebody gives as a file: known by its content, never by what its name or the browser says.

A picture is drawn anew (`pictures`). A PDF is kept as it is and believed nothing: it is only ever downloaded.
"""

from __future__ import annotations

from typing import Final

import puremagic

from engine.commands import GivenFile
from engine.errors import AttachmentUnfit
from engine.files.names import ENDINGS, file_name
from engine.files.pictures import broken_picture, redrawn

#: Bytes of a file, unless an installation sets its own (`ATTACHMENT_MAX_BYTES`).
LARGEST: Final = 10_000_000
#: How a PDF begins, and what stands near its end; a file that was cut off lacks it.
_PDF: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_END: Final = 2_048
#: What people send by mistake, by the endings that they know; of other guesses nobody would be wiser.
_WELL_KNOWN: Final = frozenset(
    {
        "avif",
        "bmp",
        "doc",
        "gif",
        "heic",
        "heif",
        "html",
        "mov",
        "mp3",
        "mp4",
        "rtf",
        "svg",
        "tif",
        "tiff",
        "xls",
    }
)
_ZIPPED: Final = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}


def examine(name: str, content: bytes, *, largest: int = LARGEST) -> GivenFile:
    """The file to keep. Raises `AttachmentUnfit`, whose `reason` says why it is none."""
    if not content:
        raise AttachmentUnfit("The file is empty; choose another.", reason="empty")
    if len(content) > largest:
        raise too_large(largest, len(content))
    media_type, kept = _kind(content)
    if len(kept) > largest:  # drawn anew, a picture may have grown
        raise too_large(largest, len(kept))
    return GivenFile(name=file_name(name, media_type), media_type=media_type, content=kept)


def too_large(largest: int, found: int) -> AttachmentUnfit:
    """The refusal of a file of so many bytes."""
    return AttachmentUnfit(
        f"A file has at most {largest:,} bytes; found {found:,}. Make it smaller, or send it in parts.",
        reason="large",
        largest=largest,
        found=found,
    )


def _kind(content: bytes) -> tuple[str, bytes]:
    if content.startswith(_PDF):
        if _PDF_END not in content[-_END:]:
            raise AttachmentUnfit(
                "The PDF should be whole and its end is missing; save it once more.", reason="broken"
            )
        return "application/pdf", content
    picture = redrawn(content)
    if picture is not None:
        return picture
    likely = _likely(content)
    if _ours(likely):
        raise broken_picture()
    looks = f" and this looks like {likely}" if likely else ""
    raise AttachmentUnfit(
        f"A file is a PDF or a picture (JPEG, PNG, WebP){looks}; save it as one of those.",
        reason="kind",
        likely=likely,
    )


def _likely(content: bytes) -> str:
    """What the content looks like ("docx"), for a refusal that helps; "" where it would not."""
    head = content[:8_192]
    if head.startswith(b"PK"):  # every kind of office document is a ZIP file
        return next((ending for part, ending in _ZIPPED.items() if part in head), "zip")
    try:
        found = puremagic.from_string(head).removeprefix(".")
    except (puremagic.PureError, ValueError, LookupError):
        return ""
    return found if found in _WELL_KNOWN or _ours(found) else ""


def _ours(ending: str) -> bool:
    return any(ending in endings for endings in ENDINGS.values())
