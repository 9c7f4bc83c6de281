"""A case tried by hand in a real browser: sound at both sizes, and the Enter key sends the form that one is in."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.casework import Office
from tests.web.officers import PASSWORD, an_app, served

SCREENS = ({"width": 1280, "height": 900}, {"width": 390, "height": 844})


def test_a_case_is_tried_at_a_desk_and_on_a_phone(office: Office, browser: Browser, tmp_path: Path) -> None:
    with served(an_app(office, tmp_path / "data")) as address:
        page = browser.new_context(base_url=address).new_page()
        page.goto("/masuk")
        page.get_by_label("Nama pengguna").fill("analis")
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        for size in SCREENS:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto("/proses/pengaduan_mpp/coba")
            sound(page)
            page.get_by_role("button", name="Isi contoh").click()
            page.get_by_label("Dikirim pada").fill("2026-11-26T14:00")
            page.get_by_role("button", name="Mulai", exact=True).click()
            expect(page.get_by_role("heading", name="Yang menunggu sekarang")).to_be_visible()
            page.get_by_role("button", name="Ke tenggat berikutnya (Kamis 16.00)").click()
            expect(page.get_by_text("Sekretariat diberi tahu")).to_be_visible()
            sound(page)
            page.get_by_role("radio", name="Bukan kewenangan").check()
            page.get_by_label("Alasan").fill("Di luar urusan dinas.")
            page.get_by_label("Ya, akhiri pengaduan ini").check()
            page.get_by_label("Dirujuk ke").fill("Dinas lain")
            page.get_by_label("Dirujuk ke").press("Enter")
            expect(page.get_by_text("Berakhir: Dirujuk", exact=True)).to_be_visible()
            sound(page)


def sound(page: Page) -> None:
    """Nothing that axe names, and nothing wider than the screen."""
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
