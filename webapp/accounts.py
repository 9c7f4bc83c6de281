"""Flask-Security over our `users` table: who a session belongs to, and whether a password fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g
from flask_security import RoleMixin, Security, UserDatastore, UserMixin, verify_password
from sqlalchemy import Connection

from engine.identity.accounts import LONGEST_PASSWORD
from engine.identity.ending import works
from engine.store import users
from webapp.context import ports

#: An argon2 hash of nothing anybody typed: an unknown name takes as long to refuse as a wrong password.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Wti77pXko3oNGeDB4e5vzw$co1Y1seAFU+W9ptIDKfYvr2s9yulBif1iueaRJBYkaY"


@dataclass(frozen=True, eq=False)
class Account(UserMixin):
    """A user of the office as Flask-Security sees them."""

    id: str
    name: str
    groups: frozenset[str]
    active: bool
    password: str | None
    #: Names the session: as soon as it changes, every session of the user has ended.
    fs_uniquifier: str = ""

    @classmethod
    def of(cls, user: users.User, *, active: bool) -> Account:
        return cls(user.id, user.name, user.groups, active, user.password_hash, user.fs_uniquifier)


class Accounts(UserDatastore):
    """Finds users; they are changed by the Pengelola's commands only, never through here."""

    def __init__(self) -> None:
        super().__init__(Account, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Account | None:
        """By `fs_uniquifier` (each request of a session) or `id` (the user name)."""
        if g.get("plainly"):
            return None  # the page of a fault asks a database that may be away for nobody
        with ports().database.read() as connection:
            user = _find(connection, **by)
            return Account.of(user, active=works(connection, user, ports().clock)) if user else None


def _find(connection: Connection, id: str = "", fs_uniquifier: str = "") -> users.User | None:
    if fs_uniquifier:
        return users.by_uniquifier(connection, fs_uniquifier)
    return users.get(connection, id)


def init_app(app: Flask) -> None:
    """Sessions and password hashes; our own views sign in (`webapp.security`), none of Flask-Security's."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  the name of an algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],  # plain argon2, as the command line writes it
        SECURITY_PASSWORD_SALT=app.secret_key,
    )
    Security(app, Accounts(), register_blueprint=False)


def with_password(name: str, password: str) -> Account | None:
    """The active user of this name and password, or None; both refusals take the same time."""
    with ports().database.read() as connection:
        user = users.get(connection, name.strip().lower())
        let_in = user is not None and works(connection, user, ports().clock)
    known = user.password_hash if user and let_in else None
    # "" is nobody's; a password of thousands of characters would be a fault to argon2
    asked = password if len(password) <= LONGEST_PASSWORD else ""
    fits = verify_password(asked, known or _NOBODY)
    return Account.of(user, active=True) if user and known and fits else None
