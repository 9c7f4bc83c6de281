"""The sealed answers of cases, opened for people whom the policy lets read them; the caller has asked it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.canonical_json import from_canonical
from engine.definition.model import Element, ProcessDefinition
from engine.errors import KeyMissing, StateUnreadable
from engine.forms.fields import FormSchema
from engine.runtime.ports import Ports
from engine.store import answers as store
from engine.store.tables import answers

#: So many completions of one case are opened for a page; a case with more has its history for the rest.
OPENED = 100


@dataclass(frozen=True, slots=True)
class Sealed:
    """A case whose answers are to be opened; `wrapped` is None once the person was erased."""

    case: str
    definition: ProcessDefinition
    wrapped: bytes | None

    @property
    def entry(self) -> str:
        """The work item that the submission completed."""
        return f"{self.case}:{self.definition.entry}:1"


@dataclass(frozen=True, slots=True)
class Answered:
    """What one completed form got, with the form to read it by."""

    work_item: str
    element: Element
    nth: int
    at: datetime
    #: A user's id, or one of the three actors of `engine.commands`.
    by: str
    schema: FormSchema | None
    answers: Mapping[str, Any]
    #: Keys whose answers are kept from the reader because the complainant asked for it.
    veiled: frozenset[str] = frozenset()


def open_titles(ports: Ports, connection: Connection, wanted: Iterable[Sealed]) -> dict[str, str]:
    """Case number -> its complaint's title: the answer to the first line of text of its first form.

    One statement. A case that cannot be opened has no title; the list must not fall with it.
    """
    sealed = {case.entry: case for case in wanted if case.wrapped is not None}
    titles = {}
    for work_item, blob in store.of_work_items(connection, list(sealed)) if sealed else ():
        case = sealed[work_item]
        field = _title_field(case.definition)
        try:
            given = from_canonical(ports.keyring.open(_key(ports, case), work_item, blob))
        except (KeyMissing, StateUnreadable):
            continue
        if field and isinstance(title := given.get(field), str):
            titles[case.case] = title
    return titles


def open_answers(
    ports: Ports, connection: Connection, case: Sealed, *, identity: bool = False, most: int = OPENED
) -> list[Answered]:
    """The answers of a case, the newest first, at most `most` and always those of the submission.

    Who the complainant is stays veiled if they asked for it, unless `identity` says that it was revealed.

    One statement; empty once the person was erased. Raises `KeyMissing` or `StateUnreadable` when what is
    stored does not open: that is for `history verify`, not to be passed over.
    """
    if case.wrapped is None:
        return []
    newest = (
        select(answers.c.work_item_id)
        .where(answers.c.case_number == case.case)
        .order_by(answers.c.answered_at.desc(), answers.c.work_item_id.desc())
        .limit(most)
        .subquery()
    )
    query = (
        select(answers)
        .where(answers.c.work_item_id.in_(select(newest)) | (answers.c.work_item_id == case.entry))
        .order_by(answers.c.answered_at.desc(), answers.c.work_item_id.desc())
    )
    key = _key(ports, case)
    opened = [
        Answered(
            work_item=row.work_item_id,
            element=case.definition.element(row.element),
            nth=row.nth,
            at=row.answered_at,
            by=row.answered_by,
            schema=case.definition.form(row.form_id),
            answers=from_canonical(ports.keyring.open(key, row.work_item_id, row.blob)),
        )
        for row in connection.execute(query)
    ]
    return opened if identity or not _asks_for_secrecy(opened) else [_veiled(one) for one in opened]


def open_whole(
    ports: Ports,
    connection: Connection,
    number: str,
    wrapped: bytes,
    definitions: Mapping[str, ProcessDefinition],
) -> dict[str, Answered]:
    """All answers of a case by the work item that got them; `definitions` are what it ran on then, by work item too.

    One statement. Raises as `open_answers` does.
    """
    key = ports.keyring.unwrap(number, wrapped)
    opened = {}
    for row in store.of_case(connection, number):
        definition = definitions.get(row.work_item_id)
        if definition is None or row.element not in definition.elements:
            continue  # its event was taken away or changed: the chain says so
        opened[row.work_item_id] = Answered(
            work_item=row.work_item_id,
            element=definition.elements[row.element],
            nth=row.nth,
            at=row.answered_at,
            by=row.answered_by,
            schema=definition.forms.get(row.form_id),
            answers=from_canonical(ports.keyring.open(key, row.work_item_id, row.blob)),
        )
    return opened


def _asks_for_secrecy(opened: Iterable[Answered]) -> bool:
    return any(
        one.answers.get(path) is True
        for one in opened
        if one.schema
        for path, field in one.schema.fields.items()
        if field.veils_identity
    )


def _veiled(one: Answered) -> Answered:
    fields = one.schema.fields if one.schema else {}
    keys = frozenset(key for key, f in fields.items() if f.identity and one.answers.get(key) is not None)
    return replace(one, answers={k: v for k, v in one.answers.items() if k not in keys}, veiled=keys)


def merged(given: Iterable[Answered]) -> dict[str, Any]:
    """All answers as one mapping, each key's latest value: what a later form shows read-only."""
    values: dict[str, Any] = {}
    for one in sorted(given, key=lambda a: (a.at, a.work_item)):
        values |= one.answers
    return values


def title_in(definition: ProcessDefinition, answered: Sequence[Answered]) -> str | None:
    """The complaint's title among a case's opened answers, given newest first; None where it may not be read."""
    field = _title_field(definition)
    title = answered[-1].answers.get(field) if answered and field else None
    return title if isinstance(title, str) else None


def _title_field(definition: ProcessDefinition) -> str | None:
    schema = definition.form_of(definition.entry)
    lines = (
        (f.key for path, f in schema.fields.items() if f.component == "textfield" and path == f.key)
        if schema
        else ()
    )
    return next(iter(lines), None)


def _key(ports: Ports, case: Sealed) -> bytes:
    assert case.wrapped is not None
    return ports.keyring.unwrap(case.case, case.wrapped)
