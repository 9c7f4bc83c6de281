"""A trial (*uji*) is an analyst's own case: its own numbers, nobody told, nothing counted, nobody else's to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.commands import COMPLAINANT, Claim, Complete, Delegate, Submit
from engine.errors import NotAllowed, NotFound
from engine.history import seal_file
from engine.history.seal import seal
from engine.history.verify import verify
from engine.identity import accounts
from engine.identity.policy import Actor
from engine.numbers import is_trial
from engine.queries.public import code_fits
from engine.queries.trials import trials
from engine.runtime import migration
from engine.runtime.erase import erase
from engine.store.tables import cases, outbox, work_items
from tests.casework import COMPLAINT, PEOPLE, PROCESS, Office, second_version


def actor_of(user: str) -> Actor:
    return Actor(user, frozenset(PEOPLE[user]))


def test_numbers_of_trials_are_a_series_of_their_own(office: Office) -> None:
    first, complaint, second = office.trial(), office.submit(), office.trial()

    assert [first, complaint, second] == ["UJI-2026-000001", "PGD-2026-000001", "UJI-2026-000002"]
    assert is_trial(first)
    assert not is_trial(complaint)


@pytest.mark.parametrize("user", ["petugas", "sekretariat", "auditor", "pengelola"])
def test_nobody_else_starts_a_trial(office: Office, user: str) -> None:
    with pytest.raises(NotAllowed):
        office.trial(user)


def test_what_an_analyst_starts_is_never_a_complaint(office: Office) -> None:
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "analis", ["analis", "petugas_mpp"], **office.by)
    for on_behalf in (None, COMPLAINANT):
        command = Submit(
            actor="analis", on_behalf=on_behalf, source="web", command_id=office.id(), process=PROCESS,
            answers=COMPLAINT,
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            office.do(command)


def test_a_trial_of_a_version_that_is_not_in_force(office: Office, tmp_path: Path) -> None:
    second_version(office, tmp_path)

    number = office.trial(version=1)

    with office.ports.database.read() as connection:
        ran_on = connection.scalar(select(cases.c.definition_id).where(cases.c.number == number))
    assert ran_on == f"{PROCESS}:1"
    with pytest.raises(NotFound):
        office.trial(version=9)


def test_an_analyst_does_a_whole_trial_and_nobody_is_told(office: Office) -> None:
    number = office.trial()
    for _ in range(3):
        office.complete(number)
    office.wait(
        days=5
    )  # the limit of the step that is open now passes: an escalation, and nobody hears of it
    office.sweep(number)
    with office.ports.database.read() as connection:
        late = select(func.count()).where(work_items.c.case_number == number, work_items.c.overdue)
        assert connection.scalar(late) == 1
    while office.open_items(number):  # the complainant's step as well
        office.complete(number)

    with office.ports.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(outbox)) == 0
        assert connection.scalar(select(cases.c.status).where(cases.c.number == number)) == "ended"
    assert office.state(number).ending == "Selesai_pengadu"


def test_whoever_plays_the_complainant_is_asked_for_a_rating_too(office: Office) -> None:
    number = office.trial()
    office.run_to(number, "Langkah_8")

    office.complete(number, nilai=4)

    with office.ports.database.read() as connection:
        assert connection.scalar(select(cases.c.rating).where(cases.c.number == number)) == 4


@pytest.mark.parametrize("user", ["petugas", "petugas2", "sekretariat", "auditor", "pengelola", COMPLAINANT])
def test_nobody_else_acts_in_a_trial(office: Office, user: str) -> None:
    number = office.trial()
    (task,) = office.open_items(number)

    with pytest.raises(NotFound):
        office.claim(task, user)
    with pytest.raises(NotFound):
        office.do(
            Complete(
                actor=user, source="web", command_id=office.id(), work_item=task, answers=office.usual(task),
                claim=True,
            )
        )  # fmt: skip


def test_an_analyst_acts_in_no_complaint(office: Office) -> None:
    office.trial()
    (task,) = office.open_items(office.submit())

    with pytest.raises(NotAllowed):
        office.claim(task, "analis")


def test_a_task_of_a_trial_is_handed_on_among_analysts_only(office: Office) -> None:
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "analis2", "Analis Dua", ["analis"], **office.by)
    (task,) = office.open_items(office.trial())
    office.do(Claim(actor="analis", source="web", command_id=office.id(), work_item=task))

    def hand(to: str) -> None:
        office.do(Delegate(actor="analis", source="web", command_id=office.id(), work_item=task, to=to))

    with pytest.raises(NotAllowed):
        hand("petugas")
    hand("analis2")


def test_nobody_tracks_a_trial(office: Office) -> None:
    trial, complaint = office.trial(), office.submit()
    code = office.ports.keyring.tracking_code

    with office.ports.database.read() as connection:
        assert code_fits(office.ports, connection, complaint, code(complaint))
        assert not code_fits(office.ports, connection, trial, code(trial))


def test_analysts_have_a_list_of_all_trials_and_nobody_else_has(office: Office) -> None:
    first, _, second = office.trial(), office.submit(), office.trial()

    with office.ports.database.read() as connection:
        found = trials(office.ports, connection, actor_of("analis"))
        assert [row.number for row in found.rows] == [second, first]
        assert [row.title for row in found.rows] == [COMPLAINT["judul"]] * 2
        for user in ("petugas", "sekretariat", "auditor", "pengelola"):
            with pytest.raises(NotAllowed):
                trials(office.ports, connection, actor_of(user))


def test_a_trial_is_sealed_and_erased_as_any_case(office: Office, tmp_path: Path) -> None:
    number, place = office.trial(), tmp_path / seal_file.NAME
    office.run_to(number, "Langkah_8")
    office.complete(number)
    seal(office.ports, place)

    erase(office.ports, actor_of("pengelola"), number, "Uji selesai", source="web", seals=place)

    seal(office.ports, place)
    with office.ports.database.read() as connection:
        assert verify(office.ports, connection, seals=seal_file.read(place)).findings == []
        [row] = trials(office.ports, connection, actor_of("analis")).rows
    assert (row.number, row.title) == (number, None)


def test_a_trial_is_not_moved_by_a_new_version_or_a_new_calendar(office: Office, tmp_path: Path) -> None:
    office.trial()
    complaint = office.submit()
    second_version(office, tmp_path)

    with office.ports.database.read() as connection:
        found = migration.plan(office.ports, connection, f"{PROCESS}:1", f"{PROCESS}:2", {})
    assert found.movable == (complaint,)


def test_a_trial_is_verified_and_replayed_as_any_case(office: Office) -> None:
    number = office.trial()
    office.complete(number)
    office.submit()

    with office.ports.database.read() as connection:
        report = verify(office.ports, connection)
    assert (report.cases, report.findings) == (2, [])
