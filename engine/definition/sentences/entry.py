"""The form of an entry in the table of sentences."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Sentences(NamedTuple):
    """Cause and remedy of one code in both languages, and how bad it is unless the check says otherwise."""

    severity: Literal["error", "warning"]
    cause: str
    remedy: str
    cause_en: str
    remedy_en: str


def error(cause: str, remedy: str, cause_en: str, remedy_en: str) -> Sentences:
    return Sentences("error", cause, remedy, cause_en, remedy_en)


def warning(cause: str, remedy: str, cause_en: str, remedy_en: str) -> Sentences:
    return Sentences("warning", cause, remedy, cause_en, remedy_en)
