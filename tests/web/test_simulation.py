"""`/proses/<key>/coba/simulasi`: what history fills in, what comes out, what is refused."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.store import design_drafts
from tests.casework import PROCESS, Office
from tests.process.test_diff import limit
from tests.process.test_lint import NAME, Diagram
from tests.store.test_habits import worked
from tests.web.officers import Officer, Page
from webapp.designer import simulation

AT = f"/proses/{PROCESS}/coba/simulasi"
QUICK = f"{AT}?jalankan=1&hari=5&ulangan=3&laju=4"


@pytest.fixture
def analyst(app: Flask) -> Officer:
    return Officer(app, "analis")


def on_the_table(office: Office, text: str) -> None:
    """A draft of the diagram with another limit for step 5."""
    diagram = Diagram()
    limit(text)(diagram)
    with office.ports.database.write() as connection:
        design_drafts.save(
            connection, PROCESS, NAME, diagram.source, by="analis", at=office.now, had=0, base=None
        )


def value(page: Page, name: str) -> str:
    (found,) = page.tree.xpath(f"//input[@id='{name}']/@value")
    return str(found)


def test_history_fills_the_form(office: Office, analyst: Officer) -> None:
    worked(office, cases=12, minutes=20)
    office.at("2026-11-18 15:00")
    page = analyst.get(AT)
    assert value(page, "laju") == "4"  # twelve in three working days
    assert value(page, "petugas-admin_opd") == "1"
    assert "Riwayat: 12 pengaduan dalam 3 hari kerja" in page.text
    assert not page.tree.xpath("//input[@id='menit-Langkah_2']")
    assert page.tree.xpath("//input[@id='menit-Langkah_5']")
    assert not page.tree.xpath("//*[@id='hasil']")
    office.at("2026-11-18 15:30")
    office.sweep("PGD-2026-000001")
    assert "Menurut riwayat: 12 dari 12 tugas terlambat." in analyst.get(QUICK).text


def test_a_draft_with_a_shorter_limit_is_late_more_often(office: Office, analyst: Officer) -> None:
    on_the_table(office, "PT30M")
    page = analyst.get(QUICK)
    assert page.status == 200
    assert "Konsepnya sama" not in page.text
    cards = page.tree.xpath("//div[contains(@class,'app-sim-cards')]/section")
    said = [" ".join(card.text_content().split()) for card in cards]
    (fifth,) = [text for text in said if text.startswith("Menganalisa")]
    assert "Yang terlambat bertambah" in fifth
    assert any("Sama persis." in text for text in said)
    assert "Rata-rata 35 menit dikerjakan, karena riwayatnya belum cukup: " in page.text
    assert page.tree.xpath("//*[local-name()='svg'][contains(@aria-label,'Menganalisa')]")


def test_the_same_address_shows_the_same_bytes(analyst: Officer) -> None:
    def main() -> str:
        return str(analyst.get(QUICK).tree.xpath("string(//main)"))

    assert main() == main()
    assert "Konsepnya sama dengan versi yang berlaku." in main()


def test_what_is_typed_is_used_and_stays_in_the_form(analyst: Officer) -> None:
    page = analyst.get(
        f"{QUICK}&petugas-admin_opd=3&menit-Langkah_5=200&bagian-lingkup-0=50&bagian-lingkup-1=50"
    )
    assert value(page, "petugas-admin_opd") == "3"
    assert value(page, "menit-Langkah_5") == "200"
    assert "Rata-rata 200 menit dikerjakan, seperti yang Anda isi: " in page.text
    assert "Isian menurut bagian yang Anda isi: lingkup." in page.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("hari=0", "isi angka dari 1 sampai 120"),
        ("ulangan=dua", "isi angka dari 2 sampai 30"),
        ("laju=900&hari=120&ulangan=30", "Terlalu banyak untuk satu halaman"),
        ("hari=1.5", "isi angka dari 1 sampai 120"),
        ("bibit=-1", "isi angka dari 0"),
    ],
)
def test_what_a_page_cannot_carry_is_said_beside_its_field(analyst: Officer, asked: str, said: str) -> None:
    page = analyst.get(f"{AT}?jalankan=1&{asked}")
    assert page.status == 422
    assert said in page.text
    assert page.tree.find_class("govuk-error-summary")
    assert not page.tree.xpath("//*[@id='hasil']")


def test_one_simulation_at_a_time(analyst: Officer) -> None:
    with simulation._running:
        assert "Simulasi lain sedang berjalan" in analyst.get(QUICK).text
    assert analyst.get(QUICK).status == 200


def test_a_draft_with_errors_shows_its_findings(office: Office, analyst: Officer) -> None:
    on_the_table(office, "dua jam")
    page = analyst.get(QUICK)
    assert "Konsep ini belum dapat dijalankan" in page.text
    assert "dua jam" in page.text
    assert not page.tree.xpath("//form[.//input[@id='hari']]")


def test_another_version_stands_in_for_the_draft(analyst: Officer) -> None:
    assert "Versi 1" in analyst.get(f"{QUICK}&versi=1").text
    assert analyst.get(f"{QUICK}&versi=9").status == 404
