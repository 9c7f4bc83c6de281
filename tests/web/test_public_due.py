"""How much time is left, and why, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from engine.definition.model import Element
from engine.office_hours import Calendar, due, parse_duration, wall_clock_due
from engine.queries.case import rail
from tests.casework import ZONE, Office
from tests.web.officers import an_app
from webapp.due import chip, explain


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(office, tmp_path / "data")
    with app.test_request_context("/"):
        yield app


@pytest.fixture
def calendar(office: Office) -> Calendar:
    with office.ports.database.read() as connection:
        return office.ports.active_calendar(connection)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "text", "tone"),
    [
        ("2026-11-24 09:00", "2 jam kerja lagi", "normal"),
        ("2026-11-24 09:20", "1 jam 40 menit jam kerja lagi", "normal"),
        ("2026-11-24 10:00", "1 jam kerja lagi", "soon"),
        ("2026-11-24 10:15", "45 menit jam kerja lagi", "soon"),
        ("2026-11-24 11:00", "jatuh tempo sekarang", "soon"),
        ("2026-11-24 14:10", "terlambat 2 jam 10 menit", "late"),  # the midday break does not count
        ("2026-11-24 11:00:30", "terlambat", "late"),
    ],
)
@pytest.mark.usefixtures("app")
def test_the_chip_counts_office_time(calendar: Calendar, now: str, text: str, tone: str) -> None:
    said = chip(calendar, local("2026-11-24 11:00"), since=local("2026-11-24 09:00"), now=local(now))
    assert (said.text, said.tone) == (text, tone)


@pytest.mark.usefixtures("app")
def test_after_closing_time_it_is_late_without_minutes(calendar: Calendar) -> None:
    said = chip(
        calendar, local("2026-11-24 16:00"), since=local("2026-11-24 14:00"), now=local("2026-11-24 20:00")
    )
    assert (said.text, said.tone) == ("terlambat", "late")


@pytest.mark.usefixtures("app")
def test_a_timer_that_runs_day_and_night_is_counted_so(calendar: Calendar) -> None:
    start = local("2026-11-24 22:00")
    limit = wall_clock_due(start, parse_duration("PT2H"))
    said = chip(calendar, limit.at, since=start, now=local("2026-11-24 22:30"), wall_clock=True)
    assert said.text == "1 jam 30 menit lagi"
    assert explain(limit.explanation) == "dihitung siang dan malam mulai Selasa 22.00"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2026-11-24 09:00", "dihitung mulai Selasa 09.00, sampai Selasa 11.00"),
        (
            "2026-11-23 18:00",
            "masuk Senin 18.00 di luar jam kerja, dihitung mulai Selasa 08.00, sampai Selasa 10.00",
        ),
        ("2026-11-27 13:15", "dihitung mulai Jumat 13.15, akhir pekan tidak dihitung, sampai Senin 09.15"),
    ],
)
@pytest.mark.usefixtures("app")
def test_the_sentence_says_what_was_counted(calendar: Calendar, start: str, words: str) -> None:
    assert explain(due(calendar, local(start), parse_duration("PT2H")).explanation) == words


@pytest.mark.usefixtures("app")
def test_the_sentence_names_a_holiday(calendar: Calendar) -> None:
    waited = due(calendar, local("2026-12-24 07:00"), parse_duration("PT2H")).explanation
    assert explain(waited) == (
        "masuk Kamis 07.00 di luar jam kerja, Kamis 24 Desember libur (Cuti Bersama Hari Raya Natal), "
        "Jumat 25 Desember libur (Hari Raya Natal), akhir pekan tidak dihitung, dihitung mulai Senin 08.00, "
        "sampai Senin 10.00"
    )
    between = due(calendar, local("2026-12-23 15:00"), parse_duration("PT2H")).explanation
    assert "dihitung mulai Rabu 15.00, Kamis 24 Desember libur" in explain(between)


class Done:
    """An activation that has ended; open without `ended`."""

    def __init__(self, element: Element, created: int, ended: int | None) -> None:
        self.element = element
        self.created = datetime(2026, 11, 24, created, tzinfo=ZONE)
        self.ended = None if ended is None else datetime(2026, 11, 24, ended, tzinfo=ZONE)
        self.ended_how = None if ended is None else "completed"


def test_on_the_rail_a_branch_finished_beside_an_open_one_is_done(office: Office) -> None:
    with office.ports.database.read() as connection:
        definition = office.ports.active_definition(connection, "pengaduan_mpp")
    first, second, third, *_ = definition.user_tasks()
    steps = rail(definition, [Done(first, 8, 9), Done(second, 9, None), Done(third, 9, 10)])
    assert [step.state for step in steps[:4]] == ["done", "now", "done", "future"]


def test_on_the_rail_what_lies_ahead_after_a_loop_is_to_come_again(office: Office) -> None:
    with office.ports.database.read() as connection:
        definition = office.ports.active_definition(connection, "pengaduan_mpp")
    first, second, third, *_ = definition.user_tasks()
    steps = rail(
        definition, [Done(first, 8, 9), Done(second, 9, 10), Done(third, 10, 11), Done(second, 11, None)]
    )
    assert [(step.state, step.times) for step in steps[:3]] == [("done", 1), ("now", 2), ("future", 1)]
