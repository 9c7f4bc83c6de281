"""XES (IEEE 1849-2016): a trace for each case, an event for each turn in a task's life, for process mining.

Transitions are those of the standard's lifecycle extension. The history knows when a task came up (`schedule`),
was taken (`assign`), given back or handed on (`reassign`), finished (`complete`) or taken away (`ate_abort`); it
does not know when somebody began to work on it, so there is no `start`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from lxml import etree
from sqlalchemy import Connection

from engine import events
from engine.canonical_json import instant_text
from engine.definition.model import ProcessDefinition
from engine.history.chain import StoredEvent
from engine.history.exports.records import Chain, case_chains
from engine.identity.policy import Actor
from engine.runtime.ports import Ports

#: Event type -> (where its payload names the activation, transition).
TRANSITIONS: Final[Mapping[str, tuple[str, str]]] = {
    events.CASE_SUBMITTED: ("entry", "complete"),
    events.WORK_ITEM_CREATED: ("work_item", "schedule"),
    events.WORK_ITEM_CLAIMED: ("work_item", "assign"),
    events.WORK_ITEM_RELEASED: ("work_item", "reassign"),
    events.WORK_ITEM_DELEGATED: ("work_item", "reassign"),
    events.WORK_ITEM_COMPLETED: ("work_item", "complete"),
    events.WORK_ITEM_CANCELLED: ("work_item", "ate_abort"),
    events.EXTERNAL_TASK_CREATED: ("external_task", "schedule"),
    events.EXTERNAL_TASK_COMPLETED: ("work_item", "complete"),
    events.EXTERNAL_TASK_CANCELLED: ("external_task", "ate_abort"),
    events.ERROR_THROWN: ("work_item", "ate_abort"),
}
#: Name, prefix, address: the standard's extensions that are used.
EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
)


class Attribute(NamedTuple):
    """An XES attribute; `kind` is its element, "string" or "date"."""

    kind: str
    key: str
    value: str


def write(ports: Ports, connection: Connection, actor: Actor) -> Iterator[bytes]:
    """The document, a piece for each case."""
    buffer = io.BytesIO()
    with etree.xmlfile(buffer, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(
            "log",
            {"xes.version": "1849-2016", "xes.features": ""},
            nsmap={None: "http://www.xes-standard.org/"},
        ):
            for element in _head():
                file.write(element)
            for chain in case_chains(ports, connection, actor):
                assert chain.definition_id is not None, "a case has a definition"
                file.write(_trace(ports, connection, chain))
                file.flush()
                yield _taken(buffer)
    yield _taken(buffer)


def attributes(event: StoredEvent, definition: ProcessDefinition, groups: dict[str, str]) -> list[Attribute]:
    """What an event of the history is in XES; [] for one that is no turn in a task's life.

    `groups` remembers whose an activation is, from event to event of a case.
    """
    if event.type not in TRANSITIONS:
        return []
    key, transition = TRANSITIONS[event.type]
    name = event.payload[key]
    element = definition.elements[name.partition(":")[0]]
    if group := event.payload.get("group") or element.group:
        groups.setdefault(name, group)
    found = [
        Attribute("string", "concept:name", element.name or element.id),
        Attribute("string", "concept:instance", name),
        Attribute("string", "lifecycle:transition", transition),
        Attribute("string", "org:resource", event.actor),
        Attribute("date", "time:timestamp", instant_text(event.at)),
        Attribute("string", "id", element.id),
    ]
    if name in groups:
        found.append(Attribute("string", "org:group", groups[name]))
    if due := event.payload.get("due"):
        found.append(Attribute("date", "due", instant_text(datetime.fromisoformat(due))))
    if to := event.payload.get("to"):
        found.append(Attribute("string", "to", to))
    if cause := event.payload.get("cause"):
        found.append(Attribute("string", "cause", cause))
    return found


def _head() -> Iterator[Any]:
    for name, prefix, uri in EXTENSIONS:
        yield etree.Element("extension", {"name": name, "prefix": prefix, "uri": uri})
    yield etree.Element("classifier", {"name": "Step", "keys": "concept:name"})
    yield etree.Element("classifier", {"name": "Transition", "keys": "concept:name lifecycle:transition"})
    yield _attribute(Attribute("string", "lifecycle:model", "standard"))


def _trace(ports: Ports, connection: Connection, chain: Chain) -> Any:
    trace = etree.Element("trace")
    of_case = {
        "concept:name": chain.number,
        "definition": chain.definition_id,
        "outcome": chain.outcome,
        "category": chain.category,
        "channel": chain.channel,
    }
    trace.extend(_attribute(Attribute("string", key, value)) for key, value in of_case.items() if value)
    groups: dict[str, str] = {}
    for event in chain.events:
        if event.type not in TRANSITIONS:
            continue
        definition = ports.definition(connection, event.definition_id or chain.definition_id or "")
        one = etree.SubElement(trace, "event")
        one.extend(map(_attribute, attributes(event, definition, groups)))
    return trace


def _attribute(attribute: Attribute) -> Any:
    return etree.Element(attribute.kind, {"key": attribute.key, "value": attribute.value})


def _taken(buffer: io.BytesIO) -> bytes:
    piece = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return piece
