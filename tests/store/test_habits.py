"""What a simulation is told of history, on both databases: counts and durations, nobody's case."""

from __future__ import annotations

from sqlalchemy import select

from engine.commands import Complete
from engine.queries.habits import history
from engine.store.tables import cases
from tests.casework import PROCESS, Office


def worked(office: Office, cases: int = 12, minutes: int = 30) -> None:
    """Cases that were taken and worked on for so long at the first step of the office, each in the morning."""
    office.at("2026-11-16 08:00")
    for _ in range(cases):
        number = office.submit()
        (item,) = office.open_items(number)
        office.claim(item, "petugas")
        office.wait(minutes=minutes)
        office.do(
            Complete(
                actor="petugas",
                source="web",
                command_id=office.id(),
                work_item=item,
                answers=office.usual(item, lingkup="tidak_berkadar"),
            )
        )


def test_history_gives_counts_and_durations_and_leaves_trials_out(office: Office) -> None:
    worked(office, cases=10, minutes=20)
    with office.ports.database.read() as connection:
        known = history(office.ports, connection, PROCESS, ["petugas_mpp", "sekretariat"], office.now)
    step = known.steps["Langkah_2"]
    assert list(step.times) == [20 * 60_000] * 10
    assert step.answers == {(("lingkup", "tidak_berkadar"),): 10}
    assert (known.cases, known.steps["Langkah_3"].stays, step.late) == (10, 10, 0)
    assert known.staff["petugas_mpp"] == 2
    with office.ports.database.write() as connection:
        number = connection.scalar(select(cases.c.number).limit(1))
        trial = connection.execute(cases.select().where(cases.c.number == number)).one()._asdict() | {
            "number": "UJI-2026-000001"
        }
        connection.execute(cases.insert().values(**trial))
        again = history(office.ports, connection, PROCESS, [], office.now)
        assert again.cases == 10
        connection.rollback()


def test_the_complainants_answers_are_measured_and_their_silence_counted(office: Office) -> None:
    office.at("2026-11-16 08:00")
    first, second = office.submit(), office.submit()
    for number in (first, second):
        office.run_to(number, "Langkah_8")
    office.wait(minutes=45)
    office.complete(first, tanggapan="selesai")
    office.wait(hours=4)
    office.sweep(second)
    with office.ports.database.read() as connection:
        known = history(office.ports, connection, PROCESS, [], office.now).steps["Langkah_8"]
    assert list(known.times) == [45 * 60_000]
    assert known.unanswered == 1
    assert known.answers == {(("tanggapan", "selesai"),): 1}


def test_work_that_nobody_had_taken_before_says_nothing_of_its_time(office: Office) -> None:
    office.at("2026-11-16 08:00")
    number = office.submit()
    office.wait(minutes=30)
    office.complete(number)
    with office.ports.database.read() as connection:
        known = history(office.ports, connection, PROCESS, [], office.now)
    assert not known.steps["Langkah_2"].times
    assert known.steps["Langkah_2"].answers
    assert known.per_day == 1
