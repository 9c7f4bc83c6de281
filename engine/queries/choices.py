"""What an analyst may choose from while changing a process: forms, groups, decisions, messages, called processes."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree
from sqlalchemy import Connection

from engine.definition.decisions import decisions
from engine.definition.lint import forms
from engine.definition.xml import BPMN, harden
from engine.errors import DefinitionInvalid
from engine.queries.drafted import drafted
from engine.queries.people import known_groups
from engine.runtime.ports import Ports

#: The extension properties of a step that the SOP document has a column for, in its order.
COLUMNS: Final = ("no", "kelengkapan", "waktu", "output", "keterangan")


def choices(ports: Ports, connection: Connection, process: str) -> dict[str, list[Any]]:
    """By kind, from the files as drafted; plain data. Raises `NotFound`."""
    whole = drafted(ports, connection, process)
    resources = whole.bundle.resources
    root = _root(whole.bundle.files[whole.diagram])
    found = forms.read(resources)
    return {
        "forms": [
            {"id": schema.id, "title": in_words(schema.id), "fields": len(schema.fields)}
            for schema in found.schemas.values()
        ],
        "groups": [
            {"id": group.id, "name": group.name or in_words(group.id)}
            for group in known_groups(ports, connection)
        ],
        "decisions": list(decisions(resources)),
        "messages": [] if root is None else [m.get("name", "") for m in root.iter(f"{{{BPMN}}}message")],
        "columns": list(COLUMNS),
        "processes": [] if root is None else [p.get("id", "") for p in root.iter(f"{{{BPMN}}}process")],
    }


def in_words(id: str) -> str:
    """An id as people say it: "surat_jalan" is "Surat jalan"."""
    return id.replace("_", " ").strip().capitalize()


def _root(source: bytes) -> etree._Element | None:
    try:
        return harden(source)
    except DefinitionInvalid:
        return None
