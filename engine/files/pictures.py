"""A picture drawn anew from its dots: what the camera wrote into it is gone, and so is what somebody hid behind it.

A photo says where and when it was taken and by which phone, which betrays whoever asked to stay secret; and a file
may be a picture and a program at once. Neither survives. The picture stands upright as the camera meant it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image, ImageOps

from engine.errors import AttachmentUnfit

#: Of phones that are sold today the best have 50 million dots in an ordinary photo.
MOST_DOTS: Final = 64_000_000
#: Pillow's name of a kind -> its media type, and how it is written.
KINDS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "JPEG": ("image/jpeg", {"quality": 90, "optimize": False}),
    "PNG": ("image/png", {}),
    "WEBP": ("image/webp", {"quality": 90}),
}
#: What JPEG and WebP can hold; a palette or a mask is made into one of them first.
_PLAIN: Final = {
    "JPEG": ("RGB", "L"),
    "WEBP": ("RGB", "RGBA"),
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
}
#: One at a time: a picture of a few kilobytes fills up to a quarter of a gigabyte while it is drawn.
_TURN: Final = threading.Lock()


def redrawn(content: bytes) -> tuple[str, bytes] | None:
    """(media type, bytes) of a picture drawn anew; None for what is no picture of a kind in `KINDS`.

    Raises `AttachmentUnfit` for one that is broken, moves, or has too many dots.
    """
    with _TURN:
        try:
            picture = Image.open(io.BytesIO(content), formats=tuple(KINDS))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large() from None
        except Exception:  # whatever a decoder raises over a stranger's bytes means that it cannot read them
            return None
        # a phone may put a second picture behind the first, as a thumbnail: the first is the photo
        kind = "JPEG" if picture.format == "MPO" else picture.format or ""
        if picture.width * picture.height > MOST_DOTS:
            raise _too_large()
        if kind != "JPEG" and getattr(picture, "is_animated", False):
            raise AttachmentUnfit("A picture that moves is not taken; send a still one.", reason="moving")
        try:
            return KINDS[kind][0], _drawn(picture, kind)
        except Exception:  # the same
            raise broken_picture() from None


def _drawn(picture: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    colours = upright.info.get("icc_profile")
    modes = _PLAIN[kind]
    if upright.mode not in modes:
        see_through = "A" in upright.getbands() or "transparency" in upright.info
        upright = upright.convert("RGBA" if see_through and "RGBA" in modes else "RGB")
        colours = None if picture.mode == "CMYK" else colours
    transparency = upright.info.get("transparency") if kind == "PNG" else None
    upright.info = {} if transparency is None else {"transparency": transparency}
    written = io.BytesIO()
    more = {"icc_profile": colours} if colours else {}
    upright.save(written, kind, **KINDS[kind][1], **more)
    return written.getvalue()


def broken_picture() -> AttachmentUnfit:
    """The refusal of a picture that no decoder can read to its end."""
    return AttachmentUnfit(
        "The picture should be whole and is broken; take or save it once more.", reason="broken"
    )


def _too_large() -> AttachmentUnfit:
    return AttachmentUnfit(
        f"A picture has at most {MOST_DOTS // 1_000_000} million dots; send a smaller one.",
        reason="dots",
        most=MOST_DOTS // 1_000_000,
    )
