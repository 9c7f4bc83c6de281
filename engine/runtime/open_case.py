"""One case in one transaction: loaded, moved by commands, written once.

Everything `apply` yields is gathered here and written by `write`, so a refusal or a failure of the
person's command leaves nothing half-done and yet keeps the timers that were due before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.canonical_json import canonical, from_canonical
from engine.commands import SYSTEM, Answering, Command, FireTimers, GivenFile, Migrate, Submit
from engine.definition.model import ProcessDefinition
from engine.errors import KeyMissing
from engine.events import Event
from engine.forms.fields import FormSchema
from engine.history import log
from engine.history.chain import GENESIS, EventDraft
from engine.identity.policy import Shield, shield_of
from engine.office_hours import Calendar
from engine.runtime.apply import BEHAVIOUR, apply
from engine.runtime.ports import Ports
from engine.runtime.project import COUNTED_AS, Rows, project, submitted_item
from engine.runtime.state import State, digest, dumps, loads
from engine.spiff import VERSION
from engine.store import answers, attachments, cases, comments, drafts, incidents, search
from engine.store.cases import CaseRow

#: Columns of a case's row that stay as they are unless something happens to them.
_KEPT = ("ended_at", "restricted_to", "referred_by", *COUNTED_AS.values())


@dataclass(slots=True)
class OpenCase:
    """A case under way in `connection`; `state` is None before the submission of a new one."""

    ports: Ports
    connection: Connection
    number: str
    definition: ProcessDefinition
    calendar: Calendar
    received_at: datetime
    key: bytes | None
    state: State | None
    last_at: datetime
    row: CaseRow | None = None
    rows: Rows = field(init=False)
    status: str = "open"
    #: Who entered a new case, when it was a member of the staff, and whether it is their own complaint.
    entered_by: str | None = None
    own_of: str | None = None
    _drafts: list[EventDraft] = field(default_factory=list)
    _answers: list[dict[str, Any]] = field(default_factory=list)
    _comments: list[dict[str, Any]] = field(default_factory=list)
    #: Rows of `attachments`, and by id the sealed bytes that their files get.
    _attachments: list[dict[str, Any]] = field(default_factory=list)
    _files: dict[str, bytes] = field(default_factory=dict)
    #: What the complainant wrote, in the clear with its form, until its words are indexed: by those they are found.
    _given: list[tuple[Mapping[str, Any], FormSchema | None]] = field(default_factory=list)
    #: The stored form of `state`.
    _data: bytes | None = None

    def __post_init__(self) -> None:
        self.rows = Rows(self.number)
        self._data = self.row.state if self.row else None

    @classmethod
    def load(cls, ports: Ports, connection: Connection, number: str, command: Command) -> OpenCase:
        """The case, locked for `command`. Raises `NotFound`."""
        row = cases.load_for(connection, number, actor=command.actor, command_id=command.command_id)
        return cls(
            ports=ports,
            connection=connection,
            number=number,
            definition=ports.definition(connection, row.definition_id),
            calendar=ports.calendar(connection, row.calendar_version),
            received_at=ports.clock(connection),
            key=ports.keyring.unwrap(number, row.wrapped_key) if row.wrapped_key else None,
            state=loads(row.state),
            last_at=row.last_at,
            row=row,
            status=row.status,
        )

    @property
    def at(self) -> datetime:
        """The time that a command counts at now: the clock's, but never before the case's last."""
        return max(self.received_at, self.last_at)

    @property
    def shield(self) -> Shield:
        """Whom the case is kept from."""
        return shield_of(self.row) if self.row else Shield(own_of=self.own_of)

    @property
    def next_seq(self) -> int:
        """The number that the next event of the case gets."""
        return (self.row.last_seq if self.row else 0) + len(self._drafts) + 1

    @property
    def changed(self) -> bool:
        return bool(self._drafts)

    def stored_answers(self, keys: Set[str]) -> dict[str, Any]:
        """The newest answers that give one of `keys`, merged in the order given; a key's latest value wins.

        The forms that have such a key are few, and their newest answers are found by name: a case of many
        loops costs no more than one of none.
        """
        assert self.state is not None
        newest = [
            f"{self.number}:{element.id}:{self.state.activations[element.id] - back}"
            for element in self.definition.user_tasks()
            if element.id in self.state.activations and keys & self.definition.own_keys(element.id)
            for back in (0, 1)
        ]
        merged: dict[str, Any] = {}
        for work_item, blob in answers.of_work_items(self.connection, newest):
            merged |= from_canonical(self.ports.keyring.open(self.case_key(), work_item, blob))
        return merged

    def all_answers(self) -> dict[str, Any]:
        """Every answer of the case, a key's latest value; empty once the person was erased."""
        if self.key is None:
            return {}
        merged: dict[str, Any] = {}
        for row in answers.of_case(self.connection, self.number):
            merged |= from_canonical(self.ports.keyring.open(self.key, row.work_item_id, row.blob))
        return merged

    def case_key(self) -> bytes:
        if self.key is None:
            raise KeyMissing(f"The answers of case {self.number} were erased.", case=self.number)
        return self.key

    def fire(self, due: datetime, cause: str) -> None:
        """Fire the timers due at one instant, as the system's own command at that instant."""
        self.carry_out(
            FireTimers(
                actor=SYSTEM,
                source="sweeper",
                command_id=f"{self.number}:{self.next_seq}",
                at=max(due, self.last_at),
                case=self.number,
                due=due,
                cause=cause,
            ),
            cause=cause,
        )

    def carry_out(
        self, command: Command, *, request_digest: str | None = None, cause: str | None = None
    ) -> None:
        """Apply a sealed command and gather what is to be written. Nothing is gathered if it raises."""
        definition = self.definition
        if isinstance(command, Migrate):
            definition = self.ports.definition(self.connection, command.to)
        state, happened = apply(definition, self.calendar, self.state, command)
        self.definition = definition
        # The bytes are made now: a later command of this transaction may fail half-way through the live tree.
        data = dumps(state)
        project(self.rows, self.definition, command, happened)
        if isinstance(command, Submit):
            entry = happened[0].payload["entry"]
            self.rows.new_items[entry] = submitted_item(self.number, self.definition, command, entry)
        self.state, self._data = state, data
        assert command.at is not None
        self.last_at = command.at
        if state.ended:
            self.status = "ended"
        self.note(
            command,
            happened,
            command_id=command.command_id,
            request_digest=request_digest,
            behaviour=BEHAVIOUR,
            spiff=VERSION,
            state_digest=digest(state),
            cause=cause,
        )

    def note(self, command: Command, happened: Sequence[Event], **of_command: Any) -> None:
        """Gather events; `of_command` are the columns that only the first one carries."""
        for index, event in enumerate(happened):
            self._drafts.append(
                EventDraft(
                    type=event.type,
                    at=command.at or self.at,
                    received_at=self.received_at,
                    actor=command.actor,
                    on_behalf=command.on_behalf,
                    source=command.source,
                    definition_id=self.definition.id,
                    payload=event.payload,
                    **(of_command if index == 0 else {}),
                )
            )

    def comment(self, text: str, command: Command) -> str:
        """Gather what is said, sealed; return its digest. It is named by the event that tells of it."""
        name, keyring = f"{self.number}:komentar:{self.next_seq}", self.ports.keyring
        self._comments.append(
            {
                "id": name,
                "case_number": self.number,
                "author": command.actor,
                "at": self.at,
                "blob": comments.sealed(keyring, self.case_key(), name, text),
            }
        )
        return keyring.digest(self.case_key(), text.encode())

    def attach(self, nth: int, file: GivenFile, command: Command) -> str:
        """Gather a file, sealed; return its digest."""
        id, key, keyring = attachments.new_id(), self.case_key(), self.ports.keyring
        self._files[id] = attachments.sealed_content(keyring, key, id, file.content)
        self._attachments.append(
            {
                "id": id,
                "case_number": self.number,
                "nth": nth,
                "added_by": command.actor,
                "on_behalf": command.on_behalf,
                "at": self.at,
                "media_type": file.media_type,
                "size": len(file.content),
                "name": attachments.sealed_name(keyring, key, id, file.name),
            }
        )
        return attachments.digest(keyring, key, file)

    def answer(self, work_item: str, given: Mapping[str, Any], command: Answering) -> str:
        """Gather the answers of a completed form, sealed; return their digest."""
        text = canonical(given)
        element, _, nth = work_item.partition(":")[2].partition(":")
        form = self.definition.form_of(element)
        if self.definition.elements[element].public:
            self._given.append((given, form))
        self._answers.append(
            {
                "work_item_id": work_item,
                "case_number": self.number,
                "element": element,
                "nth": int(nth),
                "form_id": form.id if form else "",
                "blob": self.ports.keyring.seal(self.case_key(), work_item, text),
                "answered_at": self.at,
                "answered_by": command.actor,
            }
        )
        return self.ports.keyring.digest(self.case_key(), text)

    def forget_answers(self) -> None:
        """The command that brought them was refused."""
        self._answers.clear()
        self._given.clear()
        self._comments.clear()
        self._attachments.clear()
        self._files.clear()

    def write(self) -> None:
        """Write everything gathered: the case, its events, projections, answers and messages."""
        state, row = self.state, self.row
        assert state is not None
        assert self._data is not None
        head = (row.last_seq, row.last_hash) if row else (0, GENESIS)
        values: dict[str, Any] = {
            "definition_id": self.definition.id,
            "status": self.status,
            "ending": state.ending,
            "outcome": state.outcome,
            "last_at": self.last_at,
            "open_steps": sorted({item.element for item in state.work_items.values()}),
            "state": self._data,
            **{name: getattr(row, name) if row else None for name in _KEPT},
            **self.rows.of_case,
        }
        values["last_seq"], values["last_hash"] = log.append(
            self.connection, self.number, *head, self._drafts
        )
        if row is None:
            wrapped = self.ports.keyring.wrap(self.number, self.case_key())
            fresh = {
                "number": self.number,
                "revision": 1,
                "submitted_at": self.last_at,
                "entered_by": self.entered_by,
                "own_of": self.own_of,
            }
            cases.create(self.connection, {**fresh, **values}, wrapped)
        else:
            cases.save(self.connection, self.number, row.revision, values)
        self.rows.write(self.connection, own_of=self.shield.own_of)
        if done := [f"{self.number}:{name}" for name in self.rows.external_tasks]:
            incidents.resolve_about(self.connection, done, at=self.at, by=SYSTEM)
        answers.add(self.connection, self._answers)
        comments.add(self.connection, self._comments)
        for (
            id,
            blob,
        ) in (
            self._files.items()
        ):  # before the commit: what a rollback leaves over, `engine.jobs.tidier` removes
            self.ports.files.put(id, blob)
        attachments.add(self.connection, self._attachments)
        for given, form in self._given:
            search.index(self.connection, self.ports.keyring, self.number, given, form)
        if row is not None and row.has_drafts:
            for name in self.rows.ended():
                drafts.delete(self.connection, f"{self.number}:{name}")
            for name, to in self.rows.moved_items().items():
                drafts.rename(
                    self.connection,
                    self.ports.keyring,
                    self.case_key(),
                    f"{self.number}:{name}",
                    f"{self.number}:{to}",
                )
