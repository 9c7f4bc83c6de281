"""The office that the process tests work in."""

from __future__ import annotations

import pytest

from engine.store.session import Database
from tests.casework import Office, open_office


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    """On SQLite, Tuesday 24 November 2026, 09.00 WITA, a working day without a holiday near it."""
    return open_office(sqlite_database)
