"""The file of a backup: a ZIP that any tool opens, of JSON lines, and a manifest with the digest of each part.

It is written beside its place, closed to others, brought to the disk, and only then named; it never replaces
a file that stands there.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from engine.canonical_json import canonical, from_canonical
from engine.errors import Refused
from engine.on_disk import sync_directory

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
#: Of one part that is read whole; a manifest of a million cases stays below.
LARGEST_MANIFEST: Final = 64 << 20
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside, as the manifest knows it."""

    sha256: str
    lines: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive says of itself."""

    format: int
    #: When the backup was made; its rows are of one moment just after it.
    made_at: str
    #: The database's revision (engine/store/migrations).
    revision: str
    #: Number and hash of the last seal; (0, "") before the first.
    seal: tuple[int, str]
    #: Head of the chain `sistem`.
    system: tuple[int, str]
    parts: Mapping[str, Part]


class Writer:
    """Parts go in one after the other; each is hashed on its way."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, Part] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write a part from its lines (or pieces); gives how many there were."""
        digest, count = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                digest.update(piece)
                part.write(piece)
                count += 1
        self.parts[name] = Part(digest.hexdigest(), count)
        return count

    def close(self, manifest: Manifest) -> None:
        """The manifest comes last, and whoever stops before leaves a file without one."""
        self._archive.writestr(MANIFEST, canonical(asdict(manifest)))


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """A new archive at `target`; an exception in the block leaves nothing there. Raises `Refused` if it is taken."""
    _must_be_free(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(
            f"The backup should be written to {target}, and that is not possible ({error.strerror}); name another place.",
            reason="backup_place",
            path=target,
            cause=error.strerror,
        ) from None
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, target)  # never over a file that came meanwhile
        except FileExistsError:
            _must_be_free(target)
    finally:
        draft.unlink()
    sync_directory(target.parent)


class Reader:
    """An archive whose every part has been held against the manifest."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def lines(self, name: str) -> Generator[bytes, None, None]:
        """The lines of a part, one by one; who may stop early closes it (`contextlib.closing`)."""
        with self._archive.open(name) as part:
            yield from part

    def below(self, folder: str) -> list[str]:
        """Names of the parts in a folder."""
        return sorted(name for name in self.manifest.parts if name.startswith(f"{folder}/"))

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(name)


@contextmanager
def reading(source: Path) -> Iterator[Reader]:
    """An archive, whole and unchanged. Raises `Refused` for anything else, before a row of it is used."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _must_be_whole(archive, manifest)
            yield Reader(archive, manifest)
    except FileNotFoundError:
        raise Refused(
            f"There is no file {source}; check its name.", reason="backup_missing", path=source
        ) from None
    except (zipfile.BadZipFile, IsADirectoryError) as error:
        raise broken(f"it is no ZIP file, or a broken one ({error})") from None


def broken(why: str) -> Refused:
    """The refusal of an archive."""
    return Refused(
        f"The file should be a whole backup, and {why}; take another one. Nothing was changed.",
        reason="backup_broken",
        why=why,
    )


def sha256(path: Path) -> str:
    """Of a whole file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ValueError("too large")
        said: dict[str, Any] = from_canonical(archive.read(MANIFEST))
        said["parts"] = {name: Part(**part) for name, part in said["parts"].items()}
        said |= {"seal": tuple(said["seal"]), "system": tuple(said["system"])}
        manifest = Manifest(**said)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise broken("its manifest is missing or cannot be read") from None
    if manifest.format != FORMAT:
        raise broken(f"its format is {manifest.format} and this release reads {FORMAT}")
    return manifest


def _must_be_whole(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    found = set(archive.namelist()) - {MANIFEST}
    if found != manifest.parts.keys():
        raise broken(f"parts and manifest differ ({', '.join(sorted(found ^ manifest.parts.keys()))})")
    for name, part in manifest.parts.items():
        path = PurePosixPath(name)
        # written another way, as with two slashes, a part of the name would be absolute once the folder is cut off
        if path.is_absolute() or ".." in path.parts or str(path) != name:
            raise broken(f"a part leads out of the archive ({name})")
        digest = hashlib.sha256()
        with archive.open(name) as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != part.sha256:
            raise broken(f"{name} is not what the manifest says")


def _must_be_free(target: Path) -> None:
    if target.exists():
        raise Refused(
            f"A backup is never written over a file, and {target} is there; name another file.",
            reason="backup_taken",
            path=target,
        )
