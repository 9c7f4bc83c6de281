"""Killed between a file and the row that names it, the program has attached nothing, and tidies up after itself."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

from engine.history.verify import verify
from engine.jobs.tidier import GRACE, Tidier
from engine.store import attachments
from tests.casework import ROOT, Office
from tests.given_files import attach


def test_a_kill_between_file_and_commit_leaves_noise_that_is_tidied(office: Office) -> None:
    number = office.submit()
    attach(office, number)
    [kept] = [path for path in office.ports.files.folder.rglob("*") if path.is_file()]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.attaching", str(office.ports.database.url.database), number],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdin is not None
    assert worker.stdout.readline() == b"written\n"
    worker.kill()
    worker.wait()
    worker.stdout.close()
    worker.stdin.close()

    [left] = [path for path in office.ports.files.folder.rglob("*") if path.is_file() and path != kept]
    with office.ports.database.read() as connection:
        assert [row.id for row in attachments.of_case(connection, number)] == [kept.name]
        assert verify(office.ports, connection).findings == []
    tidier = Tidier(office.ports)
    tidier()
    assert left.exists()  # its row might be about to be committed
    for path in (left, kept):
        moment = (office.now - GRACE - timedelta(minutes=1)).timestamp()
        os.utime(path, (moment, moment))
    Tidier(office.ports)()
    assert not left.exists()
    assert kept.exists()
    attach(office, number)
