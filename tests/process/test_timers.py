"""The seven limits of the SOP, with a set clock: not a minute early, never lost, the same whoever swept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.commands import COMPLAINANT
from engine.errors import WorkItemNotOpen
from engine.history.chain import StoredEvent
from engine.history.log import read
from engine.history.replay import replay
from engine.store.session import Database
from tests.casework import ZONE, Office, open_office

STEPS = [f"Langkah_{no}" for no in range(2, 8)]


def history(office: Office, number: str) -> list[StoredEvent]:
    with office.ports.database.read() as connection:
        return read(connection, number)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def reach(office: Office, number: str, step: str) -> str:
    """Bring a case to `step` at 15.30 on a Tuesday; gives the work item's name."""
    office.run_to(number, step)
    return next(iter(office.state(number).work_items))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_overdue_at_its_office_hour_instant_and_not_a_minute_before(
    office: Office, step: str
) -> None:
    office.at("2026-11-24 15:30")
    number = office.submit()
    name = reach(office, number, step)
    item = office.state(number).work_items[name]
    assert item.due == local("2026-11-25 09:30"), "half an hour on Tuesday, an hour and a half on Wednesday"
    office.at("2026-11-25 09:29")
    office.sweep(number)
    assert not office.state(number).work_items[name].overdue
    office.at("2026-11-25 09:30")
    office.sweep(number)
    state = office.state(number)
    assert state.work_items[name].overdue
    assert not state.timers
    raised = [e for e in history(office, number) if e.type == "escalation:raised"]
    assert [(e.payload["to"], e.payload["work_item"]) for e in raised] == [("sekretariat", name)]


@pytest.mark.parametrize("step", STEPS)
def test_an_overdue_step_stays_open_escalates_once_and_can_still_be_completed(
    office: Office, step: str
) -> None:
    number = office.submit()
    name = reach(office, number, step)
    office.wait(days=2)
    for _ in range(3):
        office.sweep(number)
        office.wait(days=1)
    office.complete(number)
    assert name not in office.state(number).work_items
    assert [e.type for e in history(office, number)].count("escalation:raised") == 1


def test_the_last_step_is_closed_by_the_system_and_not_a_minute_before(office: Office) -> None:
    office.at("2026-11-24 15:30")
    number = office.submit()
    reach(office, number, "Langkah_8")
    office.at("2026-11-25 09:29")
    office.sweep(number)
    assert not office.state(number).ended
    office.at("2026-11-25 09:30")
    office.sweep(number)
    assert office.state(number).ending == "Selesai_sistem"
    last = history(office, number)[-1]
    assert last.payload == {"element": "Selesai_sistem", "outcome": "ditutup_sistem"}


def test_a_late_completion_that_nobody_swept_before_still_escalates(office: Office) -> None:
    number = office.submit()
    name = reach(office, number, "Langkah_3")
    due = office.state(number).work_items[name].due
    assert due is not None
    office.wait(days=2)
    office.complete(number)
    types = [e.type for e in history(office, number)]
    assert types.index("escalation:raised") < types.index("work_item:completed", types.index("timers:fired"))
    fired = next(e for e in history(office, number) if e.type == "timers:fired")
    assert fired.actor == "sistem"
    assert fired.at == due
    completed = [e for e in history(office, number) if e.type == "work_item:completed"][-1]
    assert fired.cause == completed.command_id
    assert completed.at == office.now


def test_a_completion_in_the_minute_when_the_system_closes_gives_one_winner(office: Office) -> None:
    number = office.submit()
    name = reach(office, number, "Langkah_8")
    due = office.state(number).work_items[name].due
    assert due is not None
    office.now = due
    with pytest.raises(WorkItemNotOpen):
        office.complete(number, COMPLAINANT, item=f"{number}:{name}")
    assert office.state(number).ending == "Selesai_sistem"
    assert not [e for e in history(office, number) if e.type == "work_item:completed" and e.at == due]


def test_a_refused_command_keeps_the_timers_that_were_due(office: Office) -> None:
    number = office.submit()
    name = reach(office, number, "Langkah_2")
    office.claim(f"{number}:{name}", "petugas")
    office.wait(days=1)
    with pytest.raises(Exception, match="colleague"):
        office.claim(f"{number}:{name}", "petugas2")
    assert office.state(number).work_items[name].overdue


def essence(events: list[StoredEvent]) -> list[tuple[object, ...]]:
    """A history without who found the timers due, and when this machine heard of it.

    The digest of answers is keyed by the case, so it differs between two cases with the same answers.
    """
    return [
        (e.seq, e.type, e.at, e.actor, e.on_behalf, {**e.payload, "digest": None}, e.state_digest)
        for e in events
    ]


@pytest.mark.parametrize("minutes", [7, 60, 600])
def test_history_is_the_same_whoever_swept_and_when(database: Database, minutes: int) -> None:
    """One case is swept every few minutes, the other never: the same acts at the same times."""
    office = open_office(database)
    begun = office.now
    cases = []
    for swept in (True, False):
        office.now = begun
        number = office.submit()
        office.run_to(number, "Langkah_3")
        for hours in (20, 3, 30, 1, 50, 2):
            end = office.now + timedelta(hours=hours)
            while swept and office.now + timedelta(minutes=minutes) < end:
                office.wait(minutes=minutes)
                office.sweep(number)
            office.now = end
            if not office.state(number).ended:
                office.complete(number)
        cases.append(number)
    first, second = (history(office, number) for number in cases)
    assert essence(first) == essence(second)
    assert any(e.type == "escalation:raised" for e in first)
    assert {e.received_at for e in first} != {e.received_at for e in second}


def test_timers_of_a_closed_case_are_gone(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.send(number, "tutup_oleh_admin")
    state = office.state(number)
    assert state.ending == "Selesai_admin"
    assert not state.timers
    office.wait(days=5)
    before = len(history(office, number))
    office.sweep(number)
    assert len(history(office, number)) == before
    with office.ports.database.read() as connection:
        assert all(step.difference is None for step in replay(office.ports, connection, number))
