"""Killed at any moment, the program has done a command whole or not at all."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from engine.history.verify import verify
from engine.store.session import Database
from tests.casework import ROOT, open_office

#: `make soak` kills for longer.
KILLS = 40 if os.environ.get("SOAK") else 6


def test_a_kill_at_any_moment_leaves_whole_commands_and_a_whole_record(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(sqlite_template, tmp_path / "pengaduan.sqlite3"))
    database = Database(f"sqlite:///{path}")
    office = open_office(database)
    choose = random.Random(20261124)
    done = 0
    for seed in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.working", str(path), str(seed)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        # By the number of commands, not by time: between this dot and the next it may be anywhere.
        for _ in range(choose.randrange(3, 40)):
            assert worker.stdout.readline() == b".\n"
            done += 1
        worker.kill()
        worker.wait()
        worker.stdout.close()
        with database.read() as connection:
            report = verify(office.ports, connection)
        assert report.findings == []
    assert report.cases > KILLS
    assert report.events > done
    database.dispose()
