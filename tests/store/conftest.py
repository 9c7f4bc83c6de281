"""An office on each database in turn, and a server that takes its mail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.session import Database
from tests.casework import Office, open_office, sound
from tests.store import tampered_office
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


@pytest.fixture(scope="session")
def whole_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office of `tampered_office`, as yet untouched; to be read only."""
    folder = tmp_path_factory.mktemp("kantor")
    tampered_office.build(folder)
    return folder


@pytest.fixture
def broken(whole_folder: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy of it below `tmp_path`, without triggers, for a test to tamper with."""
    shutil.copytree(whole_folder, tmp_path, dirs_exist_ok=True)
    with tampered_office.opened(tmp_path) as office:
        yield office
