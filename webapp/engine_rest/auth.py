"""Who asks: HTTP Basic or a Bearer token, with every request. Cookies are neither read nor set."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from flask import Response, current_app, g, request, session
from flask.sansio.blueprints import BlueprintSetupState

from engine.identity import tokens
from engine.identity.ending import works
from engine.identity.policy import Actor, Subject, allowed
from engine.store import users
from engine.store.users import User
from webapp import accounts
from webapp.command_id import fresh
from webapp.context import now, ports
from webapp.engine_rest.blueprint import blueprint
from webapp.engine_rest.errors import RestError, forbidden
from webapp.engine_rest.idempotency import idempotency_key
from webapp.engine_rest.served import route_of
from webapp.limits import SIGN_IN, limiter

#: How long a password that was right is not asked of argon2 again, which takes 0.14 s.
REMEMBERED: Final = timedelta(minutes=5)


@dataclass
class Passwords:
    """Passwords that were right a moment ago, as hashes under a key that ends with this process.

    One of them holds only as long as the user's stored hash is the same, so a new password counts at once.
    """

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _right: dict[str, tuple[bytes, str, datetime]] = field(default_factory=dict)

    def knows(self, user: User, password: str, at: datetime) -> bool:
        """Whether this was the user's password at most `REMEMBERED` ago, and still is."""
        mac, stored, until = self._right.get(user.id, (b"", "", at))
        same = hmac.compare_digest(mac, self._mac(user.id, password))
        return same and stored == user.password_hash and at < until

    def remember(self, user: User, password: str, at: datetime) -> None:
        """It was right just now."""
        if user.password_hash:
            self._right[user.id] = (self._mac(user.id, password), user.password_hash, at + REMEMBERED)

    def _mac(self, id: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{id}\0{password}".encode(), sha256)


_PASSWORDS: Final = "alur_aduan_rest_passwords"


@blueprint.record
def _forget(state: BlueprintSetupState) -> None:
    """Each application remembers for itself."""
    state.app.extensions[_PASSWORDS] = Passwords()


def current_actor() -> Actor:
    """Who asks, as the policy knows them."""
    found: Actor = g.rest_actor
    return found


def may(act: str, subject: Subject | None = None) -> bool:
    """Whether who asks may do `act`."""
    return allowed(current_actor(), act, subject)


def need(act: str, subject: Subject | None = None) -> None:
    """Raises 403 unless who asks may do `act`."""
    if not may(act, subject):
        raise forbidden(f"The user with id '{current_actor().id}' does not have the right '{act}'.")


def asked() -> dict[str, str]:
    """`actor`, `source` and `command_id` of a command; a client's `Idempotency-Key` makes it the same command."""
    return {"actor": current_actor().id, "source": "rest", "command_id": idempotency_key() or fresh()}


@blueprint.before_request
def _authenticate() -> None:
    session.clear()  # whatever a cookie says
    route = route_of(request.endpoint)
    if request.method == "OPTIONS" or (route is not None and route.public):
        return
    user = _user()
    g.rest_actor = Actor(user.id, user.groups, active=user.active)


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    session.clear()
    session.modified = False
    return response


def _user() -> User:
    given = request.authorization
    if given is None:
        raise _unknown("Send a user name and password (HTTP Basic) or a token (Bearer).")
    found = None
    if given.type == "basic" and given.username and given.password:
        found = _by_password(given.username, given.password)
    elif given.type == "bearer" and given.token:
        with ports().database.read() as connection:
            found = tokens.holder(connection, given.token, now())
    if found is None:
        g.rest_refused = True
        raise _unknown("The user name and password, or the token, are not right.")
    return found


def _by_password(name: str, password: str) -> User | None:
    id, at = name.strip().lower(), now()
    if "\0" in id + password:
        return None
    with ports().database.read() as connection:
        user = users.get(connection, id)
        let_in = user is not None and works(connection, user, ports().clock)
    right: Passwords = current_app.extensions[_PASSWORDS]
    if user and let_in and right.knows(user, password, at):
        return user
    if accounts.with_password(id, password) is None or user is None:
        return None
    right.remember(user, password, at)
    return user


def _unknown(message: str) -> RestError:
    headers = {"WWW-Authenticate": 'Basic realm="Alur Aduan", charset="UTF-8"'}
    return RestError(401, message, type="AuthenticationException", headers=headers)


def _counts(_response: Response) -> bool:
    """Only wrong ones are counted: Camunda Modeler begins without any, to see whether it is asked."""
    return bool(g.get("rest_refused"))


limiter.limit(SIGN_IN, deduct_when=_counts)(blueprint)
