"""The office that the process tests work in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.store.session import Database
from tests.casework import Office, open_office, sound


@pytest.fixture
def office(sqlite_database: Database) -> Iterator[Office]:
    """On SQLite, Tuesday 24 November 2026, 09.00 WITA, a working day without a holiday near it.

    After the test every case in it must replay to its stored digests.
    """
    office = open_office(sqlite_database)
    yield office
    sound(office)
