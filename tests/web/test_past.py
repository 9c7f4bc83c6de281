"""`/proses/<key>/coba/riwayat`: an analyst plays recorded cases on a draft or a version, a batch at a press."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.definition.deploy import put_in_force
from engine.store import design_drafts
from tests.casework import PROCESS, Office
from tests.process.diagrams import Diagram
from tests.process.test_migrate import deployed, inserted, renamed
from tests.process.test_retold import OUT, condition, counts, limit
from tests.web.officers import Officer
from webapp.designer import past

PAGE = f"/proses/{PROCESS}/coba/riwayat"


def draft(office: Office, *edits: Callable[[Diagram], Any]) -> None:
    """Keep the shipped files with these edits as an analyst's drafts."""
    diagram = Diagram.shipped()
    for edit in edits:
        edit(diagram)
    with office.ports.database.write() as connection:
        for name, content in {diagram.filename: diagram.source(), **diagram.forms}.items():
            before = design_drafts.load(connection, PROCESS, name)
            design_drafts.save(
                connection,
                PROCESS,
                name,
                content,
                had=before.revision if before else 0,
                base=None,
                by="analis",
                at=office.now,
            )


@pytest.fixture
def numbers(office: Office) -> list[str]:
    """Three cases at the third step, and one that was out of scope."""
    found = [office.submit() for _ in range(4)]
    for number in found[:3]:
        office.complete(number)
    office.complete(found[3], **OUT)
    return found


def test_a_draft_is_played_against_history_and_nothing_is_stored(
    app: Flask, office: Office, numbers: list[str]
) -> None:
    draft(office, condition("Alur_Lingkup_Langkah_3", 'lingkup = "tidak_layak"'))
    analyst = Officer(app, "analis")
    assert analyst.get("/proses").link("Coba dengan riwayat") == PAGE
    before = counts(office)
    page = analyst.press(analyst.get(PAGE), "Putar 4 pengaduan")
    assert counts(office) == before
    assert "4 dari 4 pengaduan diputar" in page.text
    assert "Di Lingkup" in page.text
    assert "dahulu ke Langkah_3" in page.text
    assert 'lingkup = "tidak_berkadar" × 3' in page.text
    assert 'Syarat dahulu lingkup = "tidak_berkadar" sekarang alur bawaan' in page.text
    assert all(number in page.text for number in numbers)
    assert f"/audit/{numbers[0]}" not in page.source
    assert "Antrean terlalu lama" not in page.source
    assert "&#39;kind&#39;" not in page.source  # the header's own names are not taken
    english = analyst.press(analyst.get(f"{PAGE}?bahasa=en"), "Play 4 cases")
    assert "the ways part: then to Langkah_3" in english.text


def test_on_the_version_in_force_all_go_the_same_way(app: Flask, numbers: list[str]) -> None:
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    assert "Belum ada konsep yang berbeda dari versi yang berlaku" in page.text
    assert "Semuanya melalui jalan yang sama." in analyst.press(page, "Putar 4 pengaduan").text
    assert (
        "Semuanya melalui jalan yang sama."
        in analyst.press(analyst.get(f"{PAGE}?versi=1"), "Putar 4 pengaduan").text
    )
    assert analyst.get(f"{PAGE}?versi=9").status == 404
    assert analyst.get("/proses/tidak_ada/coba/riwayat").status == 404


def test_a_press_plays_a_batch_and_the_next_one_goes_on(
    app: Flask, office: Office, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "BATCH", 3)
    draft(office, inserted, limit("Batas_2", "PT4H"))
    analyst = Officer(app, "analis")
    page = analyst.press(analyst.get(PAGE), "Putar 3 pengaduan")
    assert "3 dari 4 pengaduan diputar" in page.text
    office.wait(minutes=1)
    office.submit()  # what comes in meanwhile changes nothing
    page = analyst.press(page, "Putar 1 berikutnya")
    assert "4 dari 4 pengaduan diputar" in page.text
    assert "batas 4 Jam, bukan 2 Jam" in page.text
    assert page.buttons().count("Putar 1 berikutnya") == 0


def test_a_draft_that_changed_meanwhile_is_counted_anew(
    app: Flask, office: Office, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "BATCH", 3)
    analyst = Officer(app, "analis")
    page = analyst.press(analyst.get(PAGE), "Putar 3 pengaduan")
    draft(office, inserted)
    again = analyst.press(page, "Putar 1 berikutnya")
    assert "dihitung lagi dari awal" in again.text
    assert "3 dari 4 pengaduan diputar" in again.text
    address, fields = analyst.filled(page, "Putar 1 berikutnya")
    forged = analyst.send(address, {**fields, "sejauh_ini": "tulisan.sendiri"})
    assert "dihitung lagi dari awal" in forged.text


def test_a_draft_with_findings_is_not_played(app: Flask, office: Office, numbers: list[str]) -> None:
    draft(office, limit("Batas_3", "2 jam"))
    analyst = Officer(app, "analis")
    page = analyst.get(PAGE)
    assert "Konsep ini belum dapat dicoba" in page.text
    assert not any(button.startswith("Putar") for button in page.buttons())


def test_a_step_by_another_id_is_suggested_and_may_be_chosen_otherwise(
    app: Flask, office: Office, numbers: list[str], tmp_path: Path
) -> None:
    office.run_to(numbers[0], "Langkah_6")
    deployed(office, tmp_path / "next", renamed)
    ports = office.ports
    put_in_force(ports.database, PROCESS, 1, clock=ports.clock, by="analis", source="cli", note=None)
    analyst = Officer(app, "analis")
    page = analyst.get(f"{PAGE}?versi=2")
    assert '<option value="Langkah_5=Telaah" selected>' in page.source
    assert "Semuanya melalui jalan yang sama." in analyst.press(page, "Putar 4 pengaduan").text


def test_what_is_kept_from_the_analyst_is_counted_and_not_named(
    app: Flask, office: Office, numbers: list[str]
) -> None:
    number = office.submit()
    found = {"lingkup": "berkadar_pengawasan", "tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
    office.complete(number, **found)
    draft(office, condition("Alur_Lingkup_Langkah_3", "lingkup != null"))
    page = Officer(app, "analis")
    told = page.press(page.get(PAGE), "Putar 5 pengaduan")
    assert "1 dirahasiakan" in told.text
    assert number not in told.source


def test_a_period_says_how_many_there_are_of_how_many(app: Flask, office: Office, numbers: list[str]) -> None:
    analyst = Officer(app, "analis")
    assert (
        "Tidak ada pengaduan yang tercatat dalam kurun itu." in analyst.get(f"{PAGE}?sampai=2026-11-23").text
    )
    assert "4 pengaduan akan diputar." in analyst.get(f"{PAGE}?dari=2026-11-24&sampai=2026-11-24").text
    assert "4 pengaduan akan diputar." in analyst.get(f"{PAGE}?dari=kemarin").text
