"""An analyst at the modeler's page, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from engine.store.session import Database
from tests.casework import PROCESS, Office, an_office
from tests.web.officers import PASSWORD, an_app, served

PAGE = f"/proses/{PROCESS}/ubah"
#: What a browser says of a refusal, and of a lost line: that it was one.
EXPECTED = re.compile(r"409 \(CONFLICT\)|INTERNET_DISCONNECTED")


class Table:
    """The modeler's page, opened by an analyst; what the browser complained about fails the test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.state = page.locator("[data-state]")
        self.findings = page.locator("[data-findings]")

    def shape(self, element: str) -> None:
        """Select it."""
        self.page.locator(f'[data-element-id="{element}"] > .djs-visual').first.click(force=True)

    def limit(self, **units: str) -> None:
        for unit, count in units.items():
            self.page.locator(f'[name="limit-{unit}"]').fill(count)
        self.page.keyboard.press("Enter")

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        expect(self.state).to_contain_text("Tersimpan")

    def source(self) -> str:
        return self.page.request.get(f"{PAGE}/berkas").text()


@dataclass
class Studio:
    """An office that is served, and an analyst signed in to it."""

    office: Office
    browser: BrowserContext

    @contextmanager
    def open(self) -> Iterator[Table]:
        """The page, ready; what the browser complains about on it fails the test."""
        page = self.browser.new_page()
        complaints: list[str] = []
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(PAGE)
        page.locator("[data-ready]").wait_for()
        yield Table(page)
        page.close()
        assert [text for text in complaints if not EXPECTED.search(text)] == []


@contextmanager
def a_studio(browser: Browser, file: Path) -> Iterator[Studio]:
    """The office that lies in this SQLite file, served."""
    office = an_office(Database(f"sqlite:///{file}", synchronous="OFF"))
    with served(an_app(office, file.parent)) as address:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto("/masuk")
        page.fill("#nama", "analis")
        page.fill("#sandi", PASSWORD)
        page.press("#sandi", "Enter")
        page.get_by_role("button", name="Keluar").wait_for()
        page.close()
        yield Studio(office, context)
        context.close()
    office.ports.database.dispose()
