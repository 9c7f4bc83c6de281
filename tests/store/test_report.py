"""The report's figures, against a computation by hand over every case and task."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.definition.deploy_calendar import deploy_calendar
from engine.identity.policy import Actor
from engine.office_hours import elapsed
from engine.queries.report import Report, Span, Stays, report
from engine.queries.report_cases import NONE, Figure, cases_behind
from engine.store.tables import cases, incidents, work_items
from tests.casework import ROOT, ZONE, Office, second_version

SHIPPED = (ROOT / "processes" / "kalender.toml").read_text()
AUDITOR = Actor("auditor", frozenset({"auditor"}))
SUPERVISOR = Actor("sekretariat", frozenset({"sekretariat"}))
NOVEMBER = Span(datetime(2026, 11, 1, tzinfo=ZONE), datetime(2026, 12, 1, tzinfo=ZONE))


@pytest.fixture
def busy(office: Office) -> Office:
    """Cases that ended, loop, are late or stand still, one that was submitted earlier, and one of December."""
    office.at("2026-10-29 09:00")
    office.submit()
    office.at("2026-11-02 08:30")
    numbers = [office.submit(kategori=k) for k in ("pelayanan_loket", "pelayanan_loket", "Lain sekali")]
    for n, number in enumerate(numbers):
        office.wait(minutes=35)
        office.complete(number)
        office.wait(hours=3 * n, minutes=7, seconds=3.25)
        office.sweep(number)
        office.run_to(number, "Langkah_8")
        office.wait(minutes=11)
        if n == 0:
            for _ in range(2):
                office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum selesai juga.")
                office.wait(minutes=11)
                office.run_to(number, "Langkah_8")
        if n < 2:
            office.complete(number, tanggapan="selesai")
    office.at("2026-11-24 09:00")
    office.submit(kanal="telepon")
    office.submit()
    office.at("2026-12-01 00:00")
    office.submit()
    office.at("2026-12-01 10:00")
    return office


def figures(office: Office, actor: Actor = AUDITOR, span: Span = NOVEMBER) -> Report:
    with office.ports.database.read() as connection:
        return report(office.ports, connection, actor, span, office.now)


def by_hand(office: Office) -> tuple[list[Any], dict[str, list[Any]]]:
    """November's cases, and their tasks by step without the submission."""
    with office.ports.database.read() as connection:
        all_cases = connection.execute(select(cases)).all()
        all_items = connection.execute(select(work_items)).all()
        definition = office.ports.active_definition(connection, "pengaduan_mpp")
    mine = [c for c in all_cases if NOVEMBER.first <= c.submitted_at < NOVEMBER.end]
    numbers = {c.number for c in mine}
    steps: dict[str, list[Any]] = {}
    for item in all_items:
        if item.case_number in numbers and item.element != definition.entry:
            steps.setdefault(item.element, []).append(item)
    return mine, steps


def naive(office: Office, items: list[Any]) -> Stays:
    with office.ports.database.read() as connection:
        calendar = office.ports.active_calendar(connection)
    late = [i for i in items if i.overdue or (i.due_at and (i.ended_at or office.now) > i.due_at)]
    ended = [i for i in items if i.ended_at]
    times = sorted(elapsed(calendar, i.created_at, i.ended_at) for i in ended)

    def least(percent: int) -> timedelta | None:
        return times[ceil(len(times) * percent / 100) - 1] if times else None

    in_time = len([i for i in ended if i not in late])
    return Stays(len(items), in_time, len(late), least(50), least(90))


def test_every_step_and_lane_is_as_counted_by_hand(busy: Office) -> None:
    found = figures(busy)
    mine, steps = by_hand(busy)
    assert {s.element.id: s.stays for s in found.steps} == {id: naive(busy, i) for id, i in steps.items()}
    lanes: dict[str, list[Any]] = {}
    for one in found.steps:
        assert one.element.lane is not None
        lanes.setdefault(one.element.lane.name, []).extend(steps[one.element.id])
    assert {one.name: one.stays for one in found.lanes} == {n: naive(busy, i) for n, i in lanes.items()}
    assert sum(one.stays.late for one in found.steps) > 2
    assert len(mine) == 5


def test_a_task_is_measured_by_the_calendar_that_its_own_timer_took(office: Office) -> None:
    number = office.submit()
    closed_today = '\n[[tutup]]\ntanggal = 2026-11-24\nalasan = "Pemilihan kepala daerah"\n'
    deploy_calendar(
        office.ports.database, SHIPPED + closed_today, by="pengelola", at=office.now, note=None, source="web"
    )
    for _ in range(2):
        office.wait(hours=1)
        office.complete(number)
    stays = {one.element.id: one.stays.median for one in figures(office).steps}
    assert (stays["Langkah_2"], stays["Langkah_3"]) == (timedelta(hours=1), timedelta())


def test_a_calendar_that_says_the_same_of_the_period_changes_nothing(busy: Office) -> None:
    before = figures(busy)
    later = '\n[[tutup]]\ntanggal = 2027-03-02\nalasan = "Rapat kerja"\n'
    deploy_calendar(
        busy.ports.database, SHIPPED + later, by="pengelola", at=busy.now, note=None, source="web"
    )
    assert figures(busy) == before


def test_each_version_of_the_process_has_its_own_figures(busy: Office, tmp_path: Path) -> None:
    before = figures(busy)
    second_version(busy, tmp_path)
    busy.at("2026-11-25 09:00")
    number = busy.submit()
    busy.wait(minutes=5)
    busy.complete(number)
    old, new = figures(busy).versions
    assert (old.definition.version, old.cases, old.steps) == (1, before.cases, before.versions[0].steps)
    assert (new.definition.version, new.cases) == (2, 1)
    assert new.steps["Langkah_2"] == Stays(1, 1, 0, timedelta(minutes=5), timedelta(minutes=5))


def test_the_totals_are_as_counted_by_hand(busy: Office) -> None:
    found = figures(busy)
    assert (found.cases, found.ended, found.open) == (5, 2, 3)
    assert found.repeated == 1
    mine, steps = by_hand(busy)
    overdue = {
        i.case_number
        for items in steps.values()
        for i in items
        if not i.ended_at and (i.overdue or (i.due_at and busy.now > i.due_at))
    }
    assert found.overdue == len(overdue) > 0
    ratings = [c.rating for c in mine if c.rating is not None]
    assert found.rated == len(ratings)
    assert found.rating == (sum(ratings) / len(ratings) if ratings else None)
    assert {s.value: s.count for s in found.categories} == {"pelayanan_loket": 4, "lain": 1}
    assert {s.value: s.count for s in found.channels} == {"loket_mpp": 4, "telepon": 1}
    assert [s.count for s in found.endings] == [2]


def test_a_period_begins_and_ends_at_midnight_of_the_office(busy: Office) -> None:
    december = Span(NOVEMBER.end, datetime(2027, 1, 1, tzinfo=ZONE))
    assert figures(busy, span=december).cases == 1
    assert figures(busy, span=Span(december.end, december.end)).steps == ()


def test_an_incident_is_counted_with_its_case(busy: Office) -> None:
    mine, _steps = by_hand(busy)
    busy.tampered = True  # a row that no command wrote
    with busy.ports.database.write() as connection:
        connection.execute(
            incidents.insert().values(
                id="K-ABCDEF", case_number=mine[0].number, opened_at=busy.now, what="complete",
                error_code="fault", message="x", actor="sistem",
            )
        )  # fmt: skip
    assert figures(busy).incidents == 1


def test_every_figure_leads_to_as_many_cases_as_it_counts(busy: Office) -> None:
    found = figures(busy)

    def behind(**of: Any) -> int:
        with busy.ports.database.read() as connection:
            figure = Figure(**of)
            listed = cases_behind(busy.ports, connection, AUDITOR, NOVEMBER, busy.now, figure, 1)
        if figure.step:
            kinds = {None: "count", "late": "late", "in_time": "in_time"}
            stays = next(one.stays for one in found.steps if one.key == figure.step)
            assert listed.tasks == getattr(stays, kinds[figure.stay])
        assert len(listed.rows) == listed.total
        return listed.total

    assert behind() == found.cases
    assert behind(state="ended") == found.ended
    assert behind(state="open") == found.open
    assert behind(state="overdue") == found.overdue
    assert behind(state="repeated") == found.repeated
    assert behind(state="rated") == found.rated
    assert behind(state="incident") == found.halted
    for name, shares in (
        ("category", found.categories),
        ("channel", found.channels),
        ("outcome", found.endings),
    ):
        for share in shares:
            assert behind(**{name: share.value or NONE}) == share.count
    _mine, steps = by_hand(busy)
    [version] = found.versions
    assert (version.cases, behind(version=version.definition.id)) == (found.cases, found.cases)
    assert version.steps == {one.element.id: one.stays for one in found.steps}
    for one in found.steps:
        items = steps[one.element.id]
        assert behind(step=one.key) == len({i.case_number for i in items})
        late = {
            i.case_number for i in items if i.overdue or (i.due_at and (i.ended_at or busy.now) > i.due_at)
        }
        assert behind(step=one.key, stay="late") == len(late)
        assert (behind(step=one.key, stay="in_time") > 0) == (one.stays.in_time > 0)
    assert sum(behind(lane=one.name) > 0 for one in found.lanes) == len(found.lanes)


def test_only_cases_that_the_asker_may_read_are_counted(busy: Office) -> None:
    number = busy.open_items
    mine, _steps = by_hand(busy)
    fresh = next(c.number for c in mine if len(number(c.number)) and "Langkah_2" in number(c.number)[0])
    busy.complete(
        fresh,
        lingkup="berkadar_pengawasan",
        alasan="Dugaan pungutan",
        tujuan_rujukan="Inspektorat",
        konfirmasi_akhir=True,
    )
    assert figures(busy, AUDITOR).cases == 5
    assert figures(busy, SUPERVISOR).cases == 4
