"""Files as people give them: photos with what a phone writes into them, PDFs, and what only looks like one."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

from engine.commands import Attach, GivenFile
from engine.files.examine import examine
from tests.casework import Office

#: Where a photo was taken, as a phone writes it: Samarinda.
LATITUDE = (0.0, 30.0, 7.77)
PHONE = "Telepon Contoh 9"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any) -> bytes:
    """A picture of noise, so that every part of it is its own."""
    dots = random.Random(20261124).randbytes(size[0] * size[1] * len(Image.new(mode, (1, 1)).getbands()))
    written = io.BytesIO()
    Image.frombytes(mode, size, dots).save(written, kind, **more)
    return written.getvalue()


def photo() -> bytes:
    """A photo that tells the phone, the place, and that it is to be turned."""
    exif = Image.Exif()
    exif[0x010F] = PHONE
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "S", LATITUDE
    return picture(exif=exif, comment=b"dibuat oleh Ibu Contoh")


def pdf(text: str = "Surat pernyataan warga") -> bytes:
    """As little as a PDF can be."""
    return b"%PDF-1.4\n1 0 obj\n<< /Title (" + text.encode() + b") >>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def bomb(side: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it has two and a half milliard dots."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1 << 16)))
        + chunk(b"IEND", b"")
    )


def given(name: str = "surat.pdf", content: bytes | None = None) -> GivenFile:
    """A file that was looked at."""
    return examine(name, pdf() if content is None else content)


def attach(
    office: Office, number: str, file: GivenFile | None = None, actor: str = "petugas", **more: Any
) -> None:
    """Put a file to a case."""
    command_id = more.pop("command_id", None) or office.id()
    office.do(
        Attach(actor=actor, source="web", command_id=command_id, case=number, file=file or given(), **more)
    )
