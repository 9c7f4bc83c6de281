"""Killed at any moment, a restore has put back everything or nothing, and the next one works."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from engine.backup.restore import restore
from engine.backup.save import back_up
from engine.errors import Refused
from engine.history import seal_file
from engine.history.seal import seal
from engine.history.verify import verify
from engine.runtime.ports import Ports
from engine.store.keyring import Keyring
from engine.store.session import Database
from engine.store.tables import cases
from tests.casework import MASTER, ROOT, open_office
from tests.faults.test_kill import KILLS


def test_a_killed_restore_leaves_nothing_and_can_be_begun_again(
    sqlite_database: Database, tmp_path: Path
) -> None:
    office, home = open_office(sqlite_database), tmp_path / "home"
    for _ in range(5):
        office.run_to(office.submit(), "Langkah_4")
    seal(office.ports, home / seal_file.NAME)
    back_up(office.ports, home, home / "cadangan.zip", by="pengelola", source="cli")
    statements = _restoring(home / "cadangan.zip", _place(tmp_path / "whole"), None)
    choose = random.Random(20261124)
    for kill in range(KILLS):
        place = _place(tmp_path / f"place{kill}")
        # the last dots are the commit and what follows: the hardest places
        after = choose.randrange(statements) if kill % 2 else statements - choose.randrange(1, 4)
        _restoring(home / "cadangan.zip", place, after)
        _begin_again(home / "cadangan.zip", place)


def _place(place: Path) -> Path:
    """A DATA_DIR with the key in it."""
    (place / "keys").mkdir(parents=True)
    key = place / "keys" / "master.key"
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    return place


def _restoring(file: Path, place: Path, kill_after: int | None) -> int:
    """Restore in another process, killed after so many dots; gives how many there were."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.restoring", str(file), str(place)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    dots = 0
    while dots != kill_after and worker.stdout.readline() == b".\n":
        dots += 1
    if kill_after is not None:
        worker.kill()
    worker.wait()
    worker.stdout.close()
    return dots


def _begin_again(file: Path, place: Path) -> None:
    """The place is empty, and takes the backup; or whole, and refuses it."""
    database = Database(f"sqlite:///{place / 'pengaduan.sqlite3'}")
    try:
        restore(database, file, data_dir=place, master_key=place / "keys" / "master.key", by="os:root")
    except Refused:
        seal_file.catch_up(database, place / seal_file.NAME)  # as the next start does
    with database.read() as connection:
        outside = seal_file.read(place / seal_file.NAME)
        assert verify(Ports(database, Keyring(MASTER)), connection, seals=outside).findings == []
        assert connection.scalar(select(func.count()).select_from(cases)) == 5
    assert [seal.kind for seal in outside.seals] == ["periodic", "bridging"]
    database.dispose()
    shutil.rmtree(place)
