"""The report over HTTP, without JavaScript, and its files."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask

from tests.casework import Office, second_version
from tests.web.officers import Officer
from webapp.audit.charts import Bar, bars
from webapp.audit.report_files import as_csv, as_xlsx
from webapp.audit.report_tables import Sheet


def test_the_report_tells_this_month_and_leads_to_its_cases(office: Office, app: Flask) -> None:
    number = office.submit()
    office.submit()
    office.complete(number)
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/laporan")
    assert "Laporan 1 November 2026 sampai 30 November 2026" in page.text
    assert "Menerima laporan pengaduan" in page.text
    behind = auditor.get(page.tree.xpath("//dl//a/@href")[0])
    assert "2 pengaduan" in behind.text
    assert number in behind.text
    for address in {a.get("href") for a in page.tree.iter("a") if "/laporan/kasus" in (a.get("href") or "")}:
        assert auditor.get(address).status == 200


def test_another_period_has_other_figures(office: Office, app: Flask) -> None:
    office.submit()
    auditor = Officer(app, "auditor")
    before = auditor.get("/audit/laporan?dari=2026-10-01&sampai=2026-10-31")
    assert "Tidak ada pengaduan" in before.text
    assert "Laporan 1 Oktober 2026 sampai 31 Oktober 2026" in before.text
    assert "Tidak ada pengaduan" not in auditor.get("/audit/laporan?dari=2026-11-30&sampai=2026-11-01").text
    assert auditor.get("/audit/laporan?dari=omong&sampai=9999-12-31").status == 200


@pytest.mark.parametrize(
    "address", ["laporan", "laporan/rekap", "laporan/bulan", "laporan.csv", "laporan.xlsx"]
)
def test_an_office_without_a_complaint_has_a_report_too(app: Flask, address: str) -> None:
    assert Officer(app, "auditor").client.get(f"/audit/{address}").status_code == 200


@pytest.mark.parametrize("asked", ["", "?bulan=2026-11", "?bulan=0000-01", "?bulan=2026-13"])
def test_the_recapitulation_is_of_a_month(office: Office, app: Flask, asked: str) -> None:
    office.submit()
    page = Officer(app, "sekretariat").get(f"/audit/laporan/rekap{asked}")
    assert "Rekapitulasi pengaduan 1 November 2026 sampai 30 November 2026" in page.text


def test_a_list_longer_than_a_page_goes_on(office: Office, app: Flask) -> None:
    for _ in range(51):
        office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/laporan/kasus?keadaan=berjalan&halaman=x")
    older = auditor.get(page.link("Lebih lama"))
    assert "51 pengaduan" in older.text
    assert len(re.findall("PGD-2026-0000", older.text)) == 1


def test_the_page_holds_no_style_and_no_script_of_its_own(office: Office, app: Flask) -> None:
    office.complete(office.submit())
    page = Officer(app, "auditor").get("/audit/laporan")
    assert page.tree.xpath("//main//*[@style] | //main//style | //main//script") == []
    assert page.tree.xpath("//main//svg[@role='img'][@aria-label]")


def test_the_files_hold_the_same_tables(office: Office, app: Flask) -> None:
    office.complete(office.submit())
    client = Officer(app, "auditor").client
    rows = list(csv.reader(StringIO(client.get("/audit/laporan.csv").data.decode("utf-8-sig"))))
    assert ["Masuk", "1"] in rows
    with ZipFile(BytesIO(client.get("/audit/laporan.xlsx").data)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert "Menerima laporan pengaduan" in words


@pytest.mark.parametrize("begun", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(begun: str) -> None:
    sheet = Sheet("Uji", ("Nama", "Jumlah"), ((f"{begun}HYPERLINK(1)", -1),))
    [_name, _head, row, _empty] = csv.reader(StringIO(as_csv([sheet]).decode("utf-8-sig"), newline=""))
    assert row == [f"'{begun}HYPERLINK(1)", "-1"]
    with ZipFile(BytesIO(as_xlsx([sheet]))) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert 'r="A2" t="s"' in page


def test_the_diagram_shows_where_the_time_goes_with_figure_legend_and_table(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.wait(minutes=50)
    office.complete(number)
    page = Officer(app, "auditor").get("/audit/laporan")
    [step] = page.tree.xpath("//main//*[local-name()='g'][@data-element='Langkah_2']")
    assert "heat-5" in step.get("class")
    assert "50 menit" in step.text_content()
    assert "di atas 40 menit sampai 50 menit" in page.text
    [row] = page.tree.xpath("//table[contains(caption, 'Peta panas')]/tbody/tr")
    assert "50 menit" in row.text_content()


def test_the_map_shows_another_measure_and_its_figures_lead_to_their_cases(
    office: Office, app: Flask
) -> None:
    for hours in (0.5, 3):
        number = office.submit()
        office.wait(hours=hours)
        office.sweep(number)
        office.complete(number)
    auditor = Officer(app, "auditor")
    page = auditor.get(auditor.get("/audit/laporan").link("Terlambat"))
    [current] = page.tree.xpath("//main//nav//a[@aria-current='true']")
    assert current.text_content() == "Terlambat"
    link = page.tree.xpath("//table[contains(caption, 'Peta panas')]//a[text()='50 %']/@href")[0]
    assert "1 tugas dalam 1 pengaduan" in auditor.get(link).text
    assert auditor.get("/audit/laporan?peta=omong&versi=omong").status == 200


def test_of_several_versions_the_map_shows_that_of_most_cases_and_leads_to_the_others(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    for _ in range(2):
        office.submit()
    second_version(office, tmp_path)
    office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/laporan?peta=jumlah")
    assert "Versi 1 dari" in page.text
    other = auditor.get(page.link("versi 2 (1)"))
    assert "Versi 2 dari" in other.text
    [link] = other.tree.xpath("//table[contains(caption, 'Peta panas')]//a/@href")
    assert "1 tugas dalam 1 pengaduan" in auditor.get(link).text


def test_a_chart_names_its_bars_and_says_what_it_shows(office: Office, app: Flask) -> None:
    number = office.submit()
    office.wait(hours=3)
    office.sweep(number)
    page = Officer(app, "auditor").get("/audit/laporan")
    charts = page.tree.xpath("//svg[contains(@class, 'app-report-chart')]")
    assert len(charts) == 5
    for chart in charts:
        assert chart.get("role") == "img"
        assert chart.findtext("title") == chart.get("aria-label")
    shown = " ".join(charts[0].text_content().split())
    assert "Menerima laporan pengaduan" in shown
    assert "1, terlambat 1" in shown


def test_a_name_in_a_chart_is_no_markup() -> None:
    drawn = str(bars([Bar("<script>&", 1, "1")], "<Judul>"))
    assert "&lt;script&gt;&amp;" in drawn
    assert "<script>" not in drawn


def test_twelve_months_stand_behind_each_other_and_lead_to_their_cases(office: Office, app: Flask) -> None:
    office.at("2026-08-10 09:00")
    late = office.submit()
    office.wait(hours=3)
    office.complete(late)
    office.at("2026-11-24 09:00")
    office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get(auditor.get("/audit/laporan").link("Dua belas bulan"))
    rows = [[cell.text_content() for cell in row] for row in page.tree.xpath("//main//tbody/tr")]
    assert rows[0] == ["Desember 2025", "0", "0", "0"]
    assert rows[8] == ["Agustus 2026", "1", "0", "1"]
    assert rows[11] == ["November 2026", "1", "0", "0"]
    [link] = page.tree.xpath("//td[@data-label='Terlambat']/a/@href")
    assert late in auditor.get(link).text
    before = auditor.get(page.link("Dua belas bulan sebelumnya"))
    assert "Desember 2024 sampai November 2025" in before.text
    again = auditor.get(before.link("Dua belas bulan berikutnya"))
    assert again.text == page.text
