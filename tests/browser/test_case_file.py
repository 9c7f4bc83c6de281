"""The case file and the list of cases in a browser: at two widths, by day and by night, by keyboard, without JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.store.session import Database
from tests.browser.soundness import unsound
from tests.casework import Office, open_office
from tests.web.case_pages import BERKADAR, say
from tests.web.officers import PASSWORD, an_app, served


@dataclass
class Desks:
    """A running office and somebody's browser in it."""

    office: Office
    address: str
    browser: Browser

    @contextmanager
    def of(self, name: str, *, width: int = 1280, javascript: bool = True) -> Iterator[Page]:
        """A signed-in officer's page; what the browser complained about fails the test."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/masuk")
        page.fill("#nama", name)
        page.fill("#sandi", PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(lambda address: "/masuk" not in address)
        yield page
        context.close()
        assert complaints == []


@pytest.fixture(scope="module")
def desks(
    browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desks]:
    directory = tmp_path_factory.mktemp("desks")
    file = shutil.copy(sqlite_template, directory / "pengaduan.sqlite3")
    office = open_office(Database(f"sqlite:///{file}", synchronous="OFF"))
    with served(an_app(office, directory)) as address:
        yield Desks(office, address, browser)
    office.ports.database.dispose()


def in_the_second_round(office: Office) -> str:
    number = office.submit(judul="Petugas loket tidak ada", nama="Warga Contoh", rahasia=True)
    office.wait(minutes=20)
    office.claim(office.open_items(number)[0], "petugas")
    say(office, number, "Sudah saya telepon.\nBesok lagi.")
    office.wait(hours=3)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Kemarin pun kosong.")
    office.wait(hours=3)
    office.sweep(number)
    return f"/pengaduan/{number}"


def ended(office: Office) -> str:
    number = office.submit(judul="Kursi rusak")
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    return f"/pengaduan/{number}"


def referred(office: Office) -> str:
    number = office.submit(judul="Diminta membayar")
    office.complete(number, "petugas", **BERKADAR)
    return f"/pengaduan/{number}"


PAGES: dict[str, tuple[str, Callable[[Office], str]]] = {
    "file with rounds, lateness and comments": ("petugas", in_the_second_round),
    "file as the auditor has it": ("auditor", in_the_second_round),
    "file of an ended case": ("sekretariat", ended),
    "file of a referred case": ("petugas", referred),
    "list": ("sekretariat", lambda office: "/pengaduan"),
    "list with nothing in it": ("sekretariat", lambda office: "/pengaduan?keadaan=tertahan"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_fits_every_width(desks: Desks, name: str) -> None:
    who, address = PAGES[name]
    path = address(desks.office)
    with desks.of(who) as page:
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        assert unsound(page) == []


def test_a_comment_is_written_on_a_phone_without_javascript(desks: Desks) -> None:
    path = ended(desks.office)
    with desks.of("petugas", width=390, javascript=False) as page:
        page.goto(path)
        page.get_by_label("Komentar untuk rekan").fill("Sudah saya telepon.")
        page.get_by_role("button", name="Kirim komentar").click()
        page.get_by_text("Komentar Anda tersimpan.").wait_for()
        assert page.get_by_role("listitem").filter(has_text="Sudah saya telepon.").count() == 1


def test_a_case_is_found_read_and_commented_on_by_keyboard_alone(desks: Desks) -> None:
    number = ended(desks.office).rpartition("/")[2]
    with desks.of("sekretariat") as page:
        page.goto("/pengaduan")
        page.get_by_label("Cari pengaduan").focus()
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/pengaduan/{number}")
        page.get_by_role("link", name="Komentar").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Komentar untuk rekan").focus()
        page.keyboard.type("Terima kasih.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Komentar Anda tersimpan.").wait_for()


def test_a_double_click_keeps_a_comment_once(desks: Desks) -> None:
    path = ended(desks.office)
    with desks.of("petugas") as page:
        page.goto(path)
        page.get_by_label("Komentar untuk rekan").fill("Sekali saja.")
        page.get_by_role("button", name="Kirim komentar").dblclick()
        page.get_by_text("Komentar Anda tersimpan.").wait_for()
        page.goto(path)
        assert page.get_by_text("Sekali saja.").count() == 1


def test_the_diagram_shows_the_token_and_can_be_enlarged(desks: Desks) -> None:
    with desks.of("petugas", width=390) as page:
        page.goto(in_the_second_round(desks.office))
        assert page.locator(".diagram .token").count() >= 1
        small = page.locator(".diagram").bounding_box()
        page.get_by_label("Perbesar diagram").check()
        large = page.locator(".diagram").bounding_box()
        assert small is not None
        assert large is not None
        assert large["width"] > small["width"]
