"""A process that attaches a file and waits before the commit: `python -m tests.faults.attaching <sqlite file> <case>`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event

from engine.runtime.ports import Ports
from engine.store.attachment_files import AttachmentFiles
from engine.store.keyring import Keyring
from engine.store.session import Database
from tests.casework import MASTER, Office
from tests.given_files import attach


def main(path: Path, number: str) -> None:
    database = Database(f"sqlite:///{path}")
    files = AttachmentFiles(path.with_name("attachments"))

    def wait(*_: object) -> None:
        print("written", flush=True)
        sys.stdin.read()  # until it is killed

    event.listen(database._writer, "commit", wait)
    attach(Office(Ports(database, Keyring(MASTER), attachments=files), datetime.now(UTC)), number)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
