"""Whatever a person wrote, and wherever it came to lie: after the erasure no row and no file opens or repeats it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from engine.history import seal_file
from engine.history.verify import verify
from engine.identity.policy import Actor
from engine.runtime.drafts import save_draft
from engine.runtime.erase import erase
from engine.store.session import Database
from engine.store.tables import metadata
from tests.casework import Office, open_office
from tests.given_files import attach
from tests.secrets_in_clear import found_below
from tests.store.test_erase import PENGELOLA, say

PETUGAS = Actor("petugas", frozenset({"petugas_mpp"}))


def sealed_rows(office: Office, number: str) -> dict[str, list[bytes]]:
    """Every sealed value in a row that names the case, by table."""
    found: dict[str, list[bytes]] = {}
    with office.ports.database.read() as connection:
        for table in metadata.sorted_tables:
            if "case_number" in table.c:
                for row in connection.execute(select(table).where(table.c.case_number == number)).mappings():
                    found.setdefault(table.name, []).extend(
                        bytes(value) for value in row.values() if isinstance(value, bytes)
                    )
    return {name: values for name, values in found.items() if values}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_of_a_person_is_left_in_any_table_log_or_file(
    sqlite_database: Database, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    database = Database(sqlite_database.url)  # as the program opens it
    office = open_office(database)
    words = ["".join(chance.choices("bcdfghjklmnpqrstvwxz ", k=chance.randint(20, 200))) for _ in range(6)]
    title, story, name, contact, comment, draft = (f"q{text.strip()}q" for text in words)
    number = office.submit(
        judul=title[:80], uraian=story, nama=name[:60], kontak=contact[:40], cara_jawaban="telepon"
    )
    save_draft(office.ports, PETUGAS, office.open_items(number)[0], {"alasan": draft})
    office.run_to(number, "Langkah_8")
    for _ in range(chance.randint(0, 2)):
        office.complete(number, tanggapan="respon_balik", isi_respon_balik=story)
        office.run_to(number, "Langkah_8")
    say(office, number, comment)
    attach(office, number)
    files = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    office.complete(number, tanggapan="selesai")
    before = sealed_rows(office, number)
    assert {"case_keys", "answers", "comments", "attachments"} <= before.keys()
    assert files

    seals = tmp_path / "data" / seal_file.NAME
    erase(office.ports, PENGELOLA, number, "Permintaan tertulis", source="web", seals=seals)

    assert sealed_rows(office, number) == {}
    assert [path for path in files if path.exists()] == []
    said = {text.encode() for text in (title[:80], story, name[:60], contact[:40], comment, draft)}
    kept = {blob[:48] for blobs in before.values() for blob in blobs}
    assert found_below(tmp_path, said | kept) == []
    with database.read() as connection:
        assert verify(office.ports, connection).findings == []
    database.dispose()
