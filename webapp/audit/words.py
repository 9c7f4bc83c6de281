"""Words that several of the auditor's pages use."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as __

_SOURCES: Final[dict[str, Any]] = {
    "web": __("halaman"),
    "rest": __("program"),
    "cli": __("terminal"),
    "sweeper": __("pewaktu"),
}


def source(name: str) -> str:
    """By which way somebody came; one that is not known is told as it is recorded."""
    return str(_SOURCES.get(name, name))
