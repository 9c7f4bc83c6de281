"""The office that is attacked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.store.session import Database
from tests.casework import Office, open_office, sound
from tests.web.officers import an_app


@pytest.fixture
def office(sqlite_database: Database) -> Iterator[Office]:
    """After the test every case in it must replay to its stored digests."""
    office = open_office(sqlite_database)
    yield office
    sound(office)


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    return an_app(office, tmp_path / "data")
