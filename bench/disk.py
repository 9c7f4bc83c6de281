"""`disk`: bytes of the database per closed case. Goal: 30 kB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.workload import durable_office

CASES = 150


def measure() -> dict[str, Any]:
    with durable_office() as office:
        before = _bytes(office.ports.database)
        for _ in range(CASES):
            number = office.submit()
            while not office.state(number).ended:
                office.wait(seconds=1)
                office.complete(number)
        after = _bytes(office.ports.database)
    return {"value": round((after - before) / CASES), "unit": "bytes per closed case", "goal": 30_000}


def _bytes(database: Any) -> int:
    """The size of the file with its write-ahead log moved into it."""
    database.dispose()
    with database.write() as connection:
        connection.execute(text("SELECT 1"))
    database.dispose()
    return Path(database.url.database).stat().st_size
