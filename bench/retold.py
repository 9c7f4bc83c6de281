"""`retold`: recorded cases played on a changed version, over their verified replay on their own. Goal: 1.2 times.

The cases are those of the town, every ending and loops among them; each is played so often that 1,000 are.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from engine.definition.bundle import Bundle, check
from engine.history.replay import replay
from engine.identity.policy import Actor
from engine.queries.retold import played, to_look_at
from tests import town
from tests.casework import PROCESS
from tests.process.diagrams import Diagram

CASES: Final = 50
ROUNDS: Final = 20


def measure() -> dict[str, Any]:
    analyst = Actor("analis", frozenset({"analis"}))
    with tempfile.TemporaryDirectory() as folder:
        town.build(Path(folder), CASES)
        office = town.enter(Path(folder))
        ports, took, reference = office.ports, 0.0, 0.0
        kinds: Counter[str] = Counter()
        with ports.database.read() as connection:
            new = _longer()
            numbers = to_look_at(connection, PROCESS).numbers
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                kinds.update(one.kind for one, _ in played(ports, connection, new, numbers, analyst))
                took += time.perf_counter() - begun
                begun = time.perf_counter()
                for number in numbers:
                    assert all(step.difference is None for step in replay(ports, connection, number))
                reference += time.perf_counter() - begun
        ports.database.dispose()
    cases = CASES * ROUNDS
    return {
        "ratio": round(took / reference, 2),
        "goal": 1.2,
        "value_ms": round(took / cases * 1000, 1),
        "reference_ms": round(reference / cases * 1000, 1),
        "cases": cases,
        "same": kinds["same"],
    }


def _longer() -> Any:
    """The shipped process with a longer limit: all go the same way, to their ends."""
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", "PT4H")
    [definition] = check(Bundle({diagram.filename: diagram.source(), **diagram.forms})).definitions
    return definition
