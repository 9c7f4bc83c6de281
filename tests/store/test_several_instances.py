"""A step that is done several times, in the office: each is a task of its own with its own answers, and one limit is for all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine.history.log import read
from engine.store.session import Database
from engine.store.tables import timers, work_items
from tests.casework import Office, open_office, sound
from tests.process.diagrams import Diagram
from tests.store.test_recount import closed_on, deploy_with, local, move_all


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    diagram = Diagram.shipped()
    diagram.several("Langkah_4", "2")
    return open_office(database, paths=[diagram.save(tmp_path)])


def test_each_is_claimed_and_answered_by_itself_and_all_answers_are_kept(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_4")
    assert office.open_items(number) == [f"{number}:Langkah_4:1", f"{number}:Langkah_4:2"]
    office.complete(number, item=f"{number}:Langkah_4:2")
    assert office.open_items(number) == [f"{number}:Langkah_4:1"]
    office.complete(number)
    assert office.open_items(number) == [f"{number}:Langkah_5:1"]
    sound(office)


def test_one_limit_is_for_all_and_makes_those_overdue_that_are_open(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_4")
    office.complete(number, item=f"{number}:Langkah_4:1")
    office.wait(hours=3)
    office.sweep(number)
    with office.ports.database.read() as connection:
        rows = connection.execute(select(work_items).where(work_items.c.element == "Langkah_4")).all()
        events = [event.type for event in read(connection, number)]
    assert {row.nth: row.overdue for row in rows} == {1: False, 2: True}
    assert events.count("escalation:raised") == 1
    sound(office)


def test_counted_anew_their_limit_moves_the_due_time_of_each(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_4")
    deploy_with(office, closed_on("2026-11-24"))
    assert move_all(office).moved == (number,)
    with office.ports.database.read() as connection:
        rows = connection.execute(select(work_items).where(work_items.c.element == "Langkah_4")).all()
        limit = connection.scalar(select(timers.c.due_at).where(timers.c.status == "pending"))
    assert {row.due_at for row in rows} == {limit} == {local("2026-11-25 10:00")}
    sound(office)
