"""A process that restores a backup, with a dot for each statement: `python -m tests.faults.restoring <file> <place>`."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import event

from engine.backup.restore import restore
from engine.store.session import Database


def main(file: Path, place: Path) -> None:
    database = Database(f"sqlite:///{place / 'pengaduan.sqlite3'}")

    def tell(*_: object) -> None:
        print(".", flush=True)

    event.listen(database._writer, "before_cursor_execute", tell)
    event.listen(database._writer, "commit", tell)
    restore(database, file, data_dir=place, master_key=place / "keys" / "master.key", by="os:root")
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
