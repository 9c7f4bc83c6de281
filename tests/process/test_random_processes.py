"""Random processes under random commands: whoever carries the state, it is the same case.

`tracks` says which three carry it. `SOAK=1` (`make soak`) runs many more, and other ones each time.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.commands import Claim, CompleteExternalTask, Delegate, Release, ThrowError
from engine.definition.lint import lint
from engine.errors import ExecutionFailed, Refused
from tests.process.random_process import FILENAME, GALAT, bodies, bpmn, definition, form_files, racy
from tests.process.token_game import Game
from tests.process.tracks import Tracks

SOAK = os.environ.get("SOAK") == "1"
#: Nothing of a run is left to chance or to a clock, unless it is a soak.
RUNS = settings(
    max_examples=500 if SOAK else 150,
    derandomize=not SOAK,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
COMMANDS = 40 if SOAK else 20
#: What a stored state may weigh: a fixed part, and so much for each element of the diagram.
BYTES, BYTES_PER_ELEMENT = 2_000, 200
#: A loop may leave an errand open in every round: each is a task, its own limits and what they stand on.
BYTES_PER_WAITING = 500

answers = st.fixed_dictionaries(
    {
        "warna": st.sampled_from(("merah", "biru")),
        "angka": st.sampled_from((1, 2, 3, 3.5, None)),
        "ulang": st.sampled_from((True, False, False, None)),
    }
)
actors = st.sampled_from(("petugas", "petugas2"))
pauses = st.sampled_from((0, 0, 1, 30, 60, 120, 1500))
acts = st.sampled_from(
    ("complete", "complete", "complete", "claim", "release", "delegate", "send", "gone", "work")
)


def act(case: Tracks, data: st.DataObject) -> None:
    """One random command; also some that must be refused."""
    case.wait(minutes=data.draw(pauses))
    items, messages = sorted(case.state.work_items), sorted(case.process.senders())
    kind = data.draw(acts)
    if kind == "gone":
        case.on(Claim, "T0:9", data.draw(actors))
    elif kind == "send":
        case.send(data.draw(st.sampled_from(messages)) if messages else "pesan_lain")
    elif kind == "work":
        work(case, data)
    elif items:
        name, actor = data.draw(st.sampled_from(items)), data.draw(actors)
        if kind == "complete":
            case.complete(case.state.work_items[name].element, actor, **data.draw(answers))
        elif kind == "delegate":
            case.on(Delegate, name, actor, to=data.draw(actors))
        else:
            case.on(Claim if kind == "claim" else Release, name, actor)


def work(case: Tracks, data: st.DataObject) -> None:
    """A worker does a service task, or throws an error that an event may catch."""
    waiting = sorted(case.state.external_tasks)
    if not waiting:
        return
    name = data.draw(st.sampled_from(waiting))
    code = data.draw(st.sampled_from((None, None, GALAT, "LAIN")))
    if code is None:
        case.on(
            CompleteExternalTask, name, "pekerja", variables={"angka": data.draw(st.sampled_from((1, 3)))}
        )
    else:
        case.on(ThrowError, name, "pekerja", error_code=code)


def only_for_a_null(failure: ExecutionFailed) -> None:
    assert "found no answer for" in failure.message


@RUNS
@given(bodies, st.data())
def test_random_commands_leave_the_same_case_stored_replayed_and_uncompacted(
    body: Any, data: st.DataObject
) -> None:
    process = definition(body)
    case = Tracks(process, game=None if racy(body) else Game(process))
    try:
        case.submit(**data.draw(answers))
    except ExecutionFailed:
        return  # a null in the first condition: no case begins
    for _ in range(COMMANDS):
        if case.state.ended:
            break
        try:
            act(case, data)
        except Refused:
            pass
        except ExecutionFailed as failure:
            only_for_a_null(failure)
            if case.state.due(case.now):
                break  # the timer's own way is blocked: the case is halted until somebody mends it
        assert case.stored is not None
        state = case.state
        waiting = len(state.work_items) + len(state.external_tasks) + len(state.timers)
        room = BYTES + BYTES_PER_ELEMENT * len(case.process.elements) + BYTES_PER_WAITING * waiting
        assert len(case.stored) <= room


@RUNS
@given(bodies)
def test_a_random_process_may_be_deployed(body: Any) -> None:
    assert lint(bpmn(body), FILENAME, form_files()) == []
