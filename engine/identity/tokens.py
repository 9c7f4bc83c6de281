"""Tokens of the REST face: made, found again, revoked; every act is an event of the chain `sistem`.

A token acts with all the rights of its user and no others, so it ends when they are disabled or their account ends.
The events hold its id, which is also its first part, and its SHA-256, never the rest: who puts the digest of a token of
theirs there is found.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from engine.errors import NotFound, Refused
from engine.history.log import append_system
from engine.identity.ending import works
from engine.store import api_tokens, users
from engine.store.api_tokens import Token
from engine.store.users import User

#: System events: token, user, expires, digest (not in the oldest); token, user.
TOKEN_ADDED: Final = "token:added"  # noqa: S105  the name of an event
TOKEN_REVOKED: Final = "token:revoked"  # noqa: S105

LONGEST: Final = timedelta(days=3660)


def add(
    connection: Connection, user: str, name: str, days: int, *, by: str, at: datetime, source: str
) -> tuple[Token, str]:
    """A new token for `user`, and its secret text, which is told this once.

    `name` says what it is for. Raises `NotFound` for an unknown user and `Refused` for a disabled one.
    """
    holder = users.get(connection, user)
    if holder is None:
        raise NotFound(f"There is no user {user}; `pengaduan user list` shows who there is.", user=user)
    if not works(connection, holder, lambda _: at):
        raise Refused(
            f"A token is for an active user; {user} is disabled or their account has ended; enable them first.",
            user=user,
        )
    id = f"aduan-{secrets.token_hex(4)}"
    secret = f"{id}.{secrets.token_urlsafe(32)}"
    token = Token(id, user, name, at, at + min(timedelta(days=days), LONGEST), None)
    api_tokens.add(connection, token, digest := _digest(secret))
    payload = {"token": id, "user": user, "expires": token.expires_at.isoformat(), "digest": digest}
    append_system(connection, TOKEN_ADDED, at, by, source, payload)
    return token, secret


def revoke(connection: Connection, id: str, *, by: str, at: datetime, source: str) -> Token:
    """End a token now. Raises `NotFound`; one that has been revoked stays so."""
    token = api_tokens.get(connection, id)
    if token is None:
        raise NotFound(f"There is no token {id}; `pengaduan token list` shows all.", token=id)
    if token.revoked_at is None:
        api_tokens.revoke(connection, id, at)
        append_system(connection, TOKEN_REVOKED, at, by, source, {"token": id, "user": token.user})
    return token


def holder(connection: Connection, secret: str, at: datetime) -> User | None:
    """The active user in whose name the bearer of `secret` asks, or None."""
    token = api_tokens.by_digest(connection, _digest(secret))
    if token is None or not token.holds(at):
        return None
    user = users.get(connection, token.user)
    return user if user and works(connection, user, lambda _: at) else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
