"""`loop`: the cost of a step in the 50th reply loop over the 1st. Goal: 1.3 times."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.workload import durable_office, timed_step
from engine.store import cases

CASES = 3
STEPS = 7
LOOPS = 50


def measure() -> dict[str, Any]:
    first, last, size = [], [], 0
    with durable_office() as office:
        for _ in range(CASES):
            number = office.submit()
            for loop in range(1, LOOPS + 1):
                times = [timed_step(office, number) for _ in range(STEPS)]
                if loop <= 2:
                    first += times
                elif loop > LOOPS - 2:
                    last += times
            with office.ports.database.read() as connection:
                size = max(size, len(cases.load(connection, number).state))
    return {
        "ratio": round(median(last) / median(first), 2),
        "goal": 1.3,
        "value_ms": round(median(last) * 1000, 3),
        "reference_ms": round(median(first) * 1000, 3),
        "state_bytes": size,
    }
