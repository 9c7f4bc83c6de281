"""The findings of a deployment as Camunda Modeler shows them.

It knows the answer by its first words and logs the message alone, so every finding stands in that, in the language of
the analyst's machine; `details` has them by file.
"""

from __future__ import annotations

from typing import Any, Final

from flask import request

from engine.definition.findings import Finding, Language, cause, remedy
from engine.errors import DefinitionInvalid
from webapp.engine_rest.errors import RestError

#: Camunda's words; the Modeler compares them letter by letter.
_BEGINNING: Final = "ENGINE-09005 Could not parse BPMN process. Errors: "


def parse_error(refused: DefinitionInvalid) -> RestError:
    """400 with all findings."""
    findings = refused.detail["findings"]
    assert isinstance(findings, tuple)
    language = _language()
    details: dict[str, Any] = {}
    for finding in findings:
        report = details.setdefault(finding.filename, {"errors": [], "warnings": []})
        report[f"{finding.severity}s"].append(_problem(finding, language))
    listed = "\n".join(_line(finding, language) for finding in findings)
    return RestError(400, f"{_BEGINNING}\n{listed}", type="ParseException", details=details)


def _line(finding: Finding, language: Language) -> str:
    place = [f"resource {finding.filename}"]
    if finding.line:
        place.append(f"line {finding.line}")
    if finding.element:
        place.append(f"element {finding.element}")
    return f"* {_said(finding, language)} | {' | '.join(place)}"


def _problem(finding: Finding, language: Language) -> dict[str, Any]:
    return {
        "message": _said(finding, language),
        "line": finding.line,
        "column": 1 if finding.line else 0,
        "mainElementId": finding.element,
        "elementIds": [finding.element] if finding.element else [],
    }


def _said(finding: Finding, language: Language) -> str:
    return f"{cause(finding, language)} {remedy(finding, language)}"


def _language() -> Language:
    return "en" if request.accept_languages.best_match(["id", "en"], "id") == "en" else "id"
