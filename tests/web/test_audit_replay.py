"""The replay of a case for the auditor, without JavaScript."""

from __future__ import annotations

from flask import Flask

from tests.casework import Office
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
