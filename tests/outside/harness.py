"""All models of a folder, one after the other, each with a time limit in a process that can be ended."""

from __future__ import annotations

import json
import multiprocessing
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.outside.play import Result, play

KINDS = (".bpmn", ".bpmn20.xml")
#: Seconds for one model, from its bytes to its end.
LIMIT = 20.0
OUTCOMES = ("documented", "ended", "refused", "incident", "waits", "unfinished", "other", "crashed", "hung")
#: Outcomes that are defects of this engine.
DEFECTS = ("other", "crashed", "hung")


def models(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.name.endswith(KINDS) and path.is_file())


def run(paths: Iterable[Path], base: Path, limit: float = LIMIT) -> Iterator[Result]:
    """What became of each; a documented result is read from `<file>.expect.json` beside it."""
    worker = Worker()
    try:
        for path in paths:
            name = str(path.relative_to(base))
            sidecar = path.with_name(path.name + ".expect.json")
            expected = json.loads(sidecar.read_text()) if sidecar.exists() else None
            data = path.read_bytes()
            yield worker.do(name, data, expected, limit, _beside(path, data))
    finally:
        worker.end()


def _beside(path: Path, data: bytes) -> dict[str, bytes]:
    """What a model may call in the other files of its folder: process id -> the file that has it."""
    if b"callActivity" not in data:
        return {}
    found: dict[str, bytes] = {}
    for other in models(path.parent):
        if other != path and other.parent == path.parent:
            source = other.read_bytes()
            for own in re.findall(rb"<(?:\w+:)?process\b[^>]*?\bid=\"([^\"]+)\"", source):
                found.setdefault(own.decode(errors="replace"), source)
    return found


class Worker:
    """A process that plays models, and is replaced when one of them does not come back."""

    def __init__(self) -> None:
        self._spawn = multiprocessing.get_context("spawn")
        self._begin()

    def _begin(self) -> None:
        self._ours, theirs = self._spawn.Pipe()
        self._process = self._spawn.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._ours.recv()  # it has imported everything

    def do(
        self, name: str, data: bytes, expected: Any, limit: float, others: dict[str, bytes] | None = None
    ) -> Result:
        self._ours.send((name, data, expected, others))
        try:
            if self._ours.poll(limit):
                found: Result = self._ours.recv()
                return found
            outcome, note = "hung", f"no answer within {limit} s"
        except EOFError:
            outcome, note = "crashed", "the process died"
        self.end()
        self._begin()
        return Result(name, outcome=outcome, note=note)

    def end(self) -> None:
        self._process.terminate()
        self._process.join()
        self._ours.close()


def serve(line: Connection) -> None:
    """Play what comes in, until nobody is there."""
    line.send("ready")
    while True:
        try:
            name, data, expected, others = line.recv()
        except EOFError:
            return
        line.send(play(data, name, expected, others))


def counts(results: Iterable[Result]) -> dict[str, Any]:
    """How many of each outcome, and what refused them: by construct, and those that it alone refused."""
    found = list(results)
    refusing = Counter(code for one in found if one.outcome == "refused" for code in one.refused)
    alone = Counter(one.refused[0] for one in found if one.outcome == "refused" and len(one.refused) == 1)
    return {
        "models": len(found),
        "parse": sum(one.parses for one in found),
        "with_a_documented_result": sum(one.documented is not None for one in found),
        **{outcome: sum(one.outcome == outcome for one in found) for outcome in OUTCOMES},
        "refused_by": dict(refusing.most_common()),
        "refused_by_it_alone": dict(alone.most_common()),
    }


def table(results: Iterable[Result]) -> str:
    """A line for each model, then the counts."""
    found = list(results)
    lines = [f"{one.outcome:<11} {one.model}  {_said(one)}".rstrip() for one in found]
    lines.append("")
    for name, count in counts(found).items():
        if isinstance(count, dict):
            lines.append(f"{name}: " + ", ".join(f"{code} {n}" for code, n in count.items()))
        else:
            lines.append(f"{name:<25} {count:>5}")
    return "\n".join(lines)


def _said(one: Result) -> str:
    if one.outcome == "refused":
        return ", ".join(one.refused)
    if one.outcome in {"documented", "ended"}:
        return "→ " + ", ".join(one.ends) if one.ends else ", ".join(one.refused)
    return (one.note.strip().splitlines() or [""])[-1]
