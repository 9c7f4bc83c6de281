"""An analyst puts a change into service without a developer: drawn, compared, deployed, and worked by."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine.store.session import Database
from engine.store.tables import work_items
from tests.browser.test_modeler import PAGE, Table
from tests.casework import PROCESS, Office, open_office
from tests.web.officers import PASSWORD, an_app, served


def due(office: Office, number: str) -> datetime:
    """When the open task of a case is due."""
    with office.ports.database.read() as connection:
        query = select(work_items.c.due_at).where(
            work_items.c.case_number == number, work_items.c.ended_at.is_(None)
        )
        found = connection.scalar(query)
    assert found is not None
    return found


def test_a_limit_changed_in_the_modeler_is_that_of_new_complaints_and_not_of_running_ones(
    sqlite_database: Database, browser: Browser, tmp_path: Path
) -> None:
    office = open_office(sqlite_database)  # Tuesday, 09.00
    running = office.submit()
    with served(an_app(office, tmp_path / "data")) as address:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto("/masuk")
        page.get_by_label("Nama pengguna").fill("analis")
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.get_by_role("link", name="Ubah proses").click()
        page.locator("[data-ready]").wait_for()
        assert page.url.endswith(PAGE)
        table = Table(page)
        table.shape("Langkah_5")
        table.limit(hours="4", minutes="0")
        table.save()

        page.get_by_role("link", name="Bandingkan").click()
        expect(page.get_by_text("batas 2 Jam → 4 Jam")).to_be_visible()

        page.goto(f"/proses/{PROCESS}/terapkan")
        page.get_by_label("Alasan, untuk riwayat").fill("Analisis perlu waktu lebih lama")
        page.get_by_role("button", name="Terapkan").click()
        expect(page.get_by_text("Versi 2 diterapkan dan berlaku untuk pengaduan baru.")).to_be_visible()
        expect(page.get_by_text("1 pengaduan masih berjalan di versi 1.")).to_be_visible()
        context.close()
    new = office.submit()
    for number in (running, new):
        office.run_to(number, "Langkah_5")
    # 09.00 and two office hours is 11.00; four are over the noon hour at 14.00
    assert due(office, running) - office.now == timedelta(hours=2)
    assert due(office, new) - office.now == timedelta(hours=5)
