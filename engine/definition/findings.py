"""What the deployment check found: data first, sentences for people when they are shown.

A finding says where (file, line, element), what (a stable `code` with its parameters) and how bad it is.
The sentences, Indonesian and English, are the table in `engine.definition.sentences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.definition.sentences import SENTENCES
from engine.errors import DefinitionInvalid

Severity = Literal["error", "warning"]
Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an analyst must know before a definition is deployed."""

    code: str
    severity: Severity
    filename: str
    #: Line in the file, from 1; 0 when the file as a whole is meant.
    line: int
    #: Id of the BPMN element or form component, when there is one.
    element: str | None = None
    #: What the sentences of `code` are filled in with.
    params: Mapping[str, object] = field(default_factory=dict)


def text(finding: Finding, language: Language = "id") -> str:
    """Place and cause in one sentence: what was expected and what was found there."""
    return f"{place(finding, language)}: {cause(finding, language)}"


def place(finding: Finding, language: Language = "id") -> str:
    """Where it is, as people look for it: file, line, element."""
    line, element = ("baris", "elemen") if language == "id" else ("line", "element")
    parts = [finding.filename]
    if finding.line:
        parts.append(f"{line} {finding.line}")
    if finding.element:
        parts.append(f"{element} {finding.element}")
    return ", ".join(parts)


def cause(finding: Finding, language: Language = "id") -> str:
    """What was expected and what was found, without the place."""
    entry = SENTENCES[finding.code]
    return (entry.cause if language == "id" else entry.cause_en).format_map(_words(finding))


def remedy(finding: Finding, language: Language = "id") -> str:
    """What to do about it."""
    entry = SENTENCES[finding.code]
    return (entry.remedy if language == "id" else entry.remedy_en).format_map(_words(finding))


def as_json(finding: Finding, language: Language = "id") -> dict[str, object]:
    """The finding as one object of `pengaduan lint --json`; values are plain JSON."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": finding.filename,
        "line": finding.line,
        "element": finding.element,
        "params": {key: _plain(value) for key, value in finding.params.items()},
        "message": text(finding, language),
        "remedy": remedy(finding, language),
    }


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that forbid a deployment."""
    return tuple(f for f in findings if f.severity == "error")


def refusal(findings: Iterable[Finding]) -> DefinitionInvalid:
    """The error to raise for these findings: its message is all of them in English, one a line."""
    found = tuple(findings)
    message = "\n".join(f"{text(f, 'en')} {remedy(f, 'en')}" for f in found)
    return DefinitionInvalid(message or None, findings=found)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each once, by file, line, then code: the order in which people repair them."""
    unique = {(f.filename, f.line, f.code, f.element, str(sorted(f.params.items()))): f for f in findings}
    return [unique[key] for key in sorted(unique, key=lambda k: (*k[:3], k[3] or "", k[4]))]


def _words(finding: Finding) -> dict[str, object]:
    return {key: _listed(value) for key, value in finding.params.items()}


def _listed(value: object) -> object:
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(str(v) for v in value) or "–"
    return value


def _plain(value: object) -> object:
    if isinstance(value, tuple | list | set | frozenset):
        return [str(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
