"""The record of a whole town of 2,000 cases is whole, and the town is as colourful as tests/town.py promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from engine.canonical_json import canonical
from engine.commands import COMPLAINANT
from engine.events import CASE_ERASED, COMMENT_ADDED, WORK_ITEM_COMPLETED, WORK_ITEM_OVERDUE
from engine.history import seal_file
from engine.history.log import read
from engine.history.verify import verify
from engine.store.tables import cases, events, seals, work_items
from tests import town
from tests.casework import PROCESS, Office


def test_nothing_is_found_in_an_untouched_town(town_office: Office, tmp_path: Path) -> None:
    outside = seal_file.read(tmp_path / seal_file.NAME)
    with town_office.ports.database.read() as connection:
        report = verify(town_office.ports, connection, seals=outside)
    assert report.cases == town.CASES
    assert report.findings == []
    assert report.notes == [], "all of it is sealed"


def test_a_town_has_every_ending_and_cases_at_every_step(town_office: Office) -> None:
    with town_office.ports.database.read() as connection:
        definition = town_office.ports.active_definition(connection, PROCESS)
        endings = _counts(connection, cases.c.ending)
        standing = _counts(connection, cases.c.open_steps)
        rounds = set(
            connection.scalars(select(func.max(work_items.c.nth)).group_by(work_items.c.case_number))
        )
        told = _counts(connection, events.c.type)
        on_behalf = _counts(connection, events.c.on_behalf, events.c.type == WORK_ITEM_COMPLETED)
        entered = _counts(connection, cases.c.entered_by)
        own = _counts(connection, cases.c.own_of)
        made = connection.scalar(select(func.count()).select_from(seals)) or 0
    ends = {one.id for one in definition.elements.values() if one.event == "terminate"}
    assert endings.keys() - {None} == ends
    assert min(endings.values()) >= 200
    steps = [task.id for task in definition.user_tasks() if task.id != definition.entry]
    assert {tuple(where) for where in standing} == {(), *((step,) for step in steps)}
    assert min(standing.values()) >= 50
    assert rounds == {1, 2, 3, 4}
    assert told[WORK_ITEM_OVERDUE] >= 500
    assert told[COMMENT_ADDED] >= 30
    assert told[CASE_ERASED] >= 2 * 20, "in the case's chain and in `sistem`"
    assert on_behalf[COMPLAINANT] >= 100
    assert entered.keys() == {None, "petugas", "sekretariat"}
    assert own["sekretariat"] >= 20
    assert made > 5


def test_the_same_town_comes_out_every_time(tmp_path: Path) -> None:
    told = []
    for name in ("satu", "dua"):
        (tmp_path / name).mkdir()
        town.build(tmp_path / name, 25)
        office = town.enter(tmp_path / name)
        with office.ports.database.read() as connection:
            numbers = connection.scalars(select(cases.c.number).order_by(cases.c.number)).all()
            chains = [read(connection, number) for number in numbers]
        office.ports.database.dispose()
        told.append(
            canonical([[one.type, one.at, one.actor, one.state_digest] for chain in chains for one in chain])
        )
    assert told[0] == told[1]


def _counts(connection: Connection, column: Any, *conditions: Any) -> dict[Any, int]:
    query = select(column, func.count()).where(*conditions).group_by(column)
    return {_key(value): number for value, number in connection.execute(query)}


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
