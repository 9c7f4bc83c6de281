"""A draft against history in a browser: under axe at two widths, without JavaScript, and going on by itself with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.soundness import unsound
from tests.casework import Office
from tests.process.test_retold import OUT, condition, limit
from tests.web.officers import PASSWORD, served
from tests.web.test_past import PAGE, draft
from webapp.designer import past


@pytest.fixture
def address(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An office with five cases and a draft, where a press plays two."""
    for nth in range(5):
        number = office.submit()
        office.complete(number, **(OUT if nth % 2 else {}))
    draft(office, condition("Alur_Lingkup_Langkah_3", 'lingkup = "tidak_layak"'), limit("Batas_2", "PT1H"))
    monkeypatch.setattr(past, "BATCH", 2)
    with served(app) as url:
        yield url


def _analyst(browser: Browser, address: str, width: int, *, scripts: bool) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts
    ).new_page()
    page.goto(f"{address}/masuk")
    page.fill("[name=nama]", "analis")
    page.fill("[name=sandi]", PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.goto(address + PAGE)
    return page


def test_without_javascript_each_press_is_the_analysts_own(browser: Browser, address: str) -> None:
    page = _analyst(browser, address, 390, scripts=False)
    for played in (2, 4, 5):
        page.get_by_role("button", name="Putar").click()
        expect(page.get_by_text(f"{played} dari 5 pengaduan diputar")).to_be_visible()
    expect(page.get_by_role("button", name="Putar")).to_have_count(0)


def test_with_it_the_page_goes_on_by_itself_and_axe_finds_nothing(browser: Browser, address: str) -> None:
    page = _analyst(browser, address, 1280, scripts=True)
    page.get_by_role("button", name="Putar sampai habis").click()
    expect(page.get_by_text("5 dari 5 pengaduan diputar")).to_be_visible()
    assert unsound(page) == []
