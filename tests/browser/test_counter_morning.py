"""A morning at the counter in a real browser: a scanner and a keyboard, no mouse; three walk-ins, and who comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.store.session import Database
from tests.browser.soundness import unsound
from tests.casework import Office, open_office, sound
from tests.web.officers import PASSWORD, an_app, served

#: So many stops are on no page before the one that is wanted.
MOST_STOPS = 80


@dataclass
class Desk:
    """An officer's place: what they see, and their hands on the keyboard."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def focused(self) -> str:
        """What the focused element says, or the label of the focused input."""
        return " ".join(
            self.page.evaluate(
                "((e) => (e.labels?.length ? e.labels[0] : e).textContent)(document.activeElement)"
            ).split()
        )

    def tab_to(self, words: str) -> None:
        for _ in range(MOST_STOPS):
            if self.focused().startswith(words):
                return
            self.press("Tab")
        raise AssertionError(f"no stop {words!r} on {self.page.url}")

    def enter_on(self, words: str) -> None:
        self.tab_to(words)
        with self.page.expect_navigation():
            self.press("Enter")

    def at_a_field(self) -> None:
        """Wait until the page has put the focus into its first field, which it does a moment after it is there."""
        self.page.locator("input:focus").wait_for()

    def scan(self, text: str) -> None:
        """A scanner types what it read, faster than any hand, and ends with Enter; wherever the focus is."""
        self.write(text)
        with self.page.expect_navigation():
            self.press("Enter")

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()


@dataclass
class Morning:
    office: Office
    address: str
    browser: Browser

    @contextmanager
    def at_desk(self, name: str = "petugas", *, javascript: bool = True, width: int = 1280) -> Iterator[Desk]:
        """Somebody signed in, at the counter's first page; what the browser complained about fails the test."""
        context = self.browser.new_context(
            base_url=self.address,
            locale="id-ID",
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
        )
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None
        )
        page.goto("/masuk?next=/loket")
        page.fill("#nama", name)
        page.fill("#sandi", PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url("**/loket")
        desk = Desk(page)
        desk.at_a_field()
        yield desk
        context.close()
        assert troubles == []


@pytest.fixture
def morning(browser: Browser, sqlite_database: Database, tmp_path: Path) -> Iterator[Morning]:
    office = open_office(sqlite_database, now="2026-11-24 08:05")
    with served(an_app(office, tmp_path / "data")) as address:
        yield Morning(office, address, browser)
    sound(office)


def enter(desk: Desk, title: str, story: str) -> tuple[str, str]:
    """A walk-in's complaint, by keyboard from the counter's page to number and code on the screen."""
    desk.enter_on("Pengaduan baru")
    desk.at_a_field()
    assert desk.focused() == "Judul pengaduan"
    desk.write(title)
    desk.press("Tab")
    desk.write(story)
    desk.tab_to("Tempat kejadian")
    desk.write("Mal Pelayanan Publik")
    desk.press("Tab")
    desk.write("11112026")  # the eleventh, however the browser orders day and month
    desk.tab_to("Datang ke loket MPP")
    desk.press("Space")
    desk.tab_to("Disampaikan melalui")
    desk.write("Loket")
    desk.tab_to("KTP")
    desk.press("Space")
    desk.enter_on("Kirim pengaduan")
    assert desk.heading() == "Pengaduan sudah diterima"
    return desk.page.locator("#nomor").inner_text(), desk.page.locator("#kode").inner_text()


def back_at_the_counter(desk: Desk) -> None:
    desk.enter_on("Loket")
    desk.at_a_field()


def test_a_morning_at_the_counter_without_a_mouse(morning: Morning) -> None:
    office = morning.office
    with morning.at_desk() as desk, morning.at_desk("petugas2") as colleague:
        # Nurul has no telephone: she takes the paper home.
        nurul, _code = enter(desk, "Antrean terlalu lama", "Nomor saya baru dipanggil setelah dua jam.")
        receipt = f"{morning.address}/lacak/{nurul}"
        assert desk.focused().startswith("Lanjut: ")
        with desk.page.expect_navigation():
            desk.press("c")
        assert f"/pengaduan/{nurul}/tanda-terima" in desk.page.url
        assert nurul in desk.page.locator("main").inner_text()
        desk.page.go_back()
        desk.enter_on("Lanjut: ")
        desk.tab_to("Tidak berkadar pengawasan")
        desk.press("Space")
        desk.tab_to("Alasan")
        desk.write("Menyangkut mutu pelayanan di loket.")
        desk.enter_on("Selesaikan")
        assert office.open_items(nurul) == [f"{nurul}:Langkah_3:1"]

        # What the second tells is no matter of service: it is referred, and closed to everybody else.
        back_at_the_counter(desk)
        office.wait(minutes=10)
        grave, _code = enter(desk, "Diminta uang pelicin", "Saya diminta membayar agar berkas didahulukan.")
        desk.enter_on("Lanjut: ")
        desk.tab_to("Tidak berkadar pengawasan")
        desk.press("ArrowDown")
        assert desk.focused().startswith("Berkadar pengawasan")
        desk.tab_to("Alasan")
        desk.write("Ada petunjuk pungutan liar.")
        desk.tab_to("Dirujuk ke")
        desk.write("Inspektorat Kota Samarinda")
        desk.tab_to("Ya, akhiri pengaduan ini")
        desk.press("Space")
        desk.enter_on("Selesaikan")
        assert office.state(grave).ended
        colleague.scan(f"{morning.address}/lacak/{grave}")
        assert f"Tidak ada pengaduan {grave}" in colleague.page.locator("main").inner_text()
        assert "pelicin" not in colleague.page.content()
        back_at_the_counter(colleague)
        colleague.scan("uang pelicin")
        assert "Tidak ada yang cocok" in colleague.page.locator("main").inner_text()

        # The third goes home with an answer to come.
        back_at_the_counter(desk)
        third, _code = enter(desk, "Loket tutup lebih awal", "Pukul dua siang loket tiga sudah tutup.")
        office.run_to(third, "Langkah_8")
        office.run_to(nurul, "Langkah_8")
        office.wait(minutes=30)

        # Nurul comes back with her paper, at the other desk: the answer on paper, and closed.
        assert colleague.focused() == "Cari pengaduan"
        colleague.scan(receipt)  # over what was not found before
        assert colleague.heading() == "Menunggu jawaban pengadu"
        with colleague.page.expect_navigation():
            colleague.press("s")
        assert f"/pengaduan/{nurul}/surat-jawaban" in colleague.page.url
        assert "petugas pengganti sudah dijadwalkan" in colleague.page.locator("main").inner_text()
        colleague.page.go_back()
        colleague.tab_to("Jawab atas nama pengadu")
        colleague.press("Enter")
        colleague.tab_to("Selesai, tutup pengaduan ini")
        colleague.press("Space")
        colleague.tab_to("Tanda terima pengaduan ini")
        colleague.press("Space")
        colleague.enter_on("Kirim atas nama pengadu")
        assert colleague.heading() == "Berakhir: Ditutup pengadu"

        # The third has lost the receipt, is found by words, and is not content: it goes round again.
        back_at_the_counter(colleague)
        colleague.scan("loket tutup awal")
        assert colleague.focused().startswith(third)
        with colleague.page.expect_navigation():
            colleague.press("Enter")
        assert colleague.heading() == "Menunggu jawaban pengadu"
        colleague.press("Enter")
        colleague.tab_to("Selesai, tutup pengaduan ini")
        colleague.press("ArrowDown")
        colleague.tab_to("Apa yang belum selesai")
        colleague.write("Kemarin pun tutup.")
        colleague.tab_to("Tanda terima pengaduan ini")
        colleague.press("ArrowDown")
        colleague.enter_on("Kirim atas nama pengadu")
        assert colleague.heading() == "Sedang ditangani"
        colleague.scan(receipt)  # the scanner is used without a look at where the focus is
        assert colleague.heading() == "Berakhir: Ditutup pengadu"
        assert office.open_items(third) == [f"{third}:Langkah_2:2"]


def test_the_same_desk_without_javascript(morning: Morning) -> None:
    with morning.at_desk(javascript=False) as desk:
        number, _code = enter(desk, "Antrean terlalu lama", "Nomor saya baru dipanggil setelah dua jam.")
        morning.office.run_to(number, "Langkah_8")
        back_at_the_counter(desk)
        desk.scan(number.lower().replace("-", " "))
        desk.tab_to("Selesai, tutup pengaduan ini")
        desk.press("Space")
        desk.tab_to("Tanda terima pengaduan ini")
        desk.press("Space")
        desk.enter_on("Kirim atas nama pengadu")
        assert desk.heading() == "Berakhir: Ditutup pengadu"


def waiting(office: Office) -> str:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    return f"/loket/{number}"


def on_own(office: Office) -> str:
    return "/loket/sendiri"


def referred(office: Office) -> str:
    number = office.submit()
    office.complete(number, "petugas", lingkup="berkadar_pengawasan", **REFERRED)
    return f"/loket/{number}"


REFERRED = {"tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
PAGES: dict[str, tuple[str, Callable[[Office], str], str | None]] = {
    "counter": ("petugas", lambda office: "/loket", None),
    "nothing found": ("petugas", lambda office: "/loket", "Cari"),
    "entry": ("petugas", lambda office: "/loket/baru", None),
    "entry with errors": ("petugas", lambda office: "/loket/baru", "Kirim pengaduan"),
    "own": ("petugas", on_own, None),
    "case": ("petugas", waiting, None),
    "case with errors": ("petugas", waiting, "Kirim atas nama pengadu"),
    "referred": ("petugas2", referred, None),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_counter_has_no_barrier_and_fits_every_width(morning: Morning, name: str) -> None:
    who, address, button = PAGES[name]
    path = address(morning.office)
    with morning.at_desk(who) as desk:
        desk.page.goto(path)
        if button:
            desk.page.get_by_role("button", name=button, exact=True).click()
        assert unsound(desk.page) == []


def test_the_counter_of_others_has_no_barrier(morning: Morning) -> None:
    context = morning.browser.new_context(base_url=morning.address)
    page = context.new_page()
    page.goto("/masuk?next=/loket")
    page.fill("#nama", "admin")
    page.fill("#sandi", PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_role("heading", name="Loket bukan tugas kelompok Anda").wait_for()
    assert unsound(page) == []
    context.close()
