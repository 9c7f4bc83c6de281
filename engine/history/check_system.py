"""Is what all cases stand on as it was put in force: deployed files, calendars, active versions, case numbers?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine.definition.calendar import content_hash as calendar_hash
from engine.definition.parse import content_hash
from engine.history.chain import StoredEvent
from engine.history.check_people import check_people
from engine.history.check_retention import check_retention
from engine.history.finding import LOST, TAMPERED, Finding, chain_findings
from engine.history.restored import restores
from engine.office_hours import Calendar
from engine.store import tables
from engine.store.counters import case_number
from engine.store.tables import (
    SYSTEM_CHAIN,
    active_versions,
    calendars,
    case_numbers,
    cases,
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
    """Every version (`key:version`) whose files are not those that were deployed."""
    said: dict[str, str] = {}
    for event in system:
        said |= event.payload.get("definitions", {})
    for row in connection.execute(select(process_definitions)):
        files = {name: text.encode() for name, text in row.resources.items()}
        found = content_hash(row.bpmn, files)
        if not row.content_hash == found == said.get(row.id):
            message = f"{row.id}: expected {said.get(row.id)}, found {found}"
            yield row.id, Finding(SYSTEM_CHAIN, None, TAMPERED, "definition_changed", message)


def changed_calendars(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[tuple[int, Finding]]:
    """Every calendar, by its version, that does not say what it said when it was deployed."""
    said = {e.payload["version"]: e.payload["content_hash"] for e in system if "content_hash" in e.payload}
    for row in connection.execute(select(calendars)):
        found = calendar_hash(Calendar.from_json(row.resolved))
        if not row.content_hash == found == said.get(row.version):
            message = f"calendar {row.version}: expected {said.get(row.version)}, found {found}"
            yield row.version, Finding(SYSTEM_CHAIN, None, TAMPERED, "calendar_changed", message)


def _active(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """What is in force is what was last activated."""
    said: dict[tuple[str, str], Any] = {}
    for event in system:
        what, _, act = event.type.partition(":")
        if act == "activated":
            said[what, event.payload.get(what, what)] = event.payload["version"]
    found = {(row.kind, row.key): row.version for row in connection.execute(select(active_versions))}
    for kind, key in sorted(said.keys() | found.keys()):
        expected, actual = said.get((kind, key)), found.get((kind, key))
        if expected != actual:
            message = f"{kind} {key}: version {expected} was put in force, {actual} is"
            yield Finding(SYSTEM_CHAIN, None, TAMPERED, "activation_changed", message)


def check_numbers(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """Every number that was given out has its case, and every case and history such a number.

    A restore says itself which numbers it lost or leaves out.
    """
    taken = set(connection.scalars(select(cases.c.number)))
    given = {
        case_number(year, serial)
        for year, last in connection.execute(select(case_numbers.c.year, case_numbers.c.last))
        for serial in range(1, last + 1)
    }
    told = set(connection.scalars(select(tables.events.c.case_number).distinct())) - {SYSTEM_CHAIN}
    for restored in restores(system):
        for year, (first, last) in sorted(restored.numbers.items()):
            span = f"the numbers {case_number(year, first)} to {case_number(year, last)}"
            message = (
                f"{span} were lost by the restore of {restored.at:%Y-%m-%d %H:%M} UTC, or left out by it"
            )
            yield Finding(case_number(year, first), None, LOST, "numbers_lost", message)
        given -= set(restored.lost_numbers()) - taken
    for number in sorted(given - taken):
        message = "a number was given out and its case is gone"
        yield Finding(number, None, TAMPERED, "number_missing", message)
    for number in sorted(taken - given):
        message = "the case has a number that was never given out"
        yield Finding(number, None, TAMPERED, "number_unknown", message)
    for number in sorted(told - taken - given):
        yield Finding(number, None, TAMPERED, "case_missing", "there is a history and its case is gone")
