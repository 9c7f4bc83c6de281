"""An office on each database in turn, and a server that takes its mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.session import Database
from tests.casework import Office, open_office, sound
from tests.store.postbox import Postbox, open_postbox


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """After the test every case in it must replay to its stored digests."""
    office = open_office(database, attachments=tmp_path / "attachments")
    yield office
    sound(office)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with open_postbox() as server:
        yield server
