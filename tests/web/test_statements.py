"""A page asks the database no more often for many rows than for few: what grows with an office is what it shows."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.store.session import counting
from tests.casework import Office
from tests.web.officers import Officer

PAGES = {
    "petugas": ("/tugas?tampil=kelompok", "/tugas?tampil=menunggu", "/pengaduan", "/loket"),
    "sekretariat": ("/tugas?tampil=semua", "/pengaduan?terlambat=1"),
    "pengelola": (
        "/pengelola",
        "/pengelola/pengguna",
        "/pengelola/kendala",
        "/pengelola/kalender/hitung-ulang",
    ),
}


def some_cases(office: Office) -> list[str]:
    """One of each kind: at the office, overdue, waiting for the complainant, and entered at the counter."""
    late, waiting = office.submit(), office.submit()
    office.run_to(late, "Langkah_3")
    office.run_to(waiting, "Langkah_8")
    office.wait(hours=1)
    office.sweep(late)
    return [office.submit(), late, waiting]


@pytest.mark.parametrize("name", PAGES)
def test_a_list_costs_the_same_for_many_rows(office: Office, app: Flask, name: str) -> None:
    officer = Officer(app, name)

    def asked() -> dict[str, int]:
        found = {}
        for page in PAGES[name]:
            with counting(office.ports.database) as counts:
                assert officer.get(page).status == 200
            found[page] = counts["statements"]
        return found

    some_cases(office)
    asked()  # what is read once
    few = asked()
    for _ in range(3):
        some_cases(office)
    assert asked() == few


def test_a_case_of_many_rounds_costs_what_one_of_few_does(office: Office, app: Flask) -> None:
    number = office.submit()
    officer = Officer(app, "petugas")

    def asked(rounds: int) -> list[int]:
        for _ in range(rounds):
            office.run_to(number, "Langkah_8")
            office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum selesai.")
        found = []
        for page in (f"/pengaduan/{number}", f"/tugas/{office.open_items(number)[0]}", f"/loket/{number}"):
            officer.get(page)
            with counting(office.ports.database) as counts:
                assert officer.get(page).status == 200
            found.append(counts["statements"])
        return found

    few = asked(1)
    assert asked(4) == few
