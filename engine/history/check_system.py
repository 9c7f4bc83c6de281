"""Is what all cases stand on as it was put in force: deployed files, calendars, active versions, case numbers?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.definition.calendar import content_hash as calendar_hash
from engine.definition.parse import content_hash
from engine.history.chain import StoredEvent
from engine.history.check_people import check_people
from engine.history.check_retention import check_retention
from engine.history.finding import LOST, TAMPERED, Finding, chain_findings
from engine.history.restored import restores
from engine.numbers import case_number
from engine.office_hours import Calendar
from engine.store import tables
from engine.store.tables import (
    SYSTEM_CHAIN,
    active_versions,
    calendars,
    case_numbers,
    cases,
    deployments,
    process_definitions,
)


def check_system(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """Everything that is wrong with the chain `sistem` and with what its events say was put in force."""
    yield from chain_findings(SYSTEM_CHAIN, system, None)
    yield from (found for _, found in changed_definitions(connection, system))
    yield from (found for _, found in changed_calendars(connection, system))
    yield from _active(connection, system)
    yield from check_people(connection, system)
    yield from check_retention(connection, system)


def changed_definitions(
    connection: Connection, system: Sequence[StoredEvent]
) -> Iterator[tuple[str, Finding]]:
    """Every version (`key:version`) whose files are not those that were deployed, or that is gone."""
    said: dict[str, tuple[str, str]] = {}
    made: dict[str, tuple[str, datetime]] = {}
    for event in system:
        if "definitions" in event.payload:
            made[event.payload["deployment"]] = event.actor, event.at
            said |= {
                id: (told, event.payload["deployment"]) for id, told in event.payload["definitions"].items()
            }
    found: dict[str, tuple[str, str]] = {}
    for row in connection.execute(select(process_definitions)):
        files = {name: text.encode() for name, text in row.resources.items()}
        whole = content_hash(row.bpmn, files)
        named = row.id == f"{row.key}:{row.version}" and row.content_hash == whole
        found[row.id] = (whole if named else "another", row.deployment_id)
    kept = {row.id: (row.deployed_by, row.deployed_at) for row in connection.execute(select(deployments))}
    for id in sorted(said.keys() | found.keys()):
        if said.get(id) != found.get(id):
            message = f"{id}: expected {said.get(id)}, found {found.get(id)}"
        elif made[said[id][1]] != kept.get(said[id][1]):
            message = f"deployment {said[id][1]}: expected {made[said[id][1]]}, found {kept.get(said[id][1])}"
        else:
            continue
        yield id, Finding(SYSTEM_CHAIN, None, TAMPERED, "definition_changed", message)


def changed_calendars(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[tuple[int, Finding]]:
    """Every calendar, by its version, that does not say what it said when it was deployed, or that is gone."""
    said = {
        event.payload["version"]: (event.payload["content_hash"], event.actor, event.at)
        for event in system
        if "content_hash" in event.payload
    }
    found: dict[int, tuple[str, str, datetime]] = {}
    for row in connection.execute(select(calendars)):
        whole = calendar_hash(Calendar.from_json(row.resolved))
        kept = whole if row.content_hash == whole else "another"
        found[row.version] = kept, row.deployed_by, row.deployed_at
    for version in sorted(said.keys() | found.keys()):
        if said.get(version) != found.get(version):
            message = f"calendar {version}: expected {said.get(version)}, found {found.get(version)}"
            yield version, Finding(SYSTEM_CHAIN, None, TAMPERED, "calendar_changed", message)


def _active(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """What is in force is what was last activated."""
    said: dict[tuple[str, str], Any] = {}
    for event in system:
        what, _, act = event.type.partition(":")
        if act == "activated":
            told = event.payload["version"], event.actor, event.at
            said[what, event.payload.get(what, what)] = told
    found = {
        (row.kind, row.key): (row.version, row.activated_by, row.activated_at)
        for row in connection.execute(select(active_versions))
    }
    for kind, key in sorted(said.keys() | found.keys()):
        expected, actual = said.get((kind, key)), found.get((kind, key))
        if expected != actual:
            message = f"{kind} {key}: {expected} was put in force, {actual} is"
            yield Finding(SYSTEM_CHAIN, None, TAMPERED, "activation_changed", message)


def check_numbers(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """Every number that was given out has its case, and every case and history such a number.

    A restore says itself which numbers it lost or leaves out.
    """
    taken = set(connection.scalars(select(cases.c.number)))
    given = {
        case_number(year, serial, series)
        for series, year, last in connection.execute(select(case_numbers))
        for serial in range(1, last + 1)
    }
    told = set(connection.scalars(select(tables.events.c.case_number).distinct())) - {SYSTEM_CHAIN}
    for restored in restores(system):
        for (series, year), (first, last) in sorted(restored.numbers.items()):
            span = f"the numbers {case_number(year, first, series)} to {case_number(year, last, series)}"
            message = (
                f"{span} were lost by the restore of {restored.at:%Y-%m-%d %H:%M} UTC, or left out by it"
            )
            yield Finding(case_number(year, first, series), None, LOST, "numbers_lost", message)
        given -= set(restored.lost_numbers()) - taken
    for number in sorted(given - taken):
        message = "a number was given out and its case is gone"
        yield Finding(number, None, TAMPERED, "number_missing", message)
    for number in sorted(taken - given):
        message = "the case has a number that was never given out"
        yield Finding(number, None, TAMPERED, "number_unknown", message)
    for number in sorted(told - taken - given):
        yield Finding(number, None, TAMPERED, "case_missing", "there is a history and its case is gone")
