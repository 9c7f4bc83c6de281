"""Form files: what their own check says, as findings, and the forms that can be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.definition.findings import Finding
from engine.errors import FormInvalid
from engine.forms.fields import FormSchema
from engine.forms.schema import check, load

#: A broken form is still known by its id, so that its steps are not told that it does not exist.
_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,200})"')


@dataclass(frozen=True, slots=True)
class Forms:
    """The form files of a bundle, read."""

    schemas: Mapping[str, FormSchema]
    files: Mapping[str, str]
    #: Every id that a broken file mentions.
    broken: frozenset[str]
    findings: tuple[Finding, ...]


def read(resources: Mapping[str, bytes]) -> Forms:
    """Read every .form file; never raises for what is in one."""
    schemas: dict[str, FormSchema] = {}
    files: dict[str, str] = {}
    broken: set[str] = set()
    findings: list[Finding] = []
    for name in sorted(n for n in resources if n.endswith(".form")):
        data = resources[name]
        try:
            schema = load(data, name)
        except FormInvalid:
            broken |= {m.decode(errors="replace") for m in _ID.findall(data)}
            findings += _passed_on(data, name)
            continue
        if schema.id in schemas:
            params = {"id": schema.id, "other": files[schema.id]}
            findings.append(
                Finding("form_twice", "error", name, form_line(data, schema.id), schema.id, params)
            )
            continue
        schemas[schema.id], files[schema.id] = schema, name
    return Forms(schemas, files, frozenset(broken), tuple(findings))


def form_line(data: bytes, *words: str) -> int:
    """The first line of a form file that mentions one of the words (an id or a key) as a JSON string."""
    places = [data.find(f'"{word}"'.encode()) for word in words]
    first = min((place for place in places if place >= 0), default=None)
    return 0 if first is None else data.count(b"\n", 0, first) + 1


def _passed_on(data: bytes, name: str) -> list[Finding]:
    return [
        Finding(
            code="form",
            severity="error",
            filename=name,
            line=form_line(data, f.component),
            element=None if f.component == name else f.component,
            params={"message": f.message, "remedy": f.remedy},
        )
        for f in check(data, name)
    ]
