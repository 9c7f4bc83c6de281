"""The report's tables as files for other programs. No cell is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from engine.spreadsheets import as_words
from webapp.audit.report_tables import Cell, Sheet


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """All tables below each other, an empty line between them; with the mark by which Excel knows UTF-8."""
    text = StringIO()
    writer = csv.writer(text)
    for sheet in sheets:
        writer.writerow([plain(sheet.name)])
        writer.writerow([plain(cell) for cell in sheet.head])
        writer.writerows([plain(cell) for cell in row] for row in sheet.rows)
        writer.writerow([])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A sheet for each table."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.set_column(0, 0, 40)
            for column, words in enumerate(sheet.head):
                page.write_string(0, column, words, bold)
            for n, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(n, column, cell)
                    elif cell is not None:
                        page.write_number(n, column, cell)
    return file.getvalue()


def plain(cell: Cell) -> Cell:
    """Words as words; a number stays one."""
    return as_words(cell) if isinstance(cell, str) else cell
