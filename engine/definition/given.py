"""Files as somebody hands them in, one by one or packed in a zip: their names, kinds, number and size, before anything reads them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from engine.definition.bundle import KINDS, MOST_FILES
from engine.definition.findings import Finding, in_order, refusal
from engine.definition.xml import LARGEST_FILE

#: All files of one deployment together, bytes.
LARGEST_BUNDLE: Final = 4 * LARGEST_FILE
#: What computers put into an archive beside the files: folders of their own, and names with a dot first.
_BESIDE: Final = "__MACOSX"


class _Unfit(Exception):
    """An archive that is not read on."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def gathered(given: Iterable[tuple[str, bytes]], *, archives: bool = False) -> dict[str, bytes]:
    """File name -> contents. A path says only where a file lay on another machine, and is dropped.

    With `archives` a .zip stands for what is in it. Raises `DefinitionInvalid` with all findings: what no analyst's
    tool writes, two files of one name, too many or too much, an archive that cannot be read.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    count = 0
    try:
        for name, data in _each(given, archives):
            count += 1
            if count > MOST_FILES:
                params = {"limit": MOST_FILES, "count": count}
                raise _Unfit(Finding("files_too_many", "error", "–", 0, params=params))
            if not name.endswith(KINDS) or not name.isprintable():
                findings.append(Finding("file_kind", "error", name, 0, params={"kinds": KINDS}))
            elif name in files:
                findings.append(Finding("file_twice", "error", name, 0))
            files[name] = data
    except _Unfit as unfit:
        findings.append(unfit.finding)
    if findings:
        raise refusal(in_order(findings))
    return files


def _each(given: Iterable[tuple[str, bytes]], archives: bool) -> Iterator[tuple[str, bytes]]:
    for path, data in given:
        name = _name(path)
        if archives and name.lower().endswith(".zip"):
            yield from _unpacked(name, data)
        else:
            yield name, data


def _unpacked(archive: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is in a zip, read no further than it may go: what its directory says of sizes is not believed."""
    left = LARGEST_BUNDLE
    if len(data) > LARGEST_FILE:  # its directory alone could be longer than anybody wants to read
        params = {"limit": LARGEST_FILE, "whole": LARGEST_BUNDLE}
        raise _Unfit(Finding("archive_too_large", "error", archive, 0, params=params))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for entry in packed.infolist():
                name = _name(entry.filename)
                if entry.is_dir() or name.startswith(".") or entry.filename.startswith(_BESIDE):
                    continue
                if (
                    entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                    or entry.flag_bits & 1
                ):
                    raise _Unfit(Finding("archive_broken", "error", archive, 0))
                if not name.endswith(KINDS):
                    yield name, b""
                    continue
                with packed.open(entry) as file:
                    content = file.read(LARGEST_FILE + 1)
                left -= len(content)
                if len(content) > LARGEST_FILE or left < 0:
                    params = {"limit": LARGEST_FILE, "whole": LARGEST_BUNDLE}
                    raise _Unfit(
                        Finding("archive_too_large", "error", f"{archive}: {name}", 0, params=params)
                    )
                yield name, content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise _Unfit(Finding("archive_broken", "error", archive, 0)) from None


def _name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name[:200]
