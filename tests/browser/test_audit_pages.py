"""The auditor's pages and the archive sheet in a real browser: sound in every light and size, and whole on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from engine.history import log, seal_file
from engine.history.seal import seal
from engine.history.whole_check import whole_check
from engine.store.session import Database
from tests.browser.soundness import unsound
from tests.casework import Office, diverge, open_office, tamper
from tests.web.officers import PASSWORD, an_app, served
from tests.web.test_papers import WHO, entered

#: `{number}` is a case of two rounds whose complainant asked for secrecy.
PAGES = (
    "/audit",
    "/audit?sampel=5&benih=2026-11",
    "/audit/{number}",
    "/audit/laporan",
    "/audit/laporan?peta=terlambat",
    "/audit/laporan/bulan",
    "/audit/laporan/rekap",
    "/audit/laporan/kasus",
    "/audit/akses",
    "/audit/ekspor",
    "/audit/periksa",
    "/audit/segel",
    "/pengaduan/{number}/lembar-arsip",
)


@dataclass
class Site:
    address: str
    office: Office
    number: str


@pytest.fixture
def site(sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    office = open_office(sqlite_database)
    ended, number = office.submit(), entered(office, rahasia=True, **WHO)
    office.complete(ended, lingkup="tidak_layak", alasan="Promosi.", konfirmasi_akhir=True)
    office.wait(hours=2, minutes=10)
    office.sweep(number)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum selesai.")
    with served(an_app(office, tmp_path / "data")) as address:
        yield Site(address, office, number)


@pytest.fixture
def auditor(site: Site, browser: Browser) -> Iterator[Page]:
    """An auditor's browser, which reports what the policy refused or a script broke."""
    page = browser.new_context(base_url=site.address).new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    page.goto("/masuk")
    page.get_by_label("Nama pengguna").fill("auditor")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    yield page
    assert troubles == []


def printed(page: Page) -> list[str]:
    """The words of each sheet that comes out of the browser's own printing."""
    reader = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    # the font has one drawing for hyphen and minus, and Chromium names it after either
    return [" ".join(sheet.extract_text().replace("\u2212", "-").split()) for sheet in reader.pages]


def test_every_page_is_sound(site: Site, auditor: Page) -> None:
    wrong = []
    for path in PAGES:
        auditor.goto(path.format(number=site.number))
        wrong += [(path, *one) for one in unsound(auditor)]
    assert wrong == []


def test_what_is_said_of_a_record_that_is_not_whole_is_sound_too(
    site: Site, auditor: Page, tmp_path: Path
) -> None:
    other, path = site.office.submit(), tmp_path / "data" / seal_file.NAME
    seal(site.office.ports, path)
    tamper(site.office, "UPDATE events SET actor = 'x' WHERE case_number = :n AND seq = 4", n=site.number)
    diverge(site.office, other)
    whole_check(site.office.ports, path, by="sistem")
    with site.office.ports.database.read() as connection:
        _, head = log.head(connection, site.number)
    for address, says in (
        ("/audit/segel", "Menyimpang"),
        ("/audit/segel?temuan=1", "Diubah"),
        (f"/audit/periksa?hash={head}", "riwayatnya tidak utuh"),
        (f"/audit/periksa?hash={'ab' * 32}", "Hash ini tidak dikenal."),
        ("/audit/periksa?hash=abc", "Ada yang perlu diperbaiki"),
    ):
        auditor.goto(address)
        assert auditor.get_by_text(says).first.is_visible()
        assert (address, unsound(auditor)) == (address, [])


def test_the_form_that_opens_an_identity_is_sound_too(site: Site, auditor: Page) -> None:
    auditor.goto(f"/pengaduan/{site.number}/lembar-arsip")
    auditor.get_by_text("Cetak dengan identitas pengadu").click()
    auditor.get_by_role("button", name="Tampilkan dengan identitas").click()
    assert auditor.get_by_text("Tulis alasannya").first.is_visible()
    assert unsound(auditor) == []
    auditor.get_by_label("Mengapa identitas perlu dibuka").fill("Uji petik")
    auditor.get_by_role("button", name="Tampilkan dengan identitas").click()
    assert auditor.get_by_text("Siti Aminah").is_visible()


def test_the_browser_prints_the_sheet_across_with_number_and_hash_on_each(site: Site, auditor: Page) -> None:
    auditor.goto(f"/pengaduan/{site.number}/lembar-arsip")
    reader = PdfReader(BytesIO(auditor.pdf(prefer_css_page_size=True)))
    sheets = printed(auditor)
    with site.office.ports.database.read() as connection:
        short = log.head(connection, site.number)[1][:8]
    assert len(sheets) > 1
    for nth, (page, text) in enumerate(zip(reader.pages, sheets, strict=True), 1):
        assert round(float(page.mediabox.width) / 72 * 25.4) == 297
        assert f"{site.number} · {short}" in text
        assert f"{nth} / {len(sheets)}" in text
    whole = " ".join(sheets)
    assert "Keluar" not in whole
    assert "Cetak dengan identitas" not in whole
    assert sheets[-1].count("NIP.") == 3


def test_what_an_auditor_prints_says_where_it_came_from_and_nothing_of_the_screen(
    site: Site, auditor: Page
) -> None:
    for path in (
        f"/audit/{site.number}",
        "/audit/laporan",
        "/audit/laporan/rekap?bulan=2026-11",
        "/audit/akses",
        "/audit/segel",
    ):
        auditor.goto(path)
        assert not auditor.locator(".app-printed").first.is_visible()
        text = " ".join(printed(auditor))
        assert f"oleh Auditor dari http://127.0.0.1:8000{path}" in text
        assert "Keluar" not in text


def test_a_replay_prints_all_its_events_with_the_hash_and_not_each_on_a_sheet(
    site: Site, auditor: Page
) -> None:
    auditor.goto(f"/audit/{site.number}")
    sheets = printed(auditor)
    with site.office.ports.database.read() as connection:
        count, digest = log.head(connection, site.number)
    whole = " ".join(sheets)
    assert f"Hash peristiwa terakhir: {digest}" in whole
    assert all(f"{nth}. " in whole for nth in range(1, count + 1))
    assert len(sheets) < count / 3
