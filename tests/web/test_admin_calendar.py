"""The calendar's pages: a month as people know it, a new one seen before it counts, limits counted anew."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from engine.definition.calendar import resolve
from engine.definition.deploy_calendar import deploy_calendar
from engine.errors import CalendarInvalid
from engine.history.log import read
from engine.store import calendars
from engine.store.tables import SYSTEM_CHAIN, active_versions, timers
from tests.casework import ROOT, ZONE, Office
from tests.web.officers import Officer, Page
from webapp.admin import calendar_words

SHIPPED = (ROOT / "processes" / "kalender.toml").read_text()
CLOSED = '\n[[tutup]]\ntanggal = 2026-11-24\nalasan = "Pemeliharaan gedung MPP"\n'
NEW = "/pengelola/kalender/baru"


@pytest.fixture
def pengelola(app: Flask) -> Officer:
    return Officer(app, "pengelola")


def days(page: Page) -> dict[str, str]:
    """What the month says of each day, by its date."""
    cells = page.tree.xpath("//td[.//time]")
    return {
        cell.xpath(".//time/@datetime")[0]: " ".join(cell.text_content().split())
        for cell in cells
        if cell.get("class", "").startswith("app-month__day")
    }


def look(pengelola: Officer, text: str) -> Page:
    return pengelola.press(pengelola.get(NEW), "Periksa", isi=text)


def in_force(office: Office) -> int:
    with office.ports.database.read() as connection:
        return calendars.active_version(connection)


def test_a_month_says_hours_holidays_and_today(pengelola: Officer) -> None:
    page = pengelola.get("/pengelola/kalender")
    assert page.title.startswith("Kalender November 2026")
    found = days(page)
    assert len(found) == 30
    assert "08.00–12.00 13.00–16.00" in found["2026-11-24"]
    assert "Hari ini" in found["2026-11-24"]
    assert "08.00–11.30 13.00–14.00" in found["2026-11-27"]
    assert found["2026-11-28"] == "Sabtu 28 Tutup"
    assert page.tree.xpath("//td[@aria-current='date']//time/@datetime") == ["2026-11-24"]


def test_national_holidays_joint_leave_and_ramadan_are_told_apart_by_name(pengelola: Officer) -> None:
    found = days(pengelola.get("/pengelola/kalender?bulan=2026-03"))
    assert "Libur nasional Hari Suci Nyepi" in found["2026-03-19"]
    assert "Cuti bersama Cuti Bersama Hari Suci Nyepi" in found["2026-03-18"]
    assert "08.00–12.00 12.30–15.00 Jam khusus" in found["2026-03-17"]
    assert "Jam khusus" not in found["2026-03-25"]


def test_the_offices_own_days_are_told_apart_too(office: Office, pengelola: Officer) -> None:
    own = (
        CLOSED
        + '\n[[buka]]\ntanggal = 2026-11-28\njam = ["08:00-12:00"]\n'
        + '\n[[bukan_libur]]\ntanggal = 2026-12-24\nalasan = "Surat edaran Wali Kota"\n'
    )
    deploy_calendar(
        office.ports.database, SHIPPED + own, by="pengelola", at=office.now, note=None, source="web"
    )
    november = days(pengelola.get("/pengelola/kalender?bulan=2026-11"))
    assert "Kantor tutup Pemeliharaan gedung MPP" in november["2026-11-24"]
    assert "08.00–12.00 Jam tersendiri" in november["2026-11-28"]
    december = days(pengelola.get("/pengelola/kalender?bulan=2026-12"))
    assert "Tetap buka: Surat edaran Wali Kota" in december["2026-12-24"]


def test_months_are_paged_and_an_address_that_names_none_shows_this_month(pengelola: Officer) -> None:
    page = pengelola.get("/pengelola/kalender?bulan=2026-12")
    assert pengelola.get(page.link("Bulan berikutnya")).title.startswith("Kalender Januari 2027")
    assert pengelola.get(page.link("Bulan sebelumnya")).title.startswith("Kalender November 2026")
    for strange in ("2026-13", "x", "9999-12", "0001-01", "2026-11-24", "%00"):
        assert pengelola.get(f"/pengelola/kalender?bulan={strange}").status == 200


def test_a_month_that_the_calendar_does_not_reach_says_so(pengelola: Officer) -> None:
    assert "Belum ada di kalender" in days(pengelola.get("/pengelola/kalender?bulan=2031-05"))["2031-05-05"]


def test_the_sekretariat_reads_the_calendar_and_changes_nothing(app: Flask) -> None:
    page = Officer(app, "sekretariat").get("/pengelola/kalender")
    assert page.status == 200
    assert "Terapkan kalender baru" not in page.text


def test_without_a_calendar_the_pages_say_what_to_do(office: Office, pengelola: Officer) -> None:
    office.tampered = True
    with office.ports.database.write() as connection:
        connection.execute(delete(active_versions).where(active_versions.c.kind == "calendar"))
    assert "Belum ada kalender yang berlaku" in pengelola.get("/pengelola/kalender").text
    assert "Belum ada kalender yang berlaku" in pengelola.get("/pengelola").text
    assert "Ini kalender pertama" in look(pengelola, SHIPPED + CLOSED).text


def test_what_a_new_calendar_changes_is_shown_before_it_counts(office: Office, pengelola: Officer) -> None:
    text = SHIPPED.replace('jumat  = ["08:00-11:30", "13:00-14:00"]', 'jumat = ["08:00-11:00"]', 1) + CLOSED
    page = look(pengelola, text)
    assert (
        "Selasa, 24 November 2026 08.00–12.00, 13.00–16.00 Kantor tutup: Pemeliharaan gedung MPP" in page.text
    )
    assert re.search(
        r"Jumat, \d+ hari: 27 November 2026, .* 08\.00–11\.30, 13\.00–14\.00 08\.00–11\.00", page.text
    )
    assert "hari yang sudah lewat berbeda" in page.text
    assert in_force(office) == 1


def test_looked_at_it_is_put_in_force_with_its_reason(office: Office, pengelola: Officer) -> None:
    page = pengelola.press(look(pengelola, SHIPPED + CLOSED), "Berlakukan", catatan="Gedung dipelihara")
    assert page.path == "/pengelola/kalender"
    assert "Kalender versi 2 berlaku" in page.text
    assert "2 · Gedung dipelihara" in page.text
    with office.ports.database.read() as connection:
        event = read(connection, SYSTEM_CHAIN)[-1]
        source = calendars.by_version(connection, 2).source
    assert (event.type, event.actor, event.source) == ("calendar:activated", "pengelola", "web")
    assert source == SHIPPED + CLOSED


def test_a_text_changed_after_the_look_is_shown_again_first(office: Office, pengelola: Officer) -> None:
    path, fields = pengelola.filled(look(pengelola, SHIPPED + CLOSED), "Berlakukan")
    page = pengelola.send(path, {**fields, "isi": SHIPPED + CLOSED.replace("24", "26")})
    assert (page.status, in_force(office)) == (409, 1)
    assert "berubah sejak diperiksa" in page.text
    assert "Kamis, 26 November 2026" in page.text
    assert pengelola.press(page, "Berlakukan").path == "/pengelola/kalender"
    assert in_force(office) == 2


def test_a_calendar_deployed_meanwhile_is_looked_at_first(office: Office, pengelola: Officer) -> None:
    seen = look(pengelola, SHIPPED + CLOSED)
    other = SHIPPED + CLOSED.replace("24", "25")
    deploy_calendar(office.ports.database, other, by="pengelola", at=office.now, note=None, source="cli")
    page = pengelola.press(seen, "Berlakukan")
    assert (page.status, in_force(office)) == (409, 2)
    assert "Rabu, 25 November 2026 Kantor tutup" in page.text


def test_the_same_calendar_changes_nothing(office: Office, pengelola: Officer) -> None:
    page = look(pengelola, SHIPPED)
    assert "Tidak ada hari yang berubah" in page.text
    assert "tidak ada yang berubah" in pengelola.press(page, "Berlakukan").text
    assert in_force(office) == 1


def test_an_earlier_version_can_be_used_again(office: Office, pengelola: Officer) -> None:
    pengelola.press(look(pengelola, SHIPPED + CLOSED), "Berlakukan")
    form = pengelola.get(pengelola.get("/pengelola/kalender").link("Pakai lagi"))
    pengelola.press(pengelola.press(form, "Periksa"), "Berlakukan")
    assert in_force(office) == 1
    assert pengelola.client.get("/pengelola/kalender/1.toml").text == SHIPPED


def test_a_file_may_be_uploaded_instead(pengelola: Officer) -> None:
    path, fields = pengelola.filled(pengelola.get(NEW), "Periksa")
    upload = (io.BytesIO(("\ufeff" + SHIPPED + CLOSED).replace("\n", "\r\n").encode()), "kalender.toml")
    page = pengelola.send(path, {**fields, "berkas": upload})
    assert "Kantor tutup: Pemeliharaan gedung MPP" in page.text


def test_a_file_that_is_no_text_is_refused_and_nothing_typed_is_lost(pengelola: Officer) -> None:
    path, fields = pengelola.filled(pengelola.get(NEW), "Periksa", isi=SHIPPED + CLOSED)
    page = pengelola.send(path, {**fields, "berkas": (io.BytesIO(b"\xff\xfe\x00PDF"), "kalender.pdf")})
    assert page.status == 422
    assert "bukan berkas teks" in page.text
    assert "Pemeliharaan gedung MPP" in page.tree.get_element_by_id("isi").text


def test_a_wrong_file_names_the_line_the_cause_and_the_remedy_and_keeps_the_text(
    office: Office, pengelola: Officer
) -> None:
    wrong = SHIPPED.replace('"13:00-14:00"', '"13:00-11:00"', 1)
    page = look(pengelola, wrong)
    assert page.status == 422
    assert "Baris 30: seharusnya jam yang mulai sebelum berakhir, ditemukan '13:00-11:00'." in page.text
    assert "Tukar keduanya" in page.text
    assert 'jumat = ["08:00-11:30", "13:00-11:00"]' in page.text
    assert page.tree.get_element_by_id("isi").text.removeprefix("\n") == wrong
    assert in_force(office) == 1


def test_a_form_that_came_too_late_is_given_back_with_its_text(pengelola: Officer) -> None:
    path, fields = pengelola.filled(pengelola.get(NEW), "Periksa", isi=SHIPPED + CLOSED)
    page = pengelola.send(path, {**fields, "csrf_token": "lama"})
    assert page.status == 400
    assert "Pemeliharaan gedung MPP" in page.tree.get_element_by_id("isi").text


SMALL = 'zona_waktu = "Asia/Makassar"\n[jam_kerja]\nsenin = ["08:00-12:00"]\n'
PERIOD = '[[periode]]\nnama = "A"\ndari = 2026-03-10\nsampai = 2026-03-01\n'
WRONG = {
    "open and closed": SMALL
    + "[[tutup]]\ntanggal = 2026-05-05\nalasan = 'x'\n[[buka]]\ntanggal = 2026-05-05\njam = []\n",
    "no section": 'zona_waktu = "Asia/Makassar"\njam_kerja = 3\n',
    "unknown key": SMALL + "selada = []\n",
    "unknown key like none": SMALL + "qqqqq = []\n",
    "missing key": "[jam_kerja]\nsenin = []\n",
    "no toml": "zona_waktu = ",
    "no zone": SMALL.replace("Asia/Makassar", "Asia/Samarinda"),
    "no zone at all": SMALL.replace("Asia/Makassar", "12345"),
    "no version": "versi = 1.5\n" + SMALL,
    "hours no list": SMALL.replace('["08:00-12:00"]', '"08:00-12:00"'),
    "hours no text": SMALL.replace('["08:00-12:00"]', "[8]"),
    "no time": SMALL.replace("12:00", "12:75"),
    "backwards": SMALL.replace("12:00", "07:00"),
    "overlap": SMALL.replace('"08:00-12:00"', '"08:00-12:00", "11:00-13:00"'),
    "period backwards": SMALL + PERIOD,
    "periods overlap": SMALL + PERIOD.replace("03-01", "03-20") * 2,
    "a date twice": SMALL + "[[tutup]]\ntanggal = 2026-05-05\nalasan = 'x'\n" * 2,
    "no list of sections": SMALL + "[tutup]\ntanggal = 2026-05-05\n",
    "no date": SMALL + "[[tutup]]\ntanggal = 'besok'\nalasan = 'x'\n",
    "no reason": SMALL + "[[tutup]]\ntanggal = 2026-05-05\nalasan = ' '\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_every_refusal_of_a_calendar_has_indonesian_words(app: Flask, name: str) -> None:
    with pytest.raises(CalendarInvalid) as refused:
        resolve(WRONG[name], first_year=2026)
    detail = refused.value.detail
    with app.test_request_context():
        for english in (str(detail["expected"]), str(detail["remedy"])):
            assert calendar_words.said(english) != english
        assert calendar_words.refusal(refused.value, WRONG[name]).what.startswith(("Baris", "Berkas"))


def test_a_new_refusal_in_the_reader_of_calendars_is_given_words_too() -> None:
    """Whoever adds one there adds its words to `calendar_words` and its file to `WRONG`, then counts on."""
    source = (ROOT / "engine" / "definition" / "calendar_file.py").read_text()
    assert source.count(".refuse(") + source.count("raise CalendarInvalid(") == 18


# Hitung ulang ----------------------------------------------------------------


def due_of(office: Office, number: str) -> Any:
    with office.ports.database.read() as connection:
        return connection.scalar(select(timers.c.due_at).where(timers.c.case_number == number))


def test_running_limits_are_shown_first_and_moved_on_request(office: Office, pengelola: Officer) -> None:
    number = office.submit()
    done = pengelola.press(look(pengelola, SHIPPED + CLOSED), "Berlakukan")
    assert "Tenggat yang sudah berjalan belum bergeser" in done.text
    page = pengelola.get(done.link("Hitung ulang tenggat"))
    assert "1 tenggat di 1 pengaduan akan bergeser" in page.text
    cells = [" ".join(cell.text_content().split()) for cell in page.tree.xpath("//tbody//td")]
    assert cells[0] == number
    assert cells[2:] == ["Selasa, 24 November 2026, 11.00 WITA", "Rabu, 25 November 2026, 10.00 WITA"]
    page = pengelola.press(page, "Hitung ulang sekarang")
    assert "1 pengaduan dihitung ulang" in page.text
    assert "Tidak ada tenggat yang akan bergeser" in page.text
    assert due_of(office, number) == datetime(2026, 11, 25, 10, tzinfo=ZONE)


def test_moving_limits_is_refused_once_another_calendar_counts(office: Office, pengelola: Officer) -> None:
    office.submit()
    pengelola.press(look(pengelola, SHIPPED + CLOSED), "Berlakukan")
    page = pengelola.get("/pengelola/kalender/hitung-ulang")
    other = SHIPPED + CLOSED.replace("24", "25")
    deploy_calendar(office.ports.database, other, by="pengelola", at=office.now, note=None, source="cli")
    assert "diganti sejak halaman tadi" in pengelola.press(page, "Hitung ulang sekarang").text


def test_nothing_to_move_is_said(pengelola: Officer) -> None:
    page = pengelola.get("/pengelola/kalender/hitung-ulang?gagal=%3Cb%3E&pindah=x")
    assert "Tidak ada tenggat yang akan bergeser" in page.text
    assert "<b>" not in page.source
