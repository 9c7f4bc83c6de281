"""`step`: a durable completion over the same step of SpiffWorkflow in memory. Goal: 5 times, 20 statements, 1 commit."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.workload import InMemory, completing, deployed, durable_office, timed_step
from engine.runtime.handle import handle
from engine.store.session import counting

CASES = 12
STEPS = 7


def measure() -> dict[str, Any]:
    with durable_office() as office:
        memory = InMemory(*deployed(office), office)
        durable, reference = [], []
        for _ in range(CASES):
            number = office.submit()
            memory.begin()  # one loop each: the reference's own tree grows with every loop
            for _ in range(STEPS):
                durable.append(timed_step(office, number))
                reference.append(memory.timed_step())
        number = office.submit()
        office.run_to(number, "Langkah_5")
        with counting(office.ports.database) as counts:
            handle(office.ports, completing(office, number))
    return {
        "ratio": round(median(durable) / median(reference), 2),
        "goal": 5.0,
        "value_ms": round(median(durable) * 1000, 3),
        "reference_ms": round(median(reference) * 1000, 3),
        "statements": counts["statements"],
        "commits": counts["commits"],
    }
