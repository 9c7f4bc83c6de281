"""Every history that was ever recorded replays on today's code, event for event and digest for digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.canonical_json import parse_instant
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.forms.schema import load
from engine.history.chain import StoredEvent, verify_chain
from engine.history.replay import replay_events
from engine.office_hours import Calendar
from engine.runtime.apply import BEHAVIOUR
from tests.golden.record import BOOKS, FOLDER, SECOND

FILES = sorted(FOLDER.glob("behaviour-*/*.jsonl"))


def events(path: Path) -> Iterator[StoredEvent]:
    for line in path.read_text().splitlines():
        row = json.loads(line)
        times = {name: parse_instant(row[name]) for name in ("at", "received_at")}
        yield StoredEvent(**{**row, **times})


def definition(folder: Path, version: int) -> ProcessDefinition:
    (diagram,) = folder.glob("*.bpmn")
    files = {path.name: path.read_bytes() for path in folder.glob("*.form")}
    forms = {schema.id: schema for schema in (load(data, name) for name, data in files.items())}
    return parse(diagram.read_bytes(), diagram.name, forms, files, version=version)


def _second(folder: Path) -> list[ProcessDefinition]:
    return [definition(folder / SECOND, 2)] if (folder / SECOND).exists() else []


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_golden_history_replays_on_todays_code(path: Path) -> None:
    history = list(events(path))
    assert verify_chain(history) == []
    calendar = replace(Calendar.from_json(json.loads((path.parent / "calendar.json").read_text())), version=1)
    versions = {one.id: one for one in (definition(path.parent, 1), *_second(path.parent))}
    steps = list(replay_events(history, versions.__getitem__, lambda _: calendar))
    assert [step.difference for step in steps] == [None] * len(steps)
    assert steps[-1].state is not None
    assert steps[-1].state.ended


def test_every_behaviour_up_to_todays_has_its_golden_histories() -> None:
    found = {(path.parent.name, path.stem) for path in FILES}
    for behaviour in range(1, BEHAVIOUR + 1):
        for suffix, book in BOOKS.items():
            for story in book.stories:
                assert (f"behaviour-{behaviour}{suffix}", story.__name__) in found
