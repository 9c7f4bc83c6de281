"""The sweeper on both databases: what is due is fired, once, whatever happens beside it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from engine.commands import RetryIncident
from engine.history import log
from engine.jobs.embedded import INTERVAL, Repeating
from engine.jobs.sweeper import sweep, until_next_due
from engine.store.tables import cases, incidents, timers
from engine.store.timers import cases_to_try
from tests.casework import Office

LIMIT = timedelta(hours=2)


def overdue(office: Office, number: str) -> bool:
    return any(item.overdue for item in office.state(number).work_items.values())


def fired(office: Office, number: str) -> int:
    with office.ports.database.read() as connection:
        return sum(event.type == "timer:fired" for event in log.read(connection, number))


def test_a_sweep_fires_the_timer_that_is_due(office: Office) -> None:
    number = office.submit()
    office.wait(hours=2)
    assert sweep(office.ports) == 1
    assert overdue(office, number)


def test_a_sweep_fires_nothing_a_minute_before_it_is_due(office: Office) -> None:
    number = office.submit()
    office.wait(hours=1, minutes=59)
    assert sweep(office.ports) == 0
    assert not overdue(office, number)


def test_a_second_sweep_finds_nothing_left_to_do(office: Office) -> None:
    number = office.submit()
    office.wait(hours=2)
    sweep(office.ports)
    assert sweep(office.ports) == 0
    assert fired(office, number) == 1


def test_two_sweepers_at_once_fire_each_timer_once(office: Office) -> None:
    numbers = [office.submit() for _ in range(5)]
    office.wait(hours=2)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: sweep(office.ports), range(4)))
    assert [fired(office, number) for number in numbers] == [1] * 5


def test_a_case_that_cannot_be_read_keeps_no_other_waiting(office: Office) -> None:
    office.tampered = True
    broken, whole = office.submit(), office.submit()
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == broken).values(state=b"{}"))
    office.wait(hours=2)
    assert sweep(office.ports) == 1
    assert overdue(office, whole)


def test_a_failure_that_cannot_even_be_recorded_keeps_no_other_waiting(office: Office) -> None:
    office.tampered = True
    broken, whole = office.submit(), office.submit()
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == broken).values(state=b"{}"))
        incidents.drop(connection)
    office.wait(hours=2)
    assert sweep(office.ports) == 1
    assert overdue(office, whole)


def test_a_case_that_cannot_be_read_is_tried_three_times_and_then_left_alone(office: Office) -> None:
    office.tampered = True
    broken = office.submit()
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == broken).values(state=b"{}"))
    office.wait(hours=2)
    for _ in range(8):
        sweep(office.ports)
        office.wait(minutes=5)
    with office.ports.database.read() as connection:
        assert len(connection.execute(select(incidents)).all()) == 3
        assert connection.scalar(select(timers.c.next_try).where(timers.c.case_number == broken)) is None


def test_a_halted_case_is_asked_once_and_a_retry_fires_what_came_due_meanwhile(office: Office) -> None:
    number = office.submit()
    with office.ports.database.write() as connection:
        halt(connection, office, number)
    office.wait(hours=2)
    assert sweep(office.ports) == 0
    with office.ports.database.read() as connection:
        assert cases_to_try(connection, office.now, 9) == []
    office.do(
        RetryIncident(actor="pengelola", source="web", command_id="t-retry", case=number, incident="K-000001")
    )
    assert overdue(office, number)


def halt(connection: Connection, office: Office, number: str) -> None:
    """As after the third failure of a timer."""
    connection.execute(update(cases).where(cases.c.number == number).values(status="halted"))
    values = {"id": "K-000001", "case_number": number, "what": "FireTimers", "error_code": "execution_failed"}
    connection.execute(
        insert(incidents).values(
            **values, opened_at=office.now, timer_due=office.now, message="uji", actor="sistem"
        )
    )


def test_the_sweeper_sleeps_until_the_next_limit_is_due(office: Office) -> None:
    office.submit()
    assert until_next_due(office.ports) == LIMIT
    office.wait(hours=1, minutes=59, seconds=55)
    assert until_next_due(office.ports) == timedelta(seconds=5)


def test_without_any_limit_it_sleeps_the_longest(office: Office) -> None:
    assert until_next_due(office.ports) == INTERVAL


def test_a_job_that_fails_is_tried_again() -> None:
    done = threading.Event()
    outcomes = iter([RuntimeError("the database is away")])

    def job() -> bool:
        failure = next(outcomes, None)
        if failure:
            raise failure
        done.set()
        return False

    job_thread = Repeating("uji", job, lambda: timedelta(0))
    job_thread.start()
    assert done.wait(10)
    job_thread.stop()


def test_a_job_is_stopped_in_the_middle_of_its_pause() -> None:
    begun = threading.Event()

    def job() -> bool:
        begun.set()
        return False

    job_thread = Repeating("uji", job)
    job_thread.start()
    assert begun.wait(10)
    job_thread.stop()  # comes back long before the pause of 15 s is over, or the suite notices
    assert "uji" not in {thread.name for thread in threading.enumerate()}
