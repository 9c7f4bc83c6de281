"""Accounts of the office's people: made, given a password, disabled; every act is an event of the chain `sistem`.

The events hold user names and groups, never a person's name, address or password.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import Connection

from engine.errors import PasswordUnfit
from engine.history.log import append_system
from engine.store import users
from engine.store.users import User

#: System events: user, groups; user.
USER_ADDED: Final = "user:added"
USER_DISABLED: Final = "user:disabled"

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
) -> User:
    """A new, active user. Without a password they cannot sign in by one. Raises `Refused` for a taken user name."""
    user = users.add(connection, id, name, groups, at=at, email=email, password_hash=password_hash)
    append_system(connection, USER_ADDED, at, by, source, {"user": id, "groups": sorted(user.groups)})
    return user


def disable_user(connection: Connection, id: str, *, by: str, at: datetime, source: str) -> None:
    """The user signs in no more, and their sessions end. Raises `NotFound`."""
    users.disable(connection, id)
    append_system(connection, USER_DISABLED, at, by, source, {"user": id})


def add_demo_accounts(connection: Connection, *, by: str, at: datetime, source: str) -> list[str]:
    """Make those accounts of `DEMO` that are not there yet; gives their names."""
    missing = [id for id in DEMO if users.get(connection, id) is None]
    hashed = hash_password(DEMO_PASSWORD) if missing else None  # one for all: there is no secret in it
    for id in missing:
        add_user(connection, id, id.capitalize(), DEMO[id], by=by, at=at, source=source, password_hash=hashed)
    return missing
