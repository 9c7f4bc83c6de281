"""A case tried by hand in a real browser: sound at both sizes, and the Enter key sends the form that one is in."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.soundness import unsound
from tests.casework import Office
from tests.web.officers import PASSWORD, an_app, served


def test_a_case_is_tried_and_each_of_its_pages_is_sound(
    office: Office, browser: Browser, tmp_path: Path
) -> None:
    with served(an_app(office, tmp_path / "data")) as address:
        page = browser.new_context(base_url=address).new_page()
        page.goto("/masuk")
        page.get_by_label("Nama pengguna").fill("analis")
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.goto("/proses/pengaduan_mpp/coba")
        assert unsound(page) == []
        page.get_by_role("button", name="Isi contoh").click()
        page.get_by_label("Dikirim pada").fill("2026-11-26T14:00")
        page.get_by_role("button", name="Mulai", exact=True).click()
        expect(page.get_by_role("heading", name="Yang menunggu sekarang")).to_be_visible()
        page.get_by_role("button", name="Ke tenggat berikutnya (Kamis 16.00)").click()
        expect(page.get_by_text("Sekretariat diberi tahu")).to_be_visible()
        assert unsound(page) == []
        page.get_by_role("radio", name="Bukan kewenangan").check()
        page.get_by_label("Alasan").fill("Di luar urusan dinas.")
        page.get_by_label("Ya, akhiri pengaduan ini").check()
        page.get_by_label("Dirujuk ke").fill("Dinas lain")
        page.get_by_label("Dirujuk ke").press("Enter")
        expect(page.get_by_text("Berakhir: Dirujuk", exact=True)).to_be_visible()
        assert unsound(page) == []
