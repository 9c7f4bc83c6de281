"""The Pengelola's pages in a browser: under axe at two widths, by day and by night, and without JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert

from engine.definition.deploy_calendar import deploy_calendar
from engine.history import seal_file
from engine.identity import tokens
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from engine.runtime.hold import hold
from engine.runtime.retention import set_rule
from engine.store.session import Database
from engine.store.tables import incidents
from tests.browser.soundness import unsound
from tests.casework import ROOT, Office, open_office
from tests.web.officers import PASSWORD, an_app, served

SHIPPED = (ROOT / "processes" / "kalender.toml").read_text()
OWN_DAYS = """
[[tutup]]
tanggal = 2026-11-30
alasan = "Pemeliharaan gedung MPP"
[[buka]]
tanggal = 2026-11-28
jam = ["08:00-12:00"]
"""


@dataclass
class Room:
    """The Pengelola's room in a running office that has seen a bad day."""

    office: Office
    address: str
    browser: Browser
    #: The cases that pages are about, by what they are there for.
    cases: dict[str, str]

    @contextmanager
    def opened(self, width: int = 1280, **how: Any) -> Iterator[Page]:
        """The Pengelola's page; what the browser complained about fails the test."""
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 844}, **how
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/masuk")
        page.fill("#nama", "pengelola")
        page.fill("#sandi", PASSWORD)
        page.press("#sandi", "Enter")
        page.get_by_role("button", name="Keluar").wait_for()
        yield page
        context.close()
        assert complaints == []


@pytest.fixture(scope="module")
def room(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    directory = tmp_path_factory.mktemp("room")
    file = shutil.copy(sqlite_template, directory / "pengaduan.sqlite3")
    office = open_office(Database(f"sqlite:///{file}", synchronous="OFF"))
    a_bad_day(office)
    cases = an_old_autumn(office, directory)
    with served(an_app(office, directory)) as address:
        yield Room(office, address, browser, cases)
    office.ports.database.dispose()


def a_bad_day(office: Office) -> None:
    """Tasks held, a calendar that moves them, incidents of each kind, a token, somebody who has left."""
    number = office.submit()
    office.claim(f"{number}:Langkah_2:1", "petugas")
    by: Any = {"by": "pengelola", "at": office.now, "source": "web"}
    text = SHIPPED + OWN_DAYS.replace("2026-11-30", "2026-11-24")
    deploy_calendar(office.ports.database, text, note="Gedung dipelihara", **by)
    common = {"opened_at": office.now, "case_number": number, "message": "uji", "actor": "petugas"}
    kinds = [
        {"id": "K-000001", "what": "FireTimers", "error_code": "execution_failed", "timer_due": office.now},
        {"id": "K-000002", "what": "Complete", "error_code": "fault"},
        {"id": "K-000003", "what": "notification", "error_code": "not_sent", "tries": 3},
        {"id": "K-000004", "what": "notification", "error_code": "not_sent", "tries": 3},
    ]
    with office.ports.database.write() as connection:
        for kind in kinds:
            connection.execute(insert(incidents).values(**common, **kind))
        closed = {"resolved_at": office.now, "resolved_by": "pengelola"}
        connection.execute(
            insert(incidents).values(**common, **closed, id="K-000005", what="Submit", error_code="fault")
        )
        tokens.add(connection, "sekretariat", "Laporan bulanan", 90, **by)


def an_old_autumn(office: Office, directory: Path) -> dict[str, str]:
    """Cases that ended long enough ago: due, held, and erased."""
    today = office.now
    office.at("2026-09-01 09:00")
    cases = {}
    for name in ("due", "also due", "held", "erased"):
        cases[name] = office.submit()
        office.run_to(cases[name], "Langkah_8")
        office.complete(cases[name], tanggapan="selesai")
    office.at(today)
    ports, pengelola = office.ports, Actor("pengelola", frozenset({"pengelola"}))
    hold(ports, pengelola, cases["held"], "Gugatan TUN 12/G/2026 di PTUN Samarinda", source="web")
    seals = directory / seal_file.NAME
    erase(ports, pengelola, cases["erased"], "Permintaan tertulis", source="web", seals=seals)
    set_rule(ports, pengelola, "*", 2, "Jadwal retensi arsip, Perwali 45/2025", source="web")
    set_rule(ports, pengelola, "pelayanan_loket", 1, "Jadwal retensi arsip, Perwali 45/2025", source="web")
    return cases


PAGES = [
    "/pengelola",
    "/pengelola/pengguna",
    "/pengelola/pengguna?cari=siapa",
    "/pengelola/pengguna/petugas",
    "/pengelola/pengguna/baru",
    "/pengelola/pengguna/petugas/sandi",
    "/pengelola/pengguna/petugas/nonaktifkan",
    "/pengelola/kalender",
    "/pengelola/kalender?bulan=2026-03",
    "/pengelola/kalender/baru",
    "/pengelola/kalender/hitung-ulang",
    "/pengelola/kendala",
    "/pengelola/token",
    "/pengelola/retensi",
    "/pengelola/retensi/jatuh-tempo",
    "/pengelola/retensi/penahanan",
    "/pengelola/retensi/penahanan/{held}",
    "/pengelola/hapus",
    "/pengelola/hapus/{erased}",
]


def test_the_pages_have_no_barrier_and_fit_every_width(room: Room) -> None:
    with room.opened() as page:
        for path in PAGES:
            page.goto(path.format_map(room.cases))
            assert (path, unsound(page)) == (path, [])


def test_a_calendar_is_looked_at_and_put_in_force_on_a_phone_without_javascript(room: Room) -> None:
    with room.opened(width=390, java_script_enabled=False) as page:
        page.goto("/pengelola/kalender/baru")
        page.get_by_label("Isi berkas kalender").fill(SHIPPED + OWN_DAYS)
        page.get_by_role("button", name="Periksa").click()
        page.get_by_text("Senin, 30 November 2026").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("Alasan perubahan").fill("Gedung dipelihara")
        page.get_by_role("button", name="Berlakukan").click()
        page.get_by_text("Tenggat yang sudah berjalan belum bergeser").wait_for()
        monday = page.locator("td", has_text="Pemeliharaan gedung MPP")
        expect(monday).to_contain_text("Senin")
        expect(monday).to_contain_text("Kantor tutup")


def test_a_person_is_added_by_keyboard_alone(room: Room) -> None:
    with room.opened() as page:
        page.goto("/pengelola/pengguna/baru")
        page.get_by_label("Nama pengguna").focus()
        for text in ("rina.wati", "Rina Wati", "rina@contoh.id"):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.type") != "checkbox":  # past the parts of the date
            page.keyboard.press("Tab")
        page.keyboard.press("Space")  # the first group
        page.get_by_label("Kata sandi pertama").focus()
        page.keyboard.type("kunci loket nomor tiga")
        page.keyboard.press("Enter")
        page.get_by_text("Rina Wati ditambahkan").wait_for()


def test_the_file_of_a_calendar_is_uploaded(room: Room, tmp_path: Path) -> None:
    file = tmp_path / "kalender.toml"
    file.write_text(SHIPPED + OWN_DAYS.replace("2026-11-30", "2026-12-01"))
    with room.opened() as page:
        page.goto("/pengelola/kalender/baru")
        page.get_by_label("Atau unggah berkas").set_input_files(file)
        page.get_by_role("button", name="Periksa").click()
        page.get_by_text("Selasa, 1 Desember 2026").wait_for()


def test_those_who_are_due_are_erased_on_a_phone_without_javascript(room: Room) -> None:
    with room.opened(width=390, java_script_enabled=False) as page:
        page.goto("/pengelola/retensi/jatuh-tempo")
        page.get_by_role("button", name="Hapus 2 orang di halaman ini").click()
        expect(page.locator("#main-content")).to_contain_text(room.cases["also due"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Ya, hapus untuk selamanya").click()
        expect(page.get_by_role("status")).to_contain_text("2 orang dihapus")
        page.get_by_role("link", name=room.cases["due"]).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Bukti penghapusan")


def test_one_person_is_erased_by_keyboard_alone(room: Room) -> None:
    number = room.office.submit()
    room.office.run_to(number, "Langkah_8")
    room.office.complete(number, tanggapan="selesai")
    with room.opened() as page:
        page.goto("/pengelola/hapus")
        page.get_by_label("Nomor pengaduan").focus()
        page.keyboard.type(number)
        page.keyboard.press("Tab")
        page.keyboard.type("Permintaan tertulis, Pasal 8 UU 27/2022")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Ya, hapus untuk selamanya").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Bukti penghapusan {number}")
