"""Office Open XML: the rows of the CSV as a workbook, with numbers and moments as such, for spreadsheets.

Written row by row to a temporary file: a workbook can be sent only when it is finished. Its moments are the office's
wall clock, which its head says, to the second; who needs the microseconds or the hashes' input takes the JSON Lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from xlsxwriter import Workbook

from engine.canonical_json import canonical
from engine.history.chain import StoredEvent
from engine.history.exports.records import FIELDS, all_chains, as_mapping
from engine.identity.policy import Actor
from engine.runtime.ports import Ports
from engine.spreadsheets import as_words

#: What a sheet holds at most, its head among it, and a cell, in characters.
ROWS: Final = 1_048_576
LONGEST: Final = 32_767
#: Bytes of the finished file that are handed out at once.
PIECE: Final = 1 << 16

_MOMENTS: Final = ("at", "received_at")
_WIDTHS: Final = {"case_number": 18, "type": 24, "at": 19, "received_at": 19, "payload": 60}


def write(ports: Ports, connection: Connection, actor: Actor) -> Iterator[bytes]:
    """The names of the fields, then a row for each event in the order of the JSON Lines."""
    zone = ports.active_calendar(connection).zone
    with TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
            rows = _Rows(book, zone)
            for chain in all_chains(ports, connection, actor):
                for event in chain.events:
                    rows.add(event)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


class _Formats(NamedTuple):
    head: Any
    moment: Any


class _Rows:
    """Row after row, on as many sheets as it takes."""

    def __init__(self, book: Any, zone: ZoneInfo, rows: int = ROWS) -> None:
        self._book, self._zone, self._most = book, zone, rows
        self._formats = _Formats(
            book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        )
        self._sheets = 0
        self._begin()

    def add(self, event: StoredEvent) -> None:
        if self._row == self._most:
            self._begin()
        for column, value in enumerate(as_mapping(event).values()):
            self._cell(column, value)
        self._row += 1

    def _begin(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(f"Riwayat {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(FIELDS):
            self._sheet.set_column(column, column, _WIDTHS.get(name, 14))
            words = f"{name} ({self._zone.key})" if name in _MOMENTS else name
            self._sheet.write_string(0, column, words, self._formats.head)
        self._row = 1

    def _cell(self, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, column, local, self._formats.moment)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value)
        else:
            words = as_words(value if isinstance(value, str) else canonical(value).decode())
            short = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
            self._sheet.write_string(self._row, column, short)
