"""Accounts: passwords as argon2 only, and an event of the chain `sistem` for every act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection

from engine.errors import NotFound, PasswordUnfit
from engine.history import log
from engine.identity import accounts
from engine.identity.accounts import LastAdministrator
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


def recorded(connection: Connection) -> list[tuple[str, Any]]:
    return [(event.type, event.payload) for event in log.read(connection, SYSTEM_CHAIN)]


def test_another_name_or_address_is_recorded_without_saying_either(database: Database) -> None:
    with database.write() as connection:
        accounts.add_user(connection, "budi", "Budi Santoso", ["analis"], email="budi@contoh.id", **BY)
        changed = accounts.change_user(connection, "budi", name="Budi S.", email="b@contoh.id", **BY)
        again = accounts.change_user(connection, "budi", name="Budi S.", email="b@contoh.id", **BY)
        assert (changed, again) == (("name", "email"), ())
        assert recorded(connection)[1:] == [("user:changed", {"user": "budi", "fields": ["name", "email"]})]
        user = users.get(connection, "budi")
    assert user is not None
    assert (user.name, user.email) == ("Budi S.", "b@contoh.id")


def test_a_change_of_groups_is_recorded_by_what_was_added_and_removed(database: Database) -> None:
    with database.write() as connection:
        accounts.add_user(connection, "budi", "Budi", ["analis", "loket"], **BY)
        done = accounts.set_groups(connection, "budi", ["loket", "sekretariat"], **BY)
        accounts.set_groups(connection, "budi", ["sekretariat", "loket"], **BY)
        assert done == (["sekretariat"], ["analis"])
        assert recorded(connection)[1:] == [
            ("membership:changed", {"user": "budi", "added": ["sekretariat"], "removed": ["analis"]})
        ]


def test_a_new_password_ends_the_sessions_and_is_recorded_without_it(database: Database) -> None:
    with database.write() as connection:
        before = accounts.add_user(connection, "budi", "Budi", ["analis"], **BY)
        accounts.set_password(connection, "budi", "$argon2id$baru", **BY)
        assert users.by_uniquifier(connection, before.fs_uniquifier) is None
        assert recorded(connection)[1:] == [("password:changed", {"user": "budi"})]


def test_who_was_disabled_comes_back_with_their_groups_and_each_is_recorded_once(database: Database) -> None:
    with database.write() as connection:
        accounts.add_user(connection, "budi", "Budi", ["analis"], **BY)
        for act in (accounts.disable_user, accounts.disable_user, accounts.enable_user, accounts.enable_user):
            act(connection, "budi", **BY)
        user = users.get(connection, "budi")
        assert recorded(connection)[1:] == [
            ("user:disabled", {"user": "budi"}),
            ("user:enabled", {"user": "budi"}),
        ]
    assert user is not None
    assert user.active
    assert user.groups == {"analis"}


@pytest.mark.parametrize(
    "leave",
    [
        lambda connection: accounts.disable_user(connection, "ani", **BY),
        lambda connection: accounts.set_groups(connection, "ani", ["auditor"], **BY),
    ],
)
def test_the_last_active_administrator_stays(
    database: Database, leave: Callable[[Connection], object]
) -> None:
    with database.write() as connection:
        accounts.add_user(connection, "ani", "Ani", ["pengelola"], **BY)
        accounts.add_user(connection, "budi", "Budi", ["pengelola"], **BY)
        accounts.disable_user(connection, "budi", **BY)
    with pytest.raises(LastAdministrator), database.write() as connection:
        leave(connection)
    with database.write() as connection:
        accounts.enable_user(connection, "budi", **BY)
        leave(connection)  # now there is another


def test_an_administrator_who_is_disabled_already_may_lose_the_group(database: Database) -> None:
    with database.write() as connection:
        accounts.add_user(connection, "ani", "Ani", ["pengelola"], **BY)
        accounts.add_user(connection, "budi", "Budi", ["pengelola"], **BY)
        accounts.disable_user(connection, "budi", **BY)
        accounts.set_groups(connection, "budi", [], **BY)


@pytest.mark.parametrize("name", ["rina.wati", "a", "petugas_2", "x-1"])
def test_a_plain_name_fits(name: str) -> None:
    assert accounts.fits_as_name(name)


@pytest.mark.parametrize(
    "name", ["", "Rina", "rina wati", "os:root", "pengadu", "sistem", "rïna", "a/b", "a" * 65, "..", "-"]
)
def test_a_name_that_could_be_mistaken_does_not_fit(name: str) -> None:
    assert not accounts.fits_as_name(name)
