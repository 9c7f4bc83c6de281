"""A case that has moved to a version with other names is shown everywhere as any other, its past included."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.commands import COMPLAINANT, Comment
from engine.history.exports.export import FORMATS, export
from engine.identity.policy import Actor
from tests.casework import Office, sound
from tests.process.test_migrate import RENAMED, both, deployed, move
from tests.web.officers import PASSWORD, Officer


@pytest.fixture(params=["running", "ended"])
def number(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Late, looped once, moved while a renamed step is open, and perhaps brought to its end."""
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, COMPLAINANT, tanggapan="respon_balik", isi_respon_balik="Belum jelas jadwalnya.")
    office.run_to(number, "Langkah_5")
    office.wait(hours=26)
    office.sweep(number)
    office.do(Comment(actor="admin", source="web", command_id=office.id(), case=number, text="Ditanyakan."))
    deployed(office, tmp_path / "next", both)
    office.wait(minutes=5)
    move(office, number, RENAMED)
    if request.param == "ended":
        while not office.state(number).ended:
            office.wait(minutes=20)
            office.complete(number)
    return number


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("pejabat", "/pengaduan/{}"),
        ("sekretariat", "/pengaduan/{}"),
        ("sekretariat", "/pengaduan/{}/lembar-arsip"),
        ("petugas", "/loket/{}"),
        ("petugas", "/pengaduan/{}/tanda-terima"),
        ("sekretariat", "/tugas"),
        ("sekretariat", "/pengaduan"),
        ("auditor", "/audit/{}"),
        ("auditor", "/audit/laporan?dari=2026-11-01&sampai=2026-12-31"),
        ("auditor", "/audit/laporan?dari=2026-11-01&sampai=2026-12-31&peta=terlambat"),
        ("auditor", "/audit/segel"),
        ("analis", "/proses"),
    ],
)
def test_every_page_shows_it(app: Flask, office: Office, number: str, who: str, page: str) -> None:
    answer = Officer(app, who).get(page.format(number))
    assert answer.status == 200, answer.text
    sound(office)


def test_every_event_of_its_replay_can_be_opened(app: Flask, office: Office, number: str) -> None:
    auditor = Officer(app, "auditor")
    with office.ports.database.read() as connection:
        count = connection.exec_driver_sql(
            "SELECT count(*) FROM events WHERE case_number != 'sistem'"
        ).scalar()
    assert count is not None
    for at in range(1, count + 1):
        assert auditor.get(f"/audit/{number}?ke={at}").status == 200


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_every_export_holds_it(office: Office, number: str, kind: str) -> None:
    auditor = Actor("auditor", frozenset({"auditor"}))
    assert b"".join(export(office.ports, auditor, kind, source="cli"))


@pytest.mark.parametrize(
    "address",
    [
        "history/process-instance",
        "history/activity-instance",
        "history/task",
        "history/user-operation",
        "process-instance",
        "task",
    ],
)
def test_programs_read_it(app: Flask, office: Office, number: str, address: str) -> None:
    client = Officer(app, "sekretariat", sign_in=False).client
    answer = client.get(f"/engine-rest/{address}", auth=("sekretariat", PASSWORD))
    assert answer.status_code == 200, answer.text
    assert number in answer.text or address.startswith(("process-instance", "task"))
