"""A row as JSON and back, by the type of its columns: the same text whichever database it comes from."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from engine.canonical_json import canonical, from_canonical, instant_text, parse_instant
from engine.store.types import Instant


def kept_columns(table: Table) -> list[Column[Any]]:
    """The columns that are written; the database computes the others again."""
    return [column for column in table.columns if column.computed is None]


def encode(columns: Sequence[Column[Any]], row: Sequence[Any]) -> bytes:
    """A line: canonical JSON of {column: value}."""
    return canonical({c.name: _plain(c, value) for c, value in zip(columns, row, strict=True)}) + b"\n"


def decode(columns: Sequence[Column[Any]], line: bytes) -> dict[str, Any]:
    """The values to insert. Raises ValueError, TypeError or LookupError for a line that is no row of the table."""
    said: Mapping[str, Any] = from_canonical(line)
    if said.keys() != {column.name for column in columns}:
        raise ValueError(f"expected the columns {[c.name for c in columns]}, found {sorted(said)}")
    return {column.name: _typed(column, said[column.name]) for column in columns}


def _plain(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64encode(value).decode()
    return instant_text(value) if isinstance(column.type, Instant) else value


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value, validate=True)
    return parse_instant(value) if isinstance(column.type, Instant) else value
