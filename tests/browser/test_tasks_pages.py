"""The staff's pages in a browser: on a phone without JavaScript, by keyboard, and under axe at two widths."""

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
            base_url=self.address, viewport={"width": width, "height": 844}, java_script_enabled=javascript
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/masuk")
        page.fill("#nama", name)
        page.fill("#sandi", PASSWORD)
        page.press("#sandi", "Enter")
        page.get_by_role("button", name="Keluar").wait_for()
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


def a_task(office: Office, at: str) -> str:
    number = office.submit(judul="Petugas loket tidak ada pada jam pelayanan", nama="Warga Contoh")
    office.run_to(number, at)
    return f"/tugas/{office.open_items(number)[0]}"


def finished(office: Office) -> str:
    address = a_task(office, "Langkah_2")
    office.complete(address.split("/")[2].partition(":")[0])
    return address


def in_the_second_round(office: Office) -> str:
    number = a_task(office, "Langkah_8").split("/")[2].partition(":")[0]
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Kemarin pun loketnya kosong.")
    return f"/tugas/{office.open_items(number)[0]}"


PAGES: dict[str, tuple[str, Callable[[Office], str]]] = {
    "list": ("petugas", lambda office: "/tugas"),
    "everybody's list": ("sekretariat", lambda office: "/tugas?tampil=semua"),
    "empty list": ("analis", lambda office: "/tugas"),
    "task": ("petugas", lambda office: a_task(office, "Langkah_2")),
    "task with a text for the group": ("admin", lambda office: a_task(office, "Langkah_3")),
    "task in the second round": ("petugas", in_the_second_round),
    "finished task": ("petugas", finished),
    "task that waits for the complainant": ("admin", lambda office: a_task(office, "Langkah_8")),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_fits_every_width(desks: Desks, name: str) -> None:
    who, address = PAGES[name]
    path = address(desks.office)
    with desks.of(who) as page:
        page.goto(path)
        assert unsound(page) == []


def test_a_task_is_taken_and_finished_on_a_phone_without_javascript(desks: Desks) -> None:
    number = a_task(desks.office, "Langkah_2").split("/")[2].partition(":")[0]
    with desks.of("petugas", width=390, javascript=False) as page:
        page.goto("/tugas")
        page.locator("tr", has_text=number).get_by_role("button", name="Ambil dan buka").click()
        page.get_by_text("Tugas ini sekarang Anda pegang.").wait_for()
        page.get_by_role("radio", name="Tidak berkadar pengawasan").check()
        page.get_by_label("Alasan").fill("Menyangkut mutu pelayanan di loket.")
        page.get_by_role("button", name="Simpan draf").click()
        page.get_by_text("Draf tersimpan.").wait_for()
        assert page.get_by_role("radio", name="Tidak berkadar pengawasan").is_checked()
        page.get_by_role("button", name="Selesaikan").click()
        page.get_by_text(f"Selesai: {number}").wait_for()


def test_a_task_is_finished_by_keyboard_alone(desks: Desks) -> None:
    address = a_task(desks.office, "Langkah_2")
    with desks.of("petugas") as page:
        page.goto(address)
        page.get_by_role("link", name="Ke isian").focus()
        page.keyboard.press("Enter")
        for key in ("Tab", "Space", "Tab"):
            page.keyboard.press(key)
        page.keyboard.type("Menyangkut mutu pelayanan di loket.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tugas?selesai=*")


def test_the_list_is_walked_and_a_task_opened_by_keys(desks: Desks) -> None:
    for _ in range(2):
        a_task(desks.office, "Langkah_2")
    with desks.of("petugas") as page:
        page.goto("/tugas")
        rows = page.locator("[data-row]")
        focused = "link => link === document.activeElement"
        page.keyboard.press("j")  # outside of the list a letter is only a letter
        assert not rows.nth(0).evaluate(focused)
        rows.nth(0).focus()
        for key, at in (("j", 1), ("ArrowUp", 0), ("k", 0), ("ArrowDown", 1)):
            page.keyboard.press(key)
            assert rows.nth(at).evaluate(focused)
        assert page.locator(".app-keys").evaluate("hint => getComputedStyle(hint).opacity") == "1"
        address = rows.nth(1).get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}")


def test_the_states_of_steps_are_told_apart_where_the_system_chooses_the_colours(desks: Desks) -> None:
    address = a_task(desks.office, "Langkah_3")
    with desks.of("admin") as page:
        page.emulate_media(forced_colors="active")
        page.goto(address)
        looks = page.evaluate(
            "['done', 'now', 'future'].map(state => { const s = getComputedStyle("
            "document.querySelector(`.app-rail__step--${state}`), '::after');"
            "return [s.width, s.borderTopWidth, s.backgroundColor].join(' ') })"
        )
        assert len(set(looks)) == 3


def test_a_double_click_finishes_a_task_once(desks: Desks) -> None:
    address = a_task(desks.office, "Langkah_2")
    number = address.split("/")[2].partition(":")[0]
    with desks.of("petugas") as page:
        page.goto(address)
        page.get_by_role("radio", name="Tidak berkadar pengawasan").check()
        page.get_by_label("Alasan").fill("Menyangkut mutu pelayanan di loket.")
        page.get_by_role("button", name="Ambil dan selesaikan").dblclick()
        page.get_by_text(f"Selesai: {number}").wait_for()
