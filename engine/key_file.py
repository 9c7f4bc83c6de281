"""A secret in a file of its own: made once, whole or not at all, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from engine.errors import SettingsInvalid
from engine.on_disk import sync_directory

#: Bytes of a key.
SIZE = 32


def read_key(path: Path) -> bytes | None:
    """The 32 bytes in `path` (64 hex digits, so that it can be printed and typed back); None without a file.

    Raises SettingsInvalid for a file that holds anything else, or that others may read.
    """
    try:
        text = path.read_text(encoding="ascii").strip()
        mode = path.stat().st_mode & 0o077
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(
            f"{path} must hold 64 hex digits; it cannot be read ({type(error).__name__})."
        ) from error
    if mode:
        raise SettingsInvalid(f"{path} must be readable by its owner only; run: chmod 600 {path}")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise SettingsInvalid(
            f"{path} must hold {2 * SIZE} hex digits; found {len(text)} characters that are not; restore it from the backup."
        )
    return key


def make_key(path: Path) -> bytes:
    """A new key in `path`, mode 0600, on the disk before this returns; of two processes one makes it for both."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SIZE) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # a link appears at once and complete, and never over a file that stands
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_directory(path.parent)
    key = read_key(path)
    assert key is not None
    return key
