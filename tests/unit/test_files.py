"""What is taken as a file, what is left of it, and what is refused: by content, never by name."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from engine.errors import AttachmentUnfit
from engine.files.examine import examine
from engine.files.names import LONGEST_NAME
from tests.given_files import PHONE, bomb, pdf, photo, picture


def refused(name: str, content: bytes, **limits: int) -> AttachmentUnfit:
    with pytest.raises(AttachmentUnfit) as refusal:
        examine(name, content, **limits)
    return refusal.value


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf(), "application/pdf"),
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
    ],
)
def test_a_kind_is_known_by_its_content_and_the_name_gets_its_ending(content: bytes, media_type: str) -> None:
    file = examine("bukti.exe", content)
    assert file.media_type == media_type
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg"}.get(media_type, media_type.partition("/")[2])
    assert file.name == f"bukti.exe.{ending}"


def test_nothing_that_the_phone_wrote_into_a_photo_is_left_and_it_stands_upright() -> None:
    content = photo()
    assert PHONE.encode() in content
    kept = examine("foto.jpg", content).content
    assert PHONE.encode() not in kept
    assert b"Ibu Contoh" not in kept
    with Image.open(io.BytesIO(kept)) as drawn:
        assert dict(drawn.getexif()) == {}
        assert drawn.size == (48, 64)


def test_texts_in_a_png_and_a_webp_are_left_behind() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "Ibu Contoh")
    for content in (picture("PNG", pnginfo=texts), picture("WEBP", xmp=b"<x>Ibu Contoh</x>")):
        assert b"Ibu Contoh" in content
        assert b"Ibu Contoh" not in examine("a", content).content


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGBA"), ("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_way_to_hold_colours_is_taken(kind: str, mode: str) -> None:
    written = io.BytesIO()
    with Image.open(io.BytesIO(picture("PNG"))) as dots:
        dots.convert(mode).save(written, kind)
    with Image.open(io.BytesIO(examine("a", written.getvalue()).content)) as drawn:
        assert drawn.size == (64, 48)


def test_a_png_that_can_be_seen_through_stays_so() -> None:
    written = io.BytesIO()
    with Image.open(io.BytesIO(picture("PNG"))) as dots:
        dots.convert("P").save(written, "PNG", transparency=0)
    with Image.open(io.BytesIO(examine("a", written.getvalue()).content)) as drawn:
        assert "transparency" in drawn.info


def test_what_hides_behind_a_picture_is_gone() -> None:
    hidden = b"PK\x03\x04<script>alert(document.cookie)</script>"
    for kind in ("JPEG", "PNG", "WEBP"):
        assert hidden not in examine("a", picture(kind) + hidden).content


def test_html_named_as_a_picture_is_refused_and_so_is_a_program() -> None:
    for content in (
        b"<!doctype html><script>1</script>",
        b"\x7fELF\x02\x01\x01" + bytes(64),
        b"MZ" + bytes(64),
        b"hanya teks",
    ):
        assert refused("foto.png", content).detail["reason"] == "kind"


def zipped(name: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, "isi")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "likely"),
    [
        (b"GIF89a" + bytes(32), "gif"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "heif"),
        (zipped("word/document.xml"), "docx"),
        (zipped("catatan.txt"), "zip"),
        (b"<!doctype html><html>", "html"),
        (bytes(100), ""),
    ],
)
def test_a_refusal_says_what_the_file_looks_like(content: bytes, likely: str) -> None:
    assert refused("foto.jpg", content).detail["likely"] == likely


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "side", [9_000, 11_000, 50_000]
)  # beyond our bound, where Pillow warns, where it refuses
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_drawn(side: int) -> None:
    content = bomb(side)
    assert len(content) < 1_000
    assert refused("kecil.png", content).detail["reason"] == "dots"


@pytest.mark.parametrize(
    "content", [picture("JPEG")[:-400], picture("PNG")[:2_000], picture("WEBP")[:1_000], pdf()[:-8]]
)
def test_a_file_that_was_cut_off_is_refused(content: bytes) -> None:
    assert refused("a", content).detail["reason"] == "broken"


def test_a_picture_that_moves_is_refused() -> None:
    still = Image.open(io.BytesIO(picture("PNG")))
    written = io.BytesIO()
    still.save(written, "WEBP", save_all=True, append_images=[still.rotate(90)])
    assert refused("a.webp", written.getvalue()).detail["reason"] == "moving"


def test_an_empty_file_and_one_that_is_too_large_are_refused() -> None:
    assert refused("a.pdf", b"").detail["reason"] == "empty"
    whole = pdf()
    assert examine("a.pdf", whole, largest=len(whole))
    assert refused("a.pdf", whole, largest=len(whole) - 1).detail["reason"] == "large"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ibu\\Surat Warga.pdf", "Surat Warga.pdf"),
        ("surat\u202efdp.exe", "suratfdp.exe.pdf"),  # shown from right to left it would read "suratexe.pdf"
        ("nama\r\nX-Kepala: 1.pdf", "nama X-Kepala: 1.pdf"),
        ("  .tersembunyi.pdf", "tersembunyi.pdf"),
        ("bukti\x00.pdf", "bukti.pdf"),
        ("", "lampiran.pdf"),
        ("...", "lampiran.pdf"),
        ("pdf", "pdf.pdf"),
        ("SURAT.PDF", "SURAT.PDF"),
        ("\udcff.pdf", "pdf.pdf"),
    ],
)
def test_a_name_is_shown_without_what_deceives(written: str, shown: str) -> None:
    assert examine(written, pdf()).name == shown


def test_a_name_that_is_too_long_is_refused() -> None:
    assert examine("x" * (LONGEST_NAME - 4), pdf()).name.endswith(".pdf")
    assert refused("x" * (LONGEST_NAME - 3), pdf()).detail["reason"] == "name"
