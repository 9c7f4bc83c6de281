"""`attack`: how long the deployment check takes to refuse what an attacker would send. Goal: 100 ms each."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from engine.definition.bundle import Bundle, check
from engine.definition.findings import errors
from engine.errors import EngineError
from engine.expression import parse
from tests.attack.deployments import BOUNDED, bundles

ROUNDS = 3


def measure() -> dict[str, Any]:
    times: dict[str, float] = {}
    for name, files in bundles():
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            findings = check(Bundle(files)).findings
            taken.append(time.perf_counter() - begun)
            assert errors(findings), name
        times[name] = min(taken)
    for name, expression in BOUNDED.items():
        begun = time.perf_counter()
        with suppress(EngineError):
            parse(expression).evaluate({"lingkup": "tidak_berkadar"})
        times[name] = time.perf_counter() - begun
    slowest = sorted(times, key=lambda name: -times[name])[:3]
    return {
        "value_ms": round(times[slowest[0]] * 1000, 1),
        "goal_ms": 100,
        "attacks": len(times),
        "slowest": {name: round(times[name] * 1000, 1) for name in slowest},
    }
