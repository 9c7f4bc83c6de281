"""`replay`: a verified replay, per command, over the in-memory step. Goal: 2 times."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from bench.workload import InMemory, deployed, durable_office
from engine.history.log import read
from engine.history.replay import replay_events

CASES = 12
ROUNDS = 5
STEPS = 7


def measure() -> dict[str, Any]:
    with durable_office() as office:
        definition, calendar = deployed(office)
        histories = []
        for _ in range(CASES):
            number = office.submit()
            while not office.state(number).ended:
                office.wait(minutes=1)
                office.complete(number)
            with office.ports.database.read() as connection:
                histories.append(read(connection, number))
        memory = InMemory(definition, calendar, office)
        per_command, reference = [], []
        for _ in range(ROUNDS):
            for history in histories:
                begun = time.perf_counter()
                steps = list(replay_events(history, lambda _: definition, lambda _: calendar))
                per_command.append((time.perf_counter() - begun) / len(steps))
                assert all(step.difference is None for step in steps)
                memory.begin()
                reference.append(sum(memory.timed_step() for _ in range(STEPS)) / STEPS)
    return {
        "ratio": round(median(per_command) / median(reference), 2),
        "goal": 2.0,
        "value_ms": round(median(per_command) * 1000, 3),
        "reference_ms": round(median(reference) * 1000, 3),
    }
