"""A rendered form in a browser: conditional parts follow the answers, and nothing is lost without JavaScript."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.forms.schema import load
from tests.casework import ROOT
from webapp.form_view import render

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def script(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped module as a plain script, started the way a page starts it."""
    bundle = tmp_path_factory.mktemp("conditional") / "conditional.js"
    source = ROOT / "webapp" / "assets" / "conditional.js"
    subprocess.run(
        [
            node_modules / "esbuild" / "bin" / "esbuild",
            source,
            "--bundle",
            "--format=iife",
            "--global-name=conditional",
            "--log-level=error",
            f"--outfile={bundle}",
        ],
        check=True,
    )
    return bundle


def opened(browser: Browser, name: str, *, javascript: bool = True) -> Page:
    file = ROOT / "forms" / f"{name}.form"
    page = browser.new_context(java_script_enabled=javascript).new_page()
    fields = render(load(file.read_bytes(), file.name), {}, {}, {}, now=NOW)
    page.set_content(f"<!doctype html><form>{fields}</form>")
    return page


def test_a_part_appears_with_the_answer_that_needs_it(browser: Browser, script: Path) -> None:
    page = opened(browser, "tanggapan_pengadu")
    page.add_script_tag(path=script)
    page.evaluate("conditional.initConditional()")
    reply, rating = page.locator("[name=isi_respon_balik]"), page.locator("[name=nilai]").first
    assert (reply.is_visible(), rating.is_visible()) == (False, False)
    page.locator("[name=tanggapan][value=respon_balik]").check()
    assert (reply.is_visible(), rating.is_visible()) == (True, False)
    page.locator("[name=tanggapan][value=selesai]").check()
    assert (reply.is_visible(), rating.is_visible()) == (False, True)
    assert not page.get_by_text("Isi hanya bila Anda memilih").first.is_visible()


def test_without_javascript_every_part_is_there_and_says_when_it_counts(browser: Browser) -> None:
    page = opened(browser, "tanggapan_pengadu", javascript=False)
    assert page.locator("[name=isi_respon_balik]").is_visible()
    assert page.get_by_text("Isi hanya bila Anda memilih “Belum selesai, kirim tanggapan”.").is_visible()
