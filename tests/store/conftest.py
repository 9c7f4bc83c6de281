"""An office on each database in turn."""

from __future__ import annotations

import pytest

from engine.store.session import Database
from tests.casework import Office, open_office


@pytest.fixture
def office(database: Database) -> Office:
    return open_office(database)
