"""`/proses/<key>/ubah` in a browser: an analyst draws, the draft saves itself, and what is wrong is said on the shape."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from engine.definition.deploy import deploy
from engine.queries.drafted import drafted
from engine.store import design_drafts
from tests.browser.modeling import PAGE, Studio, Table
from tests.browser.soundness import PHONE, unsound
from tests.casework import PROCESS, ROOT
from tests.process.diagrams import Diagram

SHIPPED = (ROOT / "processes" / f"{PROCESS}.bpmn").read_text(encoding="utf-8")


@pytest.fixture
def table(studio: Studio) -> Iterator[Table]:
    with studio.office.ports.database.write() as connection:
        design_drafts.discard(connection, PROCESS, {f"{PROCESS}.bpmn"})
    with studio.open() as table:
        yield table


def test_a_limit_is_picked_in_hours_and_what_that_leaves_to_mend_is_said_on_the_shape(
    studio: Studio, table: Table
) -> None:
    table.shape("Langkah_5")
    table.limit(hours="1", minutes="30")
    expect(table.state).to_contain_text("Tersimpan")  # nobody pressed anything
    assert ">PT1H30M</bpmn:timeDuration>" in table.source()
    badge = table.page.locator('[data-finding="Langkah_5"]')
    expect(badge).to_have_accessible_name(
        "Menganalisa pengaduan dan mengkoordinir dengan petugas yang …: 1 peringatan"
    )
    badge.focus()
    expect(table.page.get_by_role("tooltip")).to_contain_text("Tulis 1 Jam 30 Menit pada properti waktu")

    table.page.get_by_role("button", name="Tulis 1 Jam 30 Menit di kolom Waktu").click()
    expect(badge).to_have_count(0)
    table.save()
    assert 'name="waktu" value="1 Jam 30 Menit"' in table.source()

    # each was one command: undone, the file is the shipped one to the byte, and no new version
    for _ in range(2):
        table.page.get_by_role("button", name="Urungkan").click()
    table.save()
    assert table.source() == SHIPPED
    with studio.office.ports.database.read() as connection:
        bundle = drafted(studio.office.ports, connection, PROCESS).bundle
    done = deploy(
        studio.office.ports.database, bundle, by="analis", at=studio.office.now, note=None, source="web"
    )
    assert (done.definitions, [d.version for d in done.unchanged]) == ((), [1])


def test_a_limit_is_drawn_with_its_escalation_and_removed_with_it(table: Table) -> None:
    table.shape("Langkah_1")
    table.limit(days="2")
    table.save()
    new = sorted(set(table.source().splitlines()) - set(SHIPPED.splitlines()))
    words = " ".join(new)
    assert ">P2D</bpmn:timeDuration>" in words
    assert 'name="2 hari kerja" cancelActivity="false" attachedToRef="Langkah_1"' in words
    assert 'escalationRef="Eskalasi_sekretariat"' in words
    table.page.get_by_role("button", name="Hapus batas waktu").click()
    table.save()
    assert table.source() == SHIPPED


def test_a_form_is_picked_and_a_finding_of_its_lack_leads_to_the_step_by_keyboard(table: Table) -> None:
    table.shape("Langkah_6")
    table.page.get_by_label("Formulir", exact=True).select_option("")
    table.shape("Langkah_2")
    item = table.findings.locator("li", has_text="formulir").first
    item.get_by_role("button").focus()
    table.page.keyboard.press("Enter")
    table.page.get_by_label("Formulir", exact=True).select_option("bahan_laporan")
    expect(item).to_have_count(0)
    table.save()
    assert 'camunda:formRef="bahan_laporan" camunda:formRefBinding="deployment"' in table.source()
    assert "respon_aduan" not in table.source()


def test_a_second_analyst_is_told_of_and_never_overwritten_unasked(table: Table) -> None:
    theirs = Diagram.shipped()
    theirs.set_limit("Batas_5", "PT3H")
    token = table.page.locator("[data-modeler]").get_attribute("data-csrf")
    address = table.page.locator("[data-modeler]").get_attribute("data-save")
    sent = {"revision": 0, "content": theirs.source().decode()}
    saved = table.page.request.post(
        address, data=json.dumps(sent), headers={"Content-Type": "application/json", "X-CSRFToken": token}
    )
    assert saved.ok

    table.shape("Langkah_5")
    table.limit(hours="4")
    dialog = table.page.get_by_role("dialog")
    dialog.wait_for()
    expect(dialog).to_contain_text("Analis")
    expect(dialog.get_by_role("link", name="Bandingkan")).to_be_visible()
    dialog.get_by_role("button", name="Putuskan nanti").click()
    expect(table.state).to_contain_text("Belum tersimpan")
    assert "PT3H" in table.source()

    table.page.keyboard.press("Control+s")
    dialog.get_by_role("button", name="Timpa dengan milik saya").click()
    expect(table.state).to_contain_text("Tersimpan")
    assert "PT4H" in table.source()
    assert "PT3H" not in table.source()


def test_the_page_has_no_barrier_and_fits_every_width(table: Table) -> None:
    table.shape("Langkah_5")
    table.limit(hours="4")
    table.page.locator('[data-finding="Langkah_5"]').wait_for()
    table.save()
    assert unsound(table.page) == []
    table.page.set_viewport_size(PHONE)
    mark = table.page.locator(".bjs-powered-by")
    on_top = "([x, y]) => document.elementFromPoint(x, y)?.closest('.bjs-powered-by') !== null"
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    assert table.page.evaluate(on_top, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


def test_a_closed_tab_loses_nothing(table: Table) -> None:
    table.shape("Langkah_5")
    table.limit(hours="7")
    expect(table.state).to_contain_text("disimpan sebentar lagi")
    table.page.goto("/proses")
    # the last save outlives its page, and may arrive after the next one is there
    table.page.wait_for_function(
        "async (draft) => (await (await fetch(draft)).text()).includes('>PT7H</bpmn:timeDuration>')",
        arg=f"{PAGE}/berkas",
    )


def test_what_cannot_be_saved_is_said_and_tried_again(table: Table) -> None:
    table.page.context.set_offline(True)
    table.shape("Langkah_5")
    table.limit(hours="6")
    table.page.keyboard.press("Control+s")
    expect(table.state).to_contain_text("Belum tersimpan: server tidak dapat dihubungi")
    table.page.context.set_offline(False)
    expect(table.state).to_contain_text("Tersimpan")
    assert ">PT6H</bpmn:timeDuration>" in table.source()


def test_while_tokens_run_nothing_is_changed_or_saved(table: Table) -> None:
    table.shape("Langkah_5")
    table.limit(hours="5")
    table.page.get_by_role("button", name="Simulasi token").click()
    table.page.keyboard.press("Control+s")
    expect(table.state).to_contain_text("Belum tersimpan: Simulasi berjalan")
    assert table.page.locator("[data-properties]").evaluate("panel => panel.inert")
    assert table.source() == SHIPPED
    table.page.get_by_role("button", name="Simulasi token").click()
    expect(table.state).to_contain_text("Tersimpan")
    assert ">PT5H</bpmn:timeDuration>" in table.source()


def test_a_file_that_is_not_understood_whole_is_shown_and_never_saved(studio: Studio, table: Table) -> None:
    odd = SHIPPED.replace("<camunda:properties>", "<camunda:sesuatu /><camunda:properties>", 1)
    with studio.office.ports.database.write() as connection:
        design_drafts.save(
            connection,
            PROCESS,
            f"{PROCESS}.bpmn",
            odd.encode(),
            had=0,
            base=f"{PROCESS}:1",
            by="analis",
            at=studio.office.now,
        )
    table.page.reload()
    table.page.locator("[data-ready]").wait_for()
    expect(table.state).to_contain_text("berkas ini tidak terbaca seluruhnya")
    table.shape("Langkah_5")
    table.limit(hours="4")
    table.page.keyboard.press("Control+s")
    expect(table.state).to_contain_text("Belum tersimpan: berkas ini tidak terbaca seluruhnya")
    assert table.source() == odd
