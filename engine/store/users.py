"""Users and the groups they are in. The acts are recorded in the chain `sistem` by whoever calls these."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from engine.errors import NotFound, Refused
from engine.store.tables import memberships, users


@dataclass(frozen=True, slots=True)
class User:
    """A user with their groups; `active` until somebody disables them. `fs_uniquifier` names their sessions: a new one ends all of them."""

    id: str
    name: str
    email: str | None
    active: bool
    groups: frozenset[str]
    password_hash: str | None
    fs_uniquifier: str
    #: The last day on which the account works; asked about by `engine.identity.ending`.
    ends_on: date | None = None


def add(
    connection: Connection,
    id: str,
    name: str,
    groups: Iterable[str],
    *,
    at: datetime,
    email: str | None = None,
    password_hash: str | None = None,
) -> User:
    """A new, active user; raises Refused if the user name is taken."""
    if get(connection, id) is not None:
        raise Refused(f"A new user needs a name of their own; {id} is taken; choose another.")
    user = User(id, name, email, True, frozenset(groups), password_hash, secrets.token_hex(16))
    connection.execute(
        insert(users).values(
            id=id,
            name=name,
            email=email,
            password_hash=password_hash,
            fs_uniquifier=user.fs_uniquifier,
            active=True,
            created_at=at,
        )
    )
    _insert_memberships(connection, id, user.groups)
    return user


def get(connection: Connection, id: str) -> User | None:
    """The user with their groups, in one statement."""
    return next(iter(_users(connection.execute(_ONE, {"of_id": id}).all())), None)


def by_uniquifier(connection: Connection, fs_uniquifier: str) -> User | None:
    """The user whose session this is, in one statement."""
    return next(iter(_find(connection, users.c.fs_uniquifier == fs_uniquifier)), None)


def in_group(connection: Connection, group: str) -> list[User]:
    """The users of a group who are not disabled, by user name."""
    members = select(memberships.c.user_id).where(memberships.c.group_id == group)
    return _find(connection, users.c.id.in_(members), users.c.active)


def everyone(connection: Connection) -> list[User]:
    """All users, disabled ones too, by user name."""
    return _find(connection)


def disable(connection: Connection, id: str) -> None:
    """The user signs in no more and their sessions end; their name stays in the history. Raises NotFound."""
    _change(connection, id, active=False, fs_uniquifier=secrets.token_hex(16))


def enable(connection: Connection, id: str) -> None:
    """The user may sign in again. Raises NotFound."""
    _change(connection, id, active=True)


def set_details(connection: Connection, id: str, *, name: str, email: str | None) -> None:
    """Another display name and address. Raises NotFound."""
    _change(connection, id, name=name, email=email)


def set_end(connection: Connection, id: str, day: date | None) -> None:
    """The last day on which the account works; None for one without an end. Raises NotFound."""
    _change(connection, id, ends_on=day.isoformat() if day else None)


def set_password(connection: Connection, id: str, password_hash: str) -> None:
    """A new password (argon2 hash); every session of the user ends. Raises NotFound."""
    _change(connection, id, password_hash=password_hash, fs_uniquifier=secrets.token_hex(16))


def set_groups(connection: Connection, id: str, groups: Iterable[str]) -> None:
    """The user is in exactly these groups from now on. Raises NotFound."""
    if get(connection, id) is None:
        raise _unknown(id)
    connection.execute(delete(memberships).where(memberships.c.user_id == id))
    _insert_memberships(connection, id, frozenset(groups))


def _find(connection: Connection, *conditions: ColumnElement[bool]) -> list[User]:
    return _users(connection.execute(_ALL.where(*conditions)).all())


_ALL = (
    select(users, memberships.c.group_id)
    .outerjoin(memberships, memberships.c.user_id == users.c.id)
    .order_by(users.c.id)
)
#: Every command asks for one user: built once.
_ONE = _ALL.where(users.c.id == bindparam("of_id"))


def _users(rows: Sequence[Row[Any]]) -> list[User]:
    groups: dict[str, set[str]] = {}
    for row in rows:
        groups.setdefault(row.id, set()).update([row.group_id] if row.group_id else [])
    firsts = {row.id: row for row in reversed(rows)}
    return [
        User(
            id,
            row.name,
            row.email,
            row.active,
            frozenset(groups[id]),
            row.password_hash,
            row.fs_uniquifier,
            date.fromisoformat(row.ends_on) if row.ends_on else None,
        )
        for id, row in sorted(firsts.items())
    ]


def _change(connection: Connection, id: str, **values: object) -> None:
    if connection.execute(update(users).where(users.c.id == id).values(**values)).rowcount == 0:
        raise _unknown(id)


def _insert_memberships(connection: Connection, id: str, groups: frozenset[str]) -> None:
    if groups:
        connection.execute(insert(memberships), [{"user_id": id, "group_id": g} for g in sorted(groups)])


def _unknown(id: str) -> NotFound:
    return NotFound(f"There is no user {id}; `pengaduan user list` shows who there is.")
