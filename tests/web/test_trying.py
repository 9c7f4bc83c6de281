"""`/proses/<key>/coba`: a case played by hand through a draft or a version, and nothing of it is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine.store import design_drafts
from engine.store.tables import metadata
from tests.casework import ROOT, Office
from tests.process.diagrams import Diagram
from tests.process.test_external_tasks import catching, with_service
from tests.web.officers import Officer, Page
from tests.web.test_processes import a_longer_limit, deployed

ADDRESS = "/proses/pengaduan_mpp/coba"


@pytest.fixture
def analyst(app: Flask) -> Officer:
    return Officer(app, "analis")


def rows(office: Office) -> dict[str, int]:
    """How many rows every table has."""
    with office.ports.database.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def draft(office: Office, name: str, content: bytes) -> None:
    with office.ports.database.write() as connection:
        design_drafts.save(
            connection, "pengaduan_mpp", name, content, had=0, base=None, by="analis", at=office.now
        )


def began(analyst: Officer, address: str = ADDRESS, **answers: Any) -> Page:
    """The case after its submission, on Thursday 26 November 2026, 14.00."""
    page = analyst.press(analyst.get(address), "Isi contoh", **answers)
    return analyst.press(page, "Mulai", saat="2026-11-26T14:00")


def on(analyst: Officer, page: Page, **answers: Any) -> Page:
    """The first waiting step, completed with the example."""
    return analyst.press(analyst.press(page, "Isi contoh"), "Selesaikan", **answers)


def acts(page: Page) -> list[Any]:
    [field] = page.tree.xpath("//input[@name='tindakan']/@value")
    return list(json.loads(field or "[]"))


def test_a_case_is_played_to_its_end_and_no_row_is_written(office: Office, analyst: Officer) -> None:
    before = rows(office)
    page = began(analyst)
    assert page.status == 200
    assert "Kamis, 26 November 2026, 14.00 WITA kantor buka" in page.text
    assert "Menerima laporan pengaduan dan meneruskan ke Admin OPD" in page.text
    for _ in range(6):
        page = on(analyst, page)
        assert page.status == 200
    assert "Pesan yang dapat dikirim Admin menutup oleh Admin OPD → Ditutup admin" in page.text
    page = on(analyst, page)
    assert "Berakhir: Ditutup pengadu" in page.text
    assert "Laporan menghitungnya sebagai “selesai”" in page.text
    assert "Yang menunggu sekarang" not in page.text
    assert page.tree.xpath("//*[@class='diagram']")
    assert rows(office) == before


def test_what_earlier_steps_answered_is_shown_to_later_ones(analyst: Officer) -> None:
    typed = analyst.press(
        analyst.press(analyst.get(ADDRESS), "Isi contoh"), "Mulai", **{"mulai.judul": "Lampu loket mati"}
    )
    assert "Judul pengaduanLampu loket mati" in typed.text


def test_the_clock_goes_to_the_next_limit_and_who_would_be_told_is_said(analyst: Officer) -> None:
    page = began(analyst)
    assert "Ke tenggat berikutnya (Kamis 16.00)" in page.text
    page = analyst.press(page, "Ke tenggat berikutnya")
    assert "Sekretariat diberi tahu tentang keterlambatan" in page.text
    assert "Tenggat terlewati: Menerima laporan" in page.text
    assert "Cara menghitungnya Dihitung mulai Kamis 14.00" in page.text.replace("nyaDi", "nya Di")
    page = analyst.press(page, "Ke hari kerja berikutnya (Jumat 08.00)")
    assert "Jumat, 27 November 2026, 08.00 WITA" in page.text
    page = analyst.press(page, "Maju 1 jam")
    assert "09.00 WITA kantor buka" in page.text
    page = analyst.press(page, "Pindahkan jamnya", ke="2026-12-05T10:00")
    assert "Sabtu, 5 Desember 2026, 10.00 WITA kantor tutup" in page.text
    for wrong in ("2026-12-01T10:00", "kapan saja", ""):
        back = analyst.press(page, "Pindahkan jamnya", ke=wrong)
        assert back.status == 422
        assert "Jam hanya dapat maju" in back.text
        assert acts(back) == acts(page)


def test_a_case_begins_in_office_hours_unless_somebody_says_otherwise(
    office: Office, analyst: Officer
) -> None:
    for now, start in (
        ("2026-11-24 09:30", "2026-11-24T09:30"),
        ("2026-11-24 05:00", "2026-11-24T08:00"),
        ("2026-11-28 12:00", "2026-11-30T08:00"),
    ):
        office.at(now)
        assert analyst.get(ADDRESS).tree.xpath("//input[@name='saat']/@value") == [start]
    page = analyst.get(ADDRESS)
    assert analyst.press(page, "Mulai", saat="besok").status == 422


def test_a_gateway_tells_which_way_and_why(analyst: Officer) -> None:
    page = on(analyst, began(analyst))
    said = 'Termasuk lingkup SOP ini? → ya: Menerima Pengaduan dari Petugas MPP Karena lingkup = "tidak_berkadar".'
    assert said in page.text
    referred = analyst.press(
        analyst.press(began(analyst), "Isi contoh"),
        "Selesaikan",
        **{
            "Langkah_2:1.lingkup": "berkadar_pengawasan",
            "Langkah_2:1.tujuan_rujukan": "Inspektorat",
            "Langkah_2:1.konfirmasi_akhir": True,
        },
    )
    assert "Jalan bawaan: tidak ada syarat yang terpenuhi. lingkup: berkadar_pengawasan" in referred.text
    assert "Sejak itu hanya Penerima rujukan yang membacanya." in referred.text


def test_a_form_with_errors_comes_back_filled(analyst: Officer) -> None:
    page = began(analyst)
    back = analyst.press(page, "Selesaikan", **{"Langkah_2:1.alasan": "Menyangkut loket"})
    assert back.status == 422
    assert "Ada yang perlu diperbaiki" in back.text
    assert back.tree.xpath("//textarea[@name='Langkah_2:1.alasan']")[0].text.strip() == "Menyangkut loket"
    assert back.title.startswith("Galat:")
    assert acts(back) == acts(page)
    # what is half typed stays while the clock goes on
    later = analyst.press(back, "Maju 1 jam")
    assert later.tree.xpath("//textarea[@name='Langkah_2:1.alasan']")[0].text.strip() == "Menyangkut loket"


def test_the_last_act_is_undone_and_its_form_is_filled_again(analyst: Officer) -> None:
    page = on(analyst, on(analyst, began(analyst)))
    back = analyst.press(page, "Batalkan yang terakhir")
    assert len(acts(back)) == 2
    assert "Menerima Pengaduan dari Petugas MPP" in back.text
    assert back.tree.xpath("//input[@name='Langkah_3:1.diterima']/@checked")
    first = analyst.press(page, "Kembali ke sini")  # of the newest that has it: the second act
    assert len(acts(first)) == 2
    anew = analyst.press(page, "Mulai lagi")
    assert acts(anew) == []
    assert "Contoh: Judul pengaduan" in anew.tree.xpath("//input[@name='mulai.judul']/@value")[0]


def test_the_draft_is_tried_and_each_version_by_its_number(office: Office, analyst: Officer) -> None:
    deployed(office, a_longer_limit(), "lebih lama")
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_2", "PT1H")
    draft(office, "pengaduan_mpp.bpmn", diagram.source())
    for address, due in (
        (ADDRESS, "15.00"),
        (f"{ADDRESS}?versi=1", "16.00"),
        (f"{ADDRESS}?versi=2", "16.00"),
    ):
        assert f"Ke tenggat berikutnya (Kamis {due})" in began(analyst, address).text
    page = analyst.get(f"{ADDRESS}?versi=2")
    assert "Coba dengan tangan · versi 2" in page.text
    assert analyst.get("/proses").link("Coba dengan tangan").endswith("/coba")
    version = analyst.get("/proses/pengaduan_mpp/2")
    assert version.link("Dengan tangan").endswith("/coba?versi=2")
    assert analyst.get(f"{ADDRESS}?versi=9").status == 404
    assert analyst.get("/proses/tidak_ada/coba").status == 404


def test_a_draft_with_errors_says_what_is_to_be_mended(office: Office, analyst: Officer) -> None:
    broken = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes().replace(b"PT2H", b"dua jam")
    draft(office, "pengaduan_mpp.bpmn", broken)
    page = analyst.get(ADDRESS)
    assert page.status == 200
    assert "Konsep ini belum dapat dicoba." in page.text
    assert "Galat: pengaduan_mpp.bpmn, baris" in page.text
    assert not page.tree.xpath("//form[@id='uji']")


def test_acts_that_a_changed_draft_does_not_know_are_dropped(office: Office, analyst: Officer) -> None:
    page = on(analyst, on(analyst, began(analyst)))
    diagram = Diagram.shipped()
    diagram.rename_ids(lambda own: "Langkah_lain" if own == "Langkah_3" else own)
    draft(office, "pengaduan_mpp.bpmn", diagram.source())
    again = analyst.press(page, "Maju 1 jam")
    assert again.status == 409
    assert "Tindakan ke-3 dan sesudahnya tidak mungkin lagi" in again.text
    assert len(acts(again)) == 2


HOSTILE = (
    "[",
    "{}",
    "null",
    "[1]",
    '[{"begin":"2026-11-27T06:00:00Z","clock":"2026-11-27T06:00:00Z"}]',
    '[{"clock":"2026-11-27T06:00:00Z"}]',
    '[{"begin":"2026-11-27T06:00:00"}]',
    '[{"begin":"9999-12-31T23:59:59Z"}]',
    '[{"begin":"2026-11-27T06:00:00Z","answers":[]}]',
    '[{"begin":"2026-11-27T06:00:00Z","answers":{"a":NaN}}]',
    '[{"begin":"2026-11-27T06:00:00Z","answers":{"a":"\\ud800"}}]',
    '[{"begin":"2026-11-27T06:00:00Z","actor":"pengelola"}]',
    '[{"begin":"2026-11-27T06:00:00Z","answers":{"a":' + "9" * 5000 + "}}]",
    "[" * 100_000,
    '[{"send":"' + "x" * 200_000 + '"}]',
    json.dumps([{"begin": "2026-11-27T06:00:00Z"}] + [{"clock": "2026-11-27T06:00:00Z"}] * 300),
)


def test_a_hidden_field_that_the_page_did_not_write_is_refused_plainly(analyst: Officer) -> None:
    path, fields = analyst.filled(analyst.get(ADDRESS), "Mulai")
    for text in HOSTILE:
        page = analyst.send(path, {**fields, "tindakan": text})
        assert page.status == 400, text[:80]
        assert "tidak dapat dibaca" in page.text
        assert acts(page) == []


def test_acts_that_look_lawful_are_judged_again(analyst: Officer) -> None:
    page = began(analyst)
    first = acts(page)
    forged = [
        [*first, {"complete": "Langkah_7:1", "answers": {}}],
        [*first, {"complete": "Langkah_2:1", "answers": {"lingkup": "entah"}}],
        [*first, {"send": "tutup_oleh_admin"}],
        [*first, {"serve": "Langkah_2:1"}],
        [*first, {"fail": "<script>", "code": "x"}],
        [{**first[0], "answers": {"judul": {"a": [1]}}}],
    ]
    path, fields = analyst.filled(page, "Maju 1 jam")
    for one in forged:
        answer = analyst.send(path, {**fields, "tindakan": json.dumps(one)})
        assert answer.status == 409
        assert len(acts(answer)) == len(one) - 1
    for button in ("selesai:Langkah_7:1", "pesan:apa", "kembali:-1", "jam:", "contoh:x", "entah", "galat:x"):
        assert analyst.send(path, {**fields, "lakukan": button}).status in (200, 422)


def test_a_rehearsal_has_an_end(analyst: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    page = began(analyst)
    monkeypatch.setattr("webapp.designer.rehearsed_acts.MOST_ACTS", 2)
    page = analyst.press(page, "Maju 1 jam")
    full = analyst.press(page, "Maju 1 jam")
    assert full.status == 422
    assert "Kasus ini sudah sepanjang yang dapat dimainkan" in full.text
    assert len(acts(full)) == 2


def test_rows_of_a_form_are_added_in_the_form_they_belong_to(analyst: Officer) -> None:
    page = began(analyst)
    for _ in range(3):
        page = on(analyst, page)
    before = page.tree.xpath(
        "count(//fieldset[contains(@class, 'form-row ') or @class='govuk-fieldset form-row'])"
    )
    more = analyst.press(page, "Tambah")
    after = more.tree.xpath(
        "count(//fieldset[contains(@class, 'form-row ') or @class='govuk-fieldset form-row'])"
    )
    assert after == before + 1


def test_nobody_but_an_analyst_tries(app: Flask) -> None:
    assert Officer(app, "auditor").get(ADDRESS).status == 403


def test_a_service_is_answered_by_hand_and_a_null_in_a_condition_is_told_as_the_incident_it_would_be(
    office: Office, analyst: Officer
) -> None:
    diagram = catching(with_service(), "SALAH")
    diagram.set_property("Langkah_4", "hasil_layanan", "terkirim")
    next(iter(diagram.get("Alur_Hasil_analisis_Langkah_6"))).text = "terkirim"
    draft(office, "pengaduan_mpp.bpmn", diagram.source())
    page = on(analyst, on(analyst, began(analyst)))
    assert "Menunggu layanan kirim_surat" in page.text
    assert analyst.press(page, "Laporkan galat").status == 422
    left = analyst.press(page, "Laporkan galat", **{"Langkah_4:1.galat": "SALAH"})
    assert "Layanan melaporkan galat SALAH" in left.text
    assert "Berakhir:" in left.text
    unknown = analyst.press(page, "Laporkan galat", **{"Langkah_4:1.galat": "LAIN"})
    assert "Tidak ada yang menunggu itu sekarang." in unknown.text
    told = analyst.press(page, "Layanan selesai", **{"Langkah_4:1.terkirim": "true"})
    assert "terkirim: True" in on(analyst, told).text
    silent = analyst.press(analyst.press(page, "Layanan selesai"), "Isi contoh")
    stuck = analyst.press(silent, "Selesaikan")
    assert stuck.status == 422
    assert "Di kantor ini menjadi kendala, dan tindakannya dibatalkan. Syarat terkirim di Tetap" in stuck.text
    assert acts(stuck) == acts(silent)
    assert "Contoh:" in stuck.tree.xpath("//textarea[@name='Langkah_5:1.hasil_analisis']")[0].text
