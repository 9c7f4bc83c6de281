"""Brings a database to the present tables, by dated revisions, from wherever it stands.

Run from the program (`pengaduan db upgrade`, and at start-up of the embedded default); there is no
alembic.ini. A new revision: change tables.py, then write a file into versions/ as the last one shows.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.store.session import Database
from engine.store.triggers import install_triggers


def upgrade(database: Database) -> str | None:
    """Applies all pending revisions in ONE transaction, and the triggers with them; gives the revision reached.

    Of several processes one does it and the others find it done. Where nothing is pending nothing is touched:
    missing triggers must be noticed (`check_triggers`), not mended silently.
    """
    with database.migrating() as connection:
        if _revision(connection) != _newest():
            config = _config()
            config.attributes["connection"] = connection  # for env.py
            command.upgrade(config, "head")
            install_triggers(connection)
        return _revision(connection)


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.read() as connection:
        return _revision(connection)


def pending(database: Database) -> bool:
    """Whether `upgrade` would change anything."""
    return current(database) != _newest()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    # the file's own place, so that it works from an installed package; % is ConfigParser's escape
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
