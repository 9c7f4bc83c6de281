"""What the form says: the identity block, a row for each step, the total time. Rows are what people do."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.definition import limits
from engine.definition.limits import Limit
from engine.definition.model import Element, Instances, ProcessDefinition
from engine.office_hours import Duration

#: The identity block in the order of the form; True for what is a list (`dasar_hukum_1`, `dasar_hukum_2`, …).
IDENTITY: Mapping[str, bool] = {
    "instansi": True,
    "nomor_sop": False,
    "tanggal_pembuatan": False,
    "tanggal_revisi": False,
    "tanggal_efektif": False,
    "disahkan_oleh": False,
    "judul": False,
    "dasar_hukum": True,
    "kualifikasi_pelaksana": True,
    "keterkaitan": True,
    "peralatan": True,
    "peringatan": False,
    "pencatatan": False,
}
#: What people do by hand; all else that a diagram holds is done by the system, and is no row.
STEPS = frozenset({"userTask", "manualTask"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the flowchart table: a step and its *mutu baku*."""

    element: Element
    no: int
    #: Whose column its symbol is in.
    actor: str
    text: str
    requirements: str
    #: None for a step without a limit.
    time: str | None
    output: str
    note: str


@dataclass(frozen=True, slots=True)
class SopDocument:
    """The whole form as data."""

    definition: ProcessDefinition
    identity: Mapping[str, str | list[str] | None]
    actors: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def total(self) -> str:
        """The times of all rows together; empty when none says one."""
        found = [limit for row in self.rows if row.time and (limit := limits.read(row.time))]
        calendar = [limit for limit in found if limit.duration.days and not limit.working]
        working = [limit for limit in found if limit not in calendar]
        return " + ".join(filter(None, (_sum(calendar, working=False), _sum(working, working=True))))

    @property
    def untimed(self) -> tuple[Row, ...]:
        """The rows that the total leaves out."""
        return tuple(row for row in self.rows if not row.time or not limits.read(row.time))


def document(definition: ProcessDefinition) -> SopDocument:
    """The SOP as the diagram has it, whatever the process is about."""
    actors = tuple(dict.fromkeys(lane.name for lane in definition.lanes)) or ("Pelaksana",)
    steps = _in_order(definition)
    numbers = [_number(step) for step in steps]
    if None in numbers or len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(steps) + 1))
    rows = tuple(_row(definition, step, no or 0, actors) for step, no in zip(steps, numbers, strict=True))
    return SopDocument(definition, _identity(definition), actors, rows)


def as_json(sop: SopDocument) -> dict[str, object]:
    """`identitas`, `pelaksana` and `langkah`, the names that the office's transcription has."""
    return {
        "identitas": dict(sop.identity),
        "pelaksana": list(sop.actors),
        "langkah": [
            {
                "no": row.no,
                "pelaksana": row.actor,
                "uraian": row.text,
                "kelengkapan": row.requirements,
                "waktu": row.time,
                "output": row.output,
                "keterangan": row.note,
            }
            for row in sop.rows
        ],
    }


def listed(properties: Mapping[str, str], key: str) -> list[str]:
    """The values of `key_1`, `key_2`, … in the order of their numbers; of `key` alone where it has none."""
    numbered = ((re.fullmatch(rf"{key}_(\d{{1,6}})", name), text) for name, text in properties.items())
    found = {int(match[1]): text for match, text in numbered if match}
    alone = [properties[key]] if properties.get(key) else []
    return [found[number] for number in sorted(found)] or alone


def _identity(definition: ProcessDefinition) -> dict[str, str | list[str] | None]:
    said = definition.properties
    block = {key: listed(said, key) if many else said.get(key) or None for key, many in IDENTITY.items()}
    return {**block, "judul": block["judul"] or definition.name}


def _row(definition: ProcessDefinition, step: Element, no: int, actors: tuple[str, ...]) -> Row:
    said = step.properties
    return Row(
        element=step,
        no=no,
        actor=step.lane.name if step.lane else actors[0],
        text=step.name or step.id,
        requirements=said.get("kelengkapan", ""),
        time=_time(definition, step),
        output=said.get("output", ""),
        note=_note(step, said.get("keterangan", "")),
    )


def _time(definition: ProcessDefinition, step: Element) -> str | None:
    """*Waktu* letter for letter while it says what the timer does, else the timer's: the diagram is the program."""
    written = step.properties.get("waktu") or None
    limit = limits.limit_of(step, definition.elements.values())
    if limit is None:
        return written
    said = limits.read(written) if written else None
    return written if said and said.agrees(limit) else limits.write(limit)


def _number(step: Element) -> int | None:
    said = step.properties.get("no", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else None


def _in_order(definition: ProcessDefinition) -> list[Element]:
    """By `no`; a step that has none stands behind the one that it follows in the flow."""
    found: list[tuple[int, int, Element]] = []
    last = 0
    for place, step in enumerate(_by_flow(definition)):
        last = _number(step) or last
        found.append((last, place, step))
    return [step for *_, step in sorted(found, key=lambda one: one[:2])]


def _by_flow(definition: ProcessDefinition) -> Iterable[Element]:
    """The steps as they are reached from the entry, then those that are reached in other ways, as in the file."""
    after: dict[str, list[str]] = {}
    for flow in definition.flows.values():
        after.setdefault(flow.source, []).append(flow.target)
    for event in definition.elements.values():
        if event.attached_to:
            after.setdefault(event.attached_to, []).append(event.id)
    ways, seen = deque([definition.entry]), dict[str, None]()
    while ways:
        id = ways.popleft()
        if id not in seen:
            seen[id] = None
            ways.extend(after.get(id, ()))
    order = [*seen, *definition.elements]
    steps = (definition.elements.get(id) for id in dict.fromkeys(order))
    return (step for step in steps if step is not None and step.kind in STEPS)


def _sum(found: list[Limit], *, working: bool) -> str:
    if not found:
        return ""
    days, seconds = (sum(getattr(limit.duration, part) for limit in found) for part in ("days", "seconds"))
    return limits.write(Limit(Duration(days, seconds), working))


def often(instances: Instances | None) -> str | None:
    """How many times a step is done, as the form says it; None for once."""
    if instances is None:
        return None
    order = "bergantian" if instances.sequential else "bersamaan"
    until = f", sampai {instances.condition}" if instances.condition else ""
    return f"{instances.cardinality} kali {order}{until}"


def _note(step: Element, written: str) -> str:
    """The column *Keterangan*, with how often the step is done where the diagram says it."""
    times = often(step.instances)
    if times is None:
        return written
    return f"{written} (dikerjakan {times})".strip()
