"""Processes in which engines go wrong, each by hand: in all tracks and by the token game of the standard."""

from __future__ import annotations

from typing import Any

import pytest

from engine.commands import Claim
from engine.errors import CaseEnded, ExecutionFailed, NobodyWaits, WorkItemNotOpen
from tests.process.random_process import (
    Both,
    Catch,
    Choice,
    Inside,
    Limit,
    Loop,
    Pause,
    Race,
    Sequence,
    Some,
    Task,
    definition,
)
from tests.process.token_game import Game
from tests.process.tracks import Tracks

TIMER = Limit("PT2H", wall_clock=True, interrupting=True, with_task=False, message=False)
WARNING = Limit("PT2H", wall_clock=True, interrupting=False, with_task=False, message=False)
ERRAND = Limit("PT2H", wall_clock=True, interrupting=False, with_task=True, message=False)
MESSAGE = Limit("PT2H", wall_clock=True, interrupting=True, with_task=True, message=True)
AGAIN = "ulang"


def begin(body: Any) -> Tracks:
    process = definition(body)
    case = Tracks(process, game=Game(process))
    case.submit(warna="merah", angka=1, ulang=False)
    return case


def types(case: Tracks) -> list[str]:
    return [event.type for event in case.happened]


def tasks(case: Tracks) -> list[str]:
    """The elements of the process's people, in the order of the file."""
    return [element.id for element in case.process.user_tasks()][1:]


def test_two_limits_in_one_instant_that_both_interrupt_interrupt_once() -> None:
    case = begin(Sequence((Task(0, (TIMER, TIMER)), Task(1))))
    first, second = tasks(case)
    assert case.open == [first]
    case.wait(hours=2)
    assert case.open == [second]
    assert types(case).count("timer:fired") == 1
    assert types(case).count("timer:cancelled") == 1


@pytest.mark.parametrize("limits", [(WARNING, TIMER), (TIMER, WARNING)])
def test_of_a_warning_and_an_interruption_in_one_instant_the_warning_comes_first(
    limits: tuple[Limit, Limit],
) -> None:
    case = begin(Sequence((Task(0, limits), Task(1))))
    case.wait(hours=2)
    assert types(case).count("timer:fired") == 2
    assert types(case).count("work_item:overdue") == 1
    assert case.open == tasks(case)[1:]


def test_of_a_message_and_a_limit_in_one_moment_the_limit_wins_as_it_is_fired_first() -> None:
    case = begin(Task(0, (TIMER, MESSAGE)))
    (message,) = case.process.senders()
    case.wait(hours=2)
    assert case.state.ended
    with pytest.raises(CaseEnded):
        case.send(message)


def test_a_message_just_before_the_limit_takes_the_limit_away() -> None:
    case = begin(Task(0, (TIMER, MESSAGE)))
    (message,) = case.process.senders()
    case.wait(minutes=119)
    case.send(message)
    case.wait(hours=1)
    assert types(case)[-3:].count("timer:cancelled") == 1
    assert "timer:fired" not in types(case)
    assert case.open == [tasks(case)[1]], "what the message leads to is open"


def test_a_message_that_nobody_waits_for_changes_nothing() -> None:
    case = begin(Sequence((Task(0, (MESSAGE,)), Task(1))))
    (message,) = case.process.senders()
    case.complete(tasks(case)[0])
    before = case.stored
    with pytest.raises(NobodyWaits):
        case.send(message)
    assert case.stored == before
    case.complete(case.open[0])
    assert case.state.ended


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_a_loop_through_two_branches_waits_for_both_in_whatever_order_they_end(kind: str) -> None:
    """SpiffWorkflow's own joins pass too early when the order changes from one loop to the next."""
    branches = (Task(0, (WARNING,)), Task(1), Task(1))
    block = Both(branches[:2]) if kind == "parallel" else Some(branches, ("angka = 1", 'warna = "merah"'))
    case = begin(Both((Loop(block, AGAIN), Task(2))))
    first, second = [own for own in tasks(case) if own in case.open][:2]
    beside = (set(case.open) - {first, second}).pop()
    for nth in range(1, 6):
        assert case.open == sorted([first, second, beside])
        for branch in (first, second) if nth % 2 else (second, first):
            assert branch in case.open
            case.complete(branch, angka=1, ulang=nth < 5)
    assert case.open == [beside]
    case.complete(beside)
    assert case.state.ended


def test_an_inclusive_join_waits_only_for_the_branches_that_were_taken() -> None:
    case = begin(Sequence((Some((Task(0), Task(1), Task(1)), ("angka = 1", 'warna = "biru"')), Task(2))))
    assert len(case.open) == 1
    case.complete(case.open[0])
    assert case.open == [tasks(case)[-1]]


def test_an_inclusive_join_waits_for_a_branch_that_loops_back_to_a_task_with_a_limit() -> None:
    looping = Loop(Task(0, (WARNING,)), AGAIN)
    case = begin(Some((looping, Task(1), Task(1)), ("angka = 1", 'warna = "merah"')))
    first, second, *_ = tasks(case)
    case.complete(second, angka=1, ulang=True)
    case.complete(first, angka=1, ulang=True)
    assert case.open == [first]
    case.complete(first, angka=1, ulang=False)
    assert case.state.ended


def test_an_interrupted_sub_process_takes_its_tasks_and_their_limits_with_it() -> None:
    inner = Inside(Both((Task(0, (WARNING,)), Inside(Task(1, (ERRAND,)), (WARNING,)))), (MESSAGE,))
    case = begin(Sequence((inner, Task(2))))
    (message,) = case.process.senders()
    assert len(case.open) == 2
    case.wait(hours=2)
    assert len(case.open) == 3, "the errand has come up"
    case.send(message)
    assert len(case.open) == 1
    assert not case.state.timers
    for _ in range(3):
        case.complete(case.open[0])
    assert case.state.ended


def test_an_errand_from_a_limit_holds_nothing_up_and_stays_through_the_loops() -> None:
    case = begin(Loop(Task(0, (ERRAND,)), AGAIN))
    task, errand, report = tasks(case)
    case.wait(hours=2)
    assert case.open == sorted([task, errand])
    for _ in range(3):
        case.complete(task, angka=1, ulang=True)
        case.wait(hours=2)
    assert case.open == sorted([task, errand, errand, errand, errand])
    case.complete(errand, angka=1, ulang=True)
    case.complete(report, angka=1, ulang=True)
    case.complete(task, angka=1, ulang=False)
    assert case.state.ended, "the end of the main flow terminates"
    with pytest.raises(WorkItemNotOpen):
        case.on(Claim, f"{errand}:2", "petugas")


def test_an_interruption_takes_the_task_away_and_leaves_what_a_limit_has_started() -> None:
    case = begin(Sequence((Task(0, (ERRAND, MESSAGE)), Task(2))))
    task, errand, report, *_ = tasks(case)
    (message,) = case.process.senders()
    case.wait(hours=2)
    case.complete(errand)
    assert case.open == sorted([task, report])
    case.send(message)
    assert task not in case.open
    assert report in case.open
    assert len(case.open) == 2


@pytest.mark.parametrize("by", ["message", "timer"])
def test_a_race_is_won_once_also_beside_another_branch(by: str) -> None:
    case = begin(Sequence((Both((Race("PT1H"), Pause("PT2H"))), Task(0))))
    (message,) = case.process.senders()
    assert len(case.state.timers) == 2
    if by == "message":
        case.send(message)
    else:
        case.wait(hours=1)
    assert len(case.state.timers) == 1
    with pytest.raises(NobodyWaits):
        case.send(message)
    case.wait(hours=2)
    assert case.open == tasks(case)


def test_a_race_comes_again_in_a_loop() -> None:
    case = begin(Loop(Sequence((Race("PT1H"), Task(0))), AGAIN))
    (message,) = case.process.senders()
    for nth in range(1, 5):
        case.send(message) if nth % 2 else case.wait(hours=2)
        case.complete(tasks(case)[0], angka=1, ulang=nth < 4)
    assert case.state.ended
    assert types(case).count("timer:fired") == 2


def test_two_branches_that_wait_for_messages_take_each_its_own() -> None:
    case = begin(Both((Catch(), Sequence((Catch(), Task(0))))))
    first, second = case.process.senders()
    case.send(second)
    assert case.open == tasks(case)
    case.send(first)
    with pytest.raises(NobodyWaits):
        case.send(second)
    case.complete(case.open[0])
    assert case.state.ended


def test_a_null_halts_the_command_and_the_same_task_can_be_answered_again() -> None:
    case = begin(Sequence((Task(0), Choice((Task(1), Task(2)), ("angka > 2",)))))
    first = tasks(case)[0]
    before = case.stored
    with pytest.raises(ExecutionFailed, match="angka"):
        case.complete(first, angka=None, ulang=False)
    assert case.stored == before
    case.complete(first, angka=3, ulang=False)
    assert len(case.open) == 1
