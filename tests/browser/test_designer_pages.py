"""The analyst's pages in a real browser: sound at a desk and on a phone, and nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.definition.bundle import Bundle
from engine.definition.deploy import deploy
from engine.store import design_drafts
from engine.store.session import Database
from tests.browser.soundness import unsound
from tests.casework import PROCESS, Office, open_office
from tests.process.diagrams import Diagram
from tests.web.officers import PASSWORD, an_app, served

PAGES = (
    "/proses",
    f"/proses/{PROCESS}/2",
    f"/proses/{PROCESS}/2?diterapkan=1",
    f"/proses/{PROCESS}/1",
    f"/proses/{PROCESS}/banding",
    f"/proses/{PROCESS}/banding?dari=konsep&ke=saya",
    f"/proses/{PROCESS}/1/sop",
    f"/proses/{PROCESS}/pindah",
    f"/proses/{PROCESS}/ubah",
    f"/proses/{PROCESS}/terapkan",
    f"/proses/{PROCESS}/terapkan?sama=1",
    "/proses/unggah",
    f"/proses/{PROCESS}/coba/simulasi",
    f"/proses/{PROCESS}/coba/simulasi?jalankan=1&hari=5&ulangan=2&laju=3",
    f"/proses/{PROCESS}/coba/simulasi?jalankan=1&hari=0",
)


def limited(duration: str) -> Diagram:
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", duration)
    return diagram


def furnish(office: Office) -> None:
    """Two versions, a case that runs by the first, a draft, and one that came too late."""
    office.submit()
    two = limited("PT4H")
    files = Bundle({two.filename: two.source(), **two.forms})
    deploy(
        office.ports.database, files, by="analis", at=office.now, note="Analisis perlu waktu", source="web"
    )
    name, at = two.filename, office.now
    with office.ports.database.write() as connection:
        draft, mine = limited("PT6H").source(), limited("PT8H").source()
        design_drafts.save(connection, PROCESS, name, draft, had=0, base=f"{PROCESS}:1", by="analis", at=at)
        design_drafts.set_aside(connection, PROCESS, name, mine, had=0, by="analis", at=at)
        form, content = next(iter(two.forms.items()))
        design_drafts.save(connection, PROCESS, form, content + b"\n", had=0, base=None, by="analis", at=at)


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An office to look at: nothing that these tests do changes it."""
    folder = tmp_path_factory.mktemp("designer")
    (folder / "pengaduan.sqlite3").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{folder / 'pengaduan.sqlite3'}", synchronous="OFF")
    office = open_office(database)
    furnish(office)
    with served(an_app(office, folder / "data")) as found:
        yield found
    database.dispose()


@pytest.fixture(scope="module")
def analyst(address: str, browser: Browser) -> Iterator[Page]:
    """An analyst's browser, which reports what the policy refused or a script broke."""
    page = browser.new_context(base_url=address, reduced_motion="reduce").new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    page.goto("/masuk")
    page.get_by_label("Nama pengguna").fill("analis")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    yield page
    assert troubles == []


def test_every_page_is_sound(analyst: Page) -> None:
    wrong = []
    for path in PAGES:
        analyst.goto(path)
        if path.endswith("/ubah"):
            analyst.locator("[data-modeler][data-ready]").wait_for()
        wrong += [(path, *one) for one in unsound(analyst)]
    assert wrong == []


def test_files_that_were_looked_at_are_sound_too(analyst: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "pengaduan_mpp.bpmn", tmp_path / "rusak.bpmn"
    good.write_bytes(limited("PT5H").source())
    bad.write_bytes(b"<a")
    analyst.goto("/proses/unggah")
    analyst.get_by_label("Berkas proses").set_input_files(good)
    analyst.get_by_role("button", name="Periksa").click()
    assert analyst.get_by_text("batas 4 Jam → 5 Jam").is_visible()
    assert unsound(analyst) == []
    analyst.get_by_role("button", name="Terapkan").click()
    assert analyst.get_by_text("Tulis alasannya").first.is_visible()
    assert unsound(analyst) == []
    analyst.get_by_text("Pilih berkas lain").click()
    analyst.get_by_label("Berkas proses").set_input_files(bad)
    analyst.get_by_role("button", name="Periksa").click()
    assert analyst.get_by_text("Belum dapat diterapkan.").is_visible()
    assert unsound(analyst) == []
