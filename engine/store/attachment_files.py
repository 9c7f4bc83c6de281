"""The sealed bytes of attachments: `DATA_DIR/attachments/<first two of the id>/<id>`, one file each, never changed.

A file is written whole before the transaction that names it commits: a row never lacks its file, whatever breaks
between. What is left over without a row is noise in a strange key, and `engine.jobs.tidier` takes it away.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from engine.errors import StateUnreadable
from engine.on_disk import sync_directory

_ID: Final = re.compile("[0-9a-f]{32}")


class AttachmentFiles:
    """The files below `folder`, which all processes of an office share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, id: str) -> Path:
        """Where the file of this id lies or will lie."""
        return self.folder / id[:2] / id

    def put(self, id: str, blob: bytes) -> None:
        """Write a file, readable by its owner only, and wait until it is on the disk."""
        path = self.path(id)
        self._make(path.parent)
        draft = path.with_name(f".{id}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(blob)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_directory(path.parent)

    def get(self, id: str) -> bytes:
        """What a file holds. Raises `StateUnreadable` where there is none."""
        try:
            return self.path(id).read_bytes()
        except FileNotFoundError:
            raise StateUnreadable(
                f"The file of attachment {id} should be in {self.folder} and is not there; run `pengaduan history "
                "verify` and restore it from the backup.",
                aad=f"{id}:content",
            ) from None

    def has(self, id: str) -> bool:
        return self.path(id).is_file()

    def remove(self, ids: Iterable[str]) -> None:
        """Take files away; one that is gone already is no fault."""
        for id in ids:
            self.path(id).unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[Path]:
        """Files, drafts of a killed program among them, last written before `moment` (seconds since 1970)."""
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            for path in sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else ():
                if _ID.fullmatch(path.name.removeprefix(".")):
                    with contextlib.suppress(FileNotFoundError):  # another process was faster
                        if path.stat().st_mtime < moment:
                            yield path

    def _make(self, folder: Path) -> None:
        """The folder, and on the disk that it is there."""
        if not folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_directory(folder.parent)
            sync_directory(self.folder.parent)
