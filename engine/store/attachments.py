"""The files of a case: what each is, and its sealed name, in a row; its sealed bytes in a file (`attachment_files`)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.canonical_json import canonical
from engine.commands import GivenFile
from engine.store.keyring import Keyring
from engine.store.tables import attachments


def new_id() -> str:
    """A name that says nothing, for the row and for the file that holds the bytes."""
    return secrets.token_hex(16)


def sealed_content(keyring: Keyring, case_key: bytes, id: str, content: bytes) -> bytes:
    """What the file holds."""
    return keyring.seal(case_key, f"{id}:content", content)


def opened_content(keyring: Keyring, case_key: bytes, id: str, blob: bytes) -> bytes:
    """The bytes as they were given. Raises `StateUnreadable` when the file was changed or moved."""
    return keyring.open(case_key, f"{id}:content", blob)


def sealed_name(keyring: Keyring, case_key: bytes, id: str, name: str) -> bytes:
    """The row's `name`: people write themselves into the names of files."""
    return keyring.seal(case_key, f"{id}:name", name.encode())


def opened_name(keyring: Keyring, case_key: bytes, id: str, blob: bytes) -> str:
    """The file's name. Raises `StateUnreadable` when the row was changed or moved."""
    return keyring.open(case_key, f"{id}:name", blob).decode()


def digest(keyring: Keyring, case_key: bytes, file: GivenFile) -> str:
    """What the history holds of a file: an HMAC, keyed by the case, over what it is, its name and its content."""
    return keyring.digest(case_key, canonical(["attachment", *file.summary()]))


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep rows of `attachments`; their files stand already."""
    if rows:
        connection.execute(insert(attachments), [dict(row) for row in rows])


def of_case(connection: Connection, number: str) -> Sequence[Any]:
    """The rows of a case, in the order they came."""
    query = select(attachments).where(attachments.c.case_number == number).order_by(attachments.c.nth)
    return connection.execute(query).all()


def ids_of(connection: Connection, number: str) -> list[str]:
    """The names of the files of a case, to be removed with it."""
    query = select(attachments.c.id).where(attachments.c.case_number == number)
    return list(connection.scalars(query))


def all_ids(connection: Connection) -> frozenset[str]:
    """The names of the files of all cases."""
    return frozenset(connection.scalars(select(attachments.c.id)))
