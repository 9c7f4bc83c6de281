"""What the deployment check says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from engine.definition.bundle import Bundle, Checked, check
from engine.definition.findings import Finding, Language, cause, errors, place, remedy
from engine.definition.model import ProcessDefinition
from webapp.languages import language


def spoken() -> Language:
    """The language of findings on this page."""
    return "id" if language() == "id" else "en"


def told(findings: Iterable[Finding]) -> list[tuple[Finding, str, str, str]]:
    """Each with its place, its cause and its remedy."""
    said = spoken()
    return [(found, place(found, said), cause(found, said), remedy(found, said)) for found in findings]


def checked(bundle: Bundle) -> Checked:
    """What the check says of these files, once for all pages and buttons that ask it of the same draft."""
    return _checked(tuple(sorted(bundle.files.items())))


@lru_cache(maxsize=4)
def _checked(files: tuple[tuple[str, bytes], ...]) -> Checked:
    return check(Bundle(dict(files)))


def sound(bundle: Bundle, key: str) -> tuple[ProcessDefinition | None, tuple[Finding, ...]]:
    """The process of the draft, or the errors that keep it from being one."""
    found = checked(bundle)
    wrong = errors(found.findings)
    return (None if wrong else found.of(key)), wrong


def as_json(found: Finding) -> dict[str, Any]:
    """As a script takes it."""
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.filename,
        "line": found.line,
        "element": found.element,
        "cause": cause(found, spoken()),
        "remedy": remedy(found, spoken()),
    }
