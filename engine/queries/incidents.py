"""Incidents as the Pengelola looks at them: what stopped, where, how often it was tried, and what can be done.

Of a case only its number and its step are read; an incident's own message holds nothing personal (STYLE 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from engine.errors import NotFound
from engine.runtime.ports import Ports
from engine.store import incidents
from engine.store.incidents import Incident
from engine.store.tables import SYSTEM_CHAIN, cases, timers

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An incident, and the step of its case that it concerns; "" where it concerns none."""

    incident: Incident
    step: str
    #: How often the timer was tried, or the letter; 0 where it was a person's own command.
    tries: int

    @property
    def of_a_case(self) -> bool:
        """Whether it concerns a case, and not the installation itself."""
        return self.incident.case_number != SYSTEM_CHAIN


@dataclass(frozen=True, slots=True)
class Incidents:
    """A page of open incidents; `next` is the id after which the following page begins, None on the last."""

    rows: tuple[Row, ...]
    next: str | None


def open_incidents(ports: Ports, connection: Connection, after: str | None = None) -> Incidents:
    """Open incidents but those of letters, the oldest first; an unknown `after` begins anew."""
    found = incidents.unresolved(
        connection, letters=False, after=_position(connection, after), limit=PAGE + 1
    )
    rows = _rows(ports, connection, found[:PAGE])
    return Incidents(rows, rows[-1].incident.id if len(found) > PAGE else None)


def letters_given_up(ports: Ports, connection: Connection) -> tuple[Row, ...]:
    """The open incidents of letters, the oldest first; `PAGE` at most (`incidents.open_counts` counts all)."""
    return _rows(ports, connection, incidents.unresolved(connection, letters=True, limit=PAGE))


def closed_incidents(ports: Ports, connection: Connection) -> tuple[Row, ...]:
    """The incidents closed last, the newest first; `PAGE` at most."""
    return _rows(ports, connection, incidents.resolved(connection, PAGE))


def _position(connection: Connection, after: str | None) -> Incident | None:
    if after is None:
        return None
    try:
        return incidents.get(connection, after)
    except NotFound:
        return None


def _rows(ports: Ports, connection: Connection, found: Sequence[Incident]) -> tuple[Row, ...]:
    numbers = {incident.case_number for incident in found} - {SYSTEM_CHAIN}
    query = select(cases.c.number, cases.c.definition_id).where(cases.c.number.in_(numbers))
    definitions = {row.number: row.definition_id for row in connection.execute(query)}
    tried = _timers(connection, found)
    return tuple(_row(ports, connection, incident, definitions, tried) for incident in found)


def _timers(connection: Connection, found: Sequence[Incident]) -> Mapping[Any, Any]:
    """By case and due instant: the timers that these incidents could not fire."""
    halting = [incident for incident in found if incident.halting]
    query = select(timers).where(
        timers.c.case_number.in_({incident.case_number for incident in halting}),
        timers.c.due_at.in_({incident.timer_due for incident in halting}),
    )
    return {(row.case_number, row.due_at): row for row in connection.execute(query)}


def _row(
    ports: Ports,
    connection: Connection,
    incident: Incident,
    definitions: Mapping[str, str],
    tried: Mapping[Any, Any],
) -> Row:
    timer = tried.get((incident.case_number, incident.timer_due))
    about = incident.work_item_id or (timer and (timer.work_item_id or timer.id))
    step = ""
    if about and incident.case_number in definitions:
        definition = ports.definition(connection, definitions[incident.case_number])
        element = definition.elements.get(about.split(":")[1])
        step = element.name or element.id if element else ""
    return Row(incident, step, timer.tries if timer else incident.tries)
