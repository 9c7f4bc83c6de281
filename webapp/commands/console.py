"""How a command speaks: sentences in two languages on the terminal, or one JSON object a line.

Results go to standard output, what concerns only the person at the keyboard to standard error. Both languages
stand side by side in the code: a command line has few sentences, and no catalogue can then be out of date.
The machine's LANG does not count, as a server's says nothing about the office's people; `--lang` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
import orjson

from engine.definition.findings import Language


@dataclass(frozen=True, slots=True)
class Console:
    """The terminal, in a language."""

    language: Language = "id"

    def text(self, indonesian: str, english: str) -> str:
        """The sentence in the language of this terminal."""
        return indonesian if self.language == "id" else english

    def say(self, indonesian: str, english: str) -> None:
        """A line of the result."""
        click.echo(self.text(indonesian, english))

    def note(self, indonesian: str, english: str) -> None:
        """A line that is no part of the result."""
        click.echo(self.text(indonesian, english), err=True)

    def line(self, text: str) -> None:
        """A line of the result that is the same in both languages."""
        click.echo(text)

    def json(self, value: Mapping[str, Any]) -> None:
        """One object, one line."""
        click.echo(orjson.dumps(value, default=_plain).decode())


as_json = click.option("--json", "json_lines", is_flag=True, help="Satu objek JSON per baris.")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    return str(value)


def local(at: datetime | None, zone: Any) -> str:
    """`2026-11-24 11:00`, in the office's zone; a dash for never."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "–"
