"""*Hitung ulang*: a new calendar moves nothing by itself; counted anew, limits run by the one in force."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select, update

from engine.definition.deploy_calendar import deploy_calendar
from engine.errors import NotAllowed
from engine.history.log import read
from engine.runtime.recount import Recounted, plan, recount
from engine.store import timers as timer_rows
from engine.store import users
from engine.store.tables import cases, timers, work_items
from tests.casework import ROOT, ZONE, Office

SHIPPED = (ROOT / "processes" / "kalender.toml").read_text()


def deploy_with(office: Office, more: str) -> int:
    """The shipped calendar with something more in it, in force from now on; gives its version."""
    done = deploy_calendar(
        office.ports.database, SHIPPED + more, by="pengelola", at=office.now, note=None, source="web"
    )
    return int(done.calendar.version)


def closed_on(day: str) -> str:
    return f'\n[[tutup]]\ntanggal = {day}\nalasan = "Pemilihan kepala daerah"\n'


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due_of(office: Office, number: str) -> tuple[datetime, datetime | None]:
    """When the case's pending timer is due, and its open task, as the rows have it."""
    with office.ports.database.read() as connection:
        timer = connection.scalar(
            select(timers.c.due_at).where(timers.c.case_number == number, timers.c.status == "pending")
        )
        item = connection.scalar(
            select(work_items.c.due_at).where(
                work_items.c.case_number == number, work_items.c.ended_at.is_(None)
            )
        )
    assert timer is not None
    return timer, item


def move_all(office: Office, *, most: int = 100, id: str = "h-1", actor: str = "pengelola") -> Recounted:
    with office.ports.database.read() as connection:
        found = plan(office.ports, connection)
    return recount(
        office.ports,
        found.cases,
        calendar=found.calendar,
        actor=actor,
        source="web",
        command_id=id,
        most=most,
    )


def test_a_new_calendar_moves_nothing_by_itself(office: Office) -> None:
    number = office.submit()
    before = due_of(office, number)
    deploy_with(office, closed_on("2026-11-24"))
    assert due_of(office, number) == before


def test_the_plan_says_what_would_move_and_moves_nothing(office: Office) -> None:
    number = office.submit()
    version = deploy_with(office, closed_on("2026-11-24"))
    with office.ports.database.read() as connection:
        found = plan(office.ports, connection)
    [move] = found.moves
    assert (found.calendar, found.cases, found.looked_at) == (version, (number,), 1)
    assert (move.case, move.before, move.after) == (
        number,
        local("2026-11-24 11:00"),
        local("2026-11-25 10:00"),
    )
    assert move.step == "Menerima laporan pengaduan dan meneruskan ke Admin OPD"
    assert due_of(office, number)[0] == local("2026-11-24 11:00")


def test_counted_anew_a_limit_runs_from_its_own_start_under_the_calendar_in_force(office: Office) -> None:
    number = office.submit()
    office.at("2026-11-24 10:30")
    version = deploy_with(office, closed_on("2026-11-24"))
    assert move_all(office).moved == (number,)
    assert due_of(office, number) == (local("2026-11-25 10:00"), local("2026-11-25 10:00"))
    with office.ports.database.read() as connection:
        happened = read(connection, number)[-2:]
        row = connection.execute(
            select(timers.c.calendar_version, timers.c.next_try).where(timers.c.case_number == number)
        ).one()
    assert [event.type for event in happened] == ["timers:recounted", "timer:moved"]
    assert (happened[0].actor, happened[0].payload["calendar"]) == ("pengelola", version)
    assert tuple(row) == (version, local("2026-11-25 10:00"))


def test_what_was_moved_is_not_found_again(office: Office) -> None:
    office.submit()
    deploy_with(office, closed_on("2026-11-24"))
    move_all(office)
    with office.ports.database.read() as connection:
        assert plan(office.ports, connection).moves == ()


def test_a_limit_that_the_new_calendar_does_not_change_stays_out_of_the_plan(office: Office) -> None:
    office.submit()
    deploy_with(office, closed_on("2026-12-10"))
    with office.ports.database.read() as connection:
        found = plan(office.ports, connection)
    assert (found.moves, found.looked_at) == ((), 1)


def test_a_new_due_instant_in_the_past_is_fired_by_the_ordinary_sweep(office: Office) -> None:
    office.at("2026-11-23 15:30")
    deploy_with(office, closed_on("2026-11-24"))
    number = office.submit()  # due on Wednesday at 09:30, as Tuesday is closed
    office.at("2026-11-24 10:00")
    deploy_with(office, "")  # Tuesday is a working day after all
    assert move_all(office).moved == (number,)
    assert due_of(office, number)[0] == local("2026-11-24 09:30")
    with office.ports.database.read() as connection:
        assert timer_rows.cases_to_try(connection, office.now, 10) == [number]
    office.sweep(number)
    assert office.state(number).work_items["Langkah_2:1"].overdue


def test_what_is_due_already_is_left_to_fire_as_it_was_promised(office: Office) -> None:
    office.submit()
    office.at("2026-11-24 11:30")
    deploy_with(office, closed_on("2026-11-24"))
    with office.ports.database.read() as connection:
        assert plan(office.ports, connection).looked_at == 0


def test_a_halted_case_is_named_and_left_alone(office: Office) -> None:
    number, other = office.submit(), office.submit()
    deploy_with(office, closed_on("2026-11-24"))
    office.tampered = True
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == number).values(status="halted"))
    with office.ports.database.read() as connection:
        found = plan(office.ports, connection)
    assert (found.halted, found.cases) == ((number,), (other,))


def test_a_case_whose_limit_lies_beyond_the_calendar_is_named_and_left_alone(office: Office) -> None:
    office.submit()
    every_day = "".join(
        f"\n[[tutup]]\ntanggal = {date.fromordinal(day)}\nalasan = 'Tutup'\n"
        for day in range(date(2026, 11, 24).toordinal(), date(2028, 1, 1).toordinal())
    )
    deploy_with(office, every_day)
    with office.ports.database.read() as connection:
        found = plan(office.ports, connection)
    assert len(found.beyond) == 1
    assert (found.moves, found.cases) == ((), ())


def test_one_case_that_cannot_be_moved_stops_no_other(office: Office) -> None:
    with office.ports.database.write() as connection:
        users.set_groups(connection, "pengelola", ["pengelola"])
    first, own, last = (office.submit() for _ in range(3))
    office.tampered = True
    with office.ports.database.write() as connection:  # as if the Pengelola had complained themselves
        connection.execute(update(cases).where(cases.c.number == own).values(own_of="pengelola"))
    deploy_with(office, closed_on("2026-11-24"))
    done = move_all(office)
    assert done.moved == (first, last)
    assert done.failed == ((own, NotAllowed.code),)


def test_the_rest_waits_when_only_some_are_asked_for(office: Office) -> None:
    numbers = [office.submit() for _ in range(3)]
    deploy_with(office, closed_on("2026-11-24"))
    assert move_all(office, most=2).moved == tuple(numbers[:2])
    assert move_all(office, most=2, id="h-2").moved == (numbers[2],)


def test_a_calendar_that_was_replaced_meanwhile_moves_nothing(office: Office) -> None:
    number = office.submit()
    version = deploy_with(office, closed_on("2026-11-24"))
    deploy_with(office, closed_on("2026-11-25"))
    done = recount(
        office.ports, [number], calendar=version, actor="pengelola", source="web", command_id="h", most=9
    )
    assert done == Recounted((), (), superseded=True)
    assert due_of(office, number)[0] == local("2026-11-24 11:00")


def test_who_may_not_recount_moves_nothing(office: Office) -> None:
    number = office.submit()
    deploy_with(office, closed_on("2026-11-24"))
    done = move_all(office, actor="auditor")
    assert done.failed == ((number, "not_allowed"),)
    assert due_of(office, number)[0] == local("2026-11-24 11:00")


def test_a_limit_that_runs_day_and_night_never_moves(office: Office) -> None:
    office.submit()
    deploy_with(office, closed_on("2026-11-24"))
    office.tampered = True
    with office.ports.database.write() as connection:
        [row] = connection.execute(select(timers.c.id, timers.c.explanation)).all()
        wall = {**row.explanation, "clock": "wall"}
        connection.execute(update(timers).where(timers.c.id == row.id).values(explanation=wall))
    with office.ports.database.read() as connection:
        assert plan(office.ports, connection).moves == ()
        assert connection.scalar(select(func.count()).select_from(timers)) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_sent_again_under_the_same_id_it_is_recorded_once(office: Office, times: int) -> None:
    number = office.submit()
    version = deploy_with(office, closed_on("2026-11-24"))
    for _ in range(times):
        done = recount(
            office.ports, [number], calendar=version, actor="pengelola", source="web", command_id="h", most=9
        )
        assert done.moved == (number,)
    with office.ports.database.read() as connection:
        assert [e.type for e in read(connection, number)].count("timers:recounted") == 1
