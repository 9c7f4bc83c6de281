"""Who is let in, and by which token, as the chain `sistem` says: whoever writes a row gives themselves every right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine.history.chain import StoredEvent
from engine.history.finding import TAMPERED, Finding
from engine.identity import accounts, tokens
from engine.store.tables import SYSTEM_CHAIN, api_tokens, memberships, users


def check_people(connection: Connection, system: Sequence[StoredEvent]) -> Iterator[Finding]:
    """Every user, membership and token that is not what the events say it became. Passwords are in no event."""
    people, issued = _told(system)
    groups: dict[str, set[str]] = {}
    for row in connection.execute(select(memberships)):
        groups.setdefault(row.user_id, set()).add(row.group_id)
    found_people = {
        row.id: (row.active, sorted(groups.pop(row.id, ())), row.ends_on)
        for row in connection.execute(select(users))
    }
    yield from _unlike(
        "user", people, found_people | {id: (None, sorted(g), None) for id, g in groups.items()}
    )
    found_tokens = {
        row.id: (
            row.user_id,
            row.created_at,
            row.expires_at.isoformat(),
            row.digest if row.id in issued and issued[row.id][3] else None,
            row.revoked_at,
        )
        for row in connection.execute(select(api_tokens))
    }
    yield from _unlike("token", issued, found_tokens)


def _told(system: Sequence[StoredEvent]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """User -> (active, groups, last day) and token -> (user, since when, until when, digest, revoked when)."""
    active: dict[str, bool] = {}
    groups: dict[str, set[str]] = {}
    ends: dict[str, str | None] = {}
    issued: dict[str, tuple[Any, ...]] = {}
    for event in system:
        said = event.payload
        match event.type:
            case accounts.USER_ADDED:
                active[said["user"]], groups[said["user"]] = True, set(said["groups"])
            case accounts.USER_DISABLED | accounts.USER_ENABLED:
                active[said["user"]] = event.type == accounts.USER_ENABLED
            case accounts.USER_ENDS:
                ends[said["user"]] = said["ends_on"]
            case accounts.MEMBERSHIP_CHANGED:
                mine = groups.setdefault(said["user"], set())
                mine |= set(said["added"])
                mine -= set(said["removed"])
            case tokens.TOKEN_ADDED:
                told = (said["user"], event.at, said["expires"], said.get("digest"))
                issued[said["token"]] = (*told, None)
            case tokens.TOKEN_REVOKED:
                before = issued.get(said["token"], (said["user"], None, "", None, None))
                issued[said["token"]] = (*before[:-1], event.at)
    return {id: (on, sorted(groups.get(id, ())), ends.get(id)) for id, on in active.items()}, issued


def _unlike(what: str, said: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Finding]:
    for id in sorted(said.keys() | found.keys()):
        if said.get(id) != found.get(id):
            message = f"{what} {id}: history says {said.get(id)}, found {found.get(id)}"
            yield Finding(SYSTEM_CHAIN, None, TAMPERED, "rights_changed", message)
