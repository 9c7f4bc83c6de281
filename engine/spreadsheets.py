"""Text in a file that a spreadsheet opens."""

from __future__ import annotations

from typing import Final

#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_words(text: str) -> str:
    """`text` so that no spreadsheet calculates it: behind an apostrophe, where it would."""
    return f"'{text}" if text.startswith(_FORMULA) else text
