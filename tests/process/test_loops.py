"""Two hundred reply loops in one case: nothing grows, nothing stalls, no earlier answer decides a later loop.

SpiffWorkflow alone raises a RecursionError in about the 65th loop of this process, or stalls without a word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.commands import COMPLAINANT, Submit
from engine.definition.bundle import check, read
from engine.definition.model import ProcessDefinition
from engine.errors import CaseHalted, ExecutionFailed
from engine.history.verify import verify
from engine.jobs.sweeper import sweep
from engine.spiff.compiled import compiled
from engine.spiff.state import load
from engine.store import incidents
from engine.store.session import Database, counting
from tests.casework import ROOT, Office, open_office, sound
from tests.process.random_process import (
    Both,
    Inside,
    Limit,
    Loop,
    Pause,
    Script,
    Sequence,
    Task,
    bpmn,
    definition,
    form_files,
)
from tests.process.tracks import Case

LOOPS = 200
STEPS = [f"Langkah_{no}" for no in range(2, 9)]
#: The scalars that decide, for a loop that comes back.
AGAIN = {
    "Langkah_2": {"lingkup": "tidak_berkadar"},
    "Langkah_5": {"lingkup": "tidak_berkadar"},
    "Langkah_8": {"tanggapan": "respon_balik"},
}


@pytest.fixture(scope="module")
def process() -> ProcessDefinition:
    (found,) = check(read([ROOT / "processes", ROOT / "forms"])).definitions
    return found


@pytest.fixture
def case(process: ProcessDefinition) -> Case:
    begun = Case(process)
    begun.submit()
    return begun


def loop(case: Case, late: str | None = None) -> list[int]:
    """One reply loop; how many tasks the library holds after each step, predicted ones too."""
    sizes = []
    for step in STEPS:
        assert case.open == [step]
        case.wait(days=7 if step == late else 0, minutes=1)
        case.complete(step, **AGAIN.get(step, {}))
        sizes.append(tasks(case))
        assert case.stored is not None
        assert len(case.stored) < 6_000
    return sizes


def tasks(case: Case) -> int:
    assert case.stored is not None
    return len(load(compiled(case.process), orjson.loads(case.stored.partition(b"\n")[2])).tasks)


def test_two_hundred_loops_leave_a_case_as_small_as_two_did(case: Case) -> None:
    loop(case)
    second = loop(case)
    for _ in range(LOOPS - 3):
        loop(case)
    assert loop(case) == second
    assert case.state.activations["Langkah_2"] == LOOPS + 1
    for step in STEPS[:-1]:
        case.complete(step, **AGAIN.get(step, {}))
    case.complete("Langkah_8", tanggapan="selesai")
    assert case.state.ending == "Selesai_pengadu"


@pytest.mark.parametrize("late", STEPS[:-1])
def test_a_late_step_in_every_loop_leaves_nothing_behind(case: Case, late: str) -> None:
    """An escalation's branch ends beside the step; it must not keep the loop before it alive."""
    loop(case, late)
    second = loop(case, late)
    for _ in range(8):
        loop(case, late)
    assert loop(case, late) == second
    assert [event.type for event in case.happened].count("escalation:raised") == 11


@pytest.mark.parametrize(
    ("body", "late"),
    [
        (Both((Loop(Task(0), "ulang"), Task(1))), False),
        (Loop(Task(0, (Limit("PT1H", True, False, with_task=True, message=False),)), "ulang"), True),
        (Inside(Loop(Task(0), "ulang")), False),
        (Both((Loop(Both((Task(0), Pause("PT1H"))), "ulang"), Task(1))), False),
    ],
    ids=[
        "beside a branch",
        "beside an errand of a limit",
        "in a sub-process",
        "a fork in a loop in a branch",
    ],
)
def test_a_loop_leaves_nothing_behind_wherever_it_is(body: Any, late: bool) -> None:
    case = Case(definition(body))
    case.submit(warna="merah", angka=1, ulang=False)
    looping = case.process.user_tasks()[1].id
    case.wait(hours=2 if late else 0)
    before = case.open
    sizes = []
    for nth in range(40):
        # whichever of the two branches is finished first
        case.wait(days=7 if nth % 2 and not late else 0)
        case.complete(looping, angka=1, ulang=True)
        case.wait(days=0 if nth % 2 or late else 7)
        sizes.append(tasks(case))
        assert case.open == before
    assert sizes[2:4] == sizes[-2:]


@pytest.mark.parametrize("where", ["alone", "in a sub-process", "beside a branch"])
def test_a_loop_that_stops_for_nobody_fails_instead_of_losing_the_case(where: str) -> None:
    """The library overlooks what lies deeper than 1,000 levels: such a case had no open task and no end."""
    endless = Loop(Script("jumlah + 1"), "jumlah < 400")
    bodies = {
        "alone": endless,
        "in a sub-process": Inside(endless),
        "beside a branch": Both((endless, Task(1))),
    }
    case = Case(definition(Sequence((bodies[where], Task(0)))))
    with pytest.raises(ExecutionFailed, match="mend its condition"):
        case.submit(warna="merah", angka=1, ulang=False)


def an_office(database: Database, folder: Path, body: Any, pause: str) -> tuple[Office, str]:
    """A case of this process, whose pauses are `pause` instead of an hour."""
    timer = "<timeDuration>PT1H</timeDuration>"
    for name, data in {
        **form_files(),
        "acak.bpmn": bpmn(body).replace(timer.encode(), pause.encode()),
    }.items():
        (folder / name).write_bytes(data)
    office = open_office(database, paths=[folder])
    answers = {"warna": "merah", "angka": 1, "ulang": False}
    command = Submit(actor=COMPLAINANT, source="web", command_id="c", process="acak", answers=answers)
    return office, office.do(command).case


def test_a_loop_over_a_date_long_past_halts_its_case_and_keeps_nobody_waiting(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtime.due_timers.MOST_FIRINGS", 20)
    past = "<timeDate>2020-01-01T00:00:00+08:00</timeDate>"
    body = Sequence((Task(0), Loop(Pause("PT1H"), "jumlah = 0")))
    office, number = an_office(sqlite_database, tmp_path, body, past)
    office.complete(number, COMPLAINANT)
    with pytest.raises(CaseHalted) as halted:
        office.sweep(number)
    with office.ports.database.read() as connection:
        assert incidents.get(connection, str(halted.value.detail["incident"])).timer_due is not None
    sound(office)


def test_more_instants_than_fit_in_one_command_come_with_the_next(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtime.due_timers.MOST_FIRINGS", 5)
    pause = "<timeDuration>PT1H</timeDuration>"
    office, number = an_office(sqlite_database, tmp_path, Loop(Pause("PT1H"), "jumlah = 0"), pause)
    office.at("2026-11-24 17:00")  # six hours after nine, the break left out
    assert sweep(office.ports) == 0
    assert sweep(office.ports) == 1
    (timer,) = office.state(number).timers.values()
    assert timer.due > office.now
    sound(office)


def test_a_later_loop_is_decided_by_its_own_answers(case: Case) -> None:
    loop(case)
    assert case.state.variables["lingkup"] == "tidak_berkadar"
    case.complete("Langkah_2", lingkup="bukan_kewenangan")
    assert case.state.ending == "Dirujuk"


@pytest.mark.parametrize(
    ("step", "asked"), [("Langkah_2", "lingkup"), ("Langkah_5", "lingkup"), ("Langkah_8", "tanggapan")]
)
def test_an_answer_left_out_in_a_later_loop_is_never_the_earlier_one_nor_the_default(
    case: Case, step: str, asked: str
) -> None:
    loop(case)
    while case.open != [step]:
        (now,) = case.open
        case.complete(now, **AGAIN.get(now, {}))
    before = case.stored
    with pytest.raises(ExecutionFailed, match=asked):
        case.complete(step, **{asked: None})
    assert case.stored == before
    assert case.open == [step]


def test_a_step_of_the_thirtieth_loop_asks_the_database_no_more_than_one_of_the_second(
    office: Office,
) -> None:
    number = office.submit()

    def statements() -> list[int]:
        """One reply loop; the statements of each step."""
        asked = []
        for step in STEPS:
            reply = {"tanggapan": "respon_balik", "isi_respon_balik": "Belum."} if step == "Langkah_8" else {}
            item, answers = office.open_items(number)[0], office.usual(office.open_items(number)[0], **reply)
            with counting(office.ports.database) as counts:
                office.complete(number, item=item, **answers)
            assert counts["commits"] == 1
            asked.append(counts["statements"])
        return asked

    statements()
    second = statements()
    for _ in range(27):
        statements()
    assert statements() == second
    assert office.state(number).activations["Langkah_2"] == 31
    with office.ports.database.read() as connection:
        assert verify(office.ports, connection, number).findings == []
