"""Tokens by which programs ask in a user's name. Only a token's SHA-256 is kept: it has 256 random bits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from engine.store.tables import api_tokens


@dataclass(frozen=True, slots=True)
class Token:
    """A row of `api_tokens` without its digest."""

    id: str
    user: str
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it opens anything at that instant."""
        return self.revoked_at is None and at < self.expires_at


_COLUMNS = (
    api_tokens.c.id,
    api_tokens.c.user_id,
    api_tokens.c.name,
    api_tokens.c.created_at,
    api_tokens.c.expires_at,
    api_tokens.c.revoked_at,
)


def add(connection: Connection, token: Token, digest: str) -> None:
    """Insert a new one."""
    connection.execute(
        insert(api_tokens).values(
            id=token.id,
            user_id=token.user,
            name=token.name,
            digest=digest,
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )


def by_digest(connection: Connection, digest: str) -> Token | None:
    """The token of this digest, ended ones too."""
    row = connection.execute(select(*_COLUMNS).where(api_tokens.c.digest == digest)).first()
    return Token(*row) if row else None


def get(connection: Connection, id: str) -> Token | None:
    """The token of this id."""
    row = connection.execute(select(*_COLUMNS).where(api_tokens.c.id == id)).first()
    return Token(*row) if row else None


def everyone(connection: Connection) -> list[Token]:
    """All tokens, by user and age."""
    query = select(*_COLUMNS).order_by(api_tokens.c.user_id, api_tokens.c.created_at, api_tokens.c.id)
    return [Token(*row) for row in connection.execute(query)]


def revoke(connection: Connection, id: str, at: datetime) -> None:
    """It opens nothing from now on."""
    connection.execute(update(api_tokens).where(api_tokens.c.id == id).values(revoked_at=at))
