"""The analyst's whole way, in a browser: from the modeler by the comparison to a version in force."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import expect

from tests.browser.modeling import Studio
from tests.casework import PROCESS, ZONE

STEP = "Langkah_5"


def due(studio: Studio, number: str) -> datetime:
    """When the open fifth step of a case is due, in the office's zone."""
    [item] = studio.office.state(number).work_items.values()
    assert item.element == STEP
    assert item.due is not None
    return item.due.astimezone(ZONE)


def test_a_limit_changed_on_the_page_holds_for_new_complaints_and_running_ones_keep_theirs(
    studio: Studio,
) -> None:
    office = studio.office
    office.at("2026-11-24 09:00")
    running = office.submit()
    office.run_to(running, STEP)
    with studio.open() as table:
        page = table.page
        table.shape(STEP)
        table.limit(hours="4")
        page.get_by_role("button", name="Tulis 4 Jam di kolom Waktu").click()
        table.save()

        page.get_by_role("link", name="Bandingkan").first.click()
        expect(page.locator("main")).to_contain_text("batas 2 Jam → 4 Jam")

        page.goto(f"/proses/{PROCESS}/terapkan")
        page.get_by_label("Alasan, untuk riwayat").fill("Analisis memerlukan koordinasi dengan petugas.")
        page.get_by_role("button", name="Terapkan", exact=True).click()
        expect(page.get_by_text("Versi 2 diterapkan dan berlaku untuk pengaduan baru.")).to_be_visible()
        expect(page.get_by_text("1 pengaduan masih berjalan di versi 1.")).to_be_visible()

    fresh = office.submit()
    office.run_to(fresh, STEP)
    # Tuesday 09.00: two hours are 11.00, four go over the noon break
    assert f"{due(studio, running):%d %H:%M}" == "24 11:00"
    assert f"{due(studio, fresh):%d %H:%M}" == "24 14:00"
