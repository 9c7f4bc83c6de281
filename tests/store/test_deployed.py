"""Definitions and calendars: versions grow, contents stay, and one of them is active."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.errors import NotFound
from engine.store import calendars, definitions
from engine.store.session import Database
from tests.store.rows import AT, a_definition


def _a_calendar(database: Database, content_hash: str) -> calendars.Calendar:
    with database.write() as connection:
        return calendars.insert_calendar(
            connection,
            content_hash=content_hash,
            source="zona = 'Asia/Makassar'\n",
            resolved={"libur": ["2026-12-25"]},
            note=None,
            deployed_by="pengelola",
            deployed_at=AT,
        )


def test_a_definition_comes_back_byte_for_byte(database: Database) -> None:
    with database.write() as connection:
        definition = a_definition(connection)
    with database.read() as connection:
        found = definitions.by_id(connection, "uji:1")
        assert found == definition
        assert found.bpmn == b"<definitions/>"
        assert found.resources == {"satu.form": '{"id": "satu"}'}
        assert definitions.by_content(connection, "uji", "a" * 64) == definition
        assert definitions.by_content(connection, "uji", "b" * 64) is None


def test_versions_of_a_key_count_from_one(database: Database) -> None:
    with database.write() as connection:
        ids = [a_definition(connection, key).id for key in ("uji", "uji", "lain", "uji")]
        assert ids == ["uji:1", "uji:2", "lain:1", "uji:3"]
        assert [found.version for found in definitions.versions(connection, "uji")] == [3, 2, 1]
        assert len(definitions.versions(connection)) == 4
        assert {found.deployment_id for found in definitions.versions(connection)} == {
            f"penerapan-{number}" for number in range(1, 5)
        }


def test_concurrent_deployments_get_versions_of_their_own(database: Database) -> None:
    def deploy(_: int) -> int:
        with database.write() as connection:
            return a_definition(connection).version

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(deploy, range(8))) == list(range(1, 9))


def test_nothing_is_active_before_it_is_activated(database: Database) -> None:
    with database.write() as connection:
        a_definition(connection)
    with database.read() as connection:
        with pytest.raises(NotFound, match="uji"):
            definitions.active_id(connection, "uji")
        with pytest.raises(NotFound, match="calendar deploy"):
            calendars.active_version(connection)


def test_the_active_version_can_go_forward_and_back(database: Database) -> None:
    with database.write() as connection:
        a_definition(connection)
        a_definition(connection)
        for version in (1, 2, 1):
            definitions.activate(connection, "uji", version, by="analis", at=AT)
            assert definitions.active_id(connection, "uji") == f"uji:{version}"


def test_only_what_was_deployed_can_be_activated(database: Database) -> None:
    with database.write() as connection:
        with pytest.raises(NotFound, match="uji:7"):
            definitions.activate(connection, "uji", 7, by="analis", at=AT)
        with pytest.raises(NotFound, match="version 7"):
            calendars.activate(connection, 7, by="pengelola", at=AT)


def test_a_calendar_is_kept_as_it_was_resolved_and_the_same_one_once(database: Database) -> None:
    first = _a_calendar(database, "a" * 64)
    assert (first.version, _a_calendar(database, "b" * 64).version) == (1, 2)
    assert _a_calendar(database, "a" * 64) == first
    with database.write() as connection:
        calendars.activate(connection, 2, by="pengelola", at=AT)
        calendars.activate(connection, 1, by="pengelola", at=AT + timedelta(days=1))
        assert calendars.by_version(connection, calendars.active_version(connection)) == first
        assert calendars.by_version(connection, 1) == first
