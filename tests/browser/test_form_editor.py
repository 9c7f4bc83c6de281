"""`/formulir/<id>` with JavaScript: form-js's editor saves by itself, the server draws and judges what it saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.forms.reader import INPUTS
from engine.forms.schema import check, load
from engine.queries.drafted import drafted
from engine.store import design_drafts
from tests.browser.modeling import Studio
from tests.browser.soundness import PHONE, unsound
from tests.casework import PROCESS, ROOT

FORMS = [
    *sorted((ROOT / "forms").glob("*.form")),
    ROOT / "tests" / "fixtures" / "forms" / "semua_komponen.form",
]
FORM = "penerimaan_mpp"
PAGE = f"/formulir/{FORM}"
EDITOR = "document.querySelector('[data-form-editor]').formEditor"
#: A field of this kind at the end of the form; it is selected then, as after a drop.
ADD = f"""([type, more]) => {{
  const root = {EDITOR}._getState().schema;
  {EDITOR}.get("modeling").addFormField({{ type, ...more }}, root, root.components.length);
}}"""


@pytest.fixture
def page(studio: Studio) -> Iterator[Page]:
    """A page whose browser complains of nothing: no script that fails, no style that the policy forbids."""
    page = studio.browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    # a browser says of every refusal that it was one
    assert [text for text in complaints if not re.search(r"\((CONFLICT|UNPROCESSABLE ENTITY)\)", text)] == []


def opened(page: Page, address: str = PAGE) -> None:
    page.goto(address)
    page.wait_for_selector("[data-form-editor][data-ready]")


def on_the_table(studio: Studio, name: str = f"{FORM}.form") -> dict[str, Any]:
    """The form as the server has it."""
    with studio.office.ports.database.read() as connection:
        whole: dict[str, Any] = json.loads(
            drafted(studio.office.ports, connection, PROCESS).bundle.files[name]
        )
    return whole


def save(page: Page) -> None:
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator("[data-state]")).to_contain_text("Tersimpan")


def test_a_field_dropped_into_the_form_is_saved_by_itself_and_drawn_by_the_server(
    studio: Studio, page: Page
) -> None:
    opened(page)
    page.fill("textarea[name='coba.alasan']", "Belum selesai")
    page.get_by_role("button", name="Teks satu baris").focus()
    page.keyboard.press("Enter")
    drawn = page.get_by_role("region", name="Pratinjau").get_by_label("Teks satu baris")
    expect(drawn).to_be_visible(timeout=15_000)
    expect(page.locator("textarea[name='coba.alasan']")).to_have_value("Belum selesai")
    new = on_the_table(studio)["components"][-1]
    assert (new["type"], new["label"]) == ("textfield", "Teks satu baris")
    # what only this program reads of a field, and its effect in what the next one sees
    page.get_by_label("Data pribadi").check()
    page.get_by_label("Pelapor melihatnya saat melacak").check()
    save(page)
    assert on_the_table(studio)["components"][-1]["properties"] == {"pribadi": "ya", "publik": "ya"}
    page.get_by_label("Data pribadi").uncheck()
    save(page)
    assert on_the_table(studio)["components"][-1]["properties"] == {"publik": "ya"}
    page.get_by_role("button", name="Coba isi").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Lingkup pengaduan")
    assert unsound(page) == []


def test_what_the_server_cannot_draw_is_not_offered_and_says_why_where_a_file_has_it(
    studio: Studio, page: Page
) -> None:
    opened(page)
    offered = page.locator(".fjs-palette-field").evaluate_all(
        "all => all.map((one) => one.dataset.fieldType)"
    )
    assert set(offered) == INPUTS | {"text", "separator", "group", "dynamiclist"}
    page.evaluate(ADD, ["iframe", {"url": "https://contoh.id"}])
    expect(page.locator("[data-live='findings']")).to_contain_text(
        "Komponen iframe tidak didukung: halaman lain tidak boleh dimuat di dalam formulir.",
        timeout=15_000,
    )


def test_a_date_that_is_made_a_time_has_no_zone(studio: Studio, page: Page) -> None:
    opened(page, "/formulir/penerimaan_opd")
    page.evaluate(ADD, ["datetime", {}])
    page.evaluate(
        f"""{EDITOR}.get("modeling").editFormField({EDITOR}.get("selection").get(), "subtype", "datetime")"""
    )
    save(page)
    assert (
        on_the_table(studio, "penerimaan_opd.form")["components"][-1]["timeSerializingFormat"]
        == "no_timezone"
    )
    expect(page.locator("[data-live='findings']")).to_contain_text("tidak bermasalah")


def test_a_draft_that_a_colleague_saved_meanwhile_is_not_overwritten_unasked(
    studio: Studio, page: Page
) -> None:
    name = "bahan_laporan.form"
    opened(page, "/formulir/bahan_laporan")
    theirs = {**on_the_table(studio, name)}
    theirs["components"] = theirs["components"][1:]
    with studio.office.ports.database.write() as connection:
        design_drafts.save(
            connection,
            PROCESS,
            name,
            json.dumps(theirs).encode(),
            had=0,
            base=None,
            by="analis",
            at=studio.office.now,
        )
    page.evaluate(ADD, ["textarea", {}])
    page.get_by_role("button", name="Simpan", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Analis")
    dialog.get_by_role("button", name="Muat yang tersimpan").click()
    expect(page.locator("[data-state]")).to_contain_text("Belum ada perubahan")
    assert on_the_table(studio, name) == theirs


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_form_saved_by_the_editor_means_what_it_meant(file: Path, editor_page: Page) -> None:
    saved = editor_page.evaluate(
        f"""async (whole) => {{
          await {EDITOR}.importSchema(whole);
          return JSON.stringify({EDITOR}.saveSchema());
        }}""",
        json.loads(file.read_bytes()),
    ).encode()
    assert check(saved, file.name) == []
    assert load(saved, file.name) == load(file.read_bytes(), file.name)


@pytest.fixture(scope="module")
def editor_page(studio: Studio) -> Iterator[Page]:
    """The editor of a form that no test changes on the server: what is imported here is not saved."""
    page = studio.browser.new_page()
    opened(page, "/formulir/respon_aduan")
    page.route("**/editor/simpan*", lambda route: route.fulfill(json={"revision": 0, "saved_at": "–"}))
    yield page
    page.close()


def test_the_editor_can_be_used_at_a_phones_width(studio: Studio, page: Page) -> None:
    page.set_viewport_size(PHONE)
    opened(page, "/formulir/tanggapan_pengadu")
    assert unsound(page) == []
