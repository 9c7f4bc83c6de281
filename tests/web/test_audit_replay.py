"""The replay of a case for the auditor, without JavaScript."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.casework import Office, tamper
from tests.web.officers import Officer


def test_a_late_looping_case_is_replayed_the_same_and_every_event_has_its_page(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.wait(days=3)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Masih tutup")
    office.run_to(number, "Langkah_8")
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit/{number}")
    assert "Diputar ulang: sama dengan catatan." in page.text
    count = len(page.tree.xpath("//tbody/tr"))
    assert f"Peristiwa {count} dari {count}" in page.text
    first = auditor.get(f"/audit/{number}?ke=1")
    assert "Pengaduan diterima" in first.text
    assert first.tree.xpath("//a[@rel='next']/@href") == ["?ke=2"]
    assert not first.tree.xpath("//a[@rel='prev']")


def test_a_changed_event_breaks_the_chain_and_the_replay_differs_from_there(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_4")
    tamper(
        office,
        "UPDATE events SET payload = replace(payload, 'Batas_2', 'Batas_3') WHERE case_number = :n AND seq = 3",
        n=number,
    )
    page = Officer(app, "auditor").get(f"/audit/{number}?ke=1")
    assert "Rantai hash tidak utuh pada peristiwa 3" in page.text
    assert "berbeda dari catatan pada peristiwa 1" in page.text  # the command that made event 3
    assert not page.tree.xpath("//main//*[local-name()='svg'][@class='diagram']")


def test_a_cut_tail_is_told_although_what_is_left_replays_the_same(office: Office, app: Flask) -> None:
    number = office.submit()
    office.complete(number)
    tamper(office, "DELETE FROM events WHERE case_number = :n AND seq > 3", n=number)
    page = Officer(app, "auditor").get(f"/audit/{number}")
    assert "Rantai hash tidak utuh pada peristiwa 3" in page.text


def test_a_case_without_any_history_is_not_a_broken_page(office: Office, app: Flask) -> None:
    number = office.submit()
    tamper(office, "DELETE FROM events WHERE case_number = :n", n=number)
    assert Officer(app, "auditor").get(f"/audit/{number}").status == 404


@pytest.mark.parametrize("asked", ["0", "-1", "9999", "x", ""])
def test_a_place_that_is_not_there_shows_the_nearest(office: Office, app: Flask, asked: str) -> None:
    number = office.submit()
    assert Officer(app, "auditor").get(f"/audit/{number}?ke={asked}").status == 200


def test_the_number_typed_on_the_first_page_opens_its_replay(office: Office, app: Flask) -> None:
    number = office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit?nomor={number.lower()}")
    assert page.path == f"/audit/{number}"
