"""A backup that somebody has rebuilt, with digests that fit, and a restore into the wrong place."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from engine.backup.archive import MANIFEST
from engine.backup.restore import restore
from engine.backup.save import ATTACHMENTS, back_up
from engine.canonical_json import canonical, from_canonical
from engine.errors import Refused
from engine.store.session import Database
from tests.casework import MASTER, Office
from tests.given_files import attach


@pytest.fixture
def archive(office: Office, tmp_path: Path) -> Path:
    attach(office, office.submit())
    back_up(
        office.ports,
        office.ports.files.folder.parent,
        tmp_path / "cadangan.zip",
        by="os:tester",
        source="cli",
    )
    return tmp_path / "cadangan.zip"


@pytest.mark.parametrize(
    "way", ["attachments/{}", "attachments/./{}", "attachments/../{}", "attachments//{}", "{}"]
)
def test_no_part_of_an_archive_is_written_outside_of_the_place_of_restore(
    office: Office, archive: Path, tmp_path: Path, way: str
) -> None:
    target = tmp_path / "luar.txt"
    name = way.format(target)
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(tmp_path / "jahat.zip", "w") as new:
        for part in set(old.namelist()) - {MANIFEST}:
            new.writestr(part, old.read(part))
        manifest = from_canonical(old.read(MANIFEST))
        manifest["parts"][name] = {"sha256": hashlib.sha256(b"jahat").hexdigest(), "lines": 1}
        new.writestr(name, b"jahat")
        new.writestr(MANIFEST, canonical(manifest))
    empty = Database(f"sqlite:///{tmp_path / 'baru.sqlite3'}", synchronous="OFF")
    with pytest.raises(Refused, match="whole backup"):
        restore(
            empty,
            tmp_path / "jahat.zip",
            data_dir=tmp_path / "baru",
            master_key=tmp_path / "kunci",
            by="os:t",
        )
    empty.dispose()
    assert not target.exists()
    assert not (tmp_path / "baru").exists()


def test_a_restore_that_is_refused_writes_over_no_attachment(
    office: Office, archive: Path, tmp_path: Path
) -> None:
    [brought] = [path for path in office.ports.files.folder.rglob("*") if path.is_file()]
    place = tmp_path / "dipakai"
    there = place / ATTACHMENTS / brought.relative_to(office.ports.files.folder)
    there.parent.mkdir(parents=True)
    there.write_bytes(b"yang sekarang")
    key = tmp_path / "kunci"
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    database = office.ports.database
    with pytest.raises(Refused, match="empty place"):
        restore(database, archive, data_dir=place, master_key=key, by="os:t")
    assert there.read_bytes() == b"yang sekarang"
