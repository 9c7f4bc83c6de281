"""Comma-separated values (RFC 4180): a row for each event, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.canonical_json import canonical, instant_text
from engine.history.exports.records import FIELDS, all_chains, as_mapping
from engine.identity.policy import Actor
from engine.runtime.ports import Ports
from engine.spreadsheets import as_words


def write(ports: Ports, connection: Connection, actor: Actor) -> Iterator[bytes]:
    """The names of the fields, then a row for each event in the order of the JSON Lines."""
    yield _lines([list(FIELDS)])
    for chain in all_chains(ports, connection, actor):
        yield _lines([[cell(value) for value in as_mapping(event).values()] for event in chain.events])


def cell(value: Any) -> str:
    """A field as text that no spreadsheet calculates; nothing for None, JSON for a payload."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return instant_text(value)
    return as_words(value if isinstance(value, str) else canonical(value).decode())


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
