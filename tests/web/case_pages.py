"""What the tests of the case pages repeat."""

from __future__ import annotations

from engine.commands import Comment
from tests.casework import Office

#: Answers of the second step that refer a case elsewhere, where alone it is read.
BERKADAR = {
    "lingkup": "berkadar_pengawasan",
    "alasan": "Ada indikasi pungutan.",
    "tujuan_rujukan": "Inspektorat",
    "konfirmasi_akhir": True,
}


def say(office: Office, number: str, text: str, actor: str = "petugas") -> None:
    """A comment."""
    office.do(Comment(actor=actor, source="web", command_id=office.id(), case=number, text=text))
