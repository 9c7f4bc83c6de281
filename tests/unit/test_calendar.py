"""The calendar file: what the shipped one resolves to, and how a wrong one is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.definition.calendar import content_hash, resolve
from engine.errors import CalendarInvalid
from engine.office_hours import Calendar, Duration, due, spans

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "processes" / "kalender.toml").read_text(encoding="utf-8")

SMALL = """
zona_waktu = "Asia/Makassar"

[jam_kerja]
senin = ["08:00-12:00", "13:00-16:00"]
"""


def calendar_of(text: str, first_year: int = 2026, years: int = 3) -> Calendar:
    return resolve(text, first_year=first_year, years=years).calendar


def hours_of(calendar: Calendar, day: date) -> list[str]:
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in spans(calendar, day)]


def refusal_of(text: str) -> CalendarInvalid:
    with pytest.raises(CalendarInvalid) as refused:
        resolve(text, first_year=2026)
    return refused.value


# The shipped file


def test_the_shipped_week_is_the_offices_week() -> None:
    calendar = calendar_of(SHIPPED)
    monday = date(2026, 11, 23)
    week = [hours_of(calendar, monday + timedelta(days=n)) for n in range(7)]
    assert week == [["08:00-12:00", "13:00-16:00"]] * 4 + [["08:00-11:30", "13:00-14:00"], [], []]
    assert calendar.timezone == "Asia/Makassar"
    assert calendar.version == "2026-1"


def test_ramadan_2026_has_its_hours_on_its_dates_only() -> None:
    calendar = calendar_of(SHIPPED)
    assert hours_of(calendar, date(2026, 2, 18)) == ["08:00-12:00", "13:00-16:00"]
    assert hours_of(calendar, date(2026, 2, 19)) == ["08:00-12:00", "12:30-15:00"]
    assert hours_of(calendar, date(2026, 2, 20)) == ["08:00-11:30", "13:00-14:00"]
    assert hours_of(calendar, date(2026, 3, 17)) == ["08:00-12:00", "12:30-15:00"]
    assert hours_of(calendar, date(2026, 3, 25)) == ["08:00-12:00", "13:00-16:00"]


def test_the_holidays_of_2026_are_those_of_the_joint_decree() -> None:
    """SKB 3 Menteri 1497, 2 and 5 of 2025: 17 holidays, 8 days of cuti bersama."""
    closed = {day: name for day, name in calendar_of(SHIPPED).closed.items() if day.year == 2026}
    joint = [day for day, name in closed.items() if name.startswith("Cuti Bersama")]
    assert len(closed) == 17 + 8
    assert joint == [
        date(2026, 2, 16),
        date(2026, 3, 18),
        date(2026, 3, 20),
        date(2026, 3, 23),
        date(2026, 3, 24),
        date(2026, 5, 15),
        date(2026, 5, 28),
        date(2026, 12, 24),
    ]
    assert closed[date(2026, 8, 25)] == "Maulid Nabi Muhammad"


def test_every_date_of_the_years_is_in_exactly_one_period() -> None:
    periods = calendar_of(SHIPPED).periods
    assert periods[0].first == date(2026, 1, 1)
    assert periods[-1].last == date(2028, 12, 31)
    for before, after in pairwise(periods):
        assert after.first == before.last + timedelta(days=1)
    assert [period.name for period in periods] == ["", "Ramadan 1447 H", ""]


def test_a_period_that_crosses_the_first_or_last_day_is_cut_there() -> None:
    text = SMALL + '[[periode]]\nnama = "Akhir tahun"\ndari = 2025-12-15\nsampai = 2026-01-15\n'
    calendar = calendar_of(text)
    assert calendar.periods[0].first == date(2026, 1, 1)
    assert calendar.periods[0].last == date(2026, 1, 15)
    assert [period.name for period in calendar_of(text, 2027).periods] == [""]
    assert calendar_of(text, 2025, 1).periods[-1].last == date(2025, 12, 31)


def test_a_year_without_known_joint_leave_warns() -> None:
    warnings = resolve(SHIPPED, first_year=2026).warnings
    assert any(w.startswith("2028: cuti bersama belum diketahui") for w in warnings)
    assert not any(w.startswith(("2026: cuti", "2027: cuti")) for w in warnings)


def test_estimated_dates_warn_and_are_marked_by_name() -> None:
    resolved = resolve(SHIPPED, first_year=2026)
    (warning,) = (w for w in resolved.warnings if w.startswith("2027: tanggal masih perkiraan"))
    assert "2027-03-10 Hari Raya Idul Fitri" in warning
    assert resolved.calendar.closed[date(2027, 3, 10)].endswith("(perkiraan)")
    assert not any(w.startswith("2026") for w in resolved.warnings)


def test_names_are_indonesian_whatever_the_locale_of_the_machine() -> None:
    program = (
        "from pathlib import Path; from engine.definition.calendar import resolve, content_hash; "
        "print(content_hash(resolve(Path('processes/kalender.toml').read_text('utf-8'), first_year=2026).calendar))"
    )
    environment = {**os.environ, "LANGUAGE": "en_US", "LANG": "en_US.UTF-8", "LC_ALL": "C.UTF-8"}
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == content_hash(calendar_of(SHIPPED))


def test_the_example_entries_of_the_shipped_file_work_when_their_marks_are_removed() -> None:
    marked = r"^# (?=\[\[(?:tutup|bukan_libur|buka)\]\]|(?:tanggal|alasan|jam) +=)"
    calendar = calendar_of(re.sub(marked, "", SHIPPED, flags=re.MULTILINE))
    assert calendar.closed[date(2026, 11, 30)] == "Pemeliharaan gedung MPP"
    assert hours_of(calendar, date(2026, 12, 24)) == ["08:00-12:00", "13:00-16:00"]
    assert hours_of(calendar, date(2026, 12, 5)) == ["08:00-12:00"]


def test_the_ramadan_2027_placeholder_works_when_its_marks_are_removed() -> None:
    head, mark, tail = SHIPPED.partition("# [[periode]]")
    block, blank, rest = tail.partition("\n\n")
    calendar = calendar_of(head + mark.removeprefix("# ") + block.replace("\n# ", "\n") + blank + rest)
    assert hours_of(calendar, date(2027, 2, 9)) == ["08:00-12:00", "12:30-15:00"]


# The office's own entries


def test_an_opened_holiday_is_open_and_a_closing_has_its_reason() -> None:
    text = SMALL + (
        '[[buka]]\ntanggal = 2026-08-17\njam = ["09:00-10:00"]\n'
        '[[tutup]]\ntanggal = 2026-11-30\nalasan = "Pemeliharaan"\n'
    )
    calendar = calendar_of(text)
    assert hours_of(calendar, date(2026, 8, 17)) == ["09:00-10:00"]
    assert calendar.closed[date(2026, 11, 30)] == "Pemeliharaan"
    start = datetime(2026, 11, 29, 9, tzinfo=ZoneInfo("Asia/Makassar"))
    skipped = due(calendar, start, Duration(0, 60)).explanation.skipped
    assert "Pemeliharaan" in [entry.name for entry in skipped]


def test_a_reopened_date_that_is_no_holiday_warns() -> None:
    text = SMALL + '[[bukan_libur]]\ntanggal = 2026-11-24\nalasan = "salah ketik"\n'
    assert any(w.startswith("2026-11-24: tertulis di") for w in resolve(text, first_year=2026).warnings)


def test_a_date_after_the_years_warns_and_one_before_them_is_history() -> None:
    text = SMALL + (
        '[[tutup]]\ntanggal = 2062-11-30\nalasan = "salah tahun"\n'
        '[[tutup]]\ntanggal = 2021-11-30\nalasan = "sudah lewat"\n'
    )
    resolved = resolve(text, first_year=2026)
    assert any(w.startswith("2062-11-30: setelah") for w in resolved.warnings)
    assert not any("2021" in w for w in resolved.warnings)
    assert {day.year for day in resolved.calendar.closed} == {2026, 2027, 2028}


def test_hours_may_be_written_with_dots_and_in_any_order() -> None:
    text = SMALL.replace('"08:00-12:00", "13:00-16:00"', '"13.00 – 16.00", "8.00-12.00"')
    assert hours_of(calendar_of(text), date(2026, 11, 23)) == ["08:00-12:00", "13:00-16:00"]


def test_a_day_may_last_until_midnight() -> None:
    text = SMALL.replace('"13:00-16:00"', '"13:00-24:00"')
    assert hours_of(calendar_of(text), date(2026, 11, 23)) == ["08:00-12:00", "13:00-00:00"]


def test_a_file_saved_with_a_byte_order_mark_and_windows_line_ends_is_read() -> None:
    assert content_hash(calendar_of("\ufeff" + SMALL.replace("\n", "\r\n"))) == content_hash(
        calendar_of(SMALL)
    )


# Storing


def test_a_resolved_calendar_survives_json() -> None:
    calendar = calendar_of(SHIPPED)
    assert Calendar.from_json(json.loads(json.dumps(calendar.to_json()))) == calendar


def test_the_hash_follows_the_content_and_not_the_version() -> None:
    first = content_hash(calendar_of(SMALL))
    assert len(first) == 64
    assert content_hash(calendar_of('versi = "lain"\n' + SMALL)) == first
    assert content_hash(calendar_of("# catatan\n" + SMALL)) == first
    assert content_hash(calendar_of(SMALL.replace("16:00", "15:59"))) != first


# Refusals: place, cause, remedy

WRONG = {
    "bad TOML": (SMALL.replace('16:00"]', '16:00"'), None, "found: ", "Look there"),
    "a quotation mark missing": (SMALL.replace('16:00"]', "16:00]"), 5, "TOML", "quotation"),
    "a date that does not exist": (
        SMALL + '[[tutup]]\ntanggal = 2026-02-30\nalasan = "x"\n',
        7,
        "Invalid date",
        "a date that does not exist",
    ),
    "a quoted date that does not exist": (
        SMALL + '[[tutup]]\ntanggal = "2026-02-30"\nalasan = "x"\n',
        7,
        "2026-02-30",
        "a day that exists",
    ),
    "a time where a date belongs": (
        SMALL + '[[tutup]]\ntanggal = 2026-02-20T10:00:00\nalasan = "x"\n',
        7,
        "a date such as",
        "year-month-day",
    ),
    "an unknown time zone": (SMALL.replace("Makassar", "Makasar"), 2, "Asia/Makasar", "'Asia/Makassar'"),
    "a time zone that is a path": (SMALL.replace("Asia/Makassar", "../etc"), 2, "../etc", "Makassar"),
    "no time zone": (SMALL.replace("zona_waktu", "# zona_waktu"), None, "'zona_waktu'", "Add a line"),
    "no ordinary hours": ('zona_waktu = "Asia/Makassar"\n', None, "'jam_kerja'", "Add a line"),
    "hours that are no section": (
        'zona_waktu = "Asia/Makassar"\njam_kerja = 8\n',
        None,
        "found 8",
        "shipped",
    ),
    "an unknown weekday": (SMALL.replace("senin", "sening"), 5, "'sening'", "Did you mean 'senin'"),
    "an English weekday": (SMALL.replace("senin", "wednesday"), 5, "'wednesday'", "name"),
    "an unknown section": (SMALL + "[liburan]\n", 6, "'liburan'", "Remove it"),
    "reversed hours": (SMALL.replace("13:00-16:00", "16:00-13:00"), 5, "16:00-13:00", "Exchange"),
    "empty hours": (SMALL.replace("13:00-16:00", "13:00-13:00"), 5, "13:00-13:00", "Exchange"),
    "overlapping hours": (SMALL.replace("13:00-16:00", "11:00-16:00"), 5, "11:00-16:00", "before the next"),
    "a time after midnight": (SMALL.replace("16:00", "24:01"), 5, "24:01", "Correct the time"),
    "a minute that does not exist": (SMALL.replace("16:00", "15:75"), 5, "15:75", "Correct the time"),
    "hours in words": (SMALL.replace("13:00-16:00", "siang"), 5, "'siang'", "08:00-12:00"),
    "hours that are no list": (
        SMALL.replace('["08:00-12:00", "13:00-16:00"]', '"08-12"'),
        5,
        "08-12",
        "between",
    ),
    "a period that ends before it begins": (
        SMALL + '[[periode]]\nnama = "R"\ndari = 2026-03-19\nsampai = 2026-02-19\n',
        9,
        "2026-03-19 to 2026-02-19",
        "Exchange",
    ),
    "a period without its last date": (
        SMALL + '[[periode]]\nnama = "R"\ndari = 2026-03-19\n',
        6,
        "'sampai'",
        "Add a line",
    ),
    "overlapping periods": (
        SMALL
        + '[[periode]]\nnama = "B"\ndari = 2026-03-01\nsampai = 2026-04-01\n'
        + '[[periode]]\nnama = "A"\ndari = 2026-02-01\nsampai = 2026-03-01\n',
        6,
        "'B' from 2026-03-01 while 'A' lasts until 2026-03-01",
        "Let one end",
    ),
    "a single bracket": (SMALL + "[tutup]\ntanggal = 2026-11-30\n", 6, "[[tutup]]", "double brackets"),
    "a closing without a reason": (SMALL + "[[tutup]]\ntanggal = 2026-11-30\n", 6, "'alasan'", "Add a line"),
    "an empty reason": (SMALL + '[[tutup]]\ntanggal = 2026-11-30\nalasan = " "\n', 8, "' '", "Say what"),
    "the same date twice": (
        SMALL + '[[tutup]]\ntanggal = 2026-11-30\nalasan = "a"\n' * 2,
        9,
        "2026-11-30 again",
        "Remove one",
    ),
    "a date both open and closed": (
        SMALL
        + '[[tutup]]\ntanggal = 2026-11-30\nalasan = "a"\n'
        + '[[buka]]\ntanggal = 2026-11-30\njam = ["08:00-09:00"]\n',
        9,
        "also in [[tutup]]",
        "Remove one",
    ),
    "a version that is no name": ("versi = [1]\n" + SMALL, 1, "[1]", "quotation marks"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_place_cause_and_remedy(case: str) -> None:
    text, line, cause, remedy = WRONG[case]
    refused = refusal_of(text)
    if line is not None:
        assert refused.detail["line"] == line
        assert f"line {line}" in refused.message
    assert refused.detail["place"]
    assert cause in refused.message
    assert remedy in str(refused.detail["remedy"])


def test_a_file_nested_to_exhaust_the_reader_is_refused() -> None:
    assert "nested too deeply" in refusal_of("a = " + "[" * 100_000).message


@pytest.mark.parametrize(("first_year", "years"), [(2026, 0), (1900, 3), (2099, 5)])
def test_years_without_known_holidays_are_refused(first_year: int, years: int) -> None:
    with pytest.raises(CalendarInvalid, match="holidays are known"):
        resolve(SMALL, first_year=first_year, years=years)
