"""Accounts: passwords as argon2 only, and an event of the chain `sistem` for every act."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from engine.errors import NotFound, PasswordUnfit
from engine.history import log
from engine.identity import accounts
from engine.store import users
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
BY = {"by": "os:root", "at": AT, "source": "cli"}


def test_the_demo_accounts_are_made_once_with_the_password_that_every_page_tells(database: Database) -> None:
    with database.write() as connection:
        assert accounts.add_demo_accounts(connection, **BY) == list(accounts.DEMO)
        assert accounts.add_demo_accounts(connection, **BY) == []
        user = users.get(connection, "petugas")
    assert user is not None
    assert PasswordHasher().verify(user.password_hash or "", accounts.DEMO_PASSWORD)


def test_every_account_made_or_disabled_is_in_the_record(database: Database) -> None:
    with database.write() as connection:
        accounts.add_user(connection, "budi", "Budi Santoso", ["analis"], email="budi@contoh.id", **BY)
        accounts.disable_user(connection, "budi", **BY)
        added, disabled = log.read(connection, SYSTEM_CHAIN)
    assert (added.type, added.payload) == ("user:added", {"user": "budi", "groups": ["analis"]})
    assert (disabled.type, disabled.payload) == ("user:disabled", {"user": "budi"})


def test_a_disabled_user_loses_every_session(database: Database) -> None:
    with database.write() as connection:
        before = accounts.add_user(connection, "budi", "Budi", ["analis"], **BY)
        accounts.disable_user(connection, "budi", **BY)
        assert users.by_uniquifier(connection, before.fs_uniquifier) is None


def test_disabling_nobody_leaves_nothing_in_the_record(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as connection:
        accounts.disable_user(connection, "siapa", **BY)
    with database.read() as connection:
        assert log.read(connection, SYSTEM_CHAIN) == []


@pytest.mark.parametrize("password", ["", "11 karakter", "x" * 257])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(PasswordUnfit):
        accounts.hash_password(password)
