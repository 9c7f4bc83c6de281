"""`simulate`: a move of a simulated case, chance, queues and counts included, over one step of `apply` in memory.

Also how many cases a second are simulated; a page takes at most `MOST_CASES` of each version.
"""

from __future__ import annotations

import time
from datetime import date
from statistics import median
from typing import Any

from bench.workload import deployed, durable_office
from engine.commands import SYSTEM, Complete, Submit
from engine.definition.model import ProcessDefinition
from engine.office_hours import Calendar
from engine.runtime.apply import apply
from engine.simulation.experiment import Plan, compare, groups_of
from engine.simulation.habits import History
from tests.casework import Office

#: What the first options answer, so that both walk the same way.
ANSWERS = {"lingkup": "tidak_berkadar", "tanggapan": "selesai"}
CASES = 60
ROUNDS = 3


def measure() -> dict[str, Any]:
    with durable_office() as office:
        definition, calendar = deployed(office)
        plan = Plan(
            first=date(2026, 11, 24),
            per_day=5.0,
            staff=dict.fromkeys(groups_of(definition), 2),
            days=30,
            replications=4,
        )
        speeds, moves, reference, asked = [], [], [], 0
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            found = compare(definition, definition, calendar, History(), plan)
            took = time.perf_counter() - begun
            runs = (*found.old, *found.new)
            speeds.append(sum(run.arrived for run in runs) / took)
            moves.append(took / sum(run.moves for run in runs))
            reference.append(_by_apply(definition, calendar, office))
            asked = found.asked
    return {
        "ratio": round(median(moves) / median(reference), 3),
        "goal": 0.2,
        "cases_per_second": round(median(speeds)),
        "value_ms": round(median(moves) * 1000, 4),
        "reference_ms": round(median(reference) * 1000, 3),
        "asked": asked,
    }


def _by_apply(definition: ProcessDefinition, calendar: Calendar, office: Office) -> float:
    """Seconds of a command, over whole cases that `apply` takes from the submission to the end."""
    common: dict[str, Any] = {"actor": SYSTEM, "source": "bench", "command_id": "bench", "at": office.now}
    begun, commands = time.perf_counter(), 0
    for _ in range(CASES):
        state, _events = apply(
            definition, calendar, None, Submit(process=definition.key, variables=ANSWERS, **common)
        )
        commands += 1
        while not state.ended:
            (name,) = state.work_items
            done = Complete(work_item=f"bench:{name}", claim=True, variables=ANSWERS, **common)
            state, _events = apply(definition, calendar, state, done)
            commands += 1
    return (time.perf_counter() - begun) / commands
