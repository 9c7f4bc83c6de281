"""From an outbox row to a letter: who it goes to and what it says, looked up when it is sent.

A letter holds references only: the number, the step, when it is due, a link. Never a name, never what was
written: e-mail is read on the way. Which letter a kind of message gets is the table `TEMPLATES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from string import Template
from typing import Any, Final

from sqlalchemy import Connection

from engine import events
from engine.canonical_json import from_canonical
from engine.commands import COMPLAINANT
from engine.definition.model import ProcessDefinition
from engine.identity.ending import working
from engine.notifications.port import Letter, Unreachable
from engine.runtime.ports import Ports
from engine.store import answers, cases, users
from engine.store.outbox import Message

#: (kind, to the complainant?) -> file in templates/: the first line is the subject.
TEMPLATES: Final[Mapping[tuple[str, bool], str]] = {
    (events.WORK_ITEM_CREATED, False): "tugas_baru.txt",
    (events.WORK_ITEM_CREATED, True): "tanggapan_diminta.txt",
    (events.ESCALATION_RAISED, False): "tenggat_lewat.txt",
    (events.CASE_ENDED, False): "rujukan.txt",
}

#: Keys of the entry form that say how the complainant wants the answer (DESIGN 3).
CHANNEL: Final = "cara_jawaban"
CONTACT: Final = "kontak"
BY_EMAIL: Final = "surel"


def letter(ports: Ports, connection: Connection, message: Message, *, base_url: str) -> Letter:
    """The letter of `message`; links begin with `base_url`. Raises `Unreachable` when it has no address."""
    to_complainant = message.recipient == COMPLAINANT
    template = TEMPLATES.get((message.kind, to_complainant))
    if template is None or message.case_number is None:
        raise Unreachable("no template")
    number = message.case_number
    case = cases.load(connection, number)
    if to_complainant:
        addresses = _complainant(ports, connection, number)
    else:
        addresses = _staff(ports, connection, message.recipient, case.own_of)
    definition = ports.definition(connection, case.definition_id)
    zone = ports.calendar(connection, case.calendar_version).zone
    work_item = message.payload.get("work_item")
    due = message.payload.get("due")
    words = {
        "number": number,
        "step": _step(definition, work_item),
        "due": _local(datetime.fromisoformat(due).astimezone(zone)) if due else "tidak ditentukan",
        "link": f"{base_url}/lacak/{number}"
        if to_complainant
        else f"{base_url}/tugas/{number}:{work_item}"
        if work_item
        else f"{base_url}/pengaduan/{number}",
    }
    subject, text = fill(template, words)
    return Letter(id=message.id, to=addresses, subject=subject, text=text)


def _staff(ports: Ports, connection: Connection, recipient: str, own_of: str | None) -> tuple[str, ...]:
    """The addresses of a group's active members, or of the user of that name, but never whose own complaint it is."""
    people = users.in_group(connection, recipient)
    if not people:
        user = users.get(connection, recipient)
        people = [user] if user is not None else []
    people = working(connection, people, ports.clock)
    addresses = tuple(sorted({person.email for person in people if person.email and person.id != own_of}))
    if not addresses:
        raise Unreachable("no address")
    return addresses


def _complainant(ports: Ports, connection: Connection, number: str) -> tuple[str, ...]:
    """The address that the complainant gave, if they want their answer by e-mail."""
    wrapped = cases.load(connection, number).wrapped_key
    if wrapped is None:
        raise Unreachable("erased")
    key = ports.keyring.unwrap(number, wrapped)
    given: dict[str, Any] = {}
    for row in answers.of_case(connection, number):
        sealed = from_canonical(ports.keyring.open(key, row.work_item_id, row.blob))
        given |= {name: sealed[name] for name in (CHANNEL, CONTACT) if sealed.get(name) is not None}
    contact = str(given.get(CONTACT) or "").strip()
    if (
        given.get(CHANNEL) != BY_EMAIL
        or "@" not in contact
        or any(c.isspace() or c in ",;<>" for c in contact)
    ):
        raise Unreachable("no address")
    return (contact,)


def _step(definition: ProcessDefinition, work_item: str | None) -> str:
    element = definition.elements.get((work_item or "").partition(":")[0])
    return element.name if element else definition.name


def fill(name: str, words: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of the template `name` with these words in it."""
    whole = files("engine.notifications").joinpath("templates", name).read_text(encoding="utf-8")
    subject, _, text = Template(whole).substitute(words).partition("\n")
    return subject, text.lstrip("\n")


_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def _local(moment: datetime) -> str:
    """`Selasa, 24 November 2026 pukul 11.00 WITA`."""
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year} "
        f"pukul {moment:%H.%M} {moment:%Z}"
    )
