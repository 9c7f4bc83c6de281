"""What the deployment check says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.definition.findings import Finding, Language, cause, place, remedy
from webapp.languages import language


def spoken() -> Language:
    """The language of findings on this page."""
    return "id" if language() == "id" else "en"


def told(findings: Iterable[Finding]) -> list[tuple[Finding, str, str, str]]:
    """Each with its place, its cause and its remedy."""
    said = spoken()
    return [(found, place(found, said), cause(found, said), remedy(found, said)) for found in findings]


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
