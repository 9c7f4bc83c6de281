"""The papers in a real browser: on a screen, on a phone, and as the browser prints them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from engine.store.session import Database
from tests.browser.soundness import DESK, PHONE, unsound
from tests.casework import Office, open_office
from tests.web.officers import PASSWORD, an_app, served
from tests.web.test_papers import WHO, entered, letter, receipt


@dataclass
class Site:
    address: str
    office: Office


@pytest.fixture
def site(sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    office = open_office(sqlite_database)
    with served(an_app(office, tmp_path / "data")) as address:
        yield Site(address, office)


@pytest.fixture
def desk(site: Site, browser: Browser) -> Iterator[Page]:
    """An officer's browser, which reports what the policy refused or a script broke."""
    page = browser.new_page(viewport=DESK)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{site.address}/masuk")
    page.get_by_label("Nama pengguna").fill("petugas")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    yield page
    assert troubles == []


def printed(page: Page) -> tuple[PdfReader, str]:
    """What comes out of the browser's own printing."""
    reader = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    return reader, " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())


def test_every_paper_is_sound_on_a_desk_and_on_a_phone(site: Site, desk: Page) -> None:
    number = entered(site.office, **WHO)
    for place in (letter(number), receipt(number), letter(number)):
        desk.goto(site.address + place)
        assert unsound(desk) == []
        site.office.run_to(number, "Langkah_7")
    assert desk.get_by_role("heading", level=1).inner_text() == "Jawaban atas pengaduan Anda"


def test_the_browser_prints_the_sheet_and_nothing_around_it(site: Site, desk: Page) -> None:
    number = entered(site.office, **WHO)
    site.office.run_to(number, "Langkah_7")
    for place, width, last in (
        (receipt(number), 148, "Siti Aminah"),
        (letter(number), 210, "nama dan tanda tangan"),
    ):
        desk.goto(site.address + place)
        reader, text = printed(desk)
        assert len(reader.pages) == 1
        assert round(float(reader.pages[0].mediabox.width) / 72 * 25.4) == width
        assert "1 / 1" in text
        sheet = text.replace("1 / 1", "").strip()
        assert sheet.startswith("Pemerintah Kota Samarinda")
        assert sheet.endswith(last)


def test_the_button_prints_where_scripts_run_and_is_not_there_where_they_do_not(
    site: Site, desk: Page, browser: Browser
) -> None:
    number = entered(site.office)
    desk.add_init_script("window.print = () => { document.title = 'tercetak' }")
    desk.goto(site.address + receipt(number))
    desk.get_by_role("button", name="Cetak").click()
    assert desk.title() == "tercetak"
    plain = browser.new_context(
        java_script_enabled=False, storage_state=desk.context.storage_state()
    ).new_page()
    plain.goto(site.address + receipt(number))
    assert plain.get_by_role("button", name="Cetak").count() == 0
    assert plain.get_by_role("link", name="Buka PDF").is_visible()


def test_the_square_can_be_scanned_off_a_phones_screen(site: Site, desk: Page) -> None:
    """It was cut off once, for want of a view box."""
    number = entered(site.office)
    desk.set_viewport_size(PHONE)
    desk.goto(site.address + receipt(number))
    seen = Image.open(BytesIO(desk.locator(".app-qr").screenshot()))
    assert [square.text for square in zxingcpp.read_barcodes(seen)] == [
        f"http://127.0.0.1:8000/lacak/{number}"
    ]
