"""Files in a browser: chosen on a phone without JavaScript, saved again, and no barrier where some are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page

from engine.store.session import Database
from tests.browser.soundness import unsound
from tests.casework import Office, open_office
from tests.given_files import PHONE, attach, given, pdf, photo
from tests.web.officers import PASSWORD, an_app, served

FOTO: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo()}
HALAMAN: FilePayload = {"name": "halaman.png", "mimeType": "image/png", "buffer": b"<!doctype html><html>"}


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    return open_office(sqlite_database)


@pytest.fixture
def phone(browser: Browser, office: Office, tmp_path: Path) -> Iterator[BrowserContext]:
    with served(an_app(office, tmp_path / "data")) as address:
        context = browser.new_context(
            base_url=address, viewport={"width": 390, "height": 844}, java_script_enabled=False
        )
        yield context
        context.close()


def choose(page: Page, *files: FilePayload) -> None:
    page.get_by_label("Lampirkan berkas").set_input_files(list(files))
    page.get_by_role("button", name="Lampirkan", exact=True).click()


def tracked(context: BrowserContext, office: Office, number: str) -> Page:
    page = context.new_page()
    page.goto("/lacak")
    page.get_by_label("Nomor pengaduan").fill(number)
    page.get_by_label("Kode rahasia").fill(office.ports.keyring.tracking_code(number))
    page.get_by_role("button", name="Lihat pengaduan").click()
    return page


def signed_in(context: BrowserContext, name: str) -> Page:
    page = context.new_page()
    page.goto("/masuk")
    page.fill("#nama", name)
    page.fill("#sandi", PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda address: "/masuk" not in address)
    return page


def test_a_complainant_sends_a_photo_and_saves_it_without_its_place(
    phone: BrowserContext, office: Office
) -> None:
    page = tracked(phone, office, office.submit())
    choose(page, FOTO)
    page.get_by_text("Tersimpan: foto.jpg.").wait_for()
    with page.expect_download() as saving:
        page.get_by_role("link", name="foto.jpg").click()
    assert saving.value.suggested_filename == "foto.jpg"
    content = Path(saving.value.path()).read_bytes()
    assert content.startswith(b"\xff\xd8")
    assert PHONE.encode() not in content


def test_at_a_task_and_at_a_case_what_was_typed_is_still_there(phone: BrowserContext, office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_3")
    page = signed_in(phone, "admin")
    page.goto(f"/tugas/{office.open_items(number)[0]}")
    typed = page.locator("#isian-tugas textarea").last
    typed.fill("Sudah saya baca.")
    choose(page, FOTO, HALAMAN)
    page.get_by_role("heading", name="Ada yang perlu diperbaiki").wait_for()
    assert page.get_by_text("Tersimpan: foto.jpg.").is_visible()
    assert page.locator("#isian-tugas textarea").last.input_value() == "Sudah saya baca."
    page.goto(f"/pengaduan/{number}")
    page.get_by_label("Komentar untuk rekan").fill("Lihat lampiran.")
    choose(page, {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    page.get_by_text("Tersimpan: surat.pdf.").wait_for()
    assert page.get_by_label("Komentar untuk rekan").input_value() == "Lihat lampiran."


def test_no_barrier_where_files_stand_and_one_was_refused(
    browser: Browser, office: Office, tmp_path: Path
) -> None:
    number = office.submit()
    attach(office, number, given("a" * 110 + ".pdf"))
    with served(an_app(office, tmp_path / "data")) as address:
        context = browser.new_context(base_url=address)
        page = signed_in(context, "petugas")
        for path in (f"/pengaduan/{number}", f"/loket/{number}", f"/tugas/{office.open_items(number)[0]}"):
            page.goto(path)
            choose(page, HALAMAN)
            page.get_by_role("heading", name="Ada yang perlu diperbaiki").wait_for()
            assert (path, unsound(page)) == (path, [])
        context.close()
