"""Accounts of the office's people: made, changed, disabled; every act is an event of the chain `sistem`.

The events hold user names and groups, never a person's name, address or password. What changes nothing leaves no
event. One active administrator without an end always stays, or nobody could let anybody in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import Connection

from engine.commands import COMPLAINANT, OS_USER, SYSTEM
from engine.errors import LastAdministrator, NotFound, PasswordUnfit, Refused
from engine.history.log import append_system
from engine.identity.policy import ADMINISTRATORS
from engine.store import calendars, users
from engine.store.session import lock
from engine.store.users import User

#: System events, each with `user`; and: groups; fields (names only); added, removed; ends_on (a day, or null).
USER_ADDED: Final = "user:added"
USER_CHANGED: Final = "user:changed"
MEMBERSHIP_CHANGED: Final = "membership:changed"
USER_DISABLED: Final = "user:disabled"
USER_ENABLED: Final = "user:enabled"
USER_ENDS: Final = "user:ends"
PASSWORD_CHANGED: Final = "password:changed"  # noqa: S105  a name, no password

#: What nobody may be called: these mean others in the history.
RESERVED: Final = frozenset({COMPLAINANT, SYSTEM})

#: Shorter passwords are refused; longer ones need no rule about their characters (NIST SP 800-63B, 3.1.1).
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256

DEMO_PASSWORD: Final = "samarinda-demo"  # noqa: S105  known on purpose, and bound to a loopback address
#: The demo's users and their groups (DESIGN 7).
DEMO: Final[Mapping[str, tuple[str, ...]]] = {
    "petugas": ("petugas_mpp",),
    "petugas2": ("petugas_mpp",),
    "admin": ("admin_opd",),
    "pejabat": ("pejabat_penghubung",),
    "sekretariat": ("sekretariat",),
    "auditor": ("auditor",),
    "analis": ("analis",),
    "pengelola": ("pengelola",),
}

_hasher = PasswordHasher()  # argon2id with the library's present parameters, about 0.1 s


def hash_password(password: str) -> str:
    """The plain argon2id hash that `users` keeps and `webapp.accounts` checks. Raises `PasswordUnfit`."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordUnfit(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; found {len(password)}; "
            "choose a sentence that only you know.",
            shortest=SHORTEST_PASSWORD,
            longest=LONGEST_PASSWORD,
            found=len(password),
        )
    return _hasher.hash(password)


def fits_as_name(name: str) -> bool:
    """Whether a user or a group may be called so: small letters, digits, dots, dashes; `os:…` and others are taken."""
    plain = name.replace(".", "").replace("_", "").replace("-", "")
    fits = name.isascii() and plain.isalnum() and name == name.lower() and len(name) <= 64
    return fits and name not in RESERVED and not name.startswith(OS_USER)


def add_user(
    connection: Connection,
    id: str,
    name: str,
    groups: Iterable[str],
    *,
    by: str,
    at: datetime,
    source: str,
    email: str | None = None,
    password_hash: str | None = None,
    command_id: str | None = None,
) -> User:
    """A new, active user. Without a password they cannot sign in by one. Raises `Refused` for a taken user name."""
    user = users.add(connection, id, name, groups, at=at, email=email, password_hash=password_hash)
    said = {"user": id, "groups": sorted(user.groups)}
    append_system(connection, USER_ADDED, at, by, source, said, command_id=command_id)
    return user


def change_user(
    connection: Connection, id: str, *, name: str, email: str | None, by: str, at: datetime, source: str
) -> tuple[str, ...]:
    """Another display name or address; gives the names of the fields that changed. Raises `NotFound`."""
    before = existing(connection, id)
    changed = tuple(
        field
        for field, was, now in (("name", before.name, name), ("email", before.email, email))
        if was != now
    )
    if changed:
        users.set_details(connection, id, name=name, email=email)
        append_system(connection, USER_CHANGED, at, by, source, {"user": id, "fields": list(changed)})
    return changed


def set_groups(
    connection: Connection, id: str, groups: Iterable[str], *, by: str, at: datetime, source: str
) -> tuple[list[str], list[str]]:
    """The user is in exactly these groups from their next request on; gives those added and those removed.

    Raises `NotFound`, and `LastAdministrator` when nobody would be left to manage users.
    """
    lock(connection, "administrators")
    before, wanted = existing(connection, id), frozenset(groups)
    added, removed = sorted(wanted - before.groups), sorted(before.groups - wanted)
    if ADMINISTRATORS in removed:
        _another_stays(connection, before)
    if added or removed:
        users.set_groups(connection, id, wanted)
        said = {"user": id, "added": added, "removed": removed}
        append_system(connection, MEMBERSHIP_CHANGED, at, by, source, said)
    return added, removed


def set_password(
    connection: Connection, id: str, password_hash: str, *, by: str, at: datetime, source: str
) -> None:
    """A new password (of `hash_password`); every session of the user ends. Raises `NotFound`."""
    existing(connection, id)
    users.set_password(connection, id, password_hash)
    append_system(connection, PASSWORD_CHANGED, at, by, source, {"user": id})


def disable_user(connection: Connection, id: str, *, by: str, at: datetime, source: str) -> None:
    """The user signs in no more, and their sessions end. Raises `NotFound` and `LastAdministrator`."""
    lock(connection, "administrators")
    before = existing(connection, id)
    if not before.active:
        return
    if ADMINISTRATORS in before.groups:
        _another_stays(connection, before)
    users.disable(connection, id)
    append_system(connection, USER_DISABLED, at, by, source, {"user": id})


def enable_user(connection: Connection, id: str, *, by: str, at: datetime, source: str) -> None:
    """The user may sign in again, in the groups and with the password they had. Raises `NotFound`."""
    if existing(connection, id).active:
        return
    users.enable(connection, id)
    append_system(connection, USER_ENABLED, at, by, source, {"user": id})


def set_end(connection: Connection, id: str, day: date | None, *, by: str, at: datetime, source: str) -> bool:
    """`day` is the last one of the office on which the account works; None takes the end away. Whether it changed.

    Raises `NotFound`, `Refused` for a day that is over (disabling ends an account at once), and `LastAdministrator`
    when every Pengelola's account would end.
    """
    lock(connection, "administrators")
    before = existing(connection, id)
    if before.ends_on == day:
        return False
    first = at.astimezone(calendars.zone(connection)).date()
    if day is not None and day < first:
        raise Refused(
            f"An account ends today ({first}) or later; found {day}. To end it now, disable it.",
            reason="end_is_past",
            today=first,
            found=day,
        )
    if day is not None and ADMINISTRATORS in before.groups:
        _another_stays(connection, before)
    users.set_end(connection, id, day)
    said = {"user": id, "ends_on": day.isoformat() if day else None}
    append_system(connection, USER_ENDS, at, by, source, said)
    return True


def existing(connection: Connection, id: str) -> User:
    """The user. Raises `NotFound`."""
    user = users.get(connection, id)
    if user is None:
        raise NotFound(f"There is no user {id}; `pengaduan user list` shows who there is.", user=id)
    return user


def _another_stays(connection: Connection, leaving: User) -> None:
    administrators = users.in_group(connection, ADMINISTRATORS)
    others = {user.id for user in administrators if user.ends_on is None} - {leaving.id}
    if leaving.active and not others:
        raise LastAdministrator(user=leaving.id)


def add_demo_accounts(connection: Connection, *, by: str, at: datetime, source: str) -> list[str]:
    """Make those accounts of `DEMO` that are not there yet; gives their names."""
    missing = [id for id in DEMO if users.get(connection, id) is None]
    hashed = hash_password(DEMO_PASSWORD) if missing else None  # one for all: there is no secret in it
    for id in missing:
        add_user(connection, id, id.capitalize(), DEMO[id], by=by, at=at, source=source, password_hash=hashed)
    return missing
