"""Users, drafts and the outbox."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.errors import NotFound, Refused
from engine.store import drafts, outbox, users
from engine.store.session import Database, counting
from engine.store.tables import outbox as outbox_table
from tests.store.rows import AT


def _message(number: int) -> outbox.Message:
    return outbox.Message(
        f"PGD-2026-000001:{number}", "PGD-2026-000001", "eskalasi", "sekretariat", {"seq": number}, AT
    )


def _budi(database: Database) -> users.User:
    with database.write() as connection:
        return users.add(
            connection,
            "budi",
            "Budi",
            ["petugas_mpp", "loket"],
            at=AT,
            email="budi@contoh.id",
            password_hash="x",
        )


def test_a_user_is_read_with_all_groups_in_one_statement(database: Database) -> None:
    added = _budi(database)
    with counting(database) as counts, database.read() as connection:
        found = users.get(connection, "budi")
    assert found == added
    assert added.groups == {"petugas_mpp", "loket"}
    assert counts["statements"] == 1


def test_a_user_without_a_group_is_a_user(database: Database) -> None:
    with database.write() as connection:
        users.add(connection, "ani", "Ani", [], at=AT)
        found = users.get(connection, "ani")
    assert found is not None
    assert found.groups == frozenset()
    assert found.active


def test_a_user_name_is_given_once(database: Database) -> None:
    _budi(database)
    with pytest.raises(Refused, match="budi is taken"):
        _budi(database)


def test_users_are_listed_and_found_by_group_and_session(database: Database) -> None:
    budi = _budi(database)
    with database.write() as connection:
        users.add(connection, "ani", "Ani", ["loket"], at=AT)
        assert [user.id for user in users.everyone(connection)] == ["ani", "budi"]
        assert [user.id for user in users.in_group(connection, "petugas_mpp")] == ["budi"]
        assert users.in_group(connection, "petugas_mpp")[0].groups == budi.groups
        assert users.by_uniquifier(connection, budi.fs_uniquifier) == budi
        assert users.by_uniquifier(connection, "tidak ada") is None


def test_disabling_a_user_ends_their_sessions_and_keeps_their_name(database: Database) -> None:
    budi = _budi(database)
    with database.write() as connection:
        users.disable(connection, "budi")
        found = users.get(connection, "budi")
        assert users.in_group(connection, "loket") == []
    assert found is not None
    assert not found.active
    assert found.fs_uniquifier != budi.fs_uniquifier


def test_a_new_password_ends_the_sessions_and_new_groups_replace_the_old(database: Database) -> None:
    budi = _budi(database)
    with database.write() as connection:
        users.set_password(connection, "budi", "y")
        users.set_groups(connection, "budi", ["sekretariat"])
        found = users.get(connection, "budi")
    assert found is not None
    assert found.password_hash == "y"
    assert found.fs_uniquifier != budi.fs_uniquifier
    assert found.groups == {"sekretariat"}


def test_an_unknown_user_is_not_changed_silently(database: Database) -> None:
    with database.write() as connection:
        for act in (
            lambda: users.disable(connection, "siapa"),
            lambda: users.set_password(connection, "siapa", "y"),
            lambda: users.set_groups(connection, "siapa", ["loket"]),
        ):
            with pytest.raises(NotFound, match="siapa"):
                act()


def test_a_draft_is_replaced_by_the_next_and_is_its_writers_own(database: Database) -> None:
    task = "PGD-2026-000001:periksa:1"
    first = drafts.Draft(task, "budi", "PGD-2026-000001", b"satu", AT)
    second = drafts.Draft(task, "budi", "PGD-2026-000001", b"dua", AT + timedelta(minutes=1))
    other = drafts.Draft(task, "ani", "PGD-2026-000001", b"tiga", AT)
    with database.write() as connection:
        for draft in (first, second, other):
            drafts.save(connection, draft)
        assert drafts.load(connection, task, "budi") == second
        drafts.delete(connection, task, "budi")
        assert drafts.load(connection, task, "budi") is None
        assert drafts.load(connection, task, "ani") == other
        drafts.delete(connection, task)
        assert drafts.load(connection, task, "ani") is None


def test_a_message_is_claimed_when_due_and_by_one_sender_only(database: Database) -> None:
    with database.write() as connection:
        outbox.enqueue(connection, [_message(n) for n in range(1, 31)])
        assert outbox.claim(connection, AT - timedelta(seconds=1)) == []

    def send(_: int) -> list[str]:
        with database.write() as connection:
            return [message.id for message in outbox.claim(connection, AT, limit=10)]

    with ThreadPoolExecutor(4) as pool:
        claimed = [id for ids in pool.map(send, range(4)) for id in ids]
    with database.write() as connection:  # rows that another sender held were passed over, not lost
        claimed += [message.id for message in outbox.claim(connection, AT, limit=30)]
    assert len(claimed) == len(set(claimed)) == 30


def test_a_message_whose_sender_died_is_due_again_after_the_lease(database: Database) -> None:
    with database.write() as connection:
        outbox.enqueue(connection, [_message(1)])
        outbox.claim(connection, AT)
        assert outbox.claim(connection, AT + outbox.LEASE - timedelta(seconds=1)) == []
        [again] = outbox.claim(connection, AT + outbox.LEASE)
        assert again.tries == 2


def test_a_sent_message_is_never_due_again(database: Database) -> None:
    with database.write() as connection:
        outbox.enqueue(connection, [_message(1)])
        [message] = outbox.claim(connection, AT)
        outbox.mark_sent(connection, message.id, AT)
        assert outbox.claim(connection, AT + timedelta(days=400)) == []


def test_a_message_that_fails_three_times_is_given_up(database: Database) -> None:
    at, given_up = AT, []
    with database.write() as connection:
        outbox.enqueue(connection, [_message(1)])
        for wait in (timedelta(), *outbox.BACKOFF):
            at += wait
            [message] = outbox.claim(connection, at)
            given_up.append(outbox.mark_failed(connection, message, at, "SMTPServerDisconnected"))
        assert given_up == [False, False, True]
        assert outbox.claim(connection, at + timedelta(days=400)) == []
        row = connection.execute(select(outbox_table)).one()
    assert (row.failed_at, row.sent_at, row.error) == (at, None, "SMTPServerDisconnected")


def test_a_message_id_is_used_once(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        outbox.enqueue(connection, [_message(1), _message(1)])
