"""The public's way from the first page to a closed case in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.store.session import Database
from tests.browser.soundness import PHONE, unsound
from tests.casework import Office, open_office
from tests.web.officers import PASSWORD, an_app, served


@dataclass
class Site:
    """The running application, and the office behind it."""

    address: str
    office: Office


@pytest.fixture
def site(sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    office = open_office(sqlite_database)
    with served(an_app(office, tmp_path / "data")) as address:
        yield Site(address, office)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone whose browser reports what the policy refused or a script broke."""
    page = browser.new_page(viewport=PHONE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    yield page
    assert troubles == []


def fill_in(page: Page) -> None:
    page.get_by_label("Judul pengaduan").fill("Antrean terlalu lama")
    page.get_by_label("Ceritakan yang terjadi").fill("Nomor saya baru dipanggil\nsetelah dua jam.")
    page.get_by_label("Tempat kejadian").fill("Mal Pelayanan Publik")
    page.get_by_label("Tanggal kejadian").fill("2026-11-20")
    page.get_by_label("Datang ke loket MPP").check()


def test_a_complaint_goes_from_the_first_page_to_its_end_and_every_page_is_sound(
    site: Site, phone: Page
) -> None:
    phone.goto(site.address)
    assert unsound(phone) == []
    phone.get_by_role("button", name="Buat pengaduan").click()
    assert unsound(phone) == []
    phone.get_by_role("button", name="Periksa jawaban").click()
    assert phone.title().startswith("Galat: ")
    assert phone.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert unsound(phone) == []
    fill_in(phone)
    phone.get_by_role("button", name="Periksa jawaban").click()
    assert unsound(phone) == []
    phone.get_by_role("button", name="Kirim pengaduan").click()
    assert unsound(phone) == []
    number, code = phone.locator("#nomor").inner_text(), phone.locator("#kode").inner_text()

    site.office.run_to(number, "Langkah_8")
    phone.context.clear_cookies()
    phone.goto(f"{site.address}/lacak/{number}")  # as the square on the receipt leads there
    assert unsound(phone) == []
    phone.get_by_label("Kode rahasia").fill("0000000000")
    phone.get_by_role("button", name="Lihat pengaduan").click()
    assert unsound(phone) == []
    phone.get_by_label("Kode rahasia").fill(code.lower())
    phone.get_by_role("button", name="Lihat pengaduan").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Menunggu jawaban Anda"
    assert unsound(phone) == []
    phone.get_by_label("Selesai, tutup pengaduan ini").check()
    phone.get_by_role("button", name="Kirim jawaban").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Berakhir: Ditutup pengadu"
    phone.get_by_text("Riwayat lengkap").click()
    assert unsound(phone) == []


def test_the_same_way_without_javascript(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site.address}/pengaduan/baru")
    fill_in(page)
    page.get_by_role("button", name="Periksa jawaban").click()
    page.get_by_role("button", name="Ubah Judul pengaduan").click()
    assert page.url.endswith("#isian-judul")
    page.get_by_label("Judul pengaduan").fill("Judul yang lebih baik")
    page.get_by_role("button", name="Periksa jawaban").click()
    page.get_by_role("button", name="Kirim pengaduan").click()
    number = page.locator("#nomor").inner_text()
    page.get_by_role("link", name="Lihat pengaduan ini").click()
    assert "Judul yang lebih baik" in page.locator("main").inner_text()
    site.office.run_to(number, "Langkah_8")
    page.reload()
    page.get_by_label("Belum selesai, kirim tanggapan").check()
    page.get_by_label("Apa yang belum selesai").fill("Loket 3 masih tutup.")
    page.get_by_role("button", name="Kirim jawaban").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sedang ditangani"
    site.office.run_to(number, "Langkah_8")
    page.reload()
    page.get_by_label("Selesai, tutup pengaduan ini").check()
    page.get_by_role("button", name="Kirim jawaban").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Berakhir: Ditutup pengadu"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_language_changes_over_a_half_filled_form(site: Site, browser: Browser, javascript: bool) -> None:
    page = browser.new_context(java_script_enabled=javascript, viewport=PHONE).new_page()
    page.goto(f"{site.address}/pengaduan/baru")
    fill_in(page)
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Check your answers").click()
    for words in ("Antrean terlalu lama", "setelah dua jam.", "20 November 2026", "Datang ke loket MPP"):
        assert words in page.locator("main").inner_text()


def test_enter_sends_the_form_and_not_the_language(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/masuk")
    phone.get_by_label("Nama pengguna").fill("petugas")
    phone.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    phone.keyboard.press("Enter")
    phone.get_by_role("button", name="Keluar").wait_for()
    phone.goto(f"{site.address}/pengaduan/baru")
    phone.get_by_label("Judul pengaduan").press("Enter")
    phone.get_by_text("Ada yang perlu diperbaiki").wait_for()


def test_a_page_prints_whole_in_black_on_white(site: Site, phone: Page) -> None:
    number = site.office.submit()
    phone.goto(f"{site.address}/lacak")
    phone.get_by_label("Nomor pengaduan").fill(number)
    phone.get_by_label("Kode rahasia").fill(site.office.ports.keyring.tracking_code(number))
    phone.get_by_role("button", name="Lihat pengaduan").click()
    phone.emulate_media(media="print", color_scheme="dark")
    shown = "element => getComputedStyle(element).display !== 'none'"
    assert phone.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(0, 0, 0)"
    assert phone.get_by_text("Pengaduan diterima").first.is_visible()  # the history, folded on the screen
    assert not phone.locator(".app-header__places").evaluate(shown)
    assert not phone.locator(".app-acts").evaluate(shown)


def test_a_double_click_sends_one_complaint(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/pengaduan/baru")
    fill_in(phone)
    phone.get_by_role("button", name="Periksa jawaban").click()
    phone.get_by_role("button", name="Kirim pengaduan").dblclick()
    assert phone.locator("#nomor").inner_text() == "PGD-2026-000001"
    assert site.office.submit() == "PGD-2026-000002"


def test_the_back_button_keeps_what_was_typed(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/pengaduan/baru")
    fill_in(phone)
    phone.get_by_role("button", name="Periksa jawaban").click()
    phone.go_back()
    assert phone.get_by_label("Judul pengaduan").input_value() == "Antrean terlalu lama"
    phone.get_by_role("button", name="Periksa jawaban").click()
    assert "Antrean terlalu lama" in phone.locator("main").inner_text()


def test_signing_in_is_sound_and_leads_to_the_tasks(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/tugas")
    assert unsound(phone) == []
    phone.get_by_label("Nama pengguna").fill("petugas")
    phone.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Masuk").click()
    assert phone.url == f"{site.address}/tugas"
    phone.goto(f"{site.address}/tidak-ada")
    assert unsound(phone) == []


def test_the_pages_are_whole_without_style_and_script(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    page.route("**/static/**", lambda route: route.abort())
    page.goto(f"{site.address}/pengaduan/baru")
    fill_in(page)
    page.get_by_role("button", name="Periksa jawaban").click()
    page.get_by_role("button", name="Kirim pengaduan").click()
    assert page.locator("#nomor").inner_text() == "PGD-2026-000001"
