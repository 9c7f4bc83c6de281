"""What reports count of an answer: a choice or a suggestion, never a person's words."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from engine.forms.fields import OTHER, plain
from engine.forms.schema import check
from engine.history.log import read
from engine.history.verify import verify
from engine.store.tables import cases
from tests.casework import Office


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("Izin dan NIB", "izin_dan_nib"),
        ("  izin DAN nib ", "izin_dan_nib"),
        ("pelayanan_loket", "pelayanan_loket"),
        ("Ibu Rahasia, Jalan Mawar 3", OTHER),
    ],
)
def test_of_a_typed_category_only_a_suggestion_is_counted(office: Office, typed: str, counted: str) -> None:
    number = office.submit(kategori=typed)
    with office.ports.database.read() as connection:
        [submitted, *_] = read(connection, number)
    assert submitted.payload["reported"] == {"kategori": counted, "kanal": "loket_mpp"}
    assert "Mawar" not in json.dumps(submitted.payload)


def test_what_was_left_empty_is_not_counted(office: Office) -> None:
    number = office.submit(kategori=None)
    with office.ports.database.read() as connection:
        [submitted, *_] = read(connection, number)
    assert submitted.payload["reported"] == {"kanal": "loket_mpp"}


def test_the_last_rating_is_the_case_s(office: Office) -> None:
    number = office.submit()
    for rating, reply in ((2, "respon_balik"), (5, "selesai")):
        office.run_to(number, "Langkah_8")
        more = {"isi_respon_balik": "Belum jelas jadwalnya."} if reply == "respon_balik" else {}
        office.complete(number, tanggapan=reply, nilai=rating, **more)
    with office.ports.database.read() as connection:
        row = connection.execute(select(cases.c.category, cases.c.channel, cases.c.rating)).one()
    assert tuple(row) == ("pelayanan_loket", "loket_mpp", 5)


def test_a_count_that_the_history_does_not_know_is_a_finding(office: Office) -> None:
    number = office.submit()
    office.tampered = True
    with office.ports.database.write() as connection:
        connection.execute(update(cases).values(category="pungutan_liar"))
    with office.ports.database.read() as connection:
        [finding] = verify(office.ports, connection).findings
    assert (finding.case, finding.code) == (number, "projection")
    assert "what reports count" in finding.message


@pytest.mark.parametrize("said", [{"laporan": "umur"}, {"laporan": "kategori"}])
def test_a_field_that_cannot_be_counted_is_refused(said: dict[str, str]) -> None:
    form = {
        "type": "default",
        "id": "f",
        "components": [{"type": "textfield", "key": "a", "properties": said}],
    }
    findings = check(json.dumps(form).encode(), "f.form")
    assert any("tidak dapat dihitung" in found.message for found in findings)


def test_a_suggestion_is_counted_in_small_letters_with_underscores() -> None:
    assert plain("Gratifikasi atau suap") == "gratifikasi_atau_suap"
