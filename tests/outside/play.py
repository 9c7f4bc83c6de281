"""One model from outside: read, judged as it stands, adapted, and run to its end or to its documented result.

The run is the engine's own way, `engine.runtime.apply`, three times over: stored at every command, replayed alive, and
never compacted, which must not differ (`tests.process.tracks`). Without a documented result it does what it can: it
completes the tasks, then what workers do, then lets time pass, then sends messages, until the case has ended.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from lxml import etree

from engine.commands import Complete, CompleteExternalTask
from engine.definition.bundle import Bundle, check
from engine.definition.findings import errors, text
from engine.definition.lint import lint
from engine.definition.model import ProcessDefinition
from engine.definition.xml import harden
from engine.errors import DefinitionInvalid, EngineError, NobodyWaits
from tests.outside.adapt import adapt
from tests.process.tracks import Tracks

#: Commands in one run.
MOST_STEPS = 150


@dataclass
class Result:
    """What became of a model."""

    model: str
    #: Whether it is XML that the hardened parser takes.
    parses: bool = False
    #: refused | ended | documented | other (than documented) | incident | waits | unfinished | crashed | hung
    outcome: str = "refused"
    #: Codes of lint for the file as it stands, and those that are left when it is adapted.
    as_it_stands: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    #: The test that documents the result, and what else is to be said.
    documented: str | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


#: What a documented result says, or several of them for one model; `Scenario["steps"]` is read by `_step`.
Scenario = Mapping[str, Any]


def play(
    data: bytes,
    model: str,
    expected: Scenario | Sequence[Scenario] | None = None,
    others: Mapping[str, bytes] | None = None,
) -> Result:
    """`others`: processes that it may call, by id. Of several documented results the first that is not met is told.

    Never raises: a fault of the engine is the outcome `crashed`, with its traceback.
    """
    scenarios = list(expected) if isinstance(expected, Sequence) else [expected]
    for scenario in scenarios:
        result = Result(model, documented=(scenario or {}).get("from"))
        try:
            inside = {name: harden(source) for name, source in (others or {}).items()}
            _play(data, result, scenario, inside)
        except Exception:
            result.outcome, result.note = "crashed", traceback.format_exc()
        if result.outcome != "documented":
            break
    return result


def _play(
    data: bytes, result: Result, expected: Mapping[str, Any] | None, others: Mapping[str, etree._Element]
) -> None:
    name = "model.bpmn"
    try:
        harden(data, name)
        result.parses = True
    except DefinitionInvalid:
        pass
    result.as_it_stands = _codes(lint(data, name, {}))
    if not result.parses:
        result.refused = result.as_it_stands
        return
    adapted = adapt(data, name, (expected or {}).get("variables"), others)
    result.changes = adapted.changes
    checked = check(Bundle({name: adapted.source, **adapted.resources}))
    result.refused = _codes(checked.findings)
    if result.refused:
        result.note = "; ".join(text(f, "en") for f in errors(checked.findings))[:2000]
        if expected and expected.get("refused"):
            result.outcome = "documented"
        return
    case = Tracks(checked.definitions[0])
    steps = [] if expected is None else expected.get("steps", [])
    try:
        case.submit(**adapted.variables)
        _pass(case)
        for nth, step in enumerate(steps, 1):
            wrong = _step(case, step)
            _pass(case)
            if wrong:
                result.outcome, result.note = "other", f"step {nth}, {step}: {wrong}"
                return
        if expected is None or "ends" in expected:
            result.outcome, result.note = _on(case)
        else:
            result.outcome = "ended"
    except EngineError as error:
        result.outcome, result.note = "incident", f"{type(error).__name__}: {error.message}"
    result.ends = _ends(case)
    if expected is not None:
        _judge(result, case, expected)


def _judge(result: Result, case: Tracks, expected: Mapping[str, Any]) -> None:
    if result.outcome == "incident":
        met = expected.get("incident", False)
    else:
        met = not expected.get("refused") and not expected.get("incident")
        met = met and expected.get("ends", result.ends) == result.ends
        if result.outcome not in {"ended"}:
            met = False
    result.outcome = "documented" if met else ("other" if result.outcome == "ended" else result.outcome)


def _codes(findings: Any) -> list[str]:
    """Codes of what refuses, with the construct where the code speaks of several."""
    found = []
    for finding in errors(findings):
        more = finding.params.get("name") if finding.code in {"camunda_ignored", "name_unknown"} else None
        more = finding.params.get("event") if finding.code == "start_not_plain" else more
        found.append(f"{finding.code} {more}" if more else finding.code)
    return sorted(set(found))


def _step(case: Tracks, step: Mapping[str, Any]) -> str:
    """One line of a documented result; what is otherwise, or nothing."""
    match step:
        case {"open": tasks}:
            return "" if case.open == sorted(tasks) else f"open is {case.open}"
        case {"count": count}:
            return "" if len(case.open) == count else f"open is {case.open}"
        case {"ended": ended}:
            return "" if case.state.ended == ended else f"ended is {case.state.ended}, open {case.open}"
        case {"timers": count}:
            return "" if len(case.state.timers) == count else f"timers are {sorted(case.state.timers)}"
        case {"complete": task}:
            if task not in case.open:
                return f"open is {case.open}"
            case.complete(task, **step.get("set", {}))
        case {"work": task}:
            name = next((n for n, t in case.state.external_tasks.items() if t.element == task), None)
            if name is None:
                return f"workers are awaited by {sorted(case.state.external_tasks)}"
            case.on(CompleteExternalTask, name, "pekerja", variables={})
        case {"wait": seconds}:
            case.wait(seconds=seconds)
        case {"any": count}:
            # those that were open then, as a test takes them from its list
            for name in list(case.state.work_items)[:count]:
                case.on(Complete, name, "petugas", claim=True)
        case {"all": task}:
            for _ in range(case.open.count(task)):
                case.complete(task)
        case {"send": message}:
            case.send(message)
        case {"nobody": message}:
            try:
                case.send(message)
            except NobodyWaits:
                return ""
            return "somebody waited for it"
        case {"value": {**values}}:
            found = {key: case.state.variables.get(key) for key in values}
            return "" if found == values else f"variables are {found}"
        case _:
            return "no such step"
    return ""


def _on(case: Tracks) -> tuple[str, str]:
    """Do what can be done until it has ended."""
    for _ in range(MOST_STEPS):
        state = case.state
        if state.ended:
            return "ended", ""
        if case.open:
            case.complete(case.open[0])
        elif state.external_tasks:
            case.on(CompleteExternalTask, sorted(state.external_tasks)[0], "pekerja", variables={})
        elif state.timers:
            first = min(timer.due for timer in state.timers.values())
            case.wait(seconds=max((first - case.now) / timedelta(seconds=1), 0))
        elif not _sent(case):
            return "waits", "for an event that nobody brings"
    return "unfinished", f"after {MOST_STEPS} commands: {case.open}"


def _pass(case: Tracks) -> None:
    """A plain or manual task waits for a person here; Camunda 7 passes it, and so do its documented results."""
    for _ in range(MOST_STEPS):
        plain = [item.element for item in case.state.work_items.values()]
        plain = [own for own in plain if case.process.elements[own].kind in {"task", "manualTask"}]
        if not plain:
            return
        case.complete(plain[0])


def _sent(case: Tracks) -> bool:
    for message in sorted(case.process.senders()):
        try:
            case.send(message)
        except EngineError:
            continue
        return True
    return False


def _ends(case: Tracks) -> list[str]:
    """The end events that were reached, in order."""
    definition: ProcessDefinition = case.process
    passed = [name.partition(":")[0] for event in case.happened for name in event.payload.get("passed", ())]
    return [
        own for own in passed if own in definition.elements and definition.elements[own].kind == "endEvent"
    ]
