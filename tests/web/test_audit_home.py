"""The audit's first page, and the sample that anybody can draw again."""

from __future__ import annotations

import hashlib

from flask import Flask
from sqlalchemy import update

from engine.store.tables import cases
from tests.casework import Office
from tests.web.officers import Officer, Page


def _ended(office: Office) -> str:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number)
    return number


def _numbers(page: Page) -> list[str]:
    return [a.text_content() for a in page.tree.xpath("//main//tbody//a")]


def test_the_same_seed_draws_the_same_cases_by_the_rule_that_the_page_tells(
    office: Office, app: Flask
) -> None:
    ended = [_ended(office) for _ in range(5)]
    office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit?sampel=3&benih=7")
    least = sorted(ended, key=lambda number: hashlib.sha256(f"7:{number}".encode()).hexdigest())[:3]
    assert _numbers(page) == least
    assert "3 dari 5 pengaduan berakhir, benih 7" in page.text
    assert _numbers(auditor.get("/audit?sampel=3&benih=7")) == least
    drawn = {tuple(_numbers(auditor.get(f"/audit?sampel=3&benih={seed}"))) for seed in range(8)}
    assert len(drawn) > 1


def test_an_auditors_own_complaint_is_never_drawn(office: Office, app: Flask) -> None:
    auditor = Officer(app, "auditor")
    _ended(office)
    office.tampered = True
    with office.ports.database.write() as connection:
        connection.execute(update(cases).values(own_of="auditor"))
    assert "0 dari 0 pengaduan berakhir" in auditor.get("/audit?benih=1").text


def test_nonsense_in_the_address_is_taken_as_nothing_asked(office: Office, app: Flask) -> None:
    _ended(office)
    page = Officer(app, "auditor").get("/audit?sampel=-3&benih=a")
    assert page.status == 200
    assert "1 dari 1" in page.text


def test_the_secretariat_finds_the_reports_and_nothing_to_draw(app: Flask) -> None:
    page = Officer(app, "sekretariat").get("/audit")
    assert page.status == 200
    assert "/audit/laporan" in page.source
    assert "Benih" not in page.text


def test_before_anything_has_ended_the_page_says_so(app: Flask) -> None:
    assert "Belum ada pengaduan yang berakhir" in Officer(app, "auditor").get("/audit?benih=1").text


def test_the_auditor_is_led_to_the_accounts_that_end_and_the_secretariat_is_not(app: Flask) -> None:
    assert Officer(app, "auditor").get("/audit").link("Akun yang berakhir") == "/pengelola/pengguna"
    assert "Akun yang berakhir" not in Officer(app, "sekretariat").get("/audit").text
