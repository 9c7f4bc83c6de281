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
from tests.casework import Office


@pytest.fixture
def archive(office: Office, tmp_path: Path) -> Path:
    place = tmp_path / "asal" / ATTACHMENTS
    place.mkdir(parents=True)
    (place / "foto.jpg").write_bytes(b"dari cadangan")
    back_up(office.ports, place.parent, tmp_path / "cadangan.zip", by="os:tester", source="cli")
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
    place = tmp_path / "dipakai" / ATTACHMENTS
    place.mkdir(parents=True)
    (place / "foto.jpg").write_bytes(b"yang sekarang")
    database = office.ports.database
    with pytest.raises(Refused, match="empty place"):
        restore(database, archive, data_dir=place.parent, master_key=tmp_path / "kunci", by="os:t")
    assert (place / "foto.jpg").read_bytes() == b"yang sekarang"
